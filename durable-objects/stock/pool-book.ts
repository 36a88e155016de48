import type { PoolCounts, PoolId, PoolState, PoolTerms } from "./contract.ts"
import type { Sql } from "../sqlite.ts"

export interface Pool extends PoolCounts {
  /** Units of sold holds that are archived: in Postgres, and no longer among the holds. */
  archivedSold: number
  /** Null until a price was set: such a pool can receive, but sells nothing. */
  terms: PoolTerms | null
}

/** What a move changes; what is left out stays. Each field is a difference, in units. */
export interface PoolMove {
  received?: number
  available?: number
  held?: number
  sold?: number
}

/** What the holds' rows come to, by pool. */
export type HoldSums = ReadonlyMap<PoolId, { held: number; sold: number }>

interface PoolRow extends Record<string, string | number | null> {
  pool: string
  state: PoolState
  received: number
  archived_sold: number
  unit_price_cents: number | null
  currency: string | null
  per_customer_limit: number | null
  hold_seconds: number | null
  opens_at_ms: number | null
  closes_at_ms: number | null
}

/**
 * The pools, in memory, and their rows. A row has what was received; what is held and sold follows from the holds'
 * rows, so that a purchase need not write here. Promise P1 is asserted after every move.
 */
export class PoolBook {
  private readonly sql: Sql
  private readonly pools = new Map<PoolId, Pool>()

  constructor(sql: Sql) {
    this.sql = sql
  }

  /** Reads everything afresh. */
  load(sums: HoldSums): void {
    this.pools.clear()
    for (const row of this.sql.exec<PoolRow>(`SELECT * FROM pools`).toArray()) {
      const { held, sold } = sums.get(row.pool) ?? { held: 0, sold: 0 }
      this.pools.set(row.pool, poolOf(row, held, sold + row.archived_sold))
    }
    for (const pool of this.pools.values()) assertSums(pool)
  }

  find(pool: PoolId): Pool | null {
    return this.pools.get(pool) ?? null
  }

  all(): Pool[] {
    return [...this.pools.values()].sort((a, b) => (a.pool < b.pool ? -1 : 1))
  }

  ensure(pool: PoolId): void {
    if (this.pools.has(pool)) return
    this.sql.exec(`INSERT INTO pools (pool, state, received) VALUES (?, 'active', 0)`, pool)
    this.pools.set(pool, {
      pool,
      state: "active",
      received: 0,
      available: 0,
      held: 0,
      sold: 0,
      archivedSold: 0,
      terms: null,
    })
  }

  setTerms(pool: PoolId, terms: PoolTerms): void {
    this.sql.exec(
      `UPDATE pools SET unit_price_cents = ?, currency = ?, per_customer_limit = ?, hold_seconds = ?, opens_at_ms = ?, closes_at_ms = ?
       WHERE pool = ?`,
      terms.unitPriceCents,
      terms.currency,
      terms.perCustomerLimit,
      terms.holdSeconds,
      terms.opensAtMs,
      terms.closesAtMs,
      pool,
    )
    this.known(pool).terms = terms
  }

  setState(pool: PoolId, state: PoolState): void {
    this.sql.exec(`UPDATE pools SET state = ? WHERE pool = ?`, state, pool)
    this.known(pool).state = state
  }

  /** Applies differences. Throws, and with it the command, when the counts no longer add up. */
  move(id: PoolId, { received = 0, available = 0, held = 0, sold = 0 }: PoolMove): void {
    const pool = this.known(id)
    pool.received += received
    pool.available += available
    pool.held += held
    pool.sold += sold
    assertSums(pool)
    if (received !== 0) this.sql.exec(`UPDATE pools SET received = ? WHERE pool = ?`, pool.received, id)
  }

  /** Unsold and unheld units change their pool. */
  moveBetween(from: PoolId, to: PoolId, units: number): void {
    if (units === 0) return
    this.move(from, { received: -units, available: -units })
    this.move(to, { received: units, available: units })
  }

  /** Sold units whose holds leave this object. */
  archive(id: PoolId, units: number): void {
    const pool = this.known(id)
    pool.archivedSold += units
    this.sql.exec(`UPDATE pools SET archived_sold = ? WHERE pool = ?`, pool.archivedSold, id)
  }

  private known(id: PoolId): Pool {
    const pool = this.pools.get(id)
    if (!pool) throw new Error(`there is no pool ${id}`)
    return pool
  }
}

/** Units one customer may hold and buy together; null is no limit. */
export function limitOf(pool: Pool | null): number | null {
  return pool?.terms?.perCustomerLimit ?? null
}

/** Promise P1, for one pool. It stays on in production. */
function assertSums({ pool, received, available, held, sold, archivedSold }: Pool): void {
  const adds = available + held + sold === received
  if (adds && available >= 0 && held >= 0 && sold >= archivedSold && archivedSold >= 0) return
  throw new Error(
    `pool ${pool} does not add up: ${available} available + ${held} held + ${sold} sold, ${received} received`,
  )
}

function poolOf(row: PoolRow, held: number, sold: number): Pool {
  const { pool, state, received } = row
  const available = received - held - sold
  return {
    pool,
    state,
    received,
    available,
    held,
    sold,
    archivedSold: row.archived_sold,
    terms: termsOf(row),
  }
}

function termsOf(row: PoolRow): PoolTerms | null {
  if (row.unit_price_cents === null || row.currency === null || row.hold_seconds === null) return null
  return {
    unitPriceCents: row.unit_price_cents,
    currency: row.currency,
    perCustomerLimit: row.per_customer_limit,
    holdSeconds: row.hold_seconds,
    opensAtMs: row.opens_at_ms,
    closesAtMs: row.closes_at_ms,
  }
}
