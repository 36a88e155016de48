import { sql } from "drizzle-orm"
import fc from "fast-check"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { startPostgres } from "../local/postgres/embedded-postgres.ts"
import { startSqlOverHttp } from "../local/postgres/sql-over-http.ts"
import { Cleanup, findFreePort } from "../local/postgres/test-harness.ts"
import { openDatabase } from "./client.ts"
import type { Database } from "./client.ts"
import {
  countDeadLetters,
  findDeadLetter,
  listDeadLetters,
  markReplayed,
  parkMessage,
} from "./dead-letters.ts"
import { migrate } from "./migrate.ts"
import { upsertOrders } from "./order-records.ts"
import type { OrderRecord } from "./order-records.ts"
import { orderItems, orders } from "./schema.ts"

const cleanup = new Cleanup()
let db: Database

beforeAll(async () => {
  const server = await startPostgres({ dataDir: await cleanup.dataDir(), port: await findFreePort() })
  cleanup.add(() => server.stop())
  await migrate(server.url)
  const http = await startSqlOverHttp({ port: 0, databaseUrl: server.url })
  cleanup.add(() => http.stop())
  db = openDatabase({ DATABASE_URL: server.url, NEON_SQL_ENDPOINT: http.url })
}, 60_000)

afterAll(() => cleanup.run())

beforeEach(async () => {
  await db.execute(sql`TRUNCATE orders, order_items, dead_letters RESTART IDENTITY`)
})

const money = fc.integer({ min: 0, max: 99_999_999 })

/** An order as it may be at some version; every column that a version can change is drawn anew. */
function version(id: string, number: number): fc.Arbitrary<OrderRecord> {
  return fc
    .record({
      status: fc.constantFrom("inventory_reserved", "confirmed", "shipped", "refunded"),
      subtotalCents: money,
      discountCents: money,
      shippingCents: money,
      taxCents: money,
      totalCents: money,
      refundedCents: money,
      holdId: fc.constantFrom("h1", "h2"),
      saleId: fc.constantFrom(null, "s1"),
      paymentIntentId: fc.constantFrom(null, "pi_1"),
      paymentStatus: fc.constantFrom("none", "captured"),
      shippingAddress: fc.constantFrom(null, { name: "Ann", line1: "1 'Quoted' \\ Road" }),
      shippingMethod: fc.constantFrom(null, { id: "std", title: "Standard" }),
      couponCode: fc.constantFrom(null, "TEN"),
      shipments: fc.constantFrom<OrderRecord["shipments"][]>(
        [],
        [{ carrier: "DHL", trackingNumber: "1", atMs: 5 }],
      ),
      refunds: fc.constantFrom<OrderRecord["refunds"][]>(
        [],
        [{ refundId: "re_1", amountCents: 5, status: "pending", atMs: 6 }],
      ),
      dispute: fc.constantFrom(null, { disputeId: "dp_1", status: "lost", amountCents: 5 }),
      returned: fc.integer({ min: 0, max: 3 }),
      lineCents: money,
    })
    .map(({ returned, lineCents, ...drawn }) => ({
      ...drawn,
      id,
      orderNumber: `N-${id}`,
      version: number,
      currency: "EUR",
      email: "ann@example.com",
      history: [{ status: drawn.status, atMs: number }],
      createdAtMs: 1_700_000_000_000,
      items: ["A", "B"].map((sku) => ({
        sku,
        quantity: 3,
        unitPriceCents: lineCents,
        discountCents: 1,
        taxCents: 2,
        returnedQuantity: returned,
      })),
    }))
}

async function rowsInPostgres(): Promise<OrderRecord[]> {
  const [rows, lines] = await Promise.all([
    db.select().from(orders).orderBy(orders.id),
    db.select().from(orderItems).orderBy(orderItems.orderId, orderItems.sku),
  ])
  return rows.map(({ createdAt, updatedAt: _updatedAt, ...row }) => ({
    ...row,
    createdAtMs: createdAt.getTime(),
    items: lines.filter(({ orderId }) => orderId === row.id).map(({ orderId: _orderId, ...line }) => line),
  }))
}

