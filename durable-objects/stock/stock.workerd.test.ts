import { env } from "cloudflare:workers"
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test"
import { describe, expect, it } from "vitest"
import { applyMigrations } from "../sqlite.ts"
import type { Sql, SqlValue } from "../sqlite.ts"
import { OPEN_POOL } from "./contract.ts"
import type { PoolTerms } from "./contract.ts"
import { holdItems } from "./hold-items.ts"
import { Ledgers } from "./ledgers.ts"
import { codeOf } from "./hold-table.ts"
import { Ledger } from "./ledger.ts"
import { STOCK_MIGRATIONS } from "./schema.ts"

const terms: PoolTerms = {
  unitPriceCents: 1_000,
  currency: "EUR",
  perCustomerLimit: null,
  holdSeconds: 600,
  opensAtMs: null,
  closesAtMs: null,
}

async function stockOf(sku: string, units: number, change: Partial<PoolTerms> = {}) {
  const stock = env.STOCK.getByName(sku)
  await stock.setOpenTerms({ ...terms, ...change })
  await stock.receive({ id: "first", delta: units, reason: "test" })
  return stock
}

const holdOf = (holdId: string, quantity = 1) => ({ holdId, pool: OPEN_POOL, customer: holdId, quantity })

describe("the stock object", () => {
  it("gives ten units to ten of two hundred who come at once, and tells every other one", async () => {
    const stock = await stockOf("CROWD", 10)
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => stock.hold(holdOf(`h${i}`))))
    expect(answers.filter((answer) => answer.outcome === "held")).toHaveLength(10)
    expect(
      answers.filter((answer) => answer.outcome === "refused" && answer.refusal === "sold_out"),
    ).toHaveLength(190)
    expect(await stock.counts()).toMatchObject({ received: 10, available: 0, held: 10, sold: 0 })
  })

  it("keeps every acknowledged hold over an eviction", async () => {
    const stock = await stockOf("EVICTED", 5)
    await Promise.all([stock.hold(holdOf("h1")), stock.hold(holdOf("h2"))])
    await evictDurableObject(stock)
    const again = env.STOCK.getByName("EVICTED")
    expect(await again.counts()).toMatchObject({ available: 3, held: 2 })
    expect(await again.hold(holdOf("h1"))).toMatchObject({ outcome: "held", replayed: true })
  })

  it("ends holds by alarm when nobody comes by, and arms it again after an eviction", async () => {
    const stock = await stockOf("ALARM", 2, { holdSeconds: 0 })
    await stock.hold(holdOf("h1"))
    await evictDurableObject(stock)
    const again = env.STOCK.getByName("ALARM")
    await runInDurableObject(again, async (_object, state) => {
      expect(await state.storage.getAlarm()).not.toBeNull()
    })
    await runDurableObjectAlarm(again)
    await runInDurableObject(again, (_object, state) => {
      const [row] = state.storage.sql
        .exec<{ state: number }>(`SELECT state FROM holds WHERE hold_id = 'h1'`)
        .toArray()
      expect(row?.state).toBe(codeOf("expired"))
    })
  })

  it("one bad command cannot fail its neighbours", async () => {
    const stock = await stockOf("NEIGHBOURS", 5)
    const failure = stock.hold({ ...holdOf("bad"), quantity: 0 }).then(
      () => null,
      (error: Error) => error.message,
    )
    const good = stock.hold(holdOf("good"))
    expect(await failure).toMatch(/CHECK/)
    expect(await good).toMatchObject({ outcome: "held" })
    expect(await stock.counts()).toMatchObject({ held: 1, available: 4 })
  })

  it("holds several SKUs all or none, and a refused one leaves nothing behind", async () => {
    const [plenty, few] = await Promise.all([stockOf("PLENTY", 10), stockOf("FEW", 1)])
    const order = (purchaseKey: string) => ({
      purchaseKey,
      items: [
        { sku: "FEW", quantity: 1 },
        { sku: "PLENTY", quantity: 2 },
      ],
      saleId: null,
      customer: purchaseKey,
    })
    const answers = await Promise.all(
      ["k1", "k2", "k3"].map((key) => holdItems(new Ledgers(env), order(key))),
    )
    expect(answers.filter((answer) => answer.outcome === "held")).toHaveLength(1)
    expect(answers.filter((answer) => answer.outcome === "refused")).toMatchObject([
      { refusal: "sold_out", skus: ["FEW"] },
      { refusal: "sold_out", skus: ["FEW"] },
    ])
    expect(await plenty.counts()).toMatchObject({ held: 2, available: 8 })
    expect(await few.counts()).toMatchObject({ held: 1, available: 0 })
  })

  it("writes two rows for a purchase, and a third when it is archived", async () => {
    const stock = env.STOCK.getByName("ROWS")
    await runInDurableObject(stock, (_object, { storage }) => {
      let rows = 0
      const counting: Sql = {
        exec<Row extends Record<string, SqlValue>>(statement: string, ...bindings: SqlValue[]) {
          const cursor = storage.sql.exec<Row>(statement, ...bindings)
          const found = cursor.toArray()
          rows += cursor.rowsWritten
          return { toArray: () => found, rowsWritten: cursor.rowsWritten }
        },
      }
      applyMigrations(counting, STOCK_MIGRATIONS)
      const ledger = new Ledger(counting)
      ledger.setOpenTerms({ ...terms, perCustomerLimit: 2 })
      ledger.receive({ id: "first", delta: 1_000, reason: "test" }, 0)
      rows = 0
      for (let i = 0; i < 100; i++) {
        ledger.hold(holdOf(`h${i}`), 1)
        ledger.claim(`h${i}`, `h${i}`, `o${i}`, 2)
        ledger.sell(`h${i}`, `o${i}`, 3)
      }
      ledger.tellCounts()
      expect(rows).toBe(200 + 1)
      ledger.setPoolState(OPEN_POOL, "closed")
      rows = 0
      ledger.forgetArchived(Array.from({ length: 100 }, (_, i) => `h${i}`))
      expect(rows).toBe(100 + 1)
      expect(ledger.counts()).toMatchObject({ sold: 100, held: 0 })
    })
  })

  it("a SKU that nobody has stocked is unknown, and leaves nothing behind", async () => {
    const stock = env.STOCK.getByName("GUESSED")
    expect(await stock.hold(holdOf("h1"))).toEqual({ outcome: "refused", refusal: "unknown_pool" })
    expect(await stock.counts()).toMatchObject({ received: 0, pools: [] })
    await runInDurableObject(stock, async (_object, { storage }) => {
      expect(
        storage.sql.exec(`SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'`).toArray(),
      ).toEqual([])
      expect(await storage.getAlarm()).toBeNull()
    })
  })
})
