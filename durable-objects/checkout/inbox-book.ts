import type { Sql } from "../sqlite.ts"

/** Webhooks that were recorded, so that one that comes twice acts once. */
export class InboxBook {
  private readonly sql: Sql

  constructor(sql: Sql) {
    this.sql = sql
  }

  /** True the first time; a webhook that comes again has been seen. */
  remember(eventId: string, orderId: string, atMs: number): boolean {
    const seen = this.sql.exec(`SELECT 1 AS seen FROM inbox WHERE event_id = ?`, eventId).toArray().length > 0
    if (!seen)
      this.sql.exec(`INSERT INTO inbox (event_id, order_id, at_ms) VALUES (?, ?, ?)`, eventId, orderId, atMs)
    return !seen
  }
}
