import type { Sql } from "../sqlite.ts"
import type { PaymentEvent } from "./contract.ts"

/** Longer than Stripe repeats a webhook (three days), and longer than any order is tried to be settled (one). */
export const INBOX_KEPT_MS = 4 * 24 * 3_600_000

/**
 * Webhooks with what they say: recorded first, so that none is lost, and acted on afterwards. One that comes twice is
 * recorded once; one that does not fit its order yet waits here until it does.
 */
export class InboxBook {
  private readonly sql: Sql
  /** Orders that something may wait for: no other is looked for in the table, where most steps would find nothing. */
  private readonly awaited = new Set<string>()

  constructor(sql: Sql) {
    this.sql = sql
    this.load()
  }

  /** False for a webhook that was recorded before. */
  record(event: PaymentEvent, nowMs: number): boolean {
    const { eventId, orderId } = event
    const seen = this.sql.exec(`SELECT 1 AS seen FROM inbox WHERE event_id = ?`, eventId).toArray().length > 0
    if (!seen) {
      this.awaited.add(orderId)
      this.sql.exec(
        `INSERT INTO inbox (event_id, order_id, at_ms, content) VALUES (?, ?, ?, ?)`,
        eventId,
        orderId,
        nowMs,
        JSON.stringify(event),
      )
    }
    return !seen
  }

  /** What was recorded for an order and not acted on, oldest first. */
  waiting(orderId: string): PaymentEvent[] {
    if (!this.awaited.has(orderId)) return []
    const rows = this.sql
      .exec<{ content: string }>(
        `SELECT content FROM inbox WHERE order_id = ? AND acted_at_ms IS NULL ORDER BY at_ms, event_id`,
        orderId,
      )
      .toArray()
    if (rows.length === 0) this.awaited.delete(orderId)
    return rows.map(({ content }) => JSON.parse(content) as PaymentEvent)
  }

  /** What it says is done with; its id stays, so that it is known when it comes again. */
  markActed(eventId: string, nowMs: number): void {
    this.sql.exec(`UPDATE inbox SET acted_at_ms = ?, content = NULL WHERE event_id = ?`, nowMs, eventId)
  }

  /** Forgets what is too old to come again, and what has waited longer than any order moves. */
  prune(nowMs: number): void {
    this.sql.exec(`DELETE FROM inbox WHERE at_ms < ?`, nowMs - INBOX_KEPT_MS)
    this.load()
  }

  private load(): void {
    this.awaited.clear()
    const rows = this.sql
      .exec<{ order_id: string }>(`SELECT DISTINCT order_id FROM inbox WHERE acted_at_ms IS NULL`)
      .toArray()
    for (const row of rows) this.awaited.add(row.order_id)
  }
}
