import type { Sql } from "../sqlite.ts"
import type {
  LaneCounts,
  OrderLine,
  OrderStatus,
  OrderVersion,
  OrderView,
  PaymentStatus,
  ShippingAddress,
} from "./contract.ts"
import { mayBecome } from "./order-machine.ts"
import type { Standing, StockStanding } from "./order-machine.ts"

/** An order as its lane keeps it: what is shown, and what the saga needs beside it. */
export interface Order extends Standing {
  orderId: string
  orderNumber: string
  requestDigest: string
  subject: string
  email: string
  shippingAddress: ShippingAddress | null
  holdId: string
  saleId: string | null
  items: OrderLine[]
  totalCents: number
  currency: string
  version: number
  history: { status: OrderStatus; atMs: number }[]
  clientSecret: string | null
  declineMessage: string | null
  /** Failures of the step that is being tried, since the last one that succeeded. */
  attempts: number
  createdAtMs: number
}

/** What a step may change beside the status. */
export type OrderChange = Partial<
  Pick<
    Order,
    | "holdId"
    | "holdExpiresAtMs"
    | "saleId"
    | "items"
    | "totalCents"
    | "currency"
    | "stock"
    | "payment"
    | "intentId"
    | "clientSecret"
    | "declineMessage"
  >
>

interface OrderRow extends Record<string, string | number | null> {
  order_id: string
  order_number: string
  request_digest: string
  subject: string
  email: string
  shipping_address: string | null
  hold_id: string
  hold_expires_at_ms: number
  sale_id: string | null
  items: string
  total_cents: number
  currency: string
  status: OrderStatus
  version: number
  history: string
  stock: StockStanding
  payment: PaymentStatus
  intent_id: string | null
  client_secret: string | null
  decline_message: string | null
  attempts: number
  created_at_ms: number
}

/** The orders' rows: the only place that writes them, and that applies the transition table. */
export class OrderBook {
  private readonly sql: Sql

  constructor(sql: Sql) {
    this.sql = sql
  }

  find(orderId: string): Order | null {
    const [row] = this.sql.exec<OrderRow>(`SELECT * FROM orders WHERE order_id = ?`, orderId).toArray()
    return row ? orderOf(row) : null
  }

  insert(
    order: Pick<
      Order,
      "orderId" | "orderNumber" | "requestDigest" | "subject" | "email" | "shippingAddress" | "holdId"
    >,
    nowMs: number,
    dueAtMs: number,
  ): void {
    this.sql.exec(
      `INSERT INTO orders (order_id, order_number, request_digest, subject, email, shipping_address, hold_id, hold_expires_at_ms,
         items, total_cents, currency, status, version, history, stock, payment, due_at_ms, created_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, 0, '[]', 0, '', 'created', 1, ?, 'held', 'none', ?, ?)`,
      order.orderId,
      order.orderNumber,
      order.requestDigest,
      order.subject,
      order.email,
      order.shippingAddress && JSON.stringify(order.shippingAddress),
      order.holdId,
      JSON.stringify([{ status: "created", atMs: nowMs }]),
      dueAtMs,
      nowMs,
    )
  }

  /** Forgets a checkout that was refused before it became an order. Throws for one that did become one. */
  forget(orderId: string): void {
    const order = this.find(orderId)
    if (order && order.status !== "created")
      throw new Error(`order ${orderId} is ${order.status} and cannot be forgotten`)
    this.sql.exec(`DELETE FROM orders WHERE order_id = ?`, orderId)
  }

  /**
   * Changes an order, and its outbox row with it. `status` moves along the transition table; any other move throws.
   * Returns the order as it is now.
   */
  change(orderId: string, change: OrderChange & { status?: OrderStatus }, nowMs: number): Order {
    const before = this.find(orderId)
    if (!before) throw new Error(`no order ${orderId} in this lane`)
    const { status = before.status, ...rest } = change
    if (status !== before.status && !mayBecome(before.status, status)) {
      throw new Error(`order ${orderId} cannot go from ${before.status} to ${status}`)
    }
    const history = status === before.status ? before.history : [...before.history, { status, atMs: nowMs }]
    const after: Order = { ...before, ...rest, status, history, version: before.version + 1, attempts: 0 }
    this.write(after)
    this.remindOutbox(after, nowMs)
    return after
  }

