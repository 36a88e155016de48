/** Disputes: how they begin, and how evidence ends them. Pure. Amounts are minor units. */
import type { Announcement, Change, Moment } from "./change.ts"
import type { ChargeRecord, DisputeRecord, DisputeStatus, IntentRecord } from "./records.ts"

/** The dispute that a card's owner begins over a charge, if this card's does. */
export function disputeOf(charge: ChargeRecord, moment: Moment): DisputeRecord | undefined {
  const { sequel } = charge
  if (sequel !== "disputed_fraudulent" && sequel !== "disputed_not_received" && sequel !== "inquired")
    return undefined
  return {
    id: moment.mint("dp"),
    intentId: charge.intentId,
    chargeId: charge.id,
    amountCents: charge.amountCapturedCents,
    currency: charge.currency,
    reason: sequel === "disputed_not_received" ? "product_not_received" : "fraudulent",
    status: sequel === "inquired" ? "warning_needs_response" : "needs_response",
    evidence: null,
    metadata: {},
    createdAtMs: moment.nowMs,
  }
}

/** An inquiry takes no money yet; a dispute does. */
export function announceDispute(dispute: DisputeRecord): Announcement[] {
  const created: Announcement = { type: "charge.dispute.created", subject: "dispute" }
  if (dispute.status === "warning_needs_response") return [created]
  return [created, { type: "charge.dispute.funds_withdrawn", subject: "dispute" }]
}

const OPEN: Readonly<Partial<Record<DisputeStatus, { reviewed: DisputeStatus; won: DisputeStatus }>>> = {
  warning_needs_response: { reviewed: "warning_under_review", won: "warning_closed" },
  warning_under_review: { reviewed: "warning_under_review", won: "warning_closed" },
  needs_response: { reviewed: "under_review", won: "won" },
  under_review: { reviewed: "under_review", won: "won" },
}

export type DisputeDecision = { kind: "applied"; change: Change; dispute: DisputeRecord } | { kind: "closed" }

/** Evidence, or `null` to give in. Stripe's test texts `winning_evidence` and `losing_evidence` decide at once. */
export function answerDispute(
  intent: IntentRecord,
  dispute: DisputeRecord,
  evidence: string | null,
): DisputeDecision {
  const next = OPEN[dispute.status]
  if (next === undefined) return { kind: "closed" }
  const lost = evidence === null || evidence === "losing_evidence"
  const status = lost ? "lost" : evidence === "winning_evidence" ? next.won : next.reviewed
  const answered: DisputeRecord = { ...dispute, status, evidence: evidence ?? dispute.evidence }
  const announcements: Announcement[] = [{ type: "charge.dispute.updated", subject: "dispute" }]
  if (status !== next.reviewed) announcements.push({ type: "charge.dispute.closed", subject: "dispute" })
  if (status === "won") announcements.push({ type: "charge.dispute.funds_reinstated", subject: "dispute" })
  return { kind: "applied", change: { intent, dispute: answered, announcements }, dispute: answered }
}
