import type { OrderRefund } from "../../../durable-objects/checkout/contract.ts"
import type {
  NewIntent,
  NewRefund,
  PaymentAnswer,
  Payments,
  RefundAnswer,
  RefundsAnswer,
} from "../../../durable-objects/checkout/payments.ts"
import type { Chance } from "../../../durable-objects/stock/simulation/random.ts"
import { BROKEN, KeptAnswers } from "./kept-answers.ts"
import { Lost } from "./network.ts"
import type { Life, Network } from "./network.ts"
import { viewOf } from "./provider-intent.ts"
import type { ProviderIntent } from "./provider-intent.ts"
import { Webhooks } from "./webhooks.ts"

/** Failures under one idempotency key before the next key is taken; as `checkout/stripe.ts` has it. */
const FAILURES_PER_KEY = 3

/** Authorizations on which somebody lays hands at once. */
const MEDDLER_SHARE = 0.03

/** How many of a provider's answers are "ask later". */
const BUSY_SHARE = 0.05

/** Those who take money by hand and then think better of it: they give back a part, or all. */
const REGRET_SHARE = 0.5
const REGRET_MAX_MS = 1_000

/** Payments of ended orders that somebody takes before they are let go of. */
const TAKEN_BEFORE_SHARE = 0.3

const UNEXPECTED: PaymentAnswer = {
  outcome: "refused",
  code: "payment_intent_unexpected_state",
  message: "The intent is not in a state that allows this.",
}

/** A payment provider with Stripe's rules: idempotency keys that keep their answer, manual capture, unordered webhooks. */
export class ProviderModel {
  readonly intents = new Map<string, ProviderIntent>()
  /** Does not answer at all while true. */
  isDown = false
  readonly webhooks: Webhooks
  private readonly network: Network
  private readonly answers: KeptAnswers
  private made = 0

  constructor(network: Network) {
    this.network = network
    this.answers = new KeptAnswers(network)
    this.webhooks = new Webhooks(network)
  }

  /** What an instance of a lane asks. */
  paymentsFor(life: Life): Payments {
    return {
      createIntent: (intent, attempts) =>
        this.ask(life, "create", () =>
          this.answers.of(keyFor(intent.orderId, "intent", attempts), JSON.stringify(intent), () =>
            this.create(intent),
          ),
        ),
      capture: (intentId, orderId, attempts) =>
        this.ask(life, "capture", () =>
          this.answers.of(keyFor(orderId, "capture", attempts), intentId, () =>
            this.capture(intentId, "lane"),
          ),
        ),
      cancel: (intentId, orderId, attempts) =>
        this.ask(life, "cancel", () =>
          this.answers.of(keyFor(orderId, "cancel", attempts), intentId, () => this.cancelForLane(intentId)),
        ),
      retrieve: (intentId) => this.ask(life, "retrieve", () => viewOf(this.intentOf(intentId))),
      refund: (refund) =>
        this.ask(life, "refund", () =>
          this.answers.ofRefund(`${refund.orderId}:refund:${refund.refundKey}`, JSON.stringify(refund), () =>
            this.refundForLane(refund),
          ),
        ),
      refundsOf: (intentId) => this.ask(life, "list of refunds", () => this.listRefunds(intentId)),
    }
  }

  /** The shopper's browser sends a card. What comes of it is the bank's to say, and sometimes later. */
  confirm(intentId: string): void {
    const intent = this.intentOf(intentId)
    if (intent.state !== "requires_payment") return
    const outcome = this.chance.weighted({ authorized: 60, failed: 15, requires_action: 15, processing: 10 })
    if (outcome === "requires_action" || outcome === "processing") {
      intent.state = outcome
      this.webhooks.tell(intent, { type: outcome })
      this.network.after(this.chance.between(500, 90_000), "the bank's word", () => this.decide(intent))
    } else this.settle(intent, outcome)
  }

  /** Orders with a merchant's refund that was asked for, answered with an error for good, and never made. */
  get unmade(): ReadonlySet<string> {
    const keys = [...this.answers.unmade].map((key) => /^(.+):refund:\d+$/.exec(key)?.[1])
    return new Set(keys.filter((orderId) => orderId !== undefined))
  }

