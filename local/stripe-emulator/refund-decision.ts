/** How much of a captured payment may go back. Pure. Amounts are minor units. */
import type { Change, Moment } from "./change.ts"
import type { ChargeRecord, IntentRecord, RefundRecord } from "./records.ts"
import type { Metadata } from "./params.ts"

export type RefundDecision =
  | { kind: "applied"; change: Change; refund: RefundRecord }
  | { kind: "nothing_captured" }
  | { kind: "already_refunded" }
  | { kind: "more_than_captured"; leftCents: number }

export interface RefundRequest {
  /** Default: all that is left. */
  amountCents: number | undefined
  reason: string | null
  metadata: Metadata
}

/** Refusals in order of precedence: nothing captured, all given back, more than is left. */
export function refundCharge(
  intent: IntentRecord,
  charge: ChargeRecord | undefined,
  request: RefundRequest,
  moment: Moment,
): RefundDecision {
  if (charge === undefined || !charge.captured) return { kind: "nothing_captured" }
  const leftCents = charge.amountCapturedCents - charge.amountRefundedCents
  if (leftCents === 0) return { kind: "already_refunded" }
  const amountCents = request.amountCents ?? leftCents
  if (amountCents > leftCents) return { kind: "more_than_captured", leftCents }
  const refund: RefundRecord = {
    id: moment.mint("re"),
    intentId: intent.id,
    chargeId: charge.id,
    amountCents,
    currency: charge.currency,
    reason: request.reason,
    metadata: request.metadata,
    createdAtMs: moment.nowMs,
  }
  const change: Change = {
    intent,
    charge: { ...charge, amountRefundedCents: charge.amountRefundedCents + amountCents },
    refund,
    announcements: [
      { type: "refund.created", subject: "refund" },
      { type: "charge.refunded", subject: "charge" },
    ],
  }
  return { kind: "applied", change, refund }
}
