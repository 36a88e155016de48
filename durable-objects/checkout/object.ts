import { DurableObject } from "cloudflare:workers"
import { applyMigrations } from "../sqlite.ts"
import { ORDER_PAGE_MAX } from "./contract.ts"
import type {
  CancelOutcome,
  CheckoutApi,
  LaneCounts,
  LaneReview,
  OpenCheckout,
  OpenOutcome,
  OrderBrief,
  OrderVersion,
  OrderView,
  ParkedOrder,
  PaymentEvent,
} from "./contract.ts"
import type {
  FulfilmentApi,
  FulfilOutcome,
  RefundCommand,
  RefundOutcome,
  WithdrawOutcome,
} from "./fulfilment/contract.ts"
import type { AttemptStanding, CouponOrder, LaneBooksApi, OnTheWay } from "./books/contract.ts"
import { assembleLane } from "./lane-parts.ts"
import type { CheckoutBindings, LaneParts } from "./lane-parts.ts"
import { DRIVE_LEASE_MS, openCheckout } from "./open-checkout.ts"
import { viewOf } from "./order-row.ts"
import type { DealOutcome, DealParking, OrderParking, ParkingApi } from "./parking/contract.ts"
import type { Payments } from "./payments.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"
import { StripePayments } from "./stripe.ts"
import { StripeTaxes } from "./tax/stripe-tax.ts"
import type { Taxes } from "./tax/taxes.ts"

/** Orders the alarm sets in motion at once. */
const DRIVE_BATCH_MAX = 50

/** An alarm that rings so soon is not moved: what is due before it waits for it. Under load that is nearly always so. */
const ALARM_SLACK_MS = 100

/** One that should have rung so long ago was lost: it is set anew. */
const ALARM_LOST_MS = 5_000

/** What one webhook weighs in the mean of their lags. */
const LAG_WEIGHT = 0.1

/** How often the inbox is looked through for what is too old. */
const INBOX_PRUNE_INTERVAL_MS = 3_600_000

