import { sql } from "drizzle-orm"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { stageDatabase } from "../tests/staged-database.ts"
import {
  countDeadLetters,
  findDeadLetter,
  listDeadLetters,
  markReplayed,
  parkMessage,
} from "./dead-letters.ts"
import { refusedBy } from "./failures.ts"
import { upsertOrders } from "./order-records.ts"
import type { OrderRecord } from "./order-records.ts"
import { orderItems, orders } from "./schema.ts"

const staged = stageDatabase()

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
    staged.db.select().from(orders).orderBy(orders.id),
    staged.db.select().from(orderItems).orderBy(orderItems.orderId, orderItems.sku),
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
          await staged.db.execute(sql`TRUNCATE orders, order_items`)
          // Each version comes at least once, somewhere; a statement has each order once.
          const shuffled = all.toSorted((a, b) => (order[all.indexOf(a)] ?? 0) - (order[all.indexOf(b)] ?? 0))
          for (const batch of [...batches, ...shuffled.map((record) => [record])]) {
            await upsertOrders(staged.db, [...new Map(batch.map((record) => [record.id, record])).values()])
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
    await Promise.all(batches.map((batch) => upsertOrders(staged.db, batch)))
    expect(await rowsInPostgres()).toEqual(all.filter((record) => record.version === 4))
  })

  it("that are new to all are written by many at once, each row by its newest version", async () => {
    const [drawn] = fc.sample(version("a", 1), 1)
    if (!drawn) throw new Error("nothing was drawn")
    for (let round = 0; round < 40; round++) {
      const ids = Array.from({ length: 100 }, (_, at) => `r${round}-${at}`)
      const batches = [4, 1, 3, 2].flatMap((number) => {
        const same = ids.map((id) => ({ ...drawn, id, orderNumber: `N-${id}`, version: number }))
        return [same, same.toReversed(), same]
      })
      await Promise.all(batches.map((batch) => upsertOrders(staged.db, batch)))
    }
    const rows = await rowsInPostgres()
    expect(rows).toHaveLength(4_000)
    expect(rows.every((row) => row.version === 4 && row.items.length === 2)).toBe(true)
  })

  it("have every text as it came, whatever it looks like, and each its own lines", async () => {
    const syntax = [
      "",
      "NULL",
      "null",
      '{"a","b"}',
      "{}",
      "[1,2]",
      "a,b",
      `'"\\"'`,
      "\\u0041",
      "$1",
      "Zoë 🎈",
    ]
    const text = fc.oneof(
      fc.constantFrom(...syntax),
      fc.string({ unit: "binary" }).filter((any) => !any.includes("\u0000")), // Postgres has no such text.
    )
    const texts = fc.record({ email: text, paymentIntentId: text, couponCode: fc.option(text) })
    const skus = fc.uniqueArray(text, { minLength: 1, maxLength: 4 })
    const odd = (id: string) =>
      fc.tuple(version(id, 1), texts, skus, text).map(([record, drawn, named, line1]) => ({
        ...record,
        ...drawn,
        shippingAddress: { name: id, line1 },
        items: record.items.slice(0, 1).flatMap((line) => named.map((sku) => ({ ...line, sku }))),
      }))
    const bySku = (record: OrderRecord) => ({
      ...record,
      items: record.items.toSorted((a, b) => (a.sku < b.sku ? -1 : 1)),
    })
    await fc.assert(
      fc.asyncProperty(odd("a"), odd("b"), odd("c"), async (...records) => {
        await staged.db.execute(sql`TRUNCATE orders, order_items`)
        await upsertOrders(staged.db, records)
        expect((await rowsInPostgres()).map(bySku)).toEqual(records.map(bySku))
      }),
      { numRuns: 50 },
    )
  })

  it("are refused as a whole batch with the constraint's name when one breaks it", async () => {
    const [good, bad] = fc.sample(fc.tuple(version("a", 1), version("b", 1)), 1)[0] ?? []
    if (!good || !bad) throw new Error("nothing was drawn")
    const batch = [good, { ...bad, items: bad.items.map((line) => ({ ...line, quantity: 0 })) }]
    const refused = await upsertOrders(staged.db, batch).catch((error: unknown) => error)
    expect(refusedBy(refused)).toBe("order_items_quantity")
    expect(await rowsInPostgres()).toEqual([])
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
    await parkMessage(staged.db, letter)
    await parkMessage(staged.db, { ...letter, reason: "still no", attempts: 2 })
    const [listed, ...others] = await listDeadLetters(staged.db, { afterId: 0, limit: 10, all: false })
    expect(others).toEqual([])
    expect(listed).toMatchObject({
      messageId: "order:a:4",
      reason: "still no",
      attempts: 2,
      replayedAt: null,
    })
    expect(await findDeadLetter(staged.db, listed?.id ?? 0)).toMatchObject({
      body: { text: "a\ufffdb\ufffd" },
    })
    expect(await findDeadLetter(staged.db, 99)).toBeNull()
  })

  it("count until they are replayed, and again when the same one fails again", async () => {
    await parkMessage(staged.db, letter)
    const first = await markReplayed(staged.db, 1)
    expect(await markReplayed(staged.db, 1)).toEqual(first)
    expect(await countDeadLetters(staged.db)).toBe(0)
    expect(await listDeadLetters(staged.db, { afterId: 0, limit: 10, all: false })).toEqual([])
    expect(await listDeadLetters(staged.db, { afterId: 0, limit: 10, all: true })).toHaveLength(1)
    await parkMessage(staged.db, letter)
    expect(await countDeadLetters(staged.db)).toBe(1)
  })

  it("are listed a page at a time, oldest first, none twice", async () => {
    for (let at = 1; at <= 5; at++) await parkMessage(staged.db, { ...letter, messageId: `m${at}` })
    const pages = []
    for (let afterId = 0; ;) {
      const page = await listDeadLetters(staged.db, { afterId, limit: 2, all: false })
      pages.push(page.map(({ messageId }) => messageId))
      const last = page.at(-1)
      if (!last || page.length < 2) break
      afterId = last.id
    }
    expect(pages).toEqual([["m1", "m2"], ["m3", "m4"], ["m5"]])
  })
})
