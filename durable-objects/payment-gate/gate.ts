import { Breaker } from "./breaker.ts"
import type { Tally } from "./breaker.ts"
import type { GateView } from "./contract.ts"

/** Calls of the provider that an order makes: its intent and its capture, or its intent and its cancellation. */
const CALLS_PER_PAYMENT = 2

/** Where Stripe Tax works the tax out it is asked once more. */
const CALLS_PER_TAXED_PAYMENT = 3

/** So long after the last question about tax, orders are still taken to be taxed by Stripe. */
export const TAXES_REMEMBERED_MS = 300_000

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
  private readonly callsPerMinute: number
  private taxesAskedAtMs: number | null = null
  /** When each running sale asked last. */
  private readonly askedAtMs = new Map<string, number>()

  constructor(requestsPerSecond: number) {
    this.callsPerMinute = requestsPerSecond * SECONDS_PER_MINUTE * SHARE_FOR_PAYMENTS
  }

  report(tally: Tally, nowMs: number): void {
    if (tally.taxes) this.taxesAskedAtMs = nowMs
    this.breaker.note(tally, nowMs)
  }

  read(saleId: string | null, nowMs: number): GateView {
    if (saleId !== null) this.askedAtMs.set(saleId, nowMs)
    for (const [sale, atMs] of this.askedAtMs)
      if (nowMs - atMs > SALE_FORGOTTEN_MS) this.askedAtMs.delete(sale)
    const sales = Math.max(1, this.askedAtMs.size)
    const state = this.breaker.state(nowMs)
    const allowed = this.callsPerMinute / this.callsPerPayment(nowMs)
    const perMinute = {
      closed: allowed,
      half_open: Math.min(allowed, TRIAL_PAYMENTS_PER_MINUTE),
      open: 0,
    }[state]
    return {
      state,
      paymentsPerMinute: perMinute / sales,
      retryAtMs: state === "open" ? this.breaker.awayUntilMs(nowMs) : null,
    }
  }

  private callsPerPayment(nowMs: number): number {
    const askedAtMs = this.taxesAskedAtMs
    const isTaxed = askedAtMs !== null && nowMs - askedAtMs <= TAXES_REMEMBERED_MS
    return isTaxed ? CALLS_PER_TAXED_PAYMENT : CALLS_PER_PAYMENT
  }
}
