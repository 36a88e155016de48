import type { PoolCounts, PoolId, PoolState, PoolTerms } from "./contract.ts"
import type { Sql } from "../sqlite.ts"

export interface Pool extends PoolCounts {
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

interface PoolRow extends Record<string, string | number | null> {
  pool: string
  state: PoolState
  received: number
  available: number
  held: number
  sold: number
  unit_price_cents: number | null
  currency: string | null
  per_customer_limit: number | null
  hold_seconds: number | null
  opens_at_ms: number | null
  closes_at_ms: number | null
}

/** The pools' rows: the only place that writes them. */
export class PoolBook {
  private readonly sql: Sql

  constructor(sql: Sql) {
    this.sql = sql
  }

  find(pool: PoolId): Pool | null {
    const [row] = this.sql.exec<PoolRow>(`SELECT * FROM pools WHERE pool = ?`, pool).toArray()
    return row ? poolOf(row) : null
  }

  all(): Pool[] {
    return this.sql.exec<PoolRow>(`SELECT * FROM pools ORDER BY pool`).toArray().map(poolOf)
  }

  ensure(pool: PoolId): void {
    this.sql.exec(
      `INSERT INTO pools (pool, state, received, available, held, sold) VALUES (?, 'active', 0, 0, 0, 0) ON CONFLICT DO NOTHING`,
      pool,
    )
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
  }

  setState(pool: PoolId, state: PoolState): void {
    this.sql.exec(`UPDATE pools SET state = ? WHERE pool = ?`, state, pool)
  }

  /** Applies differences; the table's CHECKs refuse whatever would break P1. */
  move(pool: PoolId, { received = 0, available = 0, held = 0, sold = 0 }: PoolMove): void {
    this.sql.exec(
      `UPDATE pools SET received = received + ?, available = available + ?, held = held + ?, sold = sold + ? WHERE pool = ?`,
      received,
      available,
      held,
      sold,
      pool,
    )
  }
}

function poolOf(row: PoolRow): Pool {
  const { pool, state, received, available, held, sold } = row
  return { pool, state, received, available, held, sold, terms: termsOf(row) }
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
