import type { Sql } from "../sqlite.ts"
import { REVIEW_ORDERS_MAX } from "./contract.ts"
import type { LaneReview, OrderBrief, OrderStatus, OrderVersion } from "./contract.ts"
import { attemptOf, couponUseOf, GIVES_COUPON_BACK } from "./books/contract.ts"
import type { AttemptStanding, CouponOrder, OnTheWay } from "./books/contract.ts"

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
      .exec<Omit<OrderBrief, "refunds"> & { refunds: string }>(
        `SELECT order_id AS orderId, status, total_cents AS totalCents, intent_id AS intentId, refunds FROM orders
         WHERE order_id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(orderIds),
      )
      .toArray()
      .map((row) => ({ ...row, refunds: JSON.parse(row.refunds) as OrderBrief["refunds"] }))
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

  attempts(uses: readonly { useId: string; code: string }[]): AttemptStanding[] {
    return uses.map(({ useId, code }) => this.attempt(useId, code))
  }

  private attempt(useId: string, code: string): AttemptStanding {
    const [back] = this.sql
      .exec<{ dueAtMs: number | null }>(
        `SELECT due_at_ms AS dueAtMs FROM coupon_returns WHERE use_id = ?`,
        useId,
      )
      .toArray()
    // Without a time it was tried for a day and given up.
    if (back) return back.dueAtMs === null ? "over" : "returning"
    const { orderId, createdAtMs } = attemptOf(useId)
    const [order] = this.sql
      .exec<{ status: OrderStatus; code: string | null; createdAtMs: number }>(
        `SELECT status, coupon_code AS code, created_at_ms AS createdAtMs FROM orders WHERE order_id = ?`,
        orderId,
      )
      .toArray()
    if (!order) return "unknown"
    // Under the same key another attempt may have come since, or one without the coupon.
    const isIts = order.createdAtMs === createdAtMs && order.code === code
    return isIts && !GIVES_COUPON_BACK.has(order.status) ? "living" : "over"
  }

  /** One that is being opened may not have asked its coupon yet. */
  couponOrders(sinceMs: number, limit: number): CouponOrder[] {
    return this.sql
      .exec<{ orderId: string; code: string; createdAtMs: number }>(
        `SELECT order_id AS orderId, coupon_code AS code, created_at_ms AS createdAtMs FROM orders
         WHERE created_at_ms >= ? AND coupon_code IS NOT NULL AND status <> 'created'
           AND status NOT IN (SELECT value FROM json_each(?))
         ORDER BY created_at_ms DESC LIMIT ?`,
        sinceMs,
        JSON.stringify([...GIVES_COUPON_BACK]),
        limit,
      )
      .toArray()
      .map(({ orderId, code, createdAtMs }) => ({
        orderId,
        code,
        useId: couponUseOf({ orderId, createdAtMs }),
      }))
  }

  onTheWay(afterOrderId: string, limit: number): OnTheWay[] {
    return this.sql
      .exec<{ orderId: string; version: number; sinceMs: number }>(
        `SELECT order_id AS orderId, version, changed_at_ms AS sinceMs FROM outbox
         WHERE order_id > ? ORDER BY order_id LIMIT ?`,
        afterOrderId,
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
