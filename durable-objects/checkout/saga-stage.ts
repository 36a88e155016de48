import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import type { StockObjects } from "../stock/hold-items.ts"
import { Ledger } from "../stock/ledger.ts"
import { STOCK_MIGRATIONS } from "../stock/schema.ts"
import type { OpenOutcome, OrderRefund, PaymentEvent, PaymentNews } from "./contract.ts"
import { InboxBook } from "./inbox-book.ts"
import { openCheckout } from "./open-checkout.ts"
import { OrderBook } from "./order-book.ts"
import type { Order } from "./order-row.ts"
import { OutboxBook } from "./outbox-book.ts"
import type { Intent, PaymentAnswer, Payments, RefundAnswer, RefundsAnswer } from "./payments.ts"
import { Saga } from "./saga.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"
import { CalculationBook } from "./tax/calculation-book.ts"
import { NO_RULES } from "../prices/contract.ts"
import type { Prices } from "./price-order.ts"

const PLAIN_PRICES: Prices = {
  rules: () => Promise.resolve(NO_RULES),
  couponOf: (code) => {
    throw new Error(`nobody has a coupon ${code} here`)
  },
  taxes: {
    calculate: () => {
      throw new Error("nobody asks for taxes here")
    },
  },
}

/** For tests: a provider of one intent an order, which a test may change behind everybody's back. */
export class StageProvider implements Payments {
  readonly intents = new Map<string, Intent & { captures: number; refundedCents: number }>()
  readonly asked: string[] = []
  /** It does not answer at all. */
  isAway = false
  refundStatus: "pending" | "succeeded" | "failed" = "succeeded"
  /** What an intent is made of, instead of what was asked for. */
  makes: Partial<Pick<Intent, "amountCents" | "currency">> = {}
  /** Called before a request to provider or ledger is carried out: a test may let something else happen first, or no more. */
  before: (request: string) => Promise<void> = () => Promise.resolve()
  /** Called when it is done, and not answered yet. */
  after: (request: string) => Promise<void> = () => Promise.resolve()
  private readonly refunds = new Map<string, RefundAnswer>()
  private readonly made = new Map<string, OrderRefund[]>()

  intentOf(orderId: string) {
    const intent = this.intents.get(`pi_${orderId}`)
    if (!intent) throw new Error(`no intent for ${orderId}`)
    return intent
  }

  createIntent({ orderId, amountCents, currency }: Parameters<Payments["createIntent"]>[0]) {
    return this.answer("create", () => {
      const intentId = `pi_${orderId}`
      const made = { intentId, state: "requires_payment", amountCents, currency, ...this.makes } as const
      const untouched = { capturedCents: 0, declineMessage: null, captures: 0, refundedCents: 0 }
      const known = this.intents.get(intentId)
      const intent = known ?? { ...made, ...untouched, clientSecret: `${intentId}_secret` }
      this.intents.set(intentId, intent)
      return intent
    })
  }

  capture(intentId: string) {
    return this.answer("capture", () => {
      const intent = this.intents.get(intentId)
      if (intent?.state !== "authorized") return null
      return this.take(intentId)
    })
  }

  cancel(intentId: string) {
    return this.answer("cancel", () => {
      const intent = this.intents.get(intentId)
      if (!intent || intent.state === "captured" || intent.state === "cancelled") return null
      return Object.assign(intent, { state: "cancelled" as const })
    })
  }

  retrieve(intentId: string) {
    return this.answer("retrieve", () => this.intents.get(intentId) ?? null)
  }

