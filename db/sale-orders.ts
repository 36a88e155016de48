import { sql } from "drizzle-orm"
import type { Database } from "./client.ts"

/** An order with its items, as Postgres has it. */
export interface RecordedOrder {
  orderId: string
  status: string
  /** Grows by one with each change of the order in its lane. */
  version: number
  totalCents: number
  currency: string
  /** Money that went back, as the lane counts it. */
  refundedCents: number
  paymentIntentId: string | null
  createdAtMs: number
  items: { sku: string; quantity: number; unitPriceCents: number; returnedQuantity: number }[]
}

/** Orders that one page of the audit's reading returns. */
const PAGE_ORDERS = 2_000

/** Every order of a sale, page by page. */
export async function readSaleOrders(db: Database, saleId: string): Promise<RecordedOrder[]> {
  const orders: RecordedOrder[] = []
  for (;;) {
    const page = await readPage(db, saleId, orders.at(-1)?.orderId ?? "")
    orders.push(...page)
    if (page.length < PAGE_ORDERS) return orders
  }
}

async function readPage(db: Database, saleId: string, afterOrderId: string): Promise<RecordedOrder[]> {
  const result = await db.execute<{ orders: RecordedOrder[] }>(sql`
    select coalesce(json_agg(page order by "orderId"), '[]') as orders from (
      select o.id collate "C" as "orderId", o.status, o.version, o.total_cents as "totalCents", o.currency, o.refunded_cents as "refundedCents",
        o.payment_intent_id as "paymentIntentId",
        floor(extract(epoch from o.created_at) * 1000)::bigint as "createdAtMs",
        (
          select coalesce(json_agg(json_build_object(
            'sku', i.sku, 'quantity', i.quantity, 'unitPriceCents', i.unit_price_cents,
            'returnedQuantity', i.returned_quantity
          ) order by i.sku), '[]')
          from order_items i where i.order_id = o.id
        ) as items
      from orders o
      where o.sale_id = ${saleId} and o.id collate "C" > ${afterOrderId}
      order by o.id collate "C" limit ${PAGE_ORDERS}
    ) page`)
  return result.rows[0]?.orders ?? []
}