  /** Makes every order due that was in the middle of a step, rather than waiting for its shopper. */
  resumeInterrupted(nowMs: number): void {
    this.sql.exec(
      `UPDATE orders SET due_at_ms = ?1
       WHERE due_at_ms > ?1 AND (status <> 'inventory_reserved' OR intent_id IS NULL)`,
      nowMs,
    )
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

  /** True the first time; a webhook that comes again has been seen. */
  rememberEvent(eventId: string, orderId: string, atMs: number): boolean {
    const seen = this.sql.exec(`SELECT 1 AS seen FROM inbox WHERE event_id = ?`, eventId).toArray().length > 0
    if (!seen)
      this.sql.exec(`INSERT INTO inbox (event_id, order_id, at_ms) VALUES (?, ?, ?)`, eventId, orderId, atMs)
    return !seen
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

  /** Orders to send now, oldest first. */
  outboxDue(nowMs: number, limit: number): Order[] {
    return this.sql
      .exec<OrderRow>(
        `SELECT orders.* FROM outbox JOIN orders USING (order_id) WHERE send_at_ms <= ? ORDER BY send_at_ms LIMIT ?`,
        nowMs,
        limit,
      )
      .toArray()
      .map(orderOf)
  }

  outboxNextMs(): number | null {
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

  acknowledge({ orderId, version }: OrderVersion): void {
    this.sql.exec(`DELETE FROM outbox WHERE order_id = ? AND version <= ?`, orderId, version)
  }

  counts(saleId: string | null): Omit<LaneCounts, "webhookLagMs"> {
    const [outbox] = this.sql
      .exec<{ depth: number; oldest: number | null }>(
        `SELECT count(*) AS depth, min(changed_at_ms) AS oldest FROM outbox`,
      )
      .toArray()
    const statuses = this.sql
      .exec<{ status: OrderStatus; orders: number; captured: number }>(
        `SELECT status, count(*) AS orders, sum(CASE WHEN payment = 'captured' THEN total_cents ELSE 0 END) AS captured
         FROM orders WHERE ?1 IS NULL OR sale_id = ?1 GROUP BY status`,
        saleId,
      )
      .toArray()
    return {
      outboxDepth: outbox?.depth ?? 0,
      outboxOldestMs: outbox?.oldest ?? null,
      byStatus: Object.fromEntries(statuses.map((row) => [row.status, row.orders])),
      revenueCents: statuses.reduce((sum, row) => sum + row.captured, 0),
    }
  }

  private write(order: Order): void {
    this.sql.exec(
      `UPDATE orders SET hold_id = ?, hold_expires_at_ms = ?, sale_id = ?, items = ?, total_cents = ?, currency = ?, status = ?, version = ?,
         history = ?, stock = ?, payment = ?, intent_id = ?, client_secret = ?, decline_message = ?, attempts = 0, last_failure = NULL
       WHERE order_id = ?`,
      order.holdId,
      order.holdExpiresAtMs,
      order.saleId,
      JSON.stringify(order.items),
      order.totalCents,
      order.currency,
      order.status,
      order.version,
      JSON.stringify(order.history),
      order.stock,
      order.payment,
      order.intentId,
      order.clientSecret,
      order.declineMessage,
      order.orderId,
    )
  }

  private remindOutbox(order: Order, nowMs: number): void {
    this.sql.exec(
      `INSERT INTO outbox (order_id, version, changed_at_ms, send_at_ms) VALUES (?1, ?2, ?3, ?3)
       ON CONFLICT (order_id) DO UPDATE SET version = ?2, send_at_ms = ?3`,
      order.orderId,
      order.version,
      nowMs,
    )
  }
}

/** What may leave the lane: no secret, no digest, no subject. */
export function viewOf(order: Order): OrderView {
  return {
    orderId: order.orderId,
    orderNumber: order.orderNumber,
    status: order.status,
    version: order.version,
    history: order.history,
    items: order.items,
    totalCents: order.totalCents,
    currency: order.currency,
    email: order.email,
    shippingAddress: order.shippingAddress,
    saleId: order.saleId,
    holdId: order.holdId,
    holdExpiresAtMs: order.holdExpiresAtMs,
    payment: { status: order.payment, intentId: order.intentId, declineMessage: order.declineMessage },
    createdAtMs: order.createdAtMs,
  }
}

function orderOf(row: OrderRow): Order {
  return {
    orderId: row.order_id,
    orderNumber: row.order_number,
    requestDigest: row.request_digest,
    subject: row.subject,
    email: row.email,
    shippingAddress:
      row.shipping_address === null ? null : (JSON.parse(row.shipping_address) as ShippingAddress),
    holdId: row.hold_id,
    holdExpiresAtMs: row.hold_expires_at_ms,
    saleId: row.sale_id,
    items: JSON.parse(row.items) as OrderLine[],
    totalCents: row.total_cents,
    currency: row.currency,
    status: row.status,
    version: row.version,
    history: JSON.parse(row.history) as Order["history"],
    stock: row.stock,
    payment: row.payment,
    intentId: row.intent_id,
    clientSecret: row.client_secret,
    declineMessage: row.decline_message,
    attempts: row.attempts,
    createdAtMs: row.created_at_ms,
  }
}
