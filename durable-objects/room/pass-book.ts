import type { Sql } from "../sqlite.ts"
import { PASS_PAGE_MAX } from "./contract.ts"
import type { PassRecord } from "./contract.ts"

export interface BookedPass extends PassRecord {
  subject: string
}

type PassRow = {
  ticket_id: string
  pass_id: string
  subject: string
  rank: number
  frontier: number
  issued_at_ms: number
  expires_at_ms: number
}

/** Every ticket that was ever admitted, with its newest pass. Which passes live is also kept in memory. */
export class PassBook {
  private readonly sql: Sql
  /** When each live pass runs out, by ticket. */
  private readonly live = new Map<string, number>()
  private earliestExpiryMs = Infinity
  private everAdmitted: number

  constructor(sql: Sql, nowMs: number) {
    this.sql = sql
    const rows = sql.exec<PassRow>(`SELECT * FROM passes WHERE expires_at_ms > ?`, nowMs).toArray()
    for (const row of rows) this.keepLive(row.ticket_id, row.expires_at_ms)
    const [count] = sql.exec<{ tickets: number }>(`SELECT count(*) AS tickets FROM passes`).toArray()
    this.everAdmitted = count?.tickets ?? 0
  }

  /** How many passes live now. */
  active(nowMs: number): number {
    if (nowMs >= this.earliestExpiryMs) {
      this.earliestExpiryMs = Infinity
      for (const [ticketId, expiresAtMs] of this.live) {
        if (expiresAtMs <= nowMs) this.live.delete(ticketId)
        else this.earliestExpiryMs = Math.min(this.earliestExpiryMs, expiresAtMs)
      }
    }
    return this.live.size
  }

  /** Tickets that were ever admitted. */
  get served(): number {
    return this.everAdmitted
  }

  find(ticketId: string): BookedPass | null {
    const [row] = this.sql.exec<PassRow>(`SELECT * FROM passes WHERE ticket_id = ?`, ticketId).toArray()
    return row ? { ...recordOf(row), subject: row.subject } : null
  }

  record(pass: BookedPass): void {
    const known = this.find(pass.ticketId) !== null
    this.sql.exec(
      `INSERT INTO passes (ticket_id, pass_id, subject, rank, frontier, issued_at_ms, expires_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (ticket_id) DO UPDATE SET pass_id = excluded.pass_id, rank = excluded.rank,
         frontier = excluded.frontier, issued_at_ms = excluded.issued_at_ms, expires_at_ms = excluded.expires_at_ms`,
      pass.ticketId,
      pass.passId,
      pass.subject,
      pass.rank,
      pass.frontier,
      pass.issuedAtMs,
      pass.expiresAtMs,
    )
    if (!known) this.everAdmitted += 1
    this.keepLive(pass.ticketId, pass.expiresAtMs)
  }

  /** The ranks of passes issued from a moment on. */
  ranksSince(fromMs: number): number[] {
    const rows = this.sql
      .exec<{ rank: number }>(`SELECT rank FROM passes WHERE issued_at_ms >= ?`, fromMs)
      .toArray()
    return rows.map(({ rank }) => rank)
  }

  page(afterTicketId: string): PassRecord[] {
    return this.sql
      .exec<PassRow>(
        `SELECT * FROM passes WHERE ticket_id > ? ORDER BY ticket_id LIMIT ?`,
        afterTicketId,
        PASS_PAGE_MAX,
      )
      .toArray()
      .map(recordOf)
  }

  private keepLive(ticketId: string, expiresAtMs: number): void {
    this.live.set(ticketId, expiresAtMs)
    this.earliestExpiryMs = Math.min(this.earliestExpiryMs, expiresAtMs)
  }
}

function recordOf(row: PassRow): PassRecord {
  return {
    ticketId: row.ticket_id,
    passId: row.pass_id,
    rank: row.rank,
    frontier: row.frontier,
    issuedAtMs: row.issued_at_ms,
    expiresAtMs: row.expires_at_ms,
  }
}
