import type { Sql } from "../sqlite.ts"
import { fnv1a } from "../fnv1a.ts"
import { HOLDERS_MAX } from "./contract.ts"
import type { PoolId } from "./contract.ts"

/**
 * Who has, or ever had, a hold in a pool, as hashes: for an edge that wants to answer everyone else by itself. Read
 * from the table when a pool is first asked for, and kept by every hold after that. It may name somebody whose hold was
 * undone or has moved to Postgres: that costs them a longer way and nothing else.
 */
export class HolderBook {
  private readonly sql: Sql
  /** Null: more than are told. */
  private readonly byPool = new Map<PoolId, Set<number> | null>()

  constructor(sql: Sql) {
    this.sql = sql
  }

  /** Null when they are too many. */
  of(pool: PoolId): Uint32Array | null {
    let holders = this.byPool.get(pool)
    if (holders === undefined) {
      holders = this.load(pool)
      this.byPool.set(pool, holders)
    }
    return holders && Uint32Array.from(holders)
  }

  /** Does nothing for a pool that nobody asked for. */
  add(pool: PoolId, customer: string): void {
    const holders = this.byPool.get(pool)
    if (!holders) return
    holders.add(fnv1a(customer))
    if (holders.size > HOLDERS_MAX) this.byPool.set(pool, null)
  }

  /** What was known may have been rolled back: it is read afresh. */
  clear(): void {
    this.byPool.clear()
  }

  private load(pool: PoolId): Set<number> | null {
    const rows = this.sql
      .exec<{ customer: string }>(
        `SELECT DISTINCT customer FROM holds WHERE offer IN (SELECT offer FROM offers WHERE pool = ?) LIMIT ?`,
        pool,
        HOLDERS_MAX + 1,
      )
      .toArray()
    return rows.length > HOLDERS_MAX ? null : new Set(rows.map(({ customer }) => fnv1a(customer)))
  }
}
