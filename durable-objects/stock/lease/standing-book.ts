import type { Sql } from "../../sqlite.ts"
import type { PoolId } from "../contract.ts"

interface Standing {
  /** Units, all told, that were taken over of what the root granted. */
  accepted: number
  /** Units, all told, that were given back. */
  returned: number
  /** Of the newest report. It is written down before it is told, so that no two reports share one. */
  version: number
}

interface StandingRow extends Record<string, string | number | null> {
  pool: string
  accepted: number
  returned: number
  report_version: number
}

/** A lane's standing towards its root, in memory and as rows. All of its numbers only grow. */
export class StandingBook {
  private readonly sql: Sql
  private readonly pools = new Map<PoolId, Standing>()

  constructor(sql: Sql) {
    this.sql = sql
  }

  load(): void {
    this.pools.clear()
    for (const row of this.sql.exec<StandingRow>(`SELECT * FROM standings`).toArray()) {
      const { accepted, returned, report_version: version } = row
      this.pools.set(row.pool, { accepted, returned, version })
    }
  }

  of(pool: PoolId): { accepted: number; returned: number } {
    const { accepted, returned } = this.pools.get(pool) ?? { accepted: 0, returned: 0 }
    return { accepted, returned }
  }

  /** How many units of a grant are new here; none when it is an old one. */
  accept(pool: PoolId, granted: number): number {
    const standing = this.known(pool)
    const units = Math.max(0, granted - standing.accepted)
    standing.accepted += units
    if (units > 0) this.sql.exec(`UPDATE standings SET accepted = ? WHERE pool = ?`, standing.accepted, pool)
    return units
  }

  giveBack(pool: PoolId, units: number): void {
    const standing = this.known(pool)
    standing.returned += units
    if (standing.returned > standing.accepted)
      throw new Error(`pool ${pool} gives back more than it was granted`)
    this.sql.exec(`UPDATE standings SET returned = ? WHERE pool = ?`, standing.returned, pool)
  }

  tell(pool: PoolId): Standing {
    const standing = this.known(pool)
    standing.version++
    this.sql.exec(`UPDATE standings SET report_version = ? WHERE pool = ?`, standing.version, pool)
    return { ...standing }
  }

  private known(pool: PoolId): Standing {
    const known = this.pools.get(pool)
    if (known) return known
    this.sql.exec(`INSERT INTO standings VALUES (?, 0, 0, 0)`, pool)
    const standing = { accepted: 0, returned: 0, version: 0 }
    this.pools.set(pool, standing)
    return standing
  }
}