/** The shell around one lane's orders: it stores, schedules and sends, and leaves deciding to the saga. */
export class CheckoutLane
  extends DurableObject<CheckoutBindings>
  implements CheckoutApi, FulfilmentApi, ParkingApi, LaneBooksApi
{
  private readonly parts: LaneParts
  /** Orders whose checkout is being opened in this instance. */
  private readonly opening = new Set<string>()
  private alarmAtMs: number | null = null
  private webhookLagMs: number | null = null
  private prunedAtMs = 0

  constructor(ctx: DurableObjectState, env: CheckoutBindings) {
    super(ctx, env)
    ctx.storage.transactionSync(() => applyMigrations(ctx.storage.sql, CHECKOUT_MIGRATIONS))
    this.parts = assembleLane(ctx, env, {
      provider: this.openPayments(env),
      taxes: this.openTaxes(env),
      arm: () => this.armAlarm(),
    })
    // Whoever drove an order here died with the last instance, and its alarm may be lost: both are taken up at once.
    this.parts.book.resumeInterrupted(Date.now())
    void ctx.blockConcurrencyWhile(() => this.armAlarm())
  }

  async open(command: OpenCheckout): Promise<OpenOutcome> {
    const { orderId } = command
    const earlier = this.parts.book.find(orderId)
    if (earlier && (earlier.requestDigest !== command.requestDigest || earlier.subject !== command.subject)) {
      return { outcome: "refused", refusal: "idempotency_key_reused", skus: [] }
    }
    if (this.opening.has(orderId)) return { outcome: "refused", refusal: "in_flight", skus: [] }
    this.opening.add(orderId)
    try {
      // Should this instance die meanwhile, the alarm takes up what it leaves behind.
      await this.armBy(Date.now() + DRIVE_LEASE_MS)
      // What an earlier attempt left behind may be given up right now: it is looked at again when nobody has the order.
      const look = () => earlier && this.parts.book.find(orderId)
      return await this.parts.saga.exclusively(orderId, () =>
        openCheckout(this.parts.opening, command, look()),
      )
    } finally {
      this.opening.delete(orderId)
      await this.armAlarm()
    }
  }

  async cancel(orderId: string, subject: string): Promise<CancelOutcome> {
    const order = this.parts.book.find(orderId)
    if (!order || order.subject !== subject || order.status === "created")
      return { outcome: "refused", refusal: "not_found" }
    if (order.status === "cancelled") return { outcome: "cancelled", replayed: true, order: viewOf(order) }
    if (order.status === "payment_failed" || order.status === "reservation_expired") {
      return { outcome: "cancelled", replayed: true, order: viewOf(order) }
    }
    if (order.status !== "inventory_reserved") return { outcome: "refused", refusal: "already_paid" }
    const cancelled = this.parts.book.change(orderId, { status: "cancelled" }, Date.now())
    this.lease(orderId)
    await this.parts.saga.drive(orderId)
    await this.armAlarm()
    return {
      outcome: "cancelled",
      replayed: false,
      order: viewOf(this.parts.book.find(orderId) ?? cancelled),
    }
  }

  async read(
    orderId: string,
  ): Promise<{ order: OrderView; subject: string; clientSecret: string | null } | null> {
    const order = this.parts.book.find(orderId)
    if (!order || order.status === "created") return null
    return { order: viewOf(order), subject: order.subject, clientSecret: order.clientSecret }
  }

  /** The answer leaves when the event is durable. A crash before it was acted on loses nothing: the next start goes on. */
  async recordPaymentEvent(event: PaymentEvent): Promise<void> {
    await this.parts.turn()
    const nowMs = Date.now()
    const lagMs = Math.max(0, nowMs - event.atMs)
    this.webhookLagMs =
      this.webhookLagMs === null ? lagMs : this.webhookLagMs + (lagMs - this.webhookLagMs) * LAG_WEIGHT
    this.parts.inbox.record(event, nowMs)
    this.ctx.waitUntil(this.hearAndDrive(event.orderId))
  }

  async ship(command: { orderId: string; carrier: string; trackingNumber: string }): Promise<FulfilOutcome> {
    return this.armed(this.parts.atomically(() => this.parts.fulfilment.ship(command)))
  }

  async deliver(orderId: string): Promise<FulfilOutcome> {
    return this.armed(this.parts.atomically(() => this.parts.fulfilment.deliver(orderId)))
  }

  async withdraw(orderId: string): Promise<WithdrawOutcome> {
    return this.armed(await this.parts.fulfilment.withdraw(orderId))
  }

  async refund(command: RefundCommand): Promise<RefundOutcome> {
    return this.armed(await this.parts.fulfilment.refund(command))
  }

  async acknowledge(versions: OrderVersion[]): Promise<void> {
    this.parts.sender.acknowledge(versions)
    await this.armAlarm()
  }

  async orders({ saleId, afterOrderId }: { saleId: string; afterOrderId: string }): Promise<OrderView[]> {
    return this.parts.book.page(saleId, afterOrderId, ORDER_PAGE_MAX).map(viewOf)
  }

  async counts(saleId: string | null): Promise<LaneCounts> {
    const { orders: outboxDepth, oldestMs: outboxOldestMs } = this.parts.outbox.depth()
    return {
      outboxDepth,
      outboxOldestMs,
      ...this.parts.book.counts(saleId),
      webhookLagMs: this.webhookLagMs,
    }
  }

  async parked(afterOrderId: string): Promise<ParkedOrder[]> {
    return this.parts.parkings.page(afterOrderId, ORDER_PAGE_MAX, Date.now())
  }

  async parking(orderId: string): Promise<OrderParking | null> {
    return this.parts.parkings.of(orderId, Date.now())
  }

  async dealWithParking(deal: DealParking): Promise<DealOutcome> {
    return this.parts.atomically(() => this.parts.parkings.dealWith(deal, Date.now()))
  }

  async review(beforeMs: number): Promise<LaneReview> {
    return { ...this.parts.reviewer.review(beforeMs), outbox: this.parts.outbox.depth() }
  }

  async knows(orderIds: string[]): Promise<OrderBrief[]> {
    return this.parts.reviewer.knows(orderIds)
  }

  async reported(sinceMs: number): Promise<OrderVersion[]> {
    return this.parts.reviewer.reported(sinceMs, ORDER_PAGE_MAX)
  }

  async attempts(uses: { useId: string; code: string }[]): Promise<AttemptStanding[]> {
    return this.parts.reviewer.attempts(uses)
  }

  async couponOrders(sinceMs: number): Promise<CouponOrder[]> {
    return this.parts.reviewer.couponOrders(sinceMs, ORDER_PAGE_MAX)
  }

  async onTheWay(afterOrderId: string): Promise<OnTheWay[]> {
    return this.parts.reviewer.onTheWay(afterOrderId, ORDER_PAGE_MAX)
  }

  async driveAgain(orderIds: string[]): Promise<void> {
    for (const orderId of orderIds)
      if (this.parts.book.find(orderId)) this.parts.book.schedule(orderId, Date.now())
    await this.armAlarm()
  }

  async sendAgain(orderIds: string[] | null): Promise<void> {
    const nowMs = Date.now()
    if (orderIds === null) this.parts.outbox.hurry(nowMs)
    for (const order of (orderIds ?? []).map((orderId) => this.parts.book.find(orderId)))
      if (order) this.parts.outbox.remind(order, nowMs)
    await this.armAlarm()
  }

  override async alarm(): Promise<void> {
    this.alarmAtMs = null
    await this.parts.sender.send()
    this.ctx.waitUntil(this.returnCoupons())
    for (const orderId of this.parts.book.due(Date.now(), DRIVE_BATCH_MAX)) {
      this.lease(orderId)
      if (!this.opening.has(orderId)) this.ctx.waitUntil(this.driveAndArm(orderId))
    }
    for (const driven of this.parts.fulfilment.driveDue(DRIVE_BATCH_MAX))
      this.ctx.waitUntil(driven.then(() => this.armAlarm()))
    this.pruneInbox()
    await this.armAlarm()
  }

  private async armed<T>(answer: T): Promise<T> {
    await this.armAlarm()
    return answer
  }

  /** Whom orders are paid with. A simulation has a provider of its own. */
  protected openPayments(env: CheckoutBindings): Payments {
    return new StripePayments(env)
  }

  /** Who works out taxes that the shop has no rates for. A simulation has its own. */
  protected openTaxes(env: CheckoutBindings): Taxes {
    return new StripeTaxes(env)
  }

  /** Should this driver die, the alarm takes the order up after the lease. */
  private lease(orderId: string): void {
    this.parts.book.schedule(orderId, Date.now() + DRIVE_LEASE_MS)
  }

  /** At once, also while the order is driven: a step that is on its way looks at what changed when it is done. */
  private async hearAndDrive(orderId: string): Promise<void> {
    if (this.parts.saga.hear(orderId)) await this.driveAndArm(orderId)
  }

  private pruneInbox(): void {
    const nowMs = Date.now()
    if (nowMs - this.prunedAtMs < INBOX_PRUNE_INTERVAL_MS) return
    this.prunedAtMs = nowMs
    this.parts.inbox.prune(nowMs)
  }

  private async driveAndArm(orderId: string): Promise<void> {
    await this.parts.saga.drive(orderId)
    await this.armAlarm()
  }

  private async returnCoupons(): Promise<void> {
    if ((this.parts.couponReturns.nextMs() ?? Infinity) > Date.now()) return
    await this.parts.couponReturns.deliver((code) => this.env.COUPONS.getByName(code), Date.now, Math.random)
    await this.armAlarm()
  }

  /** One alarm serves all: orders whose time has come, and what Postgres, shoppers and coupons have not heard yet. */
  private async armAlarm(): Promise<void> {
    if (this.alarmAtMs !== null && Math.abs(this.alarmAtMs - Date.now()) <= ALARM_SLACK_MS) return
    const dueAtMs = Math.min(
      this.parts.book.nextDueMs() ?? Infinity,
      this.parts.fulfilment.nextDueMs() ?? Infinity,
      this.parts.couponReturns.nextMs() ?? Infinity,
      this.parts.sender.nextMs() ?? Infinity,
    )
    if (dueAtMs !== Infinity) await this.armBy(dueAtMs)
  }

  /** The alarm comes at this time, or earlier. */
  private async armBy(atMs: number): Promise<void> {
    const isLost = this.alarmAtMs !== null && this.alarmAtMs < Date.now() - ALARM_LOST_MS
    if (this.alarmAtMs !== null && this.alarmAtMs <= atMs && !isLost) return
    this.alarmAtMs = atMs
    await this.ctx.storage.setAlarm(atMs)
  }
}
