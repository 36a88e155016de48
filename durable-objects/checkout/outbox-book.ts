import type { Sql } from "../sqlite.ts"
import type { OrderVersion } from "./contract.ts"
import { orderOf } from "./order-row.ts"
import type { Order, OrderRow } from "./order-row.ts"

/** Orders that Postgres is not known to have in their newest version: the only place that writes the outbox. */
export class OutboxBook {
  private readonly sql: Sql

  constructor(sql: Sql) {
    this.sql = sql
  }

  /** To be called in the transaction that changes the order. The new version counts as never sent. */
  remind({ orderId, version }: OrderVersion, nowMs: number): void {
    this.sql.exec(
      `INSERT INTO outbox (order_id, version, changed_at_ms, send_at_ms) VALUES (?1, ?2, ?3, ?3)
       ON CONFLICT (order_id) DO UPDATE SET version = ?2, send_at_ms = ?3, sends = 0`,
      orderId,
      version,
      nowMs,
    )
  }

  /** Orders to send now, those that wait longest first, each with how often this version was sent before. */
  due(nowMs: number, limit: number): { order: Order; sends: number }[] {
    return this.sql
      .exec<OrderRow & { sends: number }>(
        `SELECT orders.*, outbox.sends FROM outbox JOIN orders USING (order_id)
         WHERE send_at_ms <= ? ORDER BY send_at_ms LIMIT ?`,
        nowMs,
        limit,
      )
      .toArray()
      .map((row) => ({ order: orderOf(row), sends: row.sends }))
  }

  /** When the first order is due; null when Postgres has them all. */
  nextMs(): number | null {
    const [row] = this.sql.exec<{ at: number | null }>(`SELECT min(send_at_ms) AS at FROM outbox`).toArray()
    return row?.at ?? null
  }

  /** Orders that were sent and whose answer is not overdue, and when the first of them will be. */
  underWay(nowMs: number): { orders: number; overdueAtMs: number | null } {
    const [row] = this.sql
      .exec<{ orders: number; at: number | null }>(
        `SELECT count(*) AS orders, min(send_at_ms) AS at FROM outbox WHERE send_at_ms > ?`,
        nowMs,
      )
      .toArray()
    return { orders: row?.orders ?? 0, overdueAtMs: row?.at ?? null }
  }

  /** Whether anything that was sent should have been acknowledged by now. */
  hasOverdue(nowMs: number): boolean {
    return (
      this.sql
        .exec(`SELECT 1 AS found FROM outbox WHERE send_at_ms <= ? AND sends > 0 LIMIT 1`, nowMs)
        .toArray().length > 0
    )
  }

  /** What was sent is due again at `resendAtMs`, unless it is acknowledged before. A newer version keeps its own time. */
  markSent({ orderId, version }: OrderVersion, resendAtMs: number): void {
    this.sql.exec(
      `UPDATE outbox SET send_at_ms = ?, sends = sends + 1 WHERE order_id = ? AND version = ?`,
      resendAtMs,
      orderId,
      version,
    )
  }

  /** All that waits is sent now, whatever its time. */
  hurry(nowMs: number): void {
    this.sql.exec(`UPDATE outbox SET send_at_ms = ?1 WHERE send_at_ms > ?1`, nowMs)
  }

  acknowledge({ orderId, version }: OrderVersion): void {
    this.sql.exec(`DELETE FROM outbox WHERE order_id = ? AND version <= ?`, orderId, version)
  }

  /** How many wait, and when the oldest of them changed. */
  depth(): { orders: number; oldestMs: number | null } {
    const [row] = this.sql
      .exec<{ orders: number; oldest: number | null }>(
        `SELECT count(*) AS orders, min(changed_at_ms) AS oldest FROM outbox`,
      )
      .toArray()
    return { orders: row?.orders ?? 0, oldestMs: row?.oldest ?? null }
  }
}
