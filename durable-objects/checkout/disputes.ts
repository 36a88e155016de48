import type { Dispute } from "./contract.ts"

/**
 * Disputes of one payment. Seldom there are several: one for each of two lines, one that the bank takes back and files
 * anew with another amount, an inquiry after a dispute
 * (https://support.stripe.com/questions/receiving-multiple-disputes-per-payment-faq). Each has its own deadline and is
 * answered by itself, so each is kept, and an order shows the one that asks most of its merchant.
 */

/** Disputes of one payment that are kept: more than any bank has been heard of to file. */
export const DISPUTES_PER_ORDER_MAX = 10

/**
 * Where a dispute stands, the later the higher (https://docs.stripe.com/api/disputes/object#dispute_object-status): an
 * inquiry may become a dispute. A lost one counts as lost while it is appealed, until the appeal is won.
 */
const RANKS: Readonly<Record<string, number>> = {
  warning_needs_response: 0,
  warning_under_review: 1,
  warning_closed: 2,
  needs_response: 3,
  under_review: 4,
  appeal_needs_response: 5,
  appeal_under_review: 6,
  prevented: 7,
  lost: 7,
  won: 8,
}

/** A word that Stripe has added since counts as being under review. */
function rankOf(status: string): number {
  return RANKS[status] ?? 4
}

const CLOSED: ReadonlySet<string> = new Set(["warning_closed", "prevented", "lost", "won"])

/** What asks most of a merchant: an answer with a deadline, then one that the bank weighs, then what is over. */
function urgencyOf({ status }: Dispute): number {
  if (status.endsWith("needs_response")) return 2
  return CLOSED.has(status) ? 0 : 1
}

/** The disputes with what was heard of one, which only moves on; null when that says nothing new. */
export function withDispute(disputes: readonly Dispute[], heard: Dispute): Dispute[] | null {
  const known = disputes.find(({ disputeId }) => disputeId === heard.disputeId)
  if (known)
    return rankOf(heard.status) > rankOf(known.status)
      ? disputes.map((dispute) => (dispute === known ? heard : dispute))
      : null
  if (disputes.length < DISPUTES_PER_ORDER_MAX) return [...disputes, heard]
  // What is over gives way; while none is, there are more open ones than anybody can read here.
  const over = disputes.find(({ status }) => CLOSED.has(status))
  return over ? [...disputes.filter((dispute) => dispute !== over), heard] : null
}

/** The one that is shown: of those that ask as much of the merchant, the newest. */
export function foremostOf(disputes: readonly Dispute[]): Dispute | null {
  return disputes.reduce<Dispute | null>(
    (first, next) => (first === null || urgencyOf(next) >= urgencyOf(first) ? next : first),
    null,
  )
}
