import type { Sql } from "../sqlite.ts"
import { CouponReturns, givesCouponBack } from "./coupon-returns.ts"
import type { LaneCounts, OrderStatus, ParkedAs } from "./contract.ts"
import { actOf, refusalOfMove } from "./order-machine.ts"
import type { StepName } from "./order-machine.ts"
import { orderOf } from "./order-row.ts"
import type { Order, OrderChange, OrderRow } from "./order-row.ts"
import type { OutboxBook } from "./outbox-book.ts"
import { totalOf } from "./totals.ts"

/** The orders' rows: the only place that writes them, and that applies the transition table. */
export class OrderBook {
  private readonly sql: Sql
  private readonly outbox: OutboxBook
  private readonly couponReturns: CouponReturns

  constructor(sql: Sql, outbox: OutboxBook) {
    this.sql = sql
    this.outbox = outbox
    this.couponReturns = new CouponReturns(sql)
  }

  find(orderId: string): Order | null {
    const [row] = this.sql.exec<OrderRow>(`SELECT * FROM orders WHERE order_id = ?`, orderId).toArray()
    return row ? orderOf(row) : null
  }

  insert(
    order: Pick<
      Order,
      "orderId" | "orderNumber" | "requestDigest" | "subject" | "email" | "shippingAddress" | "holdId"
    > & { couponCode?: string | null },
    nowMs: number,
    dueAtMs: number,
  ): void {
    this.sql.exec(
      `INSERT INTO orders (order_id, order_number, request_digest, subject, email, shipping_address, hold_id, coupon_code,
         hold_expires_at_ms, items, total_cents, currency, status, version, history, stock, payment, due_at_ms, created_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '[]', 0, '', 'created', 1, ?, 'held', 'none', ?, ?)`,
      order.orderId,
      order.orderNumber,
      order.requestDigest,
      order.subject,
      order.email,
      order.shippingAddress && JSON.stringify(order.shippingAddress),
      order.holdId,
      order.couponCode ?? null,
      JSON.stringify([{ status: "created", atMs: nowMs }]),
      dueAtMs,
      nowMs,
    )
  }

  /**
   * Forgets a checkout that was refused before it became an order. Throws for one that did become one. Its coupon is
   * given back, unless the coupon itself said that it did not count.
   */
  forget(orderId: string, coupon: "perhaps_counted" | "refused" = "perhaps_counted"): void {
    const order = this.find(orderId)
    if (order && order.status !== "created")
      throw new Error(`order ${orderId} is ${order.status} and cannot be forgotten`)
    if (order && coupon === "perhaps_counted") this.couponReturns.add(order)
    this.sql.exec(`DELETE FROM orders WHERE order_id = ?`, orderId)
  }

  /**
   * Changes an order, and its outbox row with it: what a step came to, or what was heard. Status, stock and payment move
   * along their transition tables; any other move throws. Returns the order as it is now.
   */
  change(orderId: string, change: OrderChange & { status?: OrderStatus }, nowMs: number): Order {
    const before = this.find(orderId)
    if (!before) throw new Error(`no order ${orderId} in this lane`)
    const { status = before.status, ...rest } = change
    const history = status === before.status ? before.history : [...before.history, { status, atMs: nowMs }]
    const done = { attempts: 0, step: null, stepStartedAtMs: null }
    const after: Order = { ...before, ...rest, ...done, status, history, version: before.version + 1 }
    const refusal = refusalOfMove(before, after)
    if (refusal) throw new Error(`order ${orderId} cannot go ${refusal}`)
    if (actOf(after) === null)
      throw new Error(`no order is ${after.status}, ${after.stock}, ${after.payment}`)
    if (after.totalCents !== totalOf(after.totals))
      throw new Error(`order ${orderId} comes to ${totalOf(after.totals)}, not to ${after.totalCents}`)
    this.write(after)
    if (givesCouponBack(before.status, status)) this.couponReturns.add(after)
    this.outbox.remind(after, nowMs)
    return after
  }

  /** Makes every order due that was in the middle of a step, rather than waiting for its shopper. */
  resumeInterrupted(nowMs: number): void {
    this.sql.exec(
      `UPDATE orders SET due_at_ms = ?1
       WHERE due_at_ms > ?1 AND (status <> 'inventory_reserved' OR intent_id IS NULL OR step IS NOT NULL)
         OR order_id IN (SELECT order_id FROM inbox WHERE acted_at_ms IS NULL)`,
      nowMs,
    )
  }

  /**
   * Writes down a step before it is taken, with the time at which the order is looked at again should its driver die. A
   * step that is tried again keeps the time at which it was first begun.
   */
  beginStep(orderId: string, step: StepName, nowMs: number, dueAtMs: number): void {
    this.sql.exec(
      `UPDATE orders SET step_started_at_ms = CASE WHEN step = ?2 THEN step_started_at_ms ELSE ?3 END, step = ?2, due_at_ms = ?4
       WHERE order_id = ?1`,
      orderId,
      step,
      nowMs,
      dueAtMs,
    )
  }

