import type { Sql } from "../sqlite.ts"
import { orderOf } from "./order-row.ts"
import type { Order, OrderRow } from "./order-row.ts"

/** Questions to a lane's books about what stands still. They change nothing. */
export class LaneReview {
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
}
