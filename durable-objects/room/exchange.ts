import { isOver } from "../../waiting-room/phase.ts"
import type { SalePhase } from "../../waiting-room/phase.ts"
import type { PassRefusal } from "./contract.ts"

export interface ExchangeFacts {
  /** As the gate stands for this ticket: open to those who were invited before it is to others. */
  phase: SalePhase
  /** The ticket's earlier pass went to another session. */
  takenByOther: boolean
  /** When the ticket's newest pass runs out, or ended before that; null when it never had one. */
  endsAtMs: number | null
  rank: number
  frontier: number
  /** Places that no live pass takes; below one when the cap was lowered. */
  placesFree: number
  /** Those of a lower rank who asked a moment ago and found no place. What is free is theirs first. */
  standbysBefore: number
}

/**
 * What becomes of a ticket, in order of precedence: `ticket_invalid`, `sale_over`, the pass it has, `not_your_turn`, `room_full`.
 *
 * A pass that has ended is no refusal: its shopper comes back by rank like anyone else, to a free place if there is one.
 * So nobody loses a place in the line by being slow, and nobody is inside beyond the cap.
 */
export function decideExchange(facts: ExchangeFacts, nowMs: number): PassRefusal | "replay" | "admit" {
  if (facts.takenByOther) return "ticket_invalid"
  if (isOver(facts.phase)) return "sale_over"
  if (facts.endsAtMs !== null && nowMs < facts.endsAtMs) return "replay"
  const admitting = facts.phase === "open" || facts.phase === "sold_out_pending"
  if (!admitting || facts.rank >= facts.frontier) return "not_your_turn"
  return facts.placesFree > facts.standbysBefore ? "admit" : "room_full"
}
