import type { Sql } from "../sqlite.ts"
import { REVIEW_ORDERS_MAX } from "./contract.ts"
import type { LaneReview, OrderBrief, OrderStatus, OrderVersion } from "./contract.ts"

/** Questions to a lane's books about what stands still. They change nothing. */
export class LaneReviewer {
  private readonly sql: Sql

  constructor(sql: Sql) {
    this.sql = sql
  }

  review(beforeMs: number): Omit<LaneReview, "outbox"> {
    return {
      overdue: this.orderIds(`due_at_ms <= ?`, beforeMs),
      failing: this.reasons(`last_failure`, `due_at_ms IS NOT NULL`),
      parked: this.reasons(`parked_why`, `parked_at_ms IS NOT NULL`),
    }
  }

  knows(orderIds: readonly string[]): OrderBrief[] {
    return this.sql
      .exec<{ orderId: string; status: OrderStatus; totalCents: number; intentId: string | null }>(
        `SELECT order_id AS orderId, status, total_cents AS totalCents, intent_id AS intentId FROM orders
         WHERE order_id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(orderIds),
      )
      .toArray()
  }

  /** What is in the outbox is on its way. */
  reported(sinceMs: number, limit: number): OrderVersion[] {
    return this.sql
      .exec<{ orderId: string; version: number }>(
        `SELECT order_id AS orderId, version FROM orders
         WHERE created_at_ms >= ? AND status <> 'created' AND order_id NOT IN (SELECT order_id FROM outbox)
         ORDER BY created_at_ms DESC LIMIT ?`,
        sinceMs,
        limit,
      )
      .toArray()
  }

  private orderIds(condition: string, atMs: number): string[] {
    return this.sql
      .exec<{ order_id: string }>(
        `SELECT order_id FROM orders WHERE ${condition} LIMIT ?`,
        atMs,
        REVIEW_ORDERS_MAX,
      )
      .toArray()
      .map((row) => row.order_id)
  }

  private reasons(column: string, condition: string): { orderId: string; why: string }[] {
    return this.sql
      .exec<{ orderId: string; why: string }>(
        `SELECT order_id AS orderId, ${column} AS why FROM orders
         WHERE ${column} IS NOT NULL AND ${condition} LIMIT ?`,
        REVIEW_ORDERS_MAX,
      )
      .toArray()
  }
}