  async refund({
    refundKey,
    intentId,
    amountCents,
  }: Parameters<Payments["refund"]>[0]): Promise<RefundAnswer> {
    await this.before("refund")
    this.asked.push("refund")
    if (this.isAway) return { outcome: "unavailable", message: "away" }
    const refundId = `re_${intentId}_${refundKey}`
    const known = this.refunds.get(refundId)
    if (known) return known
    const intent = this.intents.get(intentId)
    if (!intent || amountCents > intent.capturedCents - intent.refundedCents)
      return { outcome: "refused", code: "charge_already_refunded", message: "nothing is left to refund" }
    const status = this.refundStatus
    if (status !== "failed") intent.refundedCents += amountCents
    const answer: RefundAnswer = { outcome: "ok", refund: { refundId, amountCents, status } }
    this.refunds.set(refundId, answer)
    this.note(intentId, { refundId, amountCents, status, atMs: 0 })
    await this.after("refund")
    return answer
  }

  async refundsOf(intentId: string): Promise<RefundsAnswer> {
    await this.before("list")
    this.asked.push("list")
    if (this.isAway) return { outcome: "unavailable", message: "away" }
    const refunds = [...(this.made.get(intentId) ?? [])]
    await this.after("list")
    return { outcome: "ok", refunds }
  }

  /** As a refund by hand at the provider's dashboard does. */
  giveBack(intentId: string, amountCents: number): void {
    const intent = this.intents.get(intentId)
    if (!intent) throw new Error(`no intent ${intentId}`)
    intent.refundedCents += amountCents
    this.note(intentId, { refundId: `re_hand_${amountCents}`, amountCents, status: "succeeded", atMs: 0 })
  }

  private note(intentId: string, refund: OrderRefund): void {
    this.made.set(intentId, [...(this.made.get(intentId) ?? []), refund])
  }

  /** As a capture by hand at the provider's dashboard does. */
  take(intentId: string) {
    const intent = this.intents.get(intentId)
    if (!intent) throw new Error(`no intent ${intentId}`)
    const taken = {
      state: "captured" as const,
      capturedCents: intent.amountCents,
      captures: intent.captures + 1,
    }
    return Object.assign(intent, taken)
  }

  private async answer(request: string, work: () => Intent | null): Promise<PaymentAnswer> {
    await this.before(request)
    this.asked.push(request)
    if (this.isAway) return { outcome: "unavailable", message: "away" }
    const intent = work()
    await this.after(request)
    if (intent) return { outcome: "ok", intent: { ...intent } }
    return { outcome: "refused", code: "payment_intent_unexpected_state", message: "not in this state" }
  }
}

export const HOLD_MS = 60_000

/** For tests: one lane, one SKU `A` and a provider, on a clock that only the test moves. */
export class SagaStage {
  nowMs = 1_000_000
  readonly provider = new StageProvider()
  book: OrderBook
  readonly inbox: InboxBook
  readonly calculations: CalculationBook
  readonly ledger: Ledger
  readonly confirmed: string[] = []
  readonly heardRefunds: string[] = []
  /** Until when the provider is known to be away, by whoever watches it. */
  awayUntilMs: number | null = null
  saga: Saga
  readonly sql = new MemorySql()
  private events = 0

  constructor({ units = 5, unitPriceCents = 1_000 } = {}) {
    applyMigrations(this.sql, CHECKOUT_MIGRATIONS)
    this.book = this.newBook()
    this.inbox = new InboxBook(this.sql)
    this.calculations = new CalculationBook(this.sql)
    const stockSql = new MemorySql()
    applyMigrations(stockSql, STOCK_MIGRATIONS)
    this.ledger = new Ledger(stockSql)
    const open = { perCustomerLimit: null, opensAtMs: null, closesAtMs: null }
    this.ledger.setOpenTerms({ unitPriceCents, currency: "EUR", holdSeconds: HOLD_MS / 1_000, ...open })
    this.ledger.receive({ id: "first", delta: units, reason: "" }, this.nowMs)
    this.saga = this.newSaga()
  }

