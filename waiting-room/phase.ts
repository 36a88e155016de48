export type SalePhase =
  | "scheduled"
  | "waiting"
  | "open"
  | "paused"
  | "sold_out_pending"
  | "sold_out"
  | "ended"

export interface PhaseFacts {
  waitingOpensAtMs: number
  opensAtMs: number
  closesAtMs: number
  /** Ended by the merchant, whatever the clock says. */
  ended: boolean
  paused: boolean
  /** Units of all items together that anyone may take, and that someone holds. */
  available: number
  held: number
}

/**
 * The first that is true, in this order. What cannot come back goes before what can: a sold-out sale does not read
 * "paused", and a paused one does not promise units that may come back.
 */
export function phaseOf(facts: PhaseFacts, nowMs: number): SalePhase {
  if (facts.ended || nowMs >= facts.closesAtMs) return "ended"
  if (nowMs < facts.waitingOpensAtMs) return "scheduled"
  if (nowMs < facts.opensAtMs) return "waiting"
  if (facts.available === 0 && facts.held === 0) return "sold_out"
  if (facts.paused) return "paused"
  return facts.available === 0 ? "sold_out_pending" : "open"
}

/** Nobody is let in any more, and nobody need wait. Returned or added units can still bring `sold_out` back to `open`. */
export function isOver(phase: SalePhase): boolean {
  return phase === "ended" || phase === "sold_out"
}
