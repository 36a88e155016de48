import { sql } from "drizzle-orm"
import { beforeEach, describe, expect, it } from "vitest"
import { openDatabase } from "../../../db/client.ts"
import type { Database } from "../../../db/client.ts"
import { insertProduct } from "../../../db/products.ts"
import { findSale } from "../../../db/sales.ts"
import { MemorySql } from "../../../durable-objects/memory-sql.ts"
import { applyMigrations } from "../../../durable-objects/sqlite.ts"
import { Ledger } from "../../../durable-objects/stock/ledger.ts"
import { STOCK_MIGRATIONS } from "../../../durable-objects/stock/schema.ts"
import { stageDatabase } from "../../../tests/staged-database.ts"
import type { Env } from "../../environment.ts"
import { sweepHalfScheduled } from "./sale-saga.ts"
import type { SaleRequest } from "./sale-rules.ts"
import { createSale } from "./sales.ts"

/** Real Postgres and real ledgers; only the room is a stand-in, because its breaking is what matters here. */
class World {
  readonly ledgers = new Map<string, Ledger>()
  readonly ended: string[] = []
  /** The steps that break: `allot:<sku>`, `room`, `close:<sku>`. */
  readonly broken = new Set<string>()
  beforeRoom: () => Promise<unknown> = async () => undefined
  phase: "open" | "ended" = "open"
  readonly env: Env
  readonly db: Database

  constructor(address: { DATABASE_URL: string; NEON_SQL_ENDPOINT: string }) {
    this.db = openDatabase(address)
    const objects = {
      STOCK: { getByName: (sku: string) => this.stock(sku) },
      ROOM: { getByName: (saleId: string) => this.room(saleId) },
    }
    this.env = { ...address, ...objects } as unknown as Env
  }

  ledger(sku: string): Ledger {
    const known = this.ledgers.get(sku)
    if (known) return known
    const memory = new MemorySql()
    applyMigrations(memory, STOCK_MIGRATIONS)
    const ledger = new Ledger(memory)
    this.ledgers.set(sku, ledger)
    return ledger
  }

  units(sku: string): Record<string, number> {
    return Object.fromEntries(
      this.ledger(sku)
        .counts()
        .pools.map(({ pool, available }) => [pool === "open" ? "open" : "sale", available]),
    )
  }

  private stock(sku: string) {
    const ledger = this.ledger(sku)
    return {
      counts: async () => ledger.counts(),
      allot: async (command: Parameters<Ledger["allot"]>[0]) => {
        this.mayBreak(`allot:${sku}`)
        return ledger.allot(command, Date.now())
      },
      setPoolState: async (...state: Parameters<Ledger["setPoolState"]>) => {
        this.mayBreak(`close:${sku}`)
        ledger.setPoolState(...state)
      },
    }
  }

  private room(saleId: string) {
    return {
      schedule: async (sale: object) => {
        await this.beforeRoom()
        this.mayBreak("room")
        return { ...sale, phase: "scheduled", drawCommitment: "c" }
      },
      end: async () => this.ended.push(saleId),
      read: async () => ({ facts: { phase: this.phase } }),
    }
  }

  private mayBreak(step: string): void {
    if (this.broken.has(step)) throw new Error(`${step} broke`)
  }
}

const staged = stageDatabase()
let world: World

const saleId = crypto.randomUUID()

beforeEach(async () => {
  world = new World(staged.address)
  await world.db.execute(sql`truncate products, sales cascade`)
  const facts = {
    title: "p",
    description: "",
    brand: "",
    category: [],
    attributes: {},
    images: [],
    status: "active" as const,
  }
  const variants = ["A", "B"].map((sku) => ({
    sku,
    title: sku,
    attributes: {},
    priceCents: 500,
    currency: "EUR",
  }))
  await insertProduct(world.db, crypto.randomUUID(), { ...facts, slug: "p", variants })
  for (const sku of ["A", "B"]) world.ledger(sku).receive({ id: "r", delta: 10, reason: "test" }, 0)
})

function request(slug = "drop"): SaleRequest {
  const opensAtMs = Date.now() + 60_000
  const items = ["A", "B"].map((sku) => ({ sku, allotment: 4, salePriceCents: 100, perCustomerLimit: 1 }))
  const admission = { perMinute: 60, maxActive: 10, passMinutes: 5 }
  return { slug, title: slug, opensAtMs, closesAtMs: opensAtMs + 60_000, items, admission, holdSeconds: 60 }
}

