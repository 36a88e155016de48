import type { Arrivals } from "../../waiting-room/arrivals.ts"
import type { ArrivalBucket } from "../../waiting-room/arrivals.ts"
import type { PoolState } from "../stock/contract.ts"
import { applyMigrations } from "../sqlite.ts"
import type { Sql } from "../sqlite.ts"
import type { Sale } from "./contract.ts"
import { resumeLine } from "./line-state.ts"
import type { LineState } from "./line-state.ts"
import { ROOM_MIGRATIONS } from "./schema.ts"

/** The sale, and what the merchant did to it. */
export interface ScheduledSale {
  sale: Sale
  drawSecret: string
  drawCommitment: string
  /** Draws among those who were invited; only in a sale with early access. */
  earlySecret?: string | null
  paused: boolean
  endedAtMs: number | null
  /** Grows with each change that the pools must hear of. */
  termsVersion: number
}

export interface ToldPool {
  sku: string
  state: PoolState
  termsVersion: number
}

const BEFORE_BELL = -1
const INVITED = -2

/** The room's rows. Decides nothing. */
export class RoomStore {
  private readonly sql: Sql
  private savedLine = ""

  constructor(sql: Sql) {
    this.sql = sql
  }

  /** Whether a sale was ever scheduled here. Asking leaves nothing behind, so that guessing ids fills no storage. */
  hasTables(): boolean {
    return (
      this.sql.exec(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'sale'`).toArray().length > 0
    )
  }

  migrate(): void {
    applyMigrations(this.sql, ROOM_MIGRATIONS)
  }

  loadSale(): ScheduledSale | null {
    type Row = {
      sale: string
      draw_secret: string
      draw_commitment: string
      early_secret: string | null
      paused: number
      ended_at_ms: number | null
      terms_version: number
    }
    const [row] = this.sql.exec<Row>(`SELECT * FROM sale`).toArray()
    if (!row) return null
    return {
      sale: JSON.parse(row.sale) as Sale,
      drawSecret: row.draw_secret,
      drawCommitment: row.draw_commitment,
      earlySecret: row.early_secret,
      paused: row.paused === 1,
      endedAtMs: row.ended_at_ms,
      termsVersion: row.terms_version,
    }
  }

  saveSale(scheduled: ScheduledSale): void {
    const { sale, drawSecret, drawCommitment, earlySecret, paused, endedAtMs, termsVersion } = scheduled
    this.sql.exec(
      `INSERT INTO sale (one, sale, draw_secret, draw_commitment, early_secret, paused, ended_at_ms, terms_version)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (one) DO UPDATE SET sale = excluded.sale, paused = excluded.paused,
         ended_at_ms = excluded.ended_at_ms, terms_version = excluded.terms_version`,
      JSON.stringify(sale),
      drawSecret,
      drawCommitment,
      earlySecret ?? null,
      paused ? 1 : 0,
      endedAtMs,
      termsVersion,
    )
  }

  loadLine(): LineState | null {
    const [row] = this.sql.exec<{ state: string }>(`SELECT state FROM line`).toArray()
    return row ? resumeLine(JSON.parse(row.state) as LineState) : null
  }

  /** One row, and none when nothing but the clock has changed. */
  saveLine(line: LineState): void {
    const comparable = JSON.stringify({ ...line, controller: { ...line.controller, tickedAtMs: null } })
    if (comparable === this.savedLine) return
    this.sql.exec(
      `INSERT INTO line (one, frontier, state) VALUES (1, ?, ?)
       ON CONFLICT (one) DO UPDATE SET frontier = excluded.frontier, state = excluded.state`,
      line.controller.frontier,
      JSON.stringify(line),
    )
    this.savedLine = comparable
  }

  loadArrivals(): Arrivals {
    const rows = this.sql
      .exec<{ second: number; seconds: number; count: number }>(`SELECT * FROM arrivals ORDER BY second`)
      .toArray()
    const countAt = (second: number) => rows.find((row) => row.second === second)?.count ?? 0
    const invited = countAt(INVITED)
    const buckets = rows.filter((row) => row.second > BEFORE_BELL)
    return { beforeBell: countAt(BEFORE_BELL), ...(invited > 0 && { invited }), buckets }
  }

  saveBucket({ second, seconds, count }: ArrivalBucket): void {
    this.sql.exec(
      `INSERT INTO arrivals (second, seconds, count) VALUES (?, ?, ?)
       ON CONFLICT (second) DO UPDATE SET seconds = excluded.seconds, count = excluded.count`,
      second,
      seconds,
      count,
    )
  }

  saveBeforeBell(count: number): void {
    this.saveBucket({ second: BEFORE_BELL, seconds: 1, count })
  }

  saveInvited(count: number): void {
    this.saveBucket({ second: INVITED, seconds: 1, count })
  }

  /** After a merge, which is rare. */
  replaceBuckets(buckets: readonly ArrivalBucket[]): void {
    this.sql.exec(`DELETE FROM arrivals WHERE second > ?`, BEFORE_BELL)
    for (const bucket of buckets) this.saveBucket(bucket)
  }

  loadPools(): ToldPool[] {
    return this.sql
      .exec<{ sku: string; state: PoolState; terms_version: number }>(`SELECT * FROM pools`)
      .toArray()
      .map(({ sku, state, terms_version }) => ({ sku, state, termsVersion: terms_version }))
  }

  savePool({ sku, state, termsVersion }: ToldPool): void {
    this.sql.exec(
      `INSERT INTO pools (sku, state, terms_version) VALUES (?, ?, ?)
       ON CONFLICT (sku) DO UPDATE SET state = excluded.state, terms_version = excluded.terms_version`,
      sku,
      state,
      termsVersion,
    )
  }

  /** False when it was recorded before. */
  recordReplenishment({ id, sku, units }: { id: string; sku: string; units: number }): boolean {
    if (this.sql.exec(`SELECT 1 FROM replenishments WHERE id = ?`, id).toArray().length > 0) return false
    this.sql.exec(`INSERT INTO replenishments (id, sku, units) VALUES (?, ?, ?)`, id, sku, units)
    return true
  }
}
