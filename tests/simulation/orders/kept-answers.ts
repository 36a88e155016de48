import type { Network } from "./network.ts"

/** How many of a provider's answers are errors that it keeps under their key, while there are faults. */
const STORED_ERROR_SHARE = 0.02
/** The same of refunds, at all times: most are asked for when the rush and its faults are over. */
const REFUND_ERROR_SHARE = 0.15

/** Of refunds behind such an error, those that are made at once, or later when the provider puts its books in order. */
const MADE_SHARE = 0.6
const MADE_LATER_SHARE = 0.3
const MADE_LATER_MAX_MS = 600_000

type Outcome = { outcome: "ok" | "refused" | "unavailable" }

export const BROKEN = { outcome: "unavailable", message: "something went wrong at the provider" } as const

const OTHER_CONTENT = {
  outcome: "refused",
  code: "idempotency_key_in_use",
  message: "Keys for idempotent requests can only be used with the same parameters.",
} as const

/** Idempotency keys that keep their answer, also when it is an error, after which the work may have been done. */
export class KeptAnswers {
  /** Keys of refunds whose answer is an error, and that were never made. */
  readonly unmade = new Set<string>()
  private readonly network: Network
  private readonly kept = new Map<string, { content: string; answer: Outcome }>()

  constructor(network: Network) {
    this.network = network
  }

  of<Answer extends Outcome>(key: string, content: string, work: () => Answer): Answer {
    return this.recall<Answer>(key, content) ?? this.keep(key, content, this.orBroken(work))
  }

  /** A refund is also made later, as Stripe says of its 500s (https://docs.stripe.com/error-low-level#server-errors). */
  ofRefund<Answer extends Outcome>(key: string, content: string, work: () => Answer): Answer {
    const kept = this.recall<Answer>(key, content)
    if (kept) return kept
    if (!this.network.chance.hits(REFUND_ERROR_SHARE)) return this.keep(key, content, work())
    const { chance } = this.network
    const make = () => {
      if (work().outcome === "ok") this.unmade.delete(key)
    }
    this.unmade.add(key)
    this.network.count("refunds behind an error")
    if (chance.hits(MADE_SHARE)) make()
    else if (chance.hits(MADE_LATER_SHARE))
      this.network.after(chance.between(0, MADE_LATER_MAX_MS), "the provider's books put in order", make)
    return this.keep(key, content, BROKEN as unknown as Answer)
  }

  private recall<Answer extends Outcome>(key: string, content: string): Answer | null {
    const kept = this.kept.get(key)
    if (!kept) return null
    return (kept.content === content ? kept.answer : OTHER_CONTENT) as Answer
  }

  private keep<Answer extends Outcome>(key: string, content: string, answer: Answer): Answer {
    this.kept.set(key, { content, answer })
    return answer
  }

  private orBroken<Answer extends Outcome>(work: () => Answer): Answer {
    const { chance, faultShare } = this.network
    if (faultShare === 0 || !chance.hits(STORED_ERROR_SHARE)) return work()
    if (chance.hits(0.5)) work()
    return BROKEN as unknown as Answer
  }
}
