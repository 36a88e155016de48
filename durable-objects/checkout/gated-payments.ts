import type { Breaker, Tally } from "../payment-gate/breaker.ts"
import type {
  NewIntent,
  NewRefund,
  PaymentAnswer,
  Payments,
  RefundAnswer,
  RefundsAnswer,
} from "./payments.ts"
import type { TaxAnswer, TaxAsk, Taxes } from "./tax/taxes.ts"

/** An answer that takes this long is one that a shopper gave up waiting for. Stripe answers in well under a second. */
export const SLOW_MS = 3_000

/**
 * The longest a shopper's checkout waits for its intent, and before it for its tax; the provider may take longer, and the same request then finds
 * what it did. Then the hold is kept and the shopper is told to try again.
 */
export const INTENT_ANSWER_MS = 5_000

export interface GatedParts {
  inner: Payments
  taxes: Taxes
  breaker: Breaker
  /** Told of each call that ended. */
  ended: (tally: Tally) => void
  now: () => number
  /** What the work resolves with, or null after so long. */
  orNullAfter: <T>(limitMs: number, work: Promise<T>) => Promise<T | null>
}

/** A provider that is let rest when it fails or is slow: while its breaker is open nobody waits for it. */
export class GatedPayments implements Payments, Taxes {
  private readonly parts: GatedParts

  constructor(parts: GatedParts) {
    this.parts = parts
  }

  /** When the provider may be asked again; null: now. A step that is put off so long has not failed. */
  awayUntilMs(): number | null {
    return this.parts.breaker.awayUntilMs(this.parts.now())
  }

  createIntent(intent: NewIntent, attempts: number): Promise<PaymentAnswer> {
    return this.guard(() => this.inTime(this.parts.inner.createIntent(intent, attempts)))
  }

  capture(intentId: string, orderId: string, attempts: number): Promise<PaymentAnswer> {
    return this.guard(() => this.parts.inner.capture(intentId, orderId, attempts))
  }

  cancel(intentId: string, orderId: string, attempts: number): Promise<PaymentAnswer> {
    return this.guard(() => this.parts.inner.cancel(intentId, orderId, attempts))
  }

  retrieve(intentId: string): Promise<PaymentAnswer> {
    return this.guard(() => this.parts.inner.retrieve(intentId))
  }

  refund(refund: NewRefund): Promise<RefundAnswer> {
    return this.guard(() => this.parts.inner.refund(refund))
  }

  refundsOf(intentId: string): Promise<RefundsAnswer> {
    return this.guard(() => this.parts.inner.refundsOf(intentId))
  }

  calculate(ask: TaxAsk): Promise<TaxAnswer> {
    return this.guard<TaxAnswer>(() => this.inTime(this.parts.taxes.calculate(ask)), { taxes: 1 })
  }

  /** A refusal is an answer: the provider is well. */
  private async guard<Answer extends { outcome: string }>(
    ask: () => Promise<Answer | Unavailable>,
    kind: Pick<Tally, "taxes"> = {},
  ): Promise<Answer | Unavailable> {
    const { breaker, now } = this.parts
    const beganAtMs = now()
    if (!breaker.begin(beganAtMs)) return unavailable("payments rest, for they did not answer")
    let failed = true
    try {
      const answer = await ask()
      failed = answer.outcome === "unavailable"
      return answer
    } finally {
      const isSlow = !failed && now() - beganAtMs >= SLOW_MS
      const tally = { calls: 1, failures: failed ? 1 : 0, slow: isSlow ? 1 : 0, ...kind }
      breaker.end(beganAtMs, tally, now())
      this.parts.ended(tally)
    }
  }

  private async inTime<Answer>(asked: Promise<Answer>): Promise<Answer | Unavailable> {
    // What comes too late is nobody's any more, also when it is an error.
    asked.catch(() => undefined)
    const answer = await this.parts.orNullAfter(INTENT_ANSWER_MS, asked)
    return answer ?? unavailable(`no answer in ${INTENT_ANSWER_MS} ms`)
  }
}

interface Unavailable {
  outcome: "unavailable"
  message: string
}

function unavailable(message: string): Unavailable {
  return { outcome: "unavailable", message }
}
