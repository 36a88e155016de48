import { and, eq, sql } from "drizzle-orm"
import type { Database } from "./client.ts"
import { stockHolds } from "./schema.ts"

/** An ended hold as its ledger had it. Times are epoch milliseconds. */
export interface ArchivedHold {
  holdId: string
  pool: string
  customer: string
  quantity: number
  returnedQuantity: number
  unitPriceCents: number
  currency: string
  state: "sold" | "released" | "expired"
  orderId: string | null
  createdAtMs: number
  expiresAtMs: number
  endedAtMs: number
}

/** Keeps ended holds, all in one statement. One that comes twice is the same: an ended hold never changes again. */
export async function archiveHolds(
  db: Database,
  batches: readonly { sku: string; holds: readonly ArchivedHold[] }[],
): Promise<void> {
  const rows = batches.flatMap(({ sku, holds }) => holds.map((hold) => ({ sku, ...hold })))
  if (rows.length === 0) return
  await db.execute(sql`
    insert into stock_holds (sku, hold_id, pool, customer, quantity, returned_quantity, unit_price_cents, currency,
      state, order_id, created_at, expires_at, ended_at)
    select sku, "holdId", pool, customer, quantity, "returnedQuantity", "unitPriceCents", currency, state, "orderId",
      to_timestamp("createdAtMs" / 1000.0), to_timestamp("expiresAtMs" / 1000.0), to_timestamp("endedAtMs" / 1000.0)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as ended(
      sku text, "holdId" text, pool text, customer text, quantity int, "returnedQuantity" int, "unitPriceCents" int,
      currency text, state text, "orderId" text, "createdAtMs" bigint, "expiresAtMs" bigint, "endedAtMs" bigint
    )
    order by sku, "holdId" -- Batches that meet lock the rows in the same order, so they never wait in a circle.
    on conflict do nothing
  `)
}

/** What of a SKU's pool is archived. */
export async function readArchivedHolds(db: Database, sku: string, pool: string): Promise<ArchivedHold[]> {
  const rows = await db
    .select()
    .from(stockHolds)
    .where(and(eq(stockHolds.sku, sku), eq(stockHolds.pool, pool)))
  return rows.map(({ sku: _sku, createdAt, expiresAt, endedAt, ...hold }) => ({
    ...hold,
    createdAtMs: createdAt.getTime(),
    expiresAtMs: expiresAt.getTime(),
    endedAtMs: endedAt.getTime(),
  }))
}