async function age(): Promise<void> {
  await world.db.execute(sql`update sales set created_at = now() - interval '1 hour'`)
}

describe("scheduling a sale", () => {
  it("moves the units of every item and makes it public last", async () => {
    world.beforeRoom = async () => expect((await findSale(world.db, saleId))?.state).toBe("scheduling")
    expect(await createSale(world.env, world.db, saleId, request())).toMatchObject({ outcome: "created" })
    expect((await findSale(world.db, saleId))?.state).toBe("scheduled")
    expect([world.units("A"), world.units("B")]).toEqual([
      { sale: 4, open: 6 },
      { sale: 4, open: 6 },
    ])
  })

  it("gives everything back and forgets the sale when one item's units went meanwhile", async () => {
    const ledger = world.ledger("B")
    const allot = ledger.allot.bind(ledger)
    ledger.allot = (command, nowMs) => {
      ledger.receive({ id: "sold elsewhere", delta: -8, reason: "test" }, nowMs)
      return allot(command, nowMs)
    }
    const refused = await createSale(world.env, world.db, saleId, request())
    expect(refused).toMatchObject({
      outcome: "refused",
      refusal: "invalid_sale",
      errors: [{ field: "items.1.allotment" }],
    })
    expect(await findSale(world.db, saleId)).toBeNull()
    expect([world.units("A").open, world.units("B").open]).toEqual([10, 2])
  })

  it.each(["allot:B", "room"])(
    "gives everything back when %s breaks, and can then be tried again",
    async (step) => {
      world.broken.add(step)
      await expect(createSale(world.env, world.db, saleId, request())).rejects.toThrow("broke")
      expect(await findSale(world.db, saleId)).toBeNull()
      expect([world.units("A").open, world.units("B").open]).toEqual([10, 10])
      world.broken.clear()
      expect(await createSale(world.env, world.db, crypto.randomUUID(), request())).toMatchObject({
        outcome: "created",
      })
    },
  )

  it("leaves to the cron what cannot be undone at once, and the cron undoes it", async () => {
    world.broken.add("room").add("close:B")
    await expect(createSale(world.env, world.db, saleId, request())).rejects.toThrow("room broke")
    expect((await findSale(world.db, saleId))?.state).toBe("undoing")
    world.broken.clear()
    expect(await sweepHalfScheduled(world.env)).toEqual({ undone: 0, ended: 0 }) // Too young: somebody may be at it.
    await age()
    expect(await sweepHalfScheduled(world.env)).toEqual({ undone: 1, ended: 0 })
    expect(await findSale(world.db, saleId)).toBeNull()
    expect([world.units("A").open, world.units("B").open]).toEqual([10, 10])
  })

  it("that is overtaken by the cron is not made public without units", async () => {
    world.beforeRoom = async () => {
      await age()
      await sweepHalfScheduled(world.env)
    }
    await expect(createSale(world.env, world.db, saleId, request())).rejects.toThrow("undone")
    expect(await findSale(world.db, saleId)).toBeNull()
    expect([world.units("A").open, world.units("B").open]).toEqual([10, 10])
  })

  it("tells of a taken slug only when nothing else is wrong, and of the other sale by its name", async () => {
    await createSale(world.env, world.db, saleId, request())
    const smaller = {
      ...request("other"),
      items: request()
        .items.slice(0, 1)
        .map((item) => ({ ...item, allotment: 1 })),
    }
    const overlapping = await createSale(world.env, world.db, crypto.randomUUID(), smaller)
    expect(overlapping).toMatchObject({
      refusal: "invalid_sale",
      errors: [{ field: "items.0.sku", message: expect.stringContaining("drop") as string }],
    })
    const later = { ...request(), opensAtMs: Date.now() + 9e6, closesAtMs: Date.now() + 1e7 }
    expect(await createSale(world.env, world.db, crypto.randomUUID(), later)).toEqual({
      outcome: "refused",
      refusal: "slug_taken",
    })
    expect([world.units("A").open, world.units("B").open]).toEqual([6, 6])
  })
})

describe("the cron", () => {
  it("marks sales that their rooms have ended", async () => {
    await createSale(world.env, world.db, saleId, { ...request(), opensAtMs: Date.now() - 1_000 })
    expect(await sweepHalfScheduled(world.env)).toEqual({ undone: 0, ended: 0 })
    world.phase = "ended"
    expect(await sweepHalfScheduled(world.env)).toEqual({ undone: 0, ended: 1 })
    expect((await findSale(world.db, saleId))?.state).toBe("ended")
  })
})
