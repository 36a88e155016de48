import type { OrderRefund, PaymentEvent, PaymentNews } from "../../../durable-objects/checkout/contract.ts"
import type {
  Intent,
  IntentState,
  NewIntent,
  NewRefund,
  PaymentAnswer,
  Payments,
  RefundAnswer,
} from "../../../durable-objects/checkout/payments.ts"
import type { Chance } from "../../../durable-objects/stock/simulation/random.ts"
import { Lost } from "./network.ts"
import type { Life, Network } from "./network.ts"

/** As the provider has it: its own states, and all that was ever done to the money. */
export interface ProviderIntent {
  intentId: string
  orderId: string
  state: IntentState | "requires_action"
  amountCents: number
  currency: string
  capturedCents: number
  /** How often money was taken; more than once is what must not be. */
  captures: number
  /** Who took it: a lane, or somebody by hand. */
  capturedBy: "lane" | "hand" | null
  /** Of what went back: what lanes sent. */
  refundedByLaneCents: number
  refundedCents: number
  declineMessage: string | null
  createdAtMs: number
}

/** Failures under one idempotency key before the next key is taken; as `checkout/stripe.ts` has it. */
const FAILURES_PER_KEY = 3

/** Authorizations on which somebody lays hands at once. */
const MEDDLER_SHARE = 0.03

/** How many of a provider's answers are errors that it keeps under their key, and how many are "ask later". */
const STORED_ERROR_SHARE = 0.02
const BUSY_SHARE = 0.05

/** A webhook is repeated until it is answered; this often, doubling its pause, and then never again. */
const DELIVERIES_MAX = 8
const REDELIVERY_FIRST_MS = 1_000
/** Webhooks that never come at all, and those that come twice though they were answered. */
const DROPPED_SHARE = 0.08
const DOUBLED_SHARE = 0.15
/** How long a webhook may take to be sent. */
const WEBHOOK_DELAY_MAX_MS = 3_000

const UNEXPECTED: PaymentAnswer = {
  outcome: "refused",
  code: "payment_intent_unexpected_state",
  message: "The intent is not in a state that allows this.",
}
const BROKEN = { outcome: "unavailable", message: "something went wrong at the provider" } as const

/** A payment provider with Stripe's rules: idempotency keys that keep their answer, manual capture, unordered webhooks. */
export class ProviderModel {
  readonly intents = new Map<string, ProviderIntent>()
  /** Does not answer at all while true. */
  isDown = false
  /** Takes one event to its lane; false when it was not answered. */
  deliver: (event: PaymentEvent) => Promise<boolean> = () => Promise.resolve(true)
  private readonly network: Network
  private readonly answers = new Map<string, PaymentAnswer | RefundAnswer>()
  private events = 0

  constructor(network: Network) {
    this.network = network
  }

  /** What an instance of a lane asks. */
  paymentsFor(life: Life): Payments {
    return {
      createIntent: (intent, attempts) =>
        this.ask(life, "create", () =>
          this.keyed(keyFor(intent.orderId, "intent", attempts), () => this.create(intent)),
        ),
      capture: (intentId, orderId, attempts) =>
        this.ask(life, "capture", () =>
          this.keyed(keyFor(orderId, "capture", attempts), () => this.capture(intentId, "lane")),
        ),
      cancel: (intentId, orderId, attempts) =>
        this.ask(life, "cancel", () =>
          this.keyed(keyFor(orderId, "cancel", attempts), () => this.cancel(intentId)),
        ),
      retrieve: (intentId) => this.ask(life, "retrieve", () => viewOf(this.intentOf(intentId))),
      refund: (refund) =>
        this.ask(life, "refund", () =>
          this.keyed(`${refund.orderId}:refund:${refund.refundKey}`, () => this.refundForLane(refund), 0),
        ),
    }
  }

  /** The shopper's browser sends a card. What comes of it is the bank's to say, and sometimes later. */
  confirm(intentId: string): void {
    const intent = this.intentOf(intentId)
    if (intent.state !== "requires_payment") return
    const outcome = this.chance.weighted({ authorized: 60, failed: 15, requires_action: 15, processing: 10 })
    if (outcome === "requires_action" || outcome === "processing") {
      intent.state = outcome
      this.tell(intent, { type: outcome })
      this.network.after(this.chance.between(500, 90_000), "the bank's word", () => this.decide(intent))
    } else this.settle(intent, outcome)
  }

