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

  /** To be called in the transaction that changes the order. */
  remind({ orderId, version }: OrderVersion, nowMs: number): void {
    this.sql.exec(
      `INSERT INTO outbox (order_id, version, changed_at_ms, send_at_ms) VALUES (?1, ?2, ?3, ?3)
       ON CONFLICT (order_id) DO UPDATE SET version = ?2, send_at_ms = ?3`,
      orderId,
      version,
      nowMs,
    )
  }

  /** Orders to send now, oldest first. */
  due(nowMs: number, limit: number): Order[] {
    return this.sql
      .exec<OrderRow>(
        `SELECT orders.* FROM outbox JOIN orders USING (order_id) WHERE send_at_ms <= ? ORDER BY send_at_ms LIMIT ?`,
        nowMs,
        limit,
      )
      .toArray()
      .map(orderOf)
  }

  nextMs(): number | null {
    const [row] = this.sql.exec<{ at: number | null }>(`SELECT min(send_at_ms) AS at FROM outbox`).toArray()
    return row?.at ?? null
  }

  /** What was sent is sent again at `resendAtMs`, unless it is acknowledged before. A newer version keeps its own time. */
  markSent({ orderId, version }: OrderVersion, resendAtMs: number): void {
    this.sql.exec(
      `UPDATE outbox SET send_at_ms = ? WHERE order_id = ? AND version = ?`,
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
