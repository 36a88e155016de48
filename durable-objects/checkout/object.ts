import { DurableObject } from "cloudflare:workers"
import { PRICE_RULES_NAME } from "../prices/contract.ts"
import type { PriceRulesApi } from "../prices/contract.ts"
import type { CouponApi } from "../prices/coupon/contract.ts"
import { RulesCopy } from "../prices/rules-copy.ts"
import type { RoomApi } from "../room/contract.ts"
import type { StockLane } from "../stock/lease/lane-object.ts"
import { Ledgers } from "../stock/ledgers.ts"
import type { StockObject } from "../stock/object.ts"
import { applyMigrations } from "../sqlite.ts"
import { orNullAfter } from "../within.ts"
import { Breaker } from "../payment-gate/breaker.ts"
import type { PaymentGateApi } from "../payment-gate/contract.ts"
import { ORDER_PAGE_MAX } from "./contract.ts"
import type {
  CancelOutcome,
  CheckoutApi,
  LaneCounts,
  LaneReview,
  OpenCheckout,
  OpenOutcome,
  OrderBrief,
  OrderMessage,
  OrderVersion,
  OrderView,
  ParkedOrder,
  PaymentEvent,
} from "./contract.ts"
import { CouponReturns } from "./coupon-returns.ts"
import type {
  FulfilmentApi,
  FulfilOutcome,
  RefundCommand,
  RefundOutcome,
  WithdrawOutcome,
} from "./fulfilment/contract.ts"
import { Fulfilment } from "./fulfilment/fulfilment.ts"
import { DRIVE_LEASE_MS, openCheckout } from "./open-checkout.ts"
import type { OpenParts } from "./open-checkout.ts"
import { OrderBook } from "./order-book.ts"
import { viewOf } from "./order-row.ts"
import type { Order } from "./order-row.ts"
import { InboxBook } from "./inbox-book.ts"
import { GatedPayments } from "./gated-payments.ts"
import { GateReports } from "./gate-reports.ts"
import { LaneReviewer } from "./lane-review.ts"
import { OutboxBook } from "./outbox-book.ts"
import { OutboxSender } from "./outbox-sender.ts"
import { queueOf } from "./outbox.ts"
import type { ORDER_QUEUES } from "./outbox.ts"
import { RefundBook } from "./fulfilment/refund-book.ts"
import { Saga } from "./saga.ts"
import type { Payments } from "./payments.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"
import { StripePayments } from "./stripe.ts"

/** What a lane needs of its environment. */
export interface CheckoutBindings extends Record<(typeof ORDER_QUEUES)[number], Queue<OrderMessage>> {
  STOCK: DurableObjectNamespace<StockObject>
  STOCK_LANES: DurableObjectNamespace<StockLane>
  ROOM: DurableObjectNamespace<RoomApi & Rpc.DurableObjectBranded>
  PRICES: DurableObjectNamespace<PriceRulesApi & Rpc.DurableObjectBranded>
  COUPONS: DurableObjectNamespace<CouponApi & Rpc.DurableObjectBranded>
  PAYMENT_GATE: DurableObjectNamespace<PaymentGateApi & Rpc.DurableObjectBranded>
  STRIPE_SECRET_KEY: string
  STRIPE_API_BASE: string
}

/** Orders the alarm sets in motion at once. */
const DRIVE_BATCH_MAX = 50

/** What one webhook weighs in the mean of their lags. */
const LAG_WEIGHT = 0.1

/** How often the inbox is looked through for what is too old. */
const INBOX_PRUNE_INTERVAL_MS = 3_600_000

