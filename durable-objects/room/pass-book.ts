import type { Sql } from "../sqlite.ts"
import { PASS_PAGE_MAX } from "./contract.ts"
import type { PassRecord } from "./contract.ts"
import { IndexedHeap } from "./indexed-heap.ts"
import type { HeapEntry } from "./indexed-heap.ts"

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
  ended_at_ms: number | null
  cap: number | null
}

interface LivePass extends HeapEntry {
  ticketId: string
  subject: string
  issuedAtMs: number
  expiresAtMs: number
}

/** Every ticket that was ever admitted, with its newest pass. Which passes live is also kept in memory. */
export class PassBook {
  private readonly sql: Sql
  /** By ticket. */
  private readonly live = new Map<string, LivePass>()
  /** Each subject's newest live pass. */
  private readonly bySubject = new Map<string, LivePass>()
  /** Mostly passes end in the order of their issue, but not when the merchant has made them shorter. */
  private readonly byExpiry = new IndexedHeap<LivePass>(({ expiresAtMs }) => expiresAtMs)
  private everAdmitted: number

  constructor(sql: Sql, nowMs: number) {
    this.sql = sql
    const rows = sql
      .exec<PassRow>(`SELECT * FROM passes WHERE expires_at_ms > ? AND ended_at_ms IS NULL`, nowMs)
      .toArray()
    for (const row of rows) this.keepLive({ ...recordOf(row), subject: row.subject })
    const [count] = sql.exec<{ tickets: number }>(`SELECT count(*) AS tickets FROM passes`).toArray()
    this.everAdmitted = count?.tickets ?? 0
  }

  /** How many passes live now. */
  active(nowMs: number): number {
    for (let ended = this.byExpiry.takeUpTo(nowMs); ended; ended = this.byExpiry.takeUpTo(nowMs))
      this.forgetLive(ended)
    return this.live.size
  }

  /** How many of the live passes run out by `untilMs`. */
  endingBy(untilMs: number): number {
    let ending = 0
    this.byExpiry.visitUpTo(untilMs, () => {
      ending += 1
    })
    return ending
  }

  /** How many passes lived at some time since `sinceMs`, at least as many as ever at once. */
  livedSince(sinceMs: number): number {
    const [row] = this.sql
      .exec<{ passes: number }>(
        `SELECT count(*) AS passes FROM passes WHERE coalesce(ended_at_ms, expires_at_ms) > ?`,
        sinceMs,
      )
      .toArray()
    return row?.passes ?? 0
  }

  /** Tickets that were ever admitted. */
  get served(): number {
    return this.everAdmitted
  }

  find(ticketId: string): BookedPass | null {
    const [row] = this.sql.exec<PassRow>(`SELECT * FROM passes WHERE ticket_id = ?`, ticketId).toArray()
    return row ? { ...recordOf(row), subject: row.subject } : null
  }

  /** `earlier` is what `find` says of the ticket. */
  record(pass: BookedPass, earlier: BookedPass | null): void {
    this.sql.exec(
      `INSERT INTO passes (ticket_id, pass_id, subject, rank, frontier, issued_at_ms, expires_at_ms, cap)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (ticket_id) DO UPDATE SET pass_id = excluded.pass_id, rank = excluded.rank,
         frontier = excluded.frontier, issued_at_ms = excluded.issued_at_ms, expires_at_ms = excluded.expires_at_ms,
         cap = excluded.cap, ended_at_ms = NULL`,
      pass.ticketId,
      pass.passId,
      pass.subject,
      pass.rank,
      pass.frontier,
      pass.issuedAtMs,
      pass.expiresAtMs,
      pass.cap,
    )
    if (!earlier) this.everAdmitted += 1
    this.keepLive(pass)
  }

  /** Ends the subject's live pass, if it was issued by `atMs`. False when there is none. */
  end(subject: string, atMs: number, nowMs: number): boolean {
    const pass = this.bySubject.get(subject)
    if (!pass || pass.expiresAtMs <= nowMs || pass.issuedAtMs > atMs) return false
    const endedAtMs = Math.max(nowMs, pass.issuedAtMs)
    this.sql.exec(`UPDATE passes SET ended_at_ms = ? WHERE ticket_id = ?`, endedAtMs, pass.ticketId)
    this.byExpiry.remove(pass)
    this.forgetLive(pass)
    return true
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

  /** A ticket has one live pass: a newer one takes the place of the one before. */
  private keepLive({ ticketId, subject, issuedAtMs, expiresAtMs }: BookedPass): void {
    const before = this.live.get(ticketId)
    if (before) this.byExpiry.remove(before)
    const pass = { ticketId, subject, issuedAtMs, expiresAtMs, heapIndex: 0 }
    this.live.set(ticketId, pass)
    this.bySubject.set(subject, pass)
    this.byExpiry.add(pass)
  }

  private forgetLive(pass: LivePass): void {
    const { ticketId, subject } = pass
    this.live.delete(ticketId)
    if (this.bySubject.get(subject) === pass) this.bySubject.delete(subject)
  }
}

function recordOf(row: PassRow): PassRecord {
  return {
    ticketId: row.ticket_id,
    passId: row.pass_id,
    rank: row.rank,
    frontier: row.frontier,
    cap: row.cap,
    issuedAtMs: row.issued_at_ms,
    expiresAtMs: row.expires_at_ms,
    endedAtMs: row.ended_at_ms,
  }
}
