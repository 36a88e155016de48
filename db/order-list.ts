import { sql } from "drizzle-orm"
import type { Database } from "./client.ts"

/** An order as a list shows it. */
export interface ListedOrder {
  orderId: string
  orderNumber: string
  status: string
  email: string
  saleId: string | null
  totalCents: number
  refundedCents: number
  currency: string
  createdAtMs: number
}

export interface OrderFilter {
  status: string | null
  saleId: string | null
  /** In whatever case: addresses are compared in lower case. */
  email: string | null
  orderNumber: string | null
}

/** The last order of the page before, by which the next one goes on. */
export interface OrderPlace {
  createdAtMs: number
  orderId: string
}

/** Orders that fit, the newest first; one more than asked for when there are more. */
export async function listOrders(
  db: Database,
  filter: OrderFilter,
  { after, limit }: { after: OrderPlace | null; limit: number },
): Promise<ListedOrder[]> {
  const wanted = [
    filter.status === null ? null : sql`o.status = ${filter.status}`,
    filter.saleId === null ? null : sql`o.sale_id = ${filter.saleId}`,
    filter.email === null ? null : sql`lower(o.email) = lower(${filter.email})`,
    filter.orderNumber === null ? null : sql`o.order_number = ${filter.orderNumber}`,
    after === null
      ? null
      : sql`(o.created_at, o.id collate "C") < (to_timestamp(${after.createdAtMs}::bigint / 1000.0), ${after.orderId})`,
  ].filter((condition) => condition !== null)
  const where = wanted.length === 0 ? sql`` : sql`where ${sql.join(wanted, sql` and `)}`
  const result = await db.execute<{ orders: ListedOrder[] }>(sql`
    select coalesce(json_agg(page order by "createdAtMs" desc, "orderId" collate "C" desc), '[]') as orders from (
      select o.id as "orderId", o.order_number as "orderNumber", o.status, o.email, o.sale_id as "saleId",
        o.total_cents as "totalCents", o.refunded_cents as "refundedCents", o.currency,
        round(extract(epoch from o.created_at) * 1000)::bigint as "createdAtMs"
      from orders o ${where}
      order by o.created_at desc, o.id collate "C" desc limit ${limit + 1}
    ) page`)
  return result.rows[0]?.orders ?? []
}
