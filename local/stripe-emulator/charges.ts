/** Charges: one attempt to take money from one card. Pure. Amounts are minor units. */
import type { Announcement, Change, Moment } from "./change.ts"
import { announceDispute, disputeOf } from "./dispute-decisions.ts"
import type { CaptureRecord, ChargeRecord, IntentRecord, PaymentMethodRecord } from "./records.ts"

/** A charge that took nothing yet. */
export function newCharge(intent: IntentRecord, method: PaymentMethodRecord, moment: Moment): ChargeRecord {
  return {
    id: moment.mint("ch"),
    intentId: intent.id,
    amountCents: intent.amountCents,
    amountCapturedCents: 0,
    amountRefundedCents: 0,
    currency: intent.currency,
    captured: false,
    disputed: false,
    sequel: method.outcome.kind === "succeeds" ? (method.outcome.sequel ?? null) : null,
    status: "succeeded",
    failure: null,
    paymentMethodId: method.id,
    brand: method.brand,
    last4: method.last4,
    metadata: intent.metadata,
    description: intent.description,
    receiptEmail: intent.receiptEmail,
    balanceTransactionId: null,
    createdAtMs: moment.nowMs,
  }
}

/** The money moves to the merchant; some cards' owners dispute it at once. */
export function takeMoney(
  charge: ChargeRecord,
  amountCents: number,
  moment: Moment,
): Pick<Change, "capture" | "dispute" | "announcements"> & { charge: ChargeRecord } {
  const capture: CaptureRecord = {
    id: moment.mint("txn"),
    intentId: charge.intentId,
    chargeId: charge.id,
    amountCents,
    atMs: moment.nowMs,
  }
  const taken = {
    ...charge,
    captured: true,
    amountCapturedCents: amountCents,
    balanceTransactionId: capture.id,
  }
  const succeeded: Announcement = { type: "payment_intent.succeeded", subject: "intent" }
  const dispute = disputeOf(taken, moment)
  if (dispute === undefined) return { charge: taken, capture, announcements: [succeeded] }
  return {
    charge: { ...taken, disputed: true },
    capture,
    dispute,
    announcements: [succeeded, ...announceDispute(dispute)],
  }
}
