/** What the emulator keeps. Amounts are minor units, times epoch milliseconds. */
import type { CardOutcome, Sequel } from "./cards.ts"
import type { Metadata } from "./params.ts"
import type { CalculationRecord, TaxAttemptRecord } from "./tax-records.ts"

export type IntentStatus =
  | "requires_payment_method"
  | "requires_confirmation"
  | "requires_action"
  | "requires_capture"
  | "succeeded"
  | "canceled"

/** Why the last attempt failed. */
export interface PaymentError {
  type: "card_error" | "invalid_request_error"
  code: string
  declineCode: string | null
  message: string
  chargeId: string | null
  paymentMethodId: string | null
}

/** How the shopper's bank wants to be asked. */
export interface PendingAction {
  via: "redirect" | "sdk"
  returnUrl: string | null
}

export interface IntentRecord {
  id: string
  clientSecret: string
  status: IntentStatus
  amountCents: number
  amountCapturableCents: number
  amountReceivedCents: number
  currency: string
  captureMethod: "automatic" | "automatic_async" | "manual"
  confirmationMethod: "automatic" | "manual"
  metadata: Metadata
  description: string | null
  receiptEmail: string | null
  customer: string | null
  shipping: Record<string, unknown> | null
  setupFutureUsage: string | null
  statementDescriptor: string | null
  statementDescriptorSuffix: string | null
  transferGroup: string | null
  paymentMethodTypes: string[]
  automaticPaymentMethods: { enabled: boolean; allowRedirects: string } | null
  paymentMethodId: string | null
  latestChargeId: string | null
  lastPaymentError: PaymentError | null
  pendingAction: PendingAction | null
  /** Whose tax it collects; null when none was named. */
  taxCalculationId: string | null
  canceledAtMs: number | null
  cancellationReason: string | null
  /** The idempotency key of the call that made it. */
  madeWithKey: string | null
  /** When an authorization that nobody captures runs out; null when there is none. */
  dueAtMs: number | null
  createdAtMs: number
}

export interface PaymentMethodRecord {
  id: string
  brand: string
  last4: string
  expMonth: number
  expYear: number
  outcome: CardOutcome
  billingDetails: Record<string, unknown>
  createdAtMs: number
}

export interface ChargeRecord {
  id: string
  intentId: string
  amountCents: number
  amountCapturedCents: number
  amountRefundedCents: number
  currency: string
  captured: boolean
  disputed: boolean
  /** What comes of it once money has moved. */
  sequel: Sequel | null
  status: "succeeded" | "failed"
  failure: { code: string; declineCode: string; message: string } | null
  paymentMethodId: string
  brand: string
  last4: string
  metadata: Metadata
  description: string | null
  receiptEmail: string | null
  balanceTransactionId: string | null
  createdAtMs: number
}

/** Money that moved to the merchant. The ledger's word; Stripe shows it as a balance transaction. */
export interface CaptureRecord {
  id: string
  intentId: string
  chargeId: string
  amountCents: number
  atMs: number
}

export interface RefundRecord {
  id: string
  intentId: string
  chargeId: string
  amountCents: number
  currency: string
  reason: string | null
  metadata: Metadata
  status: "pending" | "succeeded" | "failed"
  /** When its bank says more, and what; null when all is said. */
  dueAtMs: number | null
  becomes: "succeeded" | "failed" | null
  createdAtMs: number
}

export type DisputeStatus =
  | "warning_needs_response"
  | "warning_under_review"
  | "warning_closed"
  | "needs_response"
  | "under_review"
  | "won"
  | "lost"

export interface DisputeRecord {
  id: string
  intentId: string
  chargeId: string
  amountCents: number
  currency: string
  reason: "fraudulent" | "product_not_received"
  status: DisputeStatus
  evidence: string | null
  metadata: Metadata
  createdAtMs: number
}

export type EventType =
  | "payment_intent.created"
  | "payment_intent.requires_action"
  | "payment_intent.amount_capturable_updated"
  | "payment_intent.succeeded"
  | "payment_intent.payment_failed"
  | "payment_intent.canceled"
  | "charge.refunded"
  | "charge.expired"
  | "charge.dispute.created"
  | "charge.dispute.updated"
  | "charge.dispute.closed"
  | "charge.dispute.funds_withdrawn"
  | "charge.dispute.funds_reinstated"
  | "refund.created"
  | "refund.updated"
  | "refund.failed"

export interface EventRecord {
  id: string
  type: EventType
  intentId: string
  /** The object as it was when the event happened, in Stripe's shape. */
  object: object
  requestId: string | null
  idempotencyKey: string | null
  createdAtMs: number
}

export interface EndpointRecord {
  id: string
  url: string
  secret: string
  enabledEvents: string[]
  description: string | null
  metadata: Metadata
  createdAtMs: number
}

/** Every kind of thing in the store, by its name there. */
export interface Records {
  intent: IntentRecord
  payment_method: PaymentMethodRecord
  charge: ChargeRecord
  capture: CaptureRecord
  refund: RefundRecord
  dispute: DisputeRecord
  event: EventRecord
  endpoint: EndpointRecord
  calculation: CalculationRecord
  tax_attempt: TaxAttemptRecord
}

export type RecordKind = keyof Records

/** A new id with this prefix, unguessable. Passed into decisions, so that they stay repeatable. */
export type MintId = (prefix: string) => string