  /**
   * By hand, at the provider's dashboard, behind everybody's back: whatever the intent's state allows. What was taken by
   * hand is not given back by hand: when its order has ended, its lane gives it back, and asks for all of it.
   */
  actByHand(intentId: string): void {
    const intent = this.intentOf(intentId)
    const { state, orderId, currency } = intent
    const left = intent.capturedCents - intent.refundedCents
    const act = this.chance.weighted({ settle: 1, undo: 1 })
    if (state === "authorized" && act === "settle") {
      this.network.count("captured by hand")
      this.capture(intentId, "hand")
    } else if (state === "authorized" || state === "requires_payment") {
      this.network.count("cancelled by hand")
      this.cancel(intentId)
    } else if (left > 0 && intent.capturedBy === "lane") {
      const amountCents = act === "undo" ? left : this.chance.between(1, left)
      this.network.count(amountCents === left ? "refunded by hand" : "refunded in part by hand")
      this.refund({ refundKey: `hand-${++this.events}`, intentId, orderId, amountCents, currency })
    }
  }

  private get chance(): Chance {
    return this.network.chance
  }

  private decide(intent: ProviderIntent): void {
    if (intent.state !== "requires_action" && intent.state !== "processing") return
    this.settle(intent, this.chance.hits(0.7) ? "authorized" : "failed")
  }

  private settle(intent: ProviderIntent, outcome: "authorized" | "failed"): void {
    if (outcome === "failed") {
      intent.state = "requires_payment"
      intent.declineMessage = "Your card was declined."
      this.tell(intent, { type: "failed", declineMessage: intent.declineMessage })
      return
    }
    intent.state = "authorized"
    intent.declineMessage = null
    this.tell(intent, { type: "authorized", amountCents: intent.amountCents, currency: intent.currency })
    if (this.chance.hits(MEDDLER_SHARE))
      this.network.after(this.chance.between(0, 1_000), "by hand", () => this.actByHand(intent.intentId))
  }

  private create({ orderId, amountCents, currency }: NewIntent): PaymentAnswer {
    const ofOrder = [...this.intents.values()].filter((intent) => intent.orderId === orderId).length
    const intent: ProviderIntent = {
      intentId: `pi_${orderId}_${ofOrder}`,
      orderId,
      state: "requires_payment",
      amountCents,
      currency,
      capturedCents: 0,
      captures: 0,
      capturedBy: null,
      refundedByLaneCents: 0,
      refundedCents: 0,
      declineMessage: null,
      createdAtMs: this.network.nowMs,
    }
    this.intents.set(intent.intentId, intent)
    return viewOf(intent)
  }

  private capture(intentId: string, by: "lane" | "hand"): PaymentAnswer {
    const intent = this.intentOf(intentId)
    if (intent.state !== "authorized") return UNEXPECTED
    intent.state = "captured"
    intent.capturedCents = intent.amountCents
    intent.captures += 1
    intent.capturedBy = by
    this.tell(intent, { type: "captured", amountCents: intent.amountCents, currency: intent.currency })
    return viewOf(intent)
  }

  private cancel(intentId: string): PaymentAnswer {
    const intent = this.intentOf(intentId)
    if (intent.state === "captured" || intent.state === "cancelled" || intent.state === "processing")
      return UNEXPECTED
    intent.state = "cancelled"
    this.tell(intent, { type: "cancelled", declineMessage: null })
    return viewOf(intent)
  }

  private refundForLane(refund: NewRefund): RefundAnswer {
    const answer = this.refund(refund)
    if (answer.outcome === "ok") this.intentOf(refund.intentId).refundedByLaneCents += refund.amountCents
    return answer
  }

