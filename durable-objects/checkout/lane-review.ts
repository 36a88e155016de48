import type { Sql } from "../sqlite.ts"
import { REVIEW_ORDERS_MAX } from "./contract.ts"
import type { LaneReview, OrderBrief, OrderStatus, OrderVersion } from "./contract.ts"
import { orderOf } from "./order-row.ts"
import type { Order, OrderRow } from "./order-row.ts"

/** Questions to a lane's books about what stands still. They change nothing. */
export class LaneReviewer {
  private readonly sql: Sql

  constructor(sql: Sql) {
    this.sql = sql
  }

  /** Orders that failed so often that nobody drives them any more, by id, with their last failure. */
  parked(afterOrderId: string, limit: number): { order: Order; why: string }[] {
    return this.sql
      .exec<OrderRow & { last_failure: string }>(
        `SELECT * FROM orders WHERE due_at_ms IS NULL AND last_failure IS NOT NULL AND order_id > ?
         ORDER BY order_id LIMIT ?`,
        afterOrderId,
        limit,
      )
      .toArray()
      .map((row) => ({ order: orderOf(row), why: row.last_failure }))
  }

  review(beforeMs: number): Omit<LaneReview, "outbox"> {
    return {
      overdue: this.orderIds(`due_at_ms <= ?`, beforeMs),
      failing: this.failures(`due_at_ms IS NOT NULL`),
      parked: this.failures(`due_at_ms IS NULL`),
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

  private failures(condition: string): { orderId: string; why: string }[] {
    return this.sql
      .exec<{ orderId: string; why: string }>(
        `SELECT order_id AS orderId, last_failure AS why FROM orders
         WHERE last_failure IS NOT NULL AND ${condition} LIMIT ?`,
        REVIEW_ORDERS_MAX,
      )
      .toArray()
  }
}
