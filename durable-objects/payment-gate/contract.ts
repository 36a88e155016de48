import type { BreakerState, Tally } from "./breaker.ts"

/**
 * What the rest of Spillway may know of the payment gate: one object for the provider's account. Checkout lanes tell it
 * how their calls went, and rooms ask it how many payments a minute they may bring about.
 */

/** There is one account, so there is one gate. */
export const PAYMENT_GATE = "payments"

/** How a lane's calls of the provider went since its last report. */
export interface LaneReport extends Tally {
  lane: string
}

export interface GateView {
  state: BreakerState
  /** What each of the sales that run may bring about; 0 while payments rest. */
  paymentsPerMinute: number
  /** When payments are tried again; null unless they rest. */
  retryAtMs: number | null
}

export interface PaymentGateApi {
  report(report: LaneReport): Promise<void>
  /** @param saleId a sale that runs, and shares the account's limit with the others that asked lately; null only looks. */
  read(saleId: string | null): Promise<GateView>
}
