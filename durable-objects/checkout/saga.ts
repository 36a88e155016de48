import { giveBackAll, ledgersOf } from "../stock/hold-items.ts"
import type { StockObjects } from "../stock/hold-items.ts"
import type { PaymentEvent } from "./contract.ts"
import type { OrderBook } from "./order-book.ts"
import type { Order, OrderChange } from "./order-row.ts"
import { nextStep } from "./order-machine.ts"
import type { Step } from "./order-machine.ts"
import type { Payments, PaymentAnswer } from "./payments.ts"

/** What the saga acts on. Everything it reaches for is handed in, so that a simulation can break each of them. */
export interface SagaParts {
  book: OrderBook
  stock: StockObjects
  payments: Payments
  /** Told of each order whose money has just been taken. Best effort: it must neither throw nor be waited for. */
  confirmed: (order: Order) => void
  now: () => number
  /** In [0, 1), for the jitter of retries. */
  random: () => number
  /** When the provider may be asked again; null, or left out: now. */
  awayUntilMs?: () => number | null
}

/** Steps that ask the provider. They are put off while it is away, and that is no failure of theirs. */
const ASKS_PROVIDER: ReadonlySet<Step["step"]> = new Set([
  "create_intent",
  "capture",
  "check_payment",
  "cancel_intent",
])

/** A step that failed is tried again after this long, doubled each time. */
const RETRY_FIRST_MS = 500
const RETRY_MAX_MS = 60_000

/** After this many failures in a row the order is parked: the audit shows it, and nobody retries it blindly. About a day. */
const ATTEMPTS_MAX = 1_500

/** More steps than any order can need in one go: beyond it, two steps are undoing each other. */
const STEPS_MAX = 20

/**
 * Settles orders: authorize, then settle the stock, then capture. Each step is recorded when it is done and may be
 * done again without harm, so an order can be driven from wherever a crash left it.
 */
export class Saga {
  private readonly parts: SagaParts
  /** Orders that are being driven right now; a second driver only asks the first to look once more. */
  private readonly driving = new Map<string, { again: boolean; done: Promise<void> }>()

  constructor(parts: SagaParts) {
    this.parts = parts
  }

  /** Does what there is to do for an order until it waits or rests. Never throws: failures are written down and retried. */
  drive(orderId: string): Promise<void> {
    const underway = this.driving.get(orderId)
    if (underway) {
      underway.again = true
      return underway.done
    }
    const entry = { again: false, done: Promise.resolve() }
    entry.done = this.driveUntilQuiet(orderId, entry).finally(() => this.driving.delete(orderId))
    this.driving.set(orderId, entry)
    return entry.done
  }

  private async driveUntilQuiet(orderId: string, entry: { again: boolean }): Promise<void> {
    do {
      entry.again = false
      await this.driveOnce(orderId)
    } while (entry.again)
  }