describe("orders in Postgres", () => {
  it("hazard 21: whichever version comes first, late or twice, the newest one stands whole", async () => {
    const versions = fc.tuple(
      ...["a", "b", "c"].flatMap((id) => [1, 2, 3].map((number) => version(id, number))),
    )
    await fc.assert(
      fc.asyncProperty(
        versions.chain((all) => fc.tuple(fc.constant(all), fc.array(fc.subarray(all), { maxLength: 6 }))),
        fc.array(fc.nat()),
        async ([all, batches], order) => {
          await db.execute(sql`TRUNCATE orders, order_items`)
          // Each version comes at least once, somewhere; a statement has each order once.
          const shuffled = all.toSorted((a, b) => (order[all.indexOf(a)] ?? 0) - (order[all.indexOf(b)] ?? 0))
          for (const batch of [...batches, ...shuffled.map((record) => [record])]) {
            await upsertOrders(db, [...new Map(batch.map((record) => [record.id, record])).values()])
          }
          expect(await rowsInPostgres()).toEqual(all.filter((record) => record.version === 3))
        },
      ),
      { numRuns: 25 },
    )
  })

  it("are written by many at once, each row by its newest version, and nobody waits in a circle", async () => {
    const all =
      fc.sample(
        fc.tuple(...[1, 2, 3, 4].flatMap((number) => ["a", "b", "c", "d"].map((id) => version(id, number)))),
        1,
      )[0] ?? []
    const batches = [4, 1, 3, 2].flatMap((number) => {
      const same = all.filter((record) => record.version === number)
      return [same, same.toReversed(), same]
    })
    await Promise.all(batches.map((batch) => upsertOrders(db, batch)))
    expect(await rowsInPostgres()).toEqual(all.filter((record) => record.version === 4))
  })
})

describe("dead letters", () => {
  const letter = {
    messageId: "order:a:4",
    body: { kind: "orders", text: "a\u0000b\ud800" },
    reason: "no",
    attempts: 1,
  }

  it("are there once for the same content, with the newest reason, whatever is in them", async () => {
    await parkMessage(db, letter)
    await parkMessage(db, { ...letter, reason: "still no", attempts: 2 })
    const [listed, ...others] = await listDeadLetters(db, { afterId: 0, limit: 10, all: false })
    expect(others).toEqual([])
    expect(listed).toMatchObject({
      messageId: "order:a:4",
      reason: "still no",
      attempts: 2,
      replayedAt: null,
    })
    expect(await findDeadLetter(db, listed?.id ?? 0)).toMatchObject({ body: { text: "a\ufffdb\ufffd" } })
    expect(await findDeadLetter(db, 99)).toBeNull()
  })

  it("count until they are replayed, and again when the same one fails again", async () => {
    await parkMessage(db, letter)
    const first = await markReplayed(db, 1)
    expect(await markReplayed(db, 1)).toEqual(first)
    expect(await countDeadLetters(db)).toBe(0)
    expect(await listDeadLetters(db, { afterId: 0, limit: 10, all: false })).toEqual([])
    expect(await listDeadLetters(db, { afterId: 0, limit: 10, all: true })).toHaveLength(1)
    await parkMessage(db, letter)
    expect(await countDeadLetters(db)).toBe(1)
  })

  it("are listed a page at a time, oldest first, none twice", async () => {
    for (let at = 1; at <= 5; at++) await parkMessage(db, { ...letter, messageId: `m${at}` })
    const pages = []
    for (let afterId = 0; ;) {
      const page = await listDeadLetters(db, { afterId, limit: 2, all: false })
      pages.push(page.map(({ messageId }) => messageId))
      const last = page.at(-1)
      if (!last || page.length < 2) break
      afterId = last.id
    }
    expect(pages).toEqual([["m1", "m2"], ["m3", "m4"], ["m5"]])
  })
})