  readonly stock: StockObjects = {
    getByName: () => {
      const { ledger } = this
      return {
        hold: (command) => this.reach("hold", () => ledger.hold(command, this.nowMs)),
        undo: (holdId, customer) => this.reach("undo", () => ledger.undo(holdId, customer)),
        release: (holdId, customer, orderId) =>
          this.reach("release", () => ledger.release(holdId, customer, this.nowMs, orderId)),
        claim: (holdId, customer, orderId) =>
          this.reach("claim", () => ledger.claim(holdId, customer, orderId, this.nowMs)),
        sell: (holdId, orderId) => this.reach("sell", () => ledger.sell(holdId, orderId, this.nowMs)),
        extend: (holdId, orderId, untilMs) =>
          this.reach("extend", () => ledger.extend(holdId, orderId, untilMs, this.nowMs)),
        returnUnits: (holdId, orderId, upTo) =>
          this.reach("return", () => ledger.returnUnits(holdId, orderId, upTo)),
        readHold: async (holdId) => ledger.findHold(holdId),
      }
    },
    ledgerOf: (sku) => Promise.resolve(sku),
  }

  private async reach<T>(request: string, work: () => T): Promise<T> {
    await this.provider.before(request)
    const answer = work()
    await this.provider.after(request)
    return answer
  }

  /** A new instance, as after a crash: only what is in the tables is left, and what was interrupted is due. */
  restart(): void {
    this.book = this.newBook()
    this.saga = this.newSaga()
    this.book.resumeInterrupted(this.nowMs)
  }

  /** With a hold of its own, or one that was taken before. */
  open(orderId = "o1", quantity = 1, holdId: string | null = null): Promise<OpenOutcome> {
    const whose = { orderNumber: orderId, requestDigest: "", subject: orderId, email: "a@b.example" }
    const hold = holdId === null ? { items: [{ sku: "A", quantity }], saleId: null } : { holdId }
    const command = { orderId, ...whose, shippingAddress: null, hold }
    const { book, stock, saga } = this
    const turn = () => Promise.resolve()
    const prices = PLAIN_PRICES
    const parts = { book, stock, saga, turn, prices, calculations: this.calculations, now: () => this.nowMs }
    return this.saga.exclusively(orderId, () => openCheckout(parts, command, this.book.find(orderId)))
  }

  /** The shopper's card is accepted; what the lane is told of it is another matter. */
  authorize(orderId = "o1"): void {
    this.provider.intentOf(orderId).state = "authorized"
  }

  event(news: PaymentNews, orderId = "o1"): PaymentEvent {
    return { eventId: `evt_${++this.events}`, intentId: `pi_${orderId}`, orderId, atMs: this.nowMs, ...news }
  }

  async tell(news: PaymentNews, orderId = "o1"): Promise<void> {
    this.inbox.record(this.event(news, orderId), this.nowMs)
    this.saga.hear(orderId)
    await this.saga.drive(orderId)
  }

  /** Moves the clock, and rings the alarm whenever an order is due. */
  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms
    for (let due = this.book.nextDueMs(); due !== null && due <= endMs; due = this.book.nextDueMs()) {
      this.nowMs = Math.max(this.nowMs, due)
      for (const orderId of this.book.due(this.nowMs, 10)) await this.saga.drive(orderId)
    }
    this.nowMs = endMs
    this.ledger.expireDue(this.nowMs)
  }

  order(orderId = "o1"): Order {
    const order = this.book.find(orderId)
    if (!order) throw new Error(`no order ${orderId}`)
    return order
  }

  /** Units for sale, held and sold. */
  get units(): [number, number, number] {
    const { available, held, sold } = this.ledger.counts()
    return [available, held, sold]
  }

  private newBook(): OrderBook {
    return new OrderBook(this.sql, new OutboxBook(this.sql))
  }

  private newSaga(): Saga {
    return new Saga({
      book: this.book,
      inbox: this.inbox,
      stock: this.stock,
      payments: this.provider,
      confirmed: ({ orderId }) => this.confirmed.push(orderId),
      refundHeard: (orderId, refundKey, { refundId }) =>
        this.heardRefunds.push(`${orderId} ${refundKey} ${refundId}`),
      turn: () => Promise.resolve(),
      now: () => this.nowMs,
      random: () => 0.5,
      awayUntilMs: () => this.awayUntilMs,
    })
  }
}
