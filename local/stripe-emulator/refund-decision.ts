/** How much of a captured payment may go back. Pure. Amounts are minor units. */
import type { Change, Moment } from "./change.ts"
import type { ChargeRecord, IntentRecord, RefundRecord } from "./records.ts"
import type { Metadata } from "./params.ts"

export type RefundDecision =
  | { kind: "applied"; change: Change; refund: RefundRecord }
  | { kind: "nothing_captured" }
  | { kind: "already_refunded" }
  | { kind: "more_than_captured"; leftCents: number }

/** How long a bank takes that does not say at once, in milliseconds. */
export const REFUND_SETTLES_MS = 60_000

export interface RefundRequest {
  /** Default: all that is left. */
  amountCents: number | undefined
  reason: string | null
  metadata: Metadata
}

/** As Stripe's test cards have it: one refund is pending before it succeeds, another succeeds before it fails. */
function standingOf(
  { sequel }: ChargeRecord,
  nowMs: number,
): Pick<RefundRecord, "status" | "dueAtMs" | "becomes"> {
  const dueAtMs = nowMs + REFUND_SETTLES_MS
  if (sequel === "refund_pends") return { status: "pending", dueAtMs, becomes: "succeeded" }
  if (sequel === "refund_fails") return { status: "succeeded", dueAtMs, becomes: "failed" }
  return { status: "succeeded", dueAtMs: null, becomes: null }
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
    ...standingOf(charge, moment.nowMs),
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
