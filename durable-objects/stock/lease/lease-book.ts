import type { Sql } from "../../sqlite.ts"
import type { PoolId } from "../contract.ts"
import type { LaneReport, LeaseCounts } from "./contract.ts"

/** One lane of one pool, as the root knows it. */
export interface Lease extends LeaseCounts {
  pool: PoolId
  /** The newest report that was taken in. */
  reportVersion: number
  held: number
  sold: number
  archivedSold: number
  /** The newest terms and state that the lane is known to have. */
  toldTermsVersion: number
}

interface LeaseRow extends Record<string, string | number | null> {
  pool: string
  lane: number
  granted: number
  taken_back: number
  report_version: number
  held: number
  sold: number
  archived_sold: number
  told_terms_version: number
}

/** The root's leases, in memory and as rows: what each lane has, and what it last said of itself. */
export class LeaseBook {
  private readonly sql: Sql
  private readonly pools = new Map<PoolId, Lease[]>()

  constructor(sql: Sql) {
    this.sql = sql
  }

  /** Reads everything afresh, and says how many units the lanes of each pool have. */
  load(): Map<PoolId, number> {
    this.pools.clear()
    for (const row of this.sql.exec<LeaseRow>(`SELECT * FROM leases ORDER BY pool, lane`).toArray())
      this.put(leaseOf(row))
    return new Map([...this.pools].map(([pool, leases]) => [pool, sumOf(leases, unitsOf)]))
  }

  get isEmpty(): boolean {
    return this.pools.size === 0
  }

  /** The lanes that have ever asked for units of a pool. */
  of(pool: PoolId): readonly Lease[] {
    return this.pools.get(pool) ?? []
  }

  ensure(pool: PoolId, lane: number): Lease {
    const known = this.of(pool).find((lease) => lease.lane === lane)
    if (known) return known
    this.sql.exec(`INSERT INTO leases VALUES (?, ?, 0, 0, 0, 0, 0, 0, 0)`, pool, lane)
    return this.put({
      pool,
      lane,
      granted: 0,
      takenBack: 0,
      reportVersion: 0,
      held: 0,
      sold: 0,
      archivedSold: 0,
      toldTermsVersion: 0,
    })
  }

  grant(lease: Lease, units: number): void {
    lease.granted += units
    this.sql.exec(
      `UPDATE leases SET granted = ? WHERE pool = ? AND lane = ?`,
      lease.granted,
      lease.pool,
      lease.lane,
    )
  }

  /** Takes in a report if it is newer than the last, and says how many units came back with it. */
  takeIn(lease: Lease, report: LaneReport): number {
    if (report.version <= lease.reportVersion) return 0
    const cameBack = report.returned - lease.takenBack
    Object.assign(lease, {
      takenBack: report.returned,
      reportVersion: report.version,
      held: report.held,
      sold: report.sold,
      archivedSold: report.archivedSold,
      toldTermsVersion: report.termsVersion,
    })
    assertSound(lease, report)
    this.sql.exec(
      `UPDATE leases SET taken_back = ?, report_version = ?, held = ?, sold = ?, archived_sold = ?, told_terms_version = ?
       WHERE pool = ? AND lane = ?`,
      lease.takenBack,
      lease.reportVersion,
      lease.held,
      lease.sold,
      lease.archivedSold,
      lease.toldTermsVersion,
      lease.pool,
      lease.lane,
    )
    return cameBack
  }

  /** What the lanes of a pool hold and have sold, together, as they last said. */
  totalsOf(pool: PoolId): { held: number; sold: number; archivedSold: number } {
    const leases = this.of(pool)
    return {
      held: sumOf(leases, ({ held }) => held),
      sold: sumOf(leases, ({ sold }) => sold),
      archivedSold: sumOf(leases, ({ archivedSold }) => archivedSold),
    }
  }

  private put(lease: Lease): Lease {
    const leases = this.pools.get(lease.pool)
    if (leases) leases.push(lease)
    else this.pools.set(lease.pool, [lease])
    return lease
  }
}

/** Units that a lane can sell, as far as the root knows: those under way to it included. */
export function freeOf({ granted, takenBack, held, sold }: Lease): number {
  return granted - takenBack - held - sold
}

function unitsOf({ granted, takenBack }: Lease): number {
  return granted - takenBack
}

/** P1 across the two of them: a lane has no unit that it was not granted, and gives none back twice. It stays on. */
function assertSound(lease: Lease, { accepted, returned }: LaneReport): void {
  const { pool, lane, granted } = lease
  const sound = accepted <= granted && returned <= accepted && freeOf(lease) >= 0 && returned >= 0
  if (sound) return
  throw new Error(
    `lane ${lane} of pool ${pool} does not add up: ${granted} granted, ${accepted} accepted, ${returned} returned`,
  )
}

function sumOf(leases: readonly Lease[], units: (lease: Lease) => number): number {
  return leases.reduce((sum, lease) => sum + units(lease), 0)
}

function leaseOf(row: LeaseRow): Lease {
  return {
    pool: row.pool,
    lane: row.lane,
    granted: row.granted,
    takenBack: row.taken_back,
    reportVersion: row.report_version,
    held: row.held,
    sold: row.sold,
    archivedSold: row.archived_sold,
    toldTermsVersion: row.told_terms_version,
  }
}
