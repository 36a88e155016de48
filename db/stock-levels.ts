import { sql } from "drizzle-orm"
import type { Database } from "./client.ts"

/** One stock object's counts at one version, as its messages and answers carry them. */
export interface StockLevelSnapshot {
  sku: string
  counts: {
    received: number
    available: number
    held: number
    sold: number
    version: number
    pools: readonly { pool: string; available: number }[]
  }
  atMs: number
}

/** The pool outside every sale, by the name that the stock objects give it. */
const OPEN_POOL = "open"

/**
 * Copies stock counts to Postgres in one statement. Late and doubled snapshots change nothing: of each SKU the
 * highest version stays.
 */
export async function upsertStockLevels(
  db: Database,
  snapshots: readonly StockLevelSnapshot[],
): Promise<void> {
  const rows = newestOfEach(snapshots).map(({ sku, counts, atMs }) => ({
    sku,
    received: counts.received,
    available: counts.available,
    held: counts.held,
    sold: counts.sold,
    open_available: counts.pools.find(({ pool }) => pool === OPEN_POOL)?.available ?? 0,
    version: counts.version,
    updated_at: new Date(atMs).toISOString(),
  }))
  if (rows.length === 0) return
  await db.execute(sql`
    insert into stock_levels (sku, received, available, held, sold, open_available, version, updated_at)
    select sku, received, available, held, sold, open_available, version, updated_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as snapshot(
      sku text, received int, available int, held int, sold int, open_available int, version bigint, updated_at timestamptz
    )
    order by sku -- Batches that meet lock the rows in the same order, so they never wait in a circle.
    on conflict (sku) do update set
      received = excluded.received, available = excluded.available, held = excluded.held, sold = excluded.sold,
      open_available = excluded.open_available, version = excluded.version, updated_at = excluded.updated_at
    where stock_levels.version < excluded.version
  `)
}

/** One statement may touch a row only once, so of several snapshots of a SKU only the newest goes in. */
function newestOfEach(snapshots: readonly StockLevelSnapshot[]): StockLevelSnapshot[] {
  const newest = new Map<string, StockLevelSnapshot>()
  for (const snapshot of snapshots) {
    const known = newest.get(snapshot.sku)
    if (!known || known.counts.version < snapshot.counts.version) newest.set(snapshot.sku, snapshot)
  }
  return [...newest.values()]
}
