import type { LeaseCounts } from "./lease/contract.ts"
import type { Goods, PoolCounts, PoolId, PoolState, PoolTerms } from "./contract.ts"
import type { Sql } from "../sqlite.ts"

export interface Pool extends Omit<PoolCounts, "leases" | "unleased"> {
  /** Units of sold holds that are archived: in Postgres, and no longer among the holds. */
  archivedSold: number
  /** Null until a price was set: such a pool can receive, but sells nothing. */
  terms: PoolTerms | null
  /** Over how many lanes it is spread. With one the ledger itself sells; with more it only leases units to them. */
  lanes: number
  /** Units that lanes have. */
  leased: number
  /** Grows when terms or state change, so that lanes know the newer ones. */
  termsVersion: number
  /** Moves with every change since it was read. */
  changes: number
}

/** A pool as it is told of: where it has lanes, its counts are those of all lanes together. */
export type PoolView = Pool & Pick<PoolCounts, "unleased"> & { leases?: readonly LeaseCounts[] }

/** What a move changes; what is left out stays. Each field is a difference, in units. */
export interface PoolMove {
  received?: number
  available?: number
  leased?: number
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
  lanes: number
  terms_version: number
  unit_price_cents: number | null
  currency: string | null
  per_customer_limit: number | null
  hold_seconds: number | null
  opens_at_ms: number | null
  closes_at_ms: number | null
  goods: string | null
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

  /** Reads everything afresh. `leased` are the units that lanes have, by pool. */
  load(sums: HoldSums, leased: ReadonlyMap<PoolId, number>): void {
    this.pools.clear()
    for (const row of this.sql.exec<PoolRow>(`SELECT * FROM pools`).toArray()) {
      const { held, sold } = sums.get(row.pool) ?? { held: 0, sold: 0 }
      const units = { leased: leased.get(row.pool) ?? 0, held, sold: sold + row.archived_sold }
      this.pools.set(row.pool, poolOf(row, units))
    }
    for (const pool of this.pools.values()) assertSums(pool)
  }

  find(pool: PoolId): Pool | null {
    return this.pools.get(pool) ?? null
  }

  all(): Pool[] {
    return [...this.pools.values()].sort((a, b) => (a.pool < b.pool ? -1 : 1))
  }

  ensure(pool: PoolId, lanes = 1): void {
    if (this.pools.has(pool)) return
    this.sql.exec(`INSERT INTO pools (pool, state, received, lanes) VALUES (?, 'active', 0, ?)`, pool, lanes)
    this.pools.set(pool, {
      pool,
      state: "active",
      received: 0,
      available: 0,
      held: 0,
      sold: 0,
      archivedSold: 0,
      terms: null,
      lanes,
      leased: 0,
      termsVersion: 0,
      changes: 0,
    })
  }

  /** Sets terms that differ from those it has, as their next version or, in a lane, as the version that it was told. */
  setTerms(id: PoolId, terms: PoolTerms, version = this.known(id).termsVersion + 1): void {
    if (sameTerms(this.known(id).terms, terms)) return
    this.sql.exec(
      `UPDATE pools SET unit_price_cents = ?, currency = ?, per_customer_limit = ?, hold_seconds = ?, opens_at_ms = ?,
         closes_at_ms = ?, goods = ?, terms_version = ?
       WHERE pool = ?`,
      terms.unitPriceCents,
      terms.currency,
      terms.perCustomerLimit,
      terms.holdSeconds,
      terms.opensAtMs,
      terms.closesAtMs,
      terms.goods ? JSON.stringify(terms.goods) : null,
      version,
      id,
    )
    this.change(id, { terms, termsVersion: version })
  }

  setState(id: PoolId, state: PoolState, version = this.known(id).termsVersion + 1): void {
    this.sql.exec(`UPDATE pools SET state = ?, terms_version = ? WHERE pool = ?`, state, version, id)
    this.change(id, { state, termsVersion: version })
  }

  /** Applies differences. Throws, and with it the command, when the counts no longer add up. */
  move(id: PoolId, { received = 0, available = 0, leased = 0, held = 0, sold = 0 }: PoolMove): void {
    const pool = this.known(id)
    pool.received += received
    pool.available += available
    pool.leased += leased
    pool.held += held
    pool.sold += sold
    pool.changes++
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
    pool.changes++
    this.sql.exec(`UPDATE pools SET archived_sold = ? WHERE pool = ?`, pool.archivedSold, id)
  }

  private change(id: PoolId, change: Partial<Pool>): void {
    const pool = this.known(id)
    Object.assign(pool, change)
    pool.changes++
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
function assertSums({ pool, received, available, leased, held, sold, archivedSold }: Pool): void {
  const adds = available + leased + held + sold === received
  if (adds && available >= 0 && leased >= 0 && held >= 0 && sold >= archivedSold && archivedSold >= 0) return
  throw new Error(
    `pool ${pool} does not add up: ${available} available + ${leased} leased + ${held} held + ${sold} sold, ${received} received`,
  )
}

function poolOf(row: PoolRow, { leased, held, sold }: { leased: number; held: number; sold: number }): Pool {
  const { pool, state, received, lanes } = row
  return {
    pool,
    state,
    received,
    available: received - leased - held - sold,
    leased,
    held,
    sold,
    archivedSold: row.archived_sold,
    terms: termsOf(row),
    lanes,
    termsVersion: row.terms_version,
    changes: 0,
  }
}

function sameTerms(a: PoolTerms | null, b: PoolTerms): boolean {
  return a !== null && TERMS.every((term) => a[term] === b[term]) && sameGoods(a.goods, b.goods)
}

function sameGoods(a: PoolTerms["goods"], b: PoolTerms["goods"]): boolean {
  return a?.weightGrams === b?.weightGrams && a?.taxClass === b?.taxClass
}

const TERMS = [
  "unitPriceCents",
  "currency",
  "perCustomerLimit",
  "holdSeconds",
  "opensAtMs",
  "closesAtMs",
] as const satisfies readonly (keyof PoolTerms)[]

function termsOf(row: PoolRow): PoolTerms | null {
  if (row.unit_price_cents === null || row.currency === null || row.hold_seconds === null) return null
  return {
    unitPriceCents: row.unit_price_cents,
    currency: row.currency,
    perCustomerLimit: row.per_customer_limit,
    holdSeconds: row.hold_seconds,
    opensAtMs: row.opens_at_ms,
    closesAtMs: row.closes_at_ms,
    ...(row.goods !== null && { goods: JSON.parse(row.goods) as Goods }),
  }
}
