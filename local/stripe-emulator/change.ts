/** What decisions hand back: everything to be written, or why nothing is. Amounts are minor units. */
import type {
  CaptureRecord,
  ChargeRecord,
  DisputeRecord,
  EventType,
  IntentRecord,
  MintId,
  PaymentError,
  PaymentMethodRecord,
  RefundRecord,
} from "./records.ts"

/** One thing to tell the world, and which of the changed records it shows. */
export interface Announcement {
  type: EventType
  subject: "intent" | "charge" | "refund" | "dispute"
}

/** Everything a decision wants written, all or nothing. */
export interface Change {
  intent: IntentRecord
  paymentMethod?: PaymentMethodRecord
  charge?: ChargeRecord
  capture?: CaptureRecord
  refund?: RefundRecord
  dispute?: DisputeRecord
  announcements: Announcement[]
}

/** Refusals in order of precedence: the state, then the amount. */
export type Decision =
  | { kind: "applied"; change: Change }
  | { kind: "declined"; change: Change; error: PaymentError }
  | { kind: "wrong_state"; message: string }
  | { kind: "amount_too_large"; message: string; param: string }

export interface Moment {
  nowMs: number
  mint: MintId
}