/** The shell around one lane's orders: it stores, schedules and sends, and leaves deciding to the saga. */
export class CheckoutLane extends DurableObject<CheckoutBindings> implements CheckoutApi, FulfilmentApi {
  private readonly book: OrderBook
  private readonly inbox: InboxBook
  private readonly outbox: OutboxBook
  private readonly sender: OutboxSender
  private readonly couponReturns: CouponReturns
  private readonly reviewer: LaneReviewer
  private readonly stock: Ledgers
  private readonly saga: Saga
  private readonly parts: OpenParts
  private readonly fulfilment: Fulfilment
  /** Orders whose checkout is being opened in this instance. */
  private readonly opening = new Set<string>()
  private alarmAtMs: number | null = null
  private webhookLagMs: number | null = null
  private prunedAtMs = 0

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
    this.couponReturns = new CouponReturns(ctx.storage.sql)
    this.reviewer = new LaneReviewer(ctx.storage.sql)
    this.stock = new Ledgers(env)
    const gate = new GateReports(env.PAYMENT_GATE, this.ctx.id.name ?? "")
    const payments = new GatedPayments({
      inner: this.openPayments(env),
      breaker: new Breaker(),
      ended: (tally) => ctx.waitUntil(gate.add(tally)),
      now: Date.now,
      orNullAfter,
    })
    this.saga = new Saga({
      book: this.book,
      inbox: this.inbox,
      stock: this.stock,
      payments,
      awayUntilMs: () => payments.awayUntilMs(),
      confirmed: (order) => ctx.waitUntil(this.leaveSale(order)),
      refundHeard: (...heard) => {
        if (this.fulfilment.hear(...heard)) ctx.waitUntil(this.armAlarm())
      },
      now: Date.now,
      random: Math.random,
    })
    this.parts = {
      book: this.book,
      stock: this.stock,
      prices: this.openPrices(),
      saga: this.saga,
      now: Date.now,
    }
    this.fulfilment = new Fulfilment({
      book: this.book,
      stock: this.stock,
      saga: this.saga,
      now: Date.now,
      requests: new RefundBook(ctx.storage.sql),
      payments,
      receive: (sku, units) => this.stock.root(sku).receive(units),
      atomically: (work) => ctx.storage.transactionSync(work),
      random: Math.random,
    })
    // Whoever drove an order here died with the last instance, and its alarm may be lost: both are taken up at once.
    this.book.resumeInterrupted(Date.now())
    void ctx.blockConcurrencyWhile(() => this.armAlarm())
  }

  async open(command: OpenCheckout): Promise<OpenOutcome> {
    const { orderId } = command
    const earlier = this.book.find(orderId)
    if (earlier && (earlier.requestDigest !== command.requestDigest || earlier.subject !== command.subject)) {
      return { outcome: "refused", refusal: "idempotency_key_reused", skus: [] }
    }
    if (this.opening.has(orderId)) return { outcome: "refused", refusal: "in_flight", skus: [] }
    this.opening.add(orderId)
    try {
      // What an earlier attempt left behind may be given up right now: it is looked at again when nobody has the order.
      return await this.saga.exclusively(orderId, () =>
        openCheckout(this.parts, command, this.book.find(orderId)),
      )
    } finally {
      this.opening.delete(orderId)
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

  /** The answer leaves when the event is durable. A crash before it was acted on loses nothing: the next start goes on. */
  async recordPaymentEvent(event: PaymentEvent): Promise<void> {
    const nowMs = Date.now()
    const lagMs = Math.max(0, nowMs - event.atMs)
    this.webhookLagMs =
      this.webhookLagMs === null ? lagMs : this.webhookLagMs + (lagMs - this.webhookLagMs) * LAG_WEIGHT
    this.inbox.record(event, nowMs)
    this.ctx.waitUntil(this.hearAndDrive(event.orderId))
  }

  async ship(command: { orderId: string; carrier: string; trackingNumber: string }): Promise<FulfilOutcome> {
    return this.armed(this.ctx.storage.transactionSync(() => this.fulfilment.ship(command)))
  }

  async deliver(orderId: string): Promise<FulfilOutcome> {
    return this.armed(this.ctx.storage.transactionSync(() => this.fulfilment.deliver(orderId)))
  }

  async withdraw(orderId: string): Promise<WithdrawOutcome> {
    return this.armed(await this.fulfilment.withdraw(orderId))
  }

  async refund(command: RefundCommand): Promise<RefundOutcome> {
    return this.armed(await this.fulfilment.refund(command))
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

  async parked(afterOrderId: string): Promise<ParkedOrder[]> {
    return this.book
      .parkedPage(afterOrderId, ORDER_PAGE_MAX)
      .flatMap((order) => (order.parked ? [{ order: viewOf(order), ...order.parked }] : []))
  }

  async review(beforeMs: number): Promise<LaneReview> {
    return { ...this.reviewer.review(beforeMs), outbox: this.outbox.depth() }
  }

  async knows(orderIds: string[]): Promise<OrderBrief[]> {
    return this.reviewer.knows(orderIds)
  }

  async reported(sinceMs: number): Promise<OrderVersion[]> {
    return this.reviewer.reported(sinceMs, ORDER_PAGE_MAX)
  }

  async driveAgain(orderIds: string[]): Promise<void> {
    for (const orderId of orderIds) if (this.book.find(orderId)) this.book.schedule(orderId, Date.now())
    await this.armAlarm()
  }

  async sendAgain(orderIds: string[] | null): Promise<void> {
    const nowMs = Date.now()
    if (orderIds === null) this.outbox.hurry(nowMs)
    for (const order of (orderIds ?? []).map((orderId) => this.book.find(orderId)))
      if (order) this.outbox.remind(order, nowMs)
    await this.armAlarm()
  }

  override async alarm(): Promise<void> {
    this.alarmAtMs = null
    await this.sender.send()
    this.ctx.waitUntil(this.returnCoupons())
    for (const orderId of this.book.due(Date.now(), DRIVE_BATCH_MAX)) {
      this.lease(orderId)
      if (!this.opening.has(orderId)) this.ctx.waitUntil(this.driveAndArm(orderId))
    }
    for (const driven of this.fulfilment.driveDue(DRIVE_BATCH_MAX))
      this.ctx.waitUntil(driven.then(() => this.armAlarm()))
    this.pruneInbox()
    await this.armAlarm()
  }

  private async armed<T>(answer: T): Promise<T> {
    await this.armAlarm()
    return answer
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

  /** Whom orders are paid with. A simulation has a provider of its own. */
  protected openPayments(env: CheckoutBindings): Payments {
    return new StripePayments(env)
  }

  /** Should this driver die, the alarm takes the order up after the lease. */
  private lease(orderId: string): void {
    this.book.schedule(orderId, Date.now() + DRIVE_LEASE_MS)
  }

  /** At once, also while the order is driven: a step that is on its way looks at what changed when it is done. */
  private async hearAndDrive(orderId: string): Promise<void> {
    if (this.saga.hear(orderId)) await this.driveAndArm(orderId)
  }

  private pruneInbox(): void {
    const nowMs = Date.now()
    if (nowMs - this.prunedAtMs < INBOX_PRUNE_INTERVAL_MS) return
    this.prunedAtMs = nowMs
    this.inbox.prune(nowMs)
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

  private openPrices(): OpenParts["prices"] {
    const { PRICES, COUPONS } = this.env
    const copy = new RulesCopy()
    return {
      rules: () => copy.get(() => PRICES.getByName(PRICE_RULES_NAME).read(), Date.now),
      couponOf: (code) => COUPONS.getByName(code),
    }
  }

  private async returnCoupons(): Promise<void> {
    if ((this.couponReturns.nextMs() ?? Infinity) > Date.now()) return
    await this.couponReturns.deliver((code) => this.env.COUPONS.getByName(code), Date.now, Math.random)
    await this.armAlarm()
  }

  /** One alarm serves both ends: orders whose time has come, and orders that Postgres does not have yet. */
  private async armAlarm(): Promise<void> {
    const dueAtMs = Math.min(
      this.book.nextDueMs() ?? Infinity,
      this.fulfilment.nextDueMs() ?? Infinity,
      this.couponReturns.nextMs() ?? Infinity,
      this.sender.nextMs() ?? Infinity,
    )
    if (dueAtMs === Infinity || (this.alarmAtMs !== null && this.alarmAtMs <= dueAtMs)) return
    this.alarmAtMs = dueAtMs
    await this.ctx.storage.setAlarm(dueAtMs)
  }
}
