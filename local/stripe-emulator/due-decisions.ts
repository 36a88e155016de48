/** What comes by itself with time: authorizations run out, banks settle refunds. Pure. */
import type { Change, Moment } from "./change.ts"
import { cancelIntent } from "./intent-decisions.ts"
import type { ChargeRecord, IntentRecord, RefundRecord } from "./records.ts"

/** Nobody captured it in time: the intent is cancelled, and the bank lets go of the money. */
export function expireAuthorization(
  intent: IntentRecord,
  charge: ChargeRecord | undefined,
  moment: Moment,
): Change {
  const decision = cancelIntent(intent, charge, "automatic", moment)
  if (decision.kind !== "applied" || charge === undefined)
    throw new Error(`${intent.id} is ${intent.status} and has an authorization that runs out.`)
  return {
    ...decision.change,
    announcements: [
      { type: "charge.expired", subject: "charge" },
      { type: "payment_intent.canceled", subject: "intent" },
    ],
  }
}

/** The bank's last word. Money of a refund that failed is the merchant's again. */
export function settleRefund(refund: RefundRecord, intent: IntentRecord, charge: ChargeRecord): Change {
  const status = refund.becomes ?? refund.status
  const settled: RefundRecord = { ...refund, status, dueAtMs: null, becomes: null }
  if (status !== "failed")
    return { intent, refund: settled, announcements: [{ type: "refund.updated", subject: "refund" }] }
  return {
    intent,
    charge: { ...charge, amountRefundedCents: charge.amountRefundedCents - refund.amountCents },
    refund: settled,
    announcements: [
      { type: "refund.updated", subject: "refund" },
      { type: "refund.failed", subject: "refund" },
    ],
  }
}