  private async driveOnce(orderId: string): Promise<void> {
    const { book, now } = this.parts
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const order = book.find(orderId)
      if (!order) return
      const next = nextStep(order, now())
      if (next.step === "rest") return book.schedule(orderId, null)
      if (next.step === "wait") return book.schedule(orderId, next.untilMs)
      const awayUntilMs = ASKS_PROVIDER.has(next.step) ? (this.parts.awayUntilMs?.() ?? null) : null
      if (awayUntilMs !== null) return book.schedule(orderId, awayUntilMs)
      try {
        const failure = await this.perform(next.step, order)
        if (failure !== null) return this.retryLater(order, failure)
      } catch (error) {
        return this.retryLater(order, error instanceof Error ? error.message : String(error))
      }
    }
    const order = book.find(orderId)
    if (order) this.retryLater(order, `no rest after ${STEPS_MAX} steps`)
  }

  private retryLater(order: Order, failure: string): void {
    const { book, now, random } = this.parts
    const attempts = order.attempts + 1
    if (attempts >= ATTEMPTS_MAX) {
      book.recordFailure(order.orderId, `parked after ${attempts} attempts: ${failure}`, null)
      return
    }
    const backoffMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(attempts - 1, 16))
    book.recordFailure(order.orderId, failure, Math.ceil(now() + backoffMs * (0.5 + random() / 2)))
  }

  /** Null when the step is done; else why it must be tried again. */
  private perform(step: string, order: Order): Promise<string | null> {
    switch (step) {
      case "create_intent":
        return this.createIntent(order)
      case "settle_stock":
        return this.settleStock(order)
      case "capture":
        return this.capture(order)
      case "check_payment":
        return this.checkPayment(order)
      case "cancel_intent":
        return this.cancelIntent(order)
      case "give_back":
        return this.giveBack(order)
      case "abandon":
        return this.abandon(order)
      default:
        throw new Error(`unknown step ${step}`)
    }
  }

  private async createIntent(order: Order): Promise<string | null> {
    const { orderId, orderNumber, saleId, totalCents, currency, email } = order
    const intent = { orderId, orderNumber, saleId, amountCents: totalCents, currency, email }
    const answer = await this.parts.payments.createIntent(intent, order.attempts)
    if (answer.outcome === "unavailable") return answer.message
    if (answer.outcome === "refused") {
      this.changeIfStill(order, {
        status: "payment_failed",
        payment: "failed",
        declineMessage: answer.message,
      })
      return null
    }
    const { intentId, clientSecret } = answer.intent
    // A cancellation may have come in between; the intent is noted all the same, so that it is let go of.
    this.change(order.orderId, { intentId, clientSecret, payment: "requires_payment" })
    return null
  }

  /** All units of the order, or none: what was sold of it before one was gone is put back. */
  private async settleStock(order: Order): Promise<string | null> {
    const { stock } = this.parts
    const ledgers = ledgersOf(order.holdId)
    const outcomes = await Promise.all(
      ledgers.map((ledger) => stock.getByName(ledger).sell(order.holdId, order.orderId)),
    )
    if (outcomes.every((outcome) => outcome.outcome === "sold")) {
      this.changeIfStill(order, { stock: "sold" })
      return null
    }
    this.changeIfStill(order, { status: "reservation_expired" })
    return null
  }

  private async capture(order: Order): Promise<string | null> {
    if (order.intentId === null) throw new Error(`order ${order.orderId} is authorized without an intent`)
    const answer = await this.parts.payments.capture(order.intentId, order.orderId, order.attempts)
    const captured = answer.outcome === "ok" ? answer : await this.whatBecameOf(order.intentId, answer)
    if (captured.outcome === "unavailable") return captured.message
    if (captured.outcome === "ok" && captured.intent.state === "captured") {
      const confirmed = { status: "confirmed", payment: "captured", declineMessage: null } as const
      if (this.changeIfStill(order, confirmed)) this.parts.confirmed(order)
      return null
    }
    if (captured.outcome === "ok" && captured.intent.state !== "cancelled")
      return `the intent is ${captured.intent.state} after its capture`
    const message =
      captured.outcome === "refused" ? captured.message : "The payment was cancelled before it was taken."
    this.changeIfStill(order, {
      status: "payment_failed",
      payment: captured.outcome === "ok" ? "cancelled" : "failed",
      declineMessage: message,
    })
    return null
  }

  /** A refusal says that the intent is not as we think: its own state decides. */
  private whatBecameOf(
    intentId: string,
    answer: Exclude<PaymentAnswer, { outcome: "ok" }>,
  ): Promise<PaymentAnswer> {
    return answer.outcome === "refused" ? this.parts.payments.retrieve(intentId) : Promise.resolve(answer)
  }

  /** The hold has run out. A payment that was made and not heard of still counts; else the reservation ends. */
  private async checkPayment(order: Order): Promise<string | null> {
    const answer = order.intentId === null ? null : await this.parts.payments.retrieve(order.intentId)
    if (answer?.outcome === "unavailable") return answer.message
    const state = answer?.outcome === "ok" ? answer.intent.state : null
    if (state === "processing") return "the payment is still being processed"
    if (state === "authorized" || state === "captured") {
      this.changeIfStill(order, { status: "payment_authorized", payment: "authorized" })
      return null
    }
    const declined = answer?.outcome === "ok" ? answer.intent.declineMessage : null
    this.changeIfStill(order, {
      status: declined ? "payment_failed" : "reservation_expired",
      declineMessage: declined,
    })
    return null
  }

  private async cancelIntent(order: Order): Promise<string | null> {
    if (order.intentId === null) return null
    const answer = await this.parts.payments.cancel(order.intentId, order.orderId, order.attempts)
    const after = answer.outcome === "ok" ? answer : await this.whatBecameOf(order.intentId, answer)
    if (after.outcome === "unavailable") return after.message
    if (after.outcome === "ok" && after.intent.state === "cancelled") {
      this.change(order.orderId, { payment: "cancelled" })
      return null
    }
    return `the intent could not be cancelled: ${after.outcome === "ok" ? after.intent.state : after.message}`
  }

  private async giveBack(order: Order): Promise<string | null> {
    const { stock } = this.parts
    const ledgers = ledgersOf(order.holdId)
    await Promise.all(
      ledgers.map((ledger) => stock.getByName(ledger).returnUnits(order.holdId, order.orderId)),
    )
    await giveBackAll(stock, order.holdId, order.subject)
    this.change(order.orderId, { stock: "given_back" })
    return null
  }

  /** A checkout that died before it was an order: nobody was told of it, and what it may hold goes back. */
  private async abandon(order: Order): Promise<string | null> {
    if (ledgersOf(order.holdId).length > 0) await giveBackAll(this.parts.stock, order.holdId, order.subject)
    if (this.parts.book.find(order.orderId)?.status === "created") this.parts.book.forget(order.orderId)
    return null
  }

  private change(orderId: string, change: OrderChange): void {
    this.parts.book.change(orderId, change, this.parts.now())
  }

  /**
   * Writes a step's result, unless the order's status moved while the step was on its way. Then it is false, and the
   * next step is decided from there.
   */
  private changeIfStill(order: Order, change: Parameters<OrderBook["change"]>[1]): boolean {
    const still = this.parts.book.find(order.orderId)?.status === order.status
    if (still) this.parts.book.change(order.orderId, change, this.parts.now())
    return still
  }
}

/**
 * What a payment event changes, in whatever order events come: an authorization counts only before payment, a decline
 * never overwrites a payment, and an event of another intent is none of this order's.
 */
export function changeFor(order: Order, event: PaymentEvent): Parameters<OrderBook["change"]>[1] | null {
  if (order.intentId !== event.intentId) return null
  const beforePayment = order.status === "inventory_reserved"
  switch (event.type) {
    case "authorized":
    case "captured":
      return beforePayment ? { status: "payment_authorized", payment: "authorized" } : null
    case "failed":
      return beforePayment
        ? { payment: "failed", declineMessage: event.declineMessage ?? "The payment was declined." }
        : null
    case "cancelled":
      if (beforePayment) return { status: "payment_failed", payment: "cancelled" }
      return null
    case "refunded":
      return order.status === "confirmed" || order.status === "shipped" || order.status === "delivered"
        ? { status: "refunded", payment: "refunded" }
        : null
  }
}

/** A refund can be told before our own capture has been answered; it is heard when the order is confirmed. */
export function isTooEarly(order: Order, event: PaymentEvent): boolean {
  return (
    event.type === "refunded" && order.intentId === event.intentId && order.status === "payment_authorized"
  )
}