  /** By hand, at the provider's dashboard, behind everybody's back: whatever the intent's state allows. */
  actByHand(intentId: string): void {
    const intent = this.intentOf(intentId)
    const { state } = intent
    const left = intent.capturedCents - intent.refundedCents
    const act = this.chance.weighted({ settle: 1, undo: 1 })
    if (state === "authorized" && act === "settle") {
      this.network.count("captured by hand")
      this.captureByHand(intentId)
    } else if (state === "authorized" || state === "requires_payment") {
      this.network.count("cancelled by hand")
      this.cancel(intentId)
    } else if (left > 0) {
      const amountCents = act === "undo" ? left : this.chance.between(1, left)
      this.network.count(amountCents === left ? "refunded by hand" : "refunded in part by hand")
      this.refund({ intentId, amountCents })
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
      this.webhooks.tell(intent, { type: "failed", declineMessage: intent.declineMessage })
      return
    }
    intent.state = "authorized"
    intent.declineMessage = null
    this.webhooks.tell(intent, {
      type: "authorized",
      amountCents: intent.amountCents,
      currency: intent.currency,
    })
    if (this.chance.hits(MEDDLER_SHARE))
      this.network.after(this.chance.between(0, 1_000), "by hand", () => this.actByHand(intent.intentId))
  }

  private create({ orderId, amountCents, currency, taxCalculationId = null }: NewIntent): PaymentAnswer {
    const ofOrder = [...this.intents.values()].filter((intent) => intent.orderId === orderId).length
    const intent: ProviderIntent = {
      intentId: `pi_${orderId}_${ofOrder}`,
      orderId,
      state: "requires_payment",
      amountCents,
      currency,
      taxCalculationId,
      capturedCents: 0,
      captures: 0,
      capturedBy: null,
      refundedByLaneCents: 0,
      refundedCents: 0,
      refunds: [],
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
    this.webhooks.tell(intent, {
      type: "captured",
      amountCents: intent.amountCents,
      currency: intent.currency,
    })
    return viewOf(intent)
  }

  /** A lane lets go of money whose order has ended; somebody may have taken it just before, and given back a part. */
  private cancelForLane(intentId: string): PaymentAnswer {
    const isOpen = this.intentOf(intentId).state === "authorized"
    if (isOpen && this.chance.hits(TAKEN_BEFORE_SHARE)) {
      this.network.count("captured by hand after the end")
      this.captureByHand(intentId)
    }
    return this.cancel(intentId)
  }

  private captureByHand(intentId: string): void {
    this.capture(intentId, "hand")
    if (this.chance.hits(REGRET_SHARE))
      this.network.after(this.chance.between(0, REGRET_MAX_MS), "by hand", () => this.actByHand(intentId))
  }

  private cancel(intentId: string): PaymentAnswer {
    const intent = this.intentOf(intentId)
    if (intent.state === "captured" || intent.state === "cancelled" || intent.state === "processing")
      return UNEXPECTED
    intent.state = "cancelled"
    this.webhooks.tell(intent, { type: "cancelled", declineMessage: null })
    return viewOf(intent)
  }

  private refundForLane(refund: NewRefund): RefundAnswer {
    const isRest = refund.refundKey.startsWith("ended-") && this.intentOf(refund.intentId).refundedCents > 0
    const answer = this.refund(refund)
    if (isRest) this.network.count(`what by hand was not given back: ${answer.outcome}`)
    if (answer.outcome === "ok") this.intentOf(refund.intentId).refundedByLaneCents += refund.amountCents
    return answer
  }

  private listRefunds(intentId: string): RefundsAnswer {
    return { outcome: "ok", refunds: this.intentOf(intentId).refunds.map((refund) => ({ ...refund })) }
  }

  /** One that is made by hand has no key. */
  private refund({
    intentId,
    amountCents,
    refundKey,
  }: Pick<NewRefund, "intentId" | "amountCents"> & { refundKey?: string }): RefundAnswer {
    const intent = this.intentOf(intentId)
    if (amountCents > intent.capturedCents - intent.refundedCents)
      return { outcome: "refused", code: "charge_already_refunded", message: "There is not so much left." }
    intent.refundedCents += amountCents
    const refundId = `re_${++this.made}`
    const status: OrderRefund["status"] = this.chance.hits(0.3) ? "pending" : "succeeded"
    const refund = { refundId, amountCents, status, atMs: this.network.nowMs }
    intent.refunds.push(refund)
    const tell = () =>
      this.webhooks.tell(intent, {
        type: "refund",
        refund: { ...refund },
        ...(refundKey !== undefined && { refundKey }),
      })
    tell()
    if (status === "pending")
      this.network.after(this.chance.between(100, 20_000), "a refund that goes through", () => {
        refund.status = "succeeded"
        tell()
      })
    return { outcome: "ok", refund: { refundId, amountCents, status } }
  }

  private async ask<Answer extends PaymentAnswer | RefundAnswer | RefundsAnswer>(
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

  private intentOf(intentId: string): ProviderIntent {
    const intent = this.intents.get(intentId)
    if (!intent) throw new Error(`the provider has no intent ${intentId}`)
    return intent
  }
}

function keyFor(orderId: string, action: string, attempts: number): string {
  return `${orderId}:${action}:${Math.floor(attempts / FAILURES_PER_KEY)}`
}
