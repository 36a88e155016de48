import { Breaker } from "./breaker.ts"
import type { Tally } from "./breaker.ts"
import type { GateView } from "./contract.ts"

/** Calls of the provider that an order makes: its intent and its capture, or its intent and its cancellation. */
const CALLS_PER_PAYMENT = 2

/** The rest of the account's limit is for retries, refunds, the reconciler and audits. */
const SHARE_FOR_PAYMENTS = 0.8

/** A sale whose room has not asked for so long does not run any more. Rooms ask once a second. */
export const SALE_FORGOTTEN_MS = 5_000

/** While payments are tried, so few are let in, over all sales: enough to find out, too few to be many disappointed. */
export const TRIAL_PAYMENTS_PER_MINUTE = 60

const SECONDS_PER_MINUTE = 60

/** How many payments sales may bring about: the account's limit, shared, and less while the provider is in trouble. */
export class Gate {
  private readonly breaker = new Breaker()
  private readonly perMinute: number
  /** When each running sale asked last. */
  private readonly askedAtMs = new Map<string, number>()

  constructor(requestsPerSecond: number) {
    this.perMinute = (requestsPerSecond * SECONDS_PER_MINUTE * SHARE_FOR_PAYMENTS) / CALLS_PER_PAYMENT
  }

  report(tally: Tally, nowMs: number): void {
    this.breaker.note(tally, nowMs)
  }

  read(saleId: string | null, nowMs: number): GateView {
    if (saleId !== null) this.askedAtMs.set(saleId, nowMs)
    for (const [sale, atMs] of this.askedAtMs)
      if (nowMs - atMs > SALE_FORGOTTEN_MS) this.askedAtMs.delete(sale)
    const sales = Math.max(1, this.askedAtMs.size)
    const state = this.breaker.state(nowMs)
    const perMinute = {
      closed: this.perMinute,
      half_open: Math.min(this.perMinute, TRIAL_PAYMENTS_PER_MINUTE),
      open: 0,
    }[state]
    return {
      state,
      paymentsPerMinute: perMinute / sales,
      retryAtMs: state === "open" ? this.breaker.awayUntilMs(nowMs) : null,
    }
  }
}
