import { DurableObject } from "cloudflare:workers"
import type { RoomApi } from "../room/contract.ts"
import type { StockLane } from "../stock/lease/lane-object.ts"
import { Ledgers } from "../stock/ledgers.ts"
import type { StockObject } from "../stock/object.ts"
import { applyMigrations } from "../sqlite.ts"
import { ORDER_PAGE_MAX } from "./contract.ts"
import type {
  CancelOutcome,
  CheckoutApi,
  LaneCounts,
  OpenCheckout,
  OpenOutcome,
  OrderMessage,
  OrderVersion,
  OrderView,
  PaymentEvent,
} from "./contract.ts"
import { DRIVE_LEASE_MS, openCheckout } from "./open-checkout.ts"
import type { OpenParts } from "./open-checkout.ts"
import { OrderBook } from "./order-book.ts"
import { viewOf } from "./order-row.ts"
import type { Order } from "./order-row.ts"
import { InboxBook } from "./inbox-book.ts"
import { OutboxBook } from "./outbox-book.ts"
import { OutboxSender } from "./outbox-sender.ts"
import { queueOf } from "./outbox.ts"
import type { ORDER_QUEUES } from "./outbox.ts"
import { changeFor, isTooEarly, Saga } from "./saga.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"
import { StripePayments } from "./stripe.ts"

/** What a lane needs of its environment. */
export interface CheckoutBindings extends Record<(typeof ORDER_QUEUES)[number], Queue<OrderMessage>> {
  STOCK: DurableObjectNamespace<StockObject>
  STOCK_LANES: DurableObjectNamespace<StockLane>
  ROOM: DurableObjectNamespace<RoomApi & Rpc.DurableObjectBranded>
  STRIPE_SECRET_KEY: string
  STRIPE_API_BASE: string
}

/** Orders the alarm sets in motion at once. */
const DRIVE_BATCH_MAX = 50

/** What one webhook weighs in the mean of their lags. */
const LAG_WEIGHT = 0.1

/** The shell around one lane's orders: it stores, schedules and sends, and leaves deciding to the saga. */
export class CheckoutLane extends DurableObject<CheckoutBindings> implements CheckoutApi {
  private readonly book: OrderBook
  private readonly inbox: InboxBook
  private readonly outbox: OutboxBook
  private readonly sender: OutboxSender
  private readonly stock: Ledgers
  private readonly saga: Saga
  private readonly parts: OpenParts
  /** Orders whose checkout is being opened in this instance. */
  private readonly opening = new Set<string>()
  private alarmAtMs: number | null = null
  private webhookLagMs: number | null = null

  constructor(ctx: DurableObjectState, env: CheckoutBindings) {
    super(ctx, env)
    ctx.storage.transactionSync(() => applyMigrations(ctx.storage.sql, CHECKOUT_MIGRATIONS))
    this.inbox = new InboxBook(ctx.storage.sql)
    this.outbox = new OutboxBook(ctx.storage.sql)
    this.sender = new OutboxSender({
      outbox: this.outbox,
      transaction: (closure) => ctx.storage.transactionSync(closure),
      send: async (messages) =>
        void (await env[queueOf(this.laneName())].sendBatch(messages.map((body) => ({ body })))),
      lane: () => this.laneName(),
      now: Date.now,
    })
    this.book = new OrderBook(ctx.storage.sql, this.outbox)
    this.stock = new Ledgers(env)
    this.saga = new Saga({
      book: this.book,
      stock: this.stock,
      payments: new StripePayments(env),
      confirmed: (order) => ctx.waitUntil(this.leaveSale(order)),
      now: Date.now,
      random: Math.random,
    })
    this.parts = { book: this.book, stock: this.stock, saga: this.saga, now: Date.now }
    // Whoever drove an order here died with the last instance, and its alarm may be lost: both are taken up at once.
    this.book.resumeInterrupted(Date.now())
    void ctx.blockConcurrencyWhile(() => this.armAlarm())
  }

  async open(command: OpenCheckout): Promise<OpenOutcome> {
    const earlier = this.book.find(command.orderId)
    if (earlier && (earlier.requestDigest !== command.requestDigest || earlier.subject !== command.subject)) {
      return { outcome: "refused", refusal: "idempotency_key_reused", skus: [] }
    }
    if (this.opening.has(command.orderId)) return { outcome: "refused", refusal: "in_flight", skus: [] }
    this.opening.add(command.orderId)
    try {
      return await openCheckout(this.parts, command, earlier)
    } finally {
      this.opening.delete(command.orderId)
      await this.armAlarm()
    }
  }