  private refund({ intentId, amountCents }: NewRefund): RefundAnswer {
    const intent = this.intentOf(intentId)
    if (amountCents > intent.capturedCents - intent.refundedCents)
      return { outcome: "refused", code: "charge_already_refunded", message: "There is not so much left." }
    intent.refundedCents += amountCents
    const refundId = `re_${++this.events}`
    const status: OrderRefund["status"] = this.chance.hits(0.3) ? "pending" : "succeeded"
    const refund = { refundId, amountCents, atMs: this.network.nowMs }
    this.tell(intent, { type: "refund", refund: { ...refund, status } })
    if (status === "pending")
      this.network.after(this.chance.between(100, 20_000), "a refund that goes through", () =>
        this.tell(intent, { type: "refund", refund: { ...refund, status: "succeeded" } }),
      )
    return { outcome: "ok", refund: { refundId, amountCents, status } }
  }

  /**
   * The answer is kept under its key, also when it is an error, after which the work may have been done. Errors of refunds
   * are not kept here: a refund has one key, so that it is never made twice, and would be asked for as long as the error is.
   */
  private keyed<Answer extends PaymentAnswer | RefundAnswer>(
    key: string,
    work: () => Answer,
    errorShare = STORED_ERROR_SHARE,
  ): Answer {
    const kept = this.answers.get(key)
    if (kept) return kept as Answer
    const isBroken = this.network.faultShare > 0 && this.chance.hits(errorShare)
    const answer = isBroken && this.chance.hits(0.5) ? null : work()
    const said = isBroken || answer === null ? (BROKEN as Answer) : answer
    this.answers.set(key, said)
    return said
  }

  private async ask<Answer extends PaymentAnswer | RefundAnswer>(
    life: Life,
    what: string,
    work: () => Answer,
  ): Promise<Answer> {
    const isBusy = this.network.faultShare > 0 && this.chance.hits(BUSY_SHARE)
    try {
      return await this.network.call(life, `provider ${what}`, () => {
        if (this.isDown) throw new Lost("the provider is down")
        return isBusy ? (BROKEN as Answer) : work()
      })
    } catch (error) {
      if (error instanceof Lost) return { outcome: "unavailable", message: error.message } as Answer
      throw error
    }
  }

  private tell({ intentId, orderId }: ProviderIntent, news: PaymentNews): void {
    const event: PaymentEvent = {
      eventId: `evt_${++this.events}`,
      intentId,
      orderId,
      atMs: this.network.nowMs,
      ...news,
    }
    const faulty = this.network.faultShare > 0
    // A refund's word is the only one there is of it: nobody asks for refunds that were made by hand.
    if (faulty && news.type !== "refund" && this.chance.hits(DROPPED_SHARE))
      return this.network.count("webhooks dropped")
    this.send(event, 0)
    if (faulty && this.chance.hits(DOUBLED_SHARE)) this.send(event, 0)
  }

  private send(event: PaymentEvent, deliveries: number): void {
    const delayMs =
      this.chance.between(0, WEBHOOK_DELAY_MAX_MS) + deliveries * REDELIVERY_FIRST_MS * 2 ** deliveries
    this.network.after(delayMs, `webhook ${event.type}`, () => {
      void this.deliver(event).then((isAnswered) => {
        if (!isAnswered && deliveries < DELIVERIES_MAX) this.send(event, deliveries + 1)
      })
    })
  }

  private intentOf(intentId: string): ProviderIntent {
    const intent = this.intents.get(intentId)
    if (!intent) throw new Error(`the provider has no intent ${intentId}`)
    return intent
  }
}

function keyFor(orderId: string, action: string, attempts: number): string {
  return `${orderId}:${action}:${Math.floor(attempts / FAILURES_PER_KEY)}`
}

/** As a lane is told of it: a copy, so that an answer that is kept grows old as the provider's does. */
function viewOf(intent: ProviderIntent): PaymentAnswer {
  const { intentId, amountCents, currency, declineMessage, capturedCents } = intent
  const state = intent.state === "requires_action" ? "requires_payment" : intent.state
  const clientSecret = `${intentId}_secret`
  const view: Intent = { intentId, state, clientSecret, amountCents, currency, declineMessage, capturedCents }
  return { outcome: "ok", intent: view }
}
