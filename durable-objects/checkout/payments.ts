import type { OrderRefund } from "./contract.ts"

/**
 * What a lane asks of a payment provider, and what it may be told. `stripe.ts` is the one that asks Stripe. `attempts`
 * says how often the same request has failed before.
 */
export interface Payments {
  createIntent(intent: NewIntent, attempts: number): Promise<PaymentAnswer>
  capture(intentId: string, orderId: string, attempts: number): Promise<PaymentAnswer>
  cancel(intentId: string, orderId: string, attempts: number): Promise<PaymentAnswer>
  retrieve(intentId: string): Promise<PaymentAnswer>
  /** The same `refundKey` of an order is the same refund, however often it is asked for. */
  refund(refund: NewRefund): Promise<RefundAnswer>
  /** All refunds of a payment, whoever made them. */
  refundsOf(intentId: string): Promise<RefundsAnswer>
}

export interface NewRefund {
  refundKey: string
  intentId: string
  orderId: string
  amountCents: number
  currency: string
}

export interface NewIntent {
  orderId: string
  orderNumber: string
  saleId: string | null
  amountCents: number
  currency: string
  email: string
  /** The calculation of Stripe Tax that its tax is from: Stripe records it with the payment, and takes it back with refunds. */
  taxCalculationId?: string | null
}

/** The provider's state of an intent, in the few kinds the saga tells apart. */
export type IntentState = "requires_payment" | "processing" | "authorized" | "captured" | "cancelled"

export interface Intent {
  intentId: string
  state: IntentState
  clientSecret: string | null
  amountCents: number
  /** What was taken of it. */
  capturedCents: number
  currency: string
  declineMessage: string | null
}

/**
 * `refused` the provider will say the same again (a state that forbids it, an amount it won't take) ·
 * `unavailable` it did not answer, or asks to be asked later: the same request may be sent again.
 */
export type PaymentAnswer =
  | { outcome: "ok"; intent: Intent }
  | { outcome: "refused"; code: string; message: string }
  | { outcome: "unavailable"; message: string }

/** As `PaymentAnswer`, of a payment's refunds as they stand. */
export type RefundsAnswer =
  | { outcome: "ok"; refunds: OrderRefund[] }
  | { outcome: "refused"; code: string; message: string }
  | { outcome: "unavailable"; message: string }

/** As `PaymentAnswer`, of a refund. One that is `pending` may still fail: the provider's event says so. */
export type RefundAnswer =
  | { outcome: "ok"; refund: { refundId: string; amountCents: number; status: OrderRefund["status"] } }
  | { outcome: "refused"; code: string; message: string }
  | { outcome: "unavailable"; message: string }
