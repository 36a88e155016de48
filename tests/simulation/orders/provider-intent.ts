import type { OrderRefund } from "../../../durable-objects/checkout/contract.ts"
import type { Intent, IntentState, PaymentAnswer } from "../../../durable-objects/checkout/payments.ts"

/** As the provider has it: its own states, and all that was ever done to the money. */
export interface ProviderIntent {
  intentId: string
  orderId: string
  state: IntentState | "requires_action"
  amountCents: number
  currency: string
  taxCalculationId: string | null
  capturedCents: number
  /** How often money was taken; more than once is what must not be. */
  captures: number
  /** Who took it: a lane, or somebody by hand. */
  capturedBy: "lane" | "hand" | null
  /** Of what went back: what lanes sent. */
  refundedByLaneCents: number
  refundedCents: number
  refunds: OrderRefund[]
  declineMessage: string | null
  createdAtMs: number
}

/** As a lane is told of it: a copy, so that an answer that is kept grows old as the provider's does. */
export function viewOf(intent: ProviderIntent): PaymentAnswer {
  const { intentId, amountCents, currency, declineMessage, capturedCents } = intent
  const state = intent.state === "requires_action" ? "requires_payment" : intent.state
  const clientSecret = `${intentId}_secret`
  const view: Intent = { intentId, state, clientSecret, amountCents, currency, declineMessage, capturedCents }
  return { outcome: "ok", intent: view }
}
