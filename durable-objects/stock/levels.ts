import type { Sql } from "../sqlite.ts"
import type { PoolCounts, StockCounts } from "./contract.ts"
import type { PoolView } from "./pool-book.ts"

interface LedgerRow extends Record<string, string | number | null> {
  version: number
  told: string
  acknowledged_version: number
}

/**
 * The ledger's levels, and which version of them the world has. Each change is a new version, but a version is written
 * down only when it is told to someone: what nobody has heard of need not survive.
 */
export class Levels {
  private readonly sql: Sql
  private version = 0
  private acknowledgedVersion = 0

  constructor(sql: Sql) {
    this.sql = sql
  }

  /** Compares what was told last with what the pools are: a difference is a version that nobody has heard of. */
  load(pools: readonly PoolView[]): void {
    const [row] = this.sql.exec<LedgerRow>(`SELECT version, told, acknowledged_version FROM ledger`).toArray()
    if (!row) throw new Error("the ledger's own row is missing")
    this.acknowledgedVersion = row.acknowledged_version
    this.version = row.told === wordsOf(pools) ? row.version : Math.max(this.version, row.version) + 1
  }

  changed(): void {
    this.version++
  }

  /** True while Postgres is not known to have the newest version. */
  get pending(): boolean {
    return this.version > this.acknowledgedVersion
  }

  get newest(): number {
    return this.version
  }

  of(pools: readonly PoolView[]): StockCounts {
    const total = { received: 0, available: 0, held: 0, sold: 0 }
    for (const pool of pools) {
      total.received += pool.received
      total.available += pool.available
      total.held += pool.held
      total.sold += pool.sold
    }
    return { ...total, pools: pools.map(countsOf), version: this.version }
  }

  /** Writes down what is told now, so that whatever is told later has a higher version, also after a restart. */
  tell(pools: readonly PoolView[]): StockCounts {
    this.sql.exec(`UPDATE ledger SET version = ?, told = ?`, this.version, wordsOf(pools))
    return this.of(pools)
  }

  acknowledge(version: number): void {
    if (version <= this.acknowledgedVersion) return
    this.acknowledgedVersion = version
    this.sql.exec(`UPDATE ledger SET acknowledged_version = ?`, version)
  }
}

function countsOf({
  pool,
  state,
  received,
  available,
  held,
  sold,
  archivedSold,
  leases,
  unleased,
}: PoolView): PoolCounts {
  const counts = { pool, state, received, available, held, sold, archivedSold }
  if (!leases || unleased === undefined) return counts
  return {
    ...counts,
    unleased,
    leases: leases.map(({ lane, granted, takenBack }) => ({ lane, granted, takenBack })),
  }
}

function wordsOf(pools: readonly PoolView[]): string {
  return JSON.stringify(
    pools.map(({ pool, state, received, held, sold }) => [pool, state, received, held, sold]),
  )
}