  async cancel(orderId: string, subject: string): Promise<CancelOutcome> {
    const order = this.book.find(orderId)
    if (!order || order.subject !== subject || order.status === "created")
      return { outcome: "refused", refusal: "not_found" }
    if (order.status === "cancelled") return { outcome: "cancelled", replayed: true, order: viewOf(order) }
    if (order.status === "payment_failed" || order.status === "reservation_expired") {
      return { outcome: "cancelled", replayed: true, order: viewOf(order) }
    }
    if (order.status !== "inventory_reserved") return { outcome: "refused", refusal: "already_paid" }
    const cancelled = this.book.change(orderId, { status: "cancelled" }, Date.now())
    this.lease(orderId)
    await this.saga.drive(orderId)
    await this.armAlarm()
    return { outcome: "cancelled", replayed: false, order: viewOf(this.book.find(orderId) ?? cancelled) }
  }

  async read(
    orderId: string,
  ): Promise<{ order: OrderView; subject: string; clientSecret: string | null } | null> {
    const order = this.book.find(orderId)
    if (!order || order.status === "created") return null
    return { order: viewOf(order), subject: order.subject, clientSecret: order.clientSecret }
  }

  async recordPaymentEvent(event: PaymentEvent): Promise<"recorded" | "too_early"> {
    const nowMs = Date.now()
    const lagMs = Math.max(0, nowMs - event.atMs)
    this.webhookLagMs =
      this.webhookLagMs === null ? lagMs : this.webhookLagMs + (lagMs - this.webhookLagMs) * LAG_WEIGHT
    const result = this.ctx.storage.transactionSync(() => {
      const order = this.book.find(event.orderId)
      if (order && isTooEarly(order, event)) return "too_early"
      if (!this.inbox.remember(event.eventId, event.orderId, nowMs) || !order) return "recorded"
      const change = changeFor(order, event)
      if (!change) return "recorded"
      this.book.change(event.orderId, change, nowMs)
      this.lease(event.orderId)
      return "changed"
    })
    if (result === "changed") this.ctx.waitUntil(this.driveAndArm(event.orderId))
    await this.armAlarm()
    return result === "too_early" ? result : "recorded"
  }

  async acknowledge(versions: OrderVersion[]): Promise<void> {
    this.sender.acknowledge(versions)
    await this.armAlarm()
  }

  async orders({ saleId, afterOrderId }: { saleId: string; afterOrderId: string }): Promise<OrderView[]> {
    return this.book.page(saleId, afterOrderId, ORDER_PAGE_MAX).map(viewOf)
  }

  async counts(saleId: string | null): Promise<LaneCounts> {
    const { orders: outboxDepth, oldestMs: outboxOldestMs } = this.outbox.depth()
    return {
      outboxDepth,
      outboxOldestMs,
      ...this.book.counts(saleId),
      webhookLagMs: this.webhookLagMs,
    }
  }

  override async alarm(): Promise<void> {
    this.alarmAtMs = null
    await this.sender.send()
    for (const orderId of this.book.due(Date.now(), DRIVE_BATCH_MAX)) {
      this.lease(orderId)
      if (!this.opening.has(orderId)) this.ctx.waitUntil(this.driveAndArm(orderId))
    }
    await this.armAlarm()
  }

  /** The buyer's place in the sale is free. When this is lost it comes free by itself, with the end of their pass. */
  private async leaveSale({ saleId, subject, items }: Order): Promise<void> {
    if (saleId === null) return
    const units = items.reduce((sum, { quantity }) => sum + quantity, 0)
    try {
      await this.env.ROOM.getByName(saleId).leave({ subject, atMs: Date.now(), units, end: "bought" })
    } catch (error) {
      console.warn(JSON.stringify({ level: "warn", event: "sale_not_left", saleId, message: String(error) }))
    }
  }

  /** Should this driver die, the alarm takes the order up after the lease. */
  private lease(orderId: string): void {
    this.book.schedule(orderId, Date.now() + DRIVE_LEASE_MS)
  }

  private async driveAndArm(orderId: string): Promise<void> {
    await this.saga.drive(orderId)
    await this.armAlarm()
  }

  private laneName(): string {
    const { name } = this.ctx.id
    if (name === undefined) throw new Error("a checkout lane is reached by its name")
    return name
  }

  /** One alarm serves both ends: orders whose time has come, and orders that Postgres does not have yet. */
  private async armAlarm(): Promise<void> {
    const dueAtMs = Math.min(this.book.nextDueMs() ?? Infinity, this.sender.nextMs() ?? Infinity)
    if (dueAtMs === Infinity || (this.alarmAtMs !== null && this.alarmAtMs <= dueAtMs)) return
    this.alarmAtMs = dueAtMs
    await this.ctx.storage.setAlarm(dueAtMs)
  }
}