  /** No step is under way: the order waits until the time given, or rests. It is parked no more when that was for its steps. */
  settleDown(orderId: string, dueAtMs: number | null): void {
    this.sql.exec(
      `UPDATE orders SET due_at_ms = ?2, step = NULL, step_started_at_ms = NULL
       WHERE order_id = ?1 AND (due_at_ms IS NOT ?2 OR step IS NOT NULL)`,
      orderId,
      dueAtMs,
    )
    this.sql.exec(
      `UPDATE orders SET parked_as = NULL, parked_why = NULL, parked_at_ms = NULL
       WHERE order_id = ? AND parked_as IN ('step_failing', 'refund_failed')`,
      orderId,
    )
  }

  /** Somebody must look at it. The first time is kept. */
  park(orderId: string, as: ParkedAs, why: string, nowMs: number): void {
    this.sql.exec(
      `UPDATE orders SET parked_as = ?, parked_why = ?, parked_at_ms = coalesce(parked_at_ms, ?) WHERE order_id = ?`,
      as,
      why,
      nowMs,
      orderId,
    )
  }

  /** What it was parked for is settled. */
  unpark(orderId: string, as: ParkedAs): void {
    this.sql.exec(
      `UPDATE orders SET parked_as = NULL, parked_why = NULL, parked_at_ms = NULL
       WHERE order_id = ? AND parked_as = ?`,
      orderId,
      as,
    )
  }

  parkedPage(afterOrderId: string, limit: number): Order[] {
    return this.sql
      .exec<OrderRow>(
        `SELECT * FROM orders WHERE parked_at_ms IS NOT NULL AND order_id > ? ORDER BY order_id LIMIT ?`,
        afterOrderId,
        limit,
      )
      .toArray()
      .map(orderOf)
  }

  schedule(orderId: string, dueAtMs: number | null): void {
    this.sql.exec(`UPDATE orders SET due_at_ms = ? WHERE order_id = ?`, dueAtMs, orderId)
  }

  recordFailure(orderId: string, message: string, dueAtMs: number | null): void {
    this.sql.exec(
      `UPDATE orders SET attempts = attempts + 1, last_failure = ?, due_at_ms = ? WHERE order_id = ?`,
      message,
      dueAtMs,
      orderId,
    )
  }

  due(nowMs: number, limit: number): string[] {
    return this.sql
      .exec<{ order_id: string }>(
        `SELECT order_id FROM orders WHERE due_at_ms <= ? ORDER BY due_at_ms LIMIT ?`,
        nowMs,
        limit,
      )
      .toArray()
      .map((row) => row.order_id)
  }

  nextDueMs(): number | null {
    const [row] = this.sql
      .exec<{ at: number | null }>(`SELECT min(due_at_ms) AS at FROM orders WHERE due_at_ms IS NOT NULL`)
      .toArray()
    return row?.at ?? null
  }

  page(saleId: string, afterOrderId: string, limit: number): Order[] {
    return this.sql
      .exec<OrderRow>(
        `SELECT * FROM orders WHERE sale_id = ? AND order_id > ? ORDER BY order_id LIMIT ?`,
        saleId,
        afterOrderId,
        limit,
      )
      .toArray()
      .map(orderOf)
  }

  counts(saleId: string | null): Pick<LaneCounts, "byStatus" | "revenueCents" | "parked"> {
    const statuses = this.sql
      .exec<{ status: OrderStatus; orders: number; captured: number; parked: number }>(
        `SELECT status, count(*) AS orders, count(parked_at_ms) AS parked,
           sum(CASE WHEN payment = 'captured' THEN total_cents ELSE 0 END) AS captured
         FROM orders WHERE ?1 IS NULL OR sale_id = ?1 GROUP BY status`,
        saleId,
      )
      .toArray()
    return {
      byStatus: Object.fromEntries(statuses.map((row) => [row.status, row.orders])),
      revenueCents: statuses.reduce((sum, row) => sum + row.captured, 0),
      parked: statuses.reduce((sum, row) => sum + row.parked, 0),
    }
  }

  private write(order: Order): void {
    this.sql.exec(
      `UPDATE orders SET hold_id = ?, hold_expires_at_ms = ?, sale_id = ?, items = ?, totals = ?, total_cents = ?, currency = ?,
         shipping_method = ?, coupon_code = ?, shipments = ?, refunds = ?, dispute = ?, status = ?, version = ?,
         history = ?, stock = ?, payment = ?, intent_id = ?, client_secret = ?, decline_message = ?,
         hold_extended_at_ms = ?, amount_checked = ?, attempts = 0, last_failure = NULL, step = NULL, step_started_at_ms = NULL
       WHERE order_id = ?`,
      order.holdId,
      order.holdExpiresAtMs,
      order.saleId,
      JSON.stringify(order.items),
      JSON.stringify(order.totals),
      order.totalCents,
      order.currency,
      order.shippingMethod && JSON.stringify(order.shippingMethod),
      order.couponCode,
      JSON.stringify(order.shipments),
      JSON.stringify(order.refunds),
      order.disputes.length === 0 ? null : JSON.stringify(order.disputes),
      order.status,
      order.version,
      JSON.stringify(order.history),
      order.stock,
      order.payment,
      order.intentId,
      order.clientSecret,
      order.declineMessage,
      order.holdExtendedAtMs,
      order.amountChecked ? 1 : 0,
      order.orderId,
    )
  }
}
