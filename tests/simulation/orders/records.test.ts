import { sql } from "drizzle-orm"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { OrderRecords } from "./records.ts"
import { stageDatabase } from "../../staged-database.ts"
import type { OrderRecord } from "../../../db/order-records.ts"
import { upsertOrders } from "../../../db/order-records.ts"

const staged = stageDatabase()

const cents = fc.integer({ min: 0, max: 99_999_999 })

/** An order at one of its versions. Whatever else it says follows from both, as it does where they are written. */
const record = fc
  .record({
    id: fc.constantFrom("o1", "o2", "o3", "o4"),
    version: fc.integer({ min: 1, max: 5 }),
    status: fc.constantFrom("inventory_reserved", "payment_authorized", "confirmed", "refunded", "cancelled"),
    totalCents: cents,
    refundedCents: cents,
    skus: fc.uniqueArray(fc.constantFrom("A", "B", "C"), { minLength: 1 }),
    returnedQuantity: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ id, version, status, totalCents, refundedCents, skus, returnedQuantity }): OrderRecord => ({
    id,
    orderNumber: `number-${id}`,
    status,
    version,
    subtotalCents: totalCents,
    discountCents: 0,
    shippingCents: 0,
    taxCents: 0,
    totalCents,
    refundedCents: Math.min(refundedCents, totalCents),
    currency: "EUR",
    email: "ann@example.com",
    saleId: null,
    holdId: `hold-${id}`,
    paymentIntentId: `pi_${id}_${version}`,
    paymentStatus: status === "confirmed" ? "captured" : "requires_payment",
    shippingAddress: version % 2 === 0 ? { name: "Ann" } : null,
    shippingMethod: null,
    couponCode: null,
    shipments: [],
    refunds: [],
    dispute: version === 5 ? { disputeId: "d1", status: "lost", amountCents: 1 } : null,
    history: [{ status, atMs: version }],
    createdAtMs: 1_700_000_000_000,
    items: skus.map((sku) => ({
      sku,
      quantity: 3,
      unitPriceCents: 500,
      discountCents: 0,
      taxCents: 0,
      returnedQuantity,
    })),
  }))

/** As the consumer writes them: each order once a statement. */
const batches = fc.array(fc.uniqueArray(record, { selector: ({ id }) => id, minLength: 1 }), {
  minLength: 1,
  maxLength: 8,
})

interface Row {
  id: string
  version: number
  status: string
  totalCents: number
  refundedCents: number
  paymentIntentId: string | null
  shippingAddress: object | null
  dispute: object | null
  history: object[]
  items: { sku: string; quantity: number; returnedQuantity: number }[]
}

async function rowsInPostgres(): Promise<Row[]> {
  const { rows } = await staged.db.execute<Row & Record<string, unknown>>(sql`
    select o.id, o.version, o.status, o.total_cents as "totalCents", o.refunded_cents as "refundedCents",
      o.payment_intent_id as "paymentIntentId", o.shipping_address as "shippingAddress", o.dispute, o.history,
      (select json_agg(json_build_object('sku', i.sku, 'quantity', i.quantity, 'returnedQuantity', i.returned_quantity)
         order by i.sku) from order_items i where i.order_id = o.id) as items
    from orders o order by o.id`)
  return rows
}

function rowsInModel(model: OrderRecords): Row[] {
  return [...model.rows.values()]
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((row) => ({
      id: row.id,
      version: row.version,
      status: row.status,
      totalCents: row.totalCents,
      refundedCents: row.refundedCents,
      paymentIntentId: row.paymentIntentId,
      shippingAddress: row.shippingAddress,
      dispute: row.dispute,
      history: row.history,
      items: row.items
        .map(({ sku, quantity, returnedQuantity }) => ({ sku, quantity, returnedQuantity }))
        .toSorted((a, b) => (a.sku < b.sku ? -1 : 1)),
    }))
}

describe("the simulated Postgres", () => {
  it("has the rows that orders leave in the real one, written twice, late and in any order", async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (written) => {
        await staged.db.execute(sql`truncate orders cascade`)
        const model = new OrderRecords()
        for (const batch of written) {
          await upsertOrders(staged.db, batch)
          model.upsert(batch)
        }
        expect(await rowsInPostgres()).toEqual(rowsInModel(model))
      }),
      { numRuns: 60 },
    )
  })
})
