import type { SalePhase, StockBand } from "../../../durable-objects/room/contract.ts"

/** One word or two for what a sale is doing. */
export const PHASE_WORDS: Record<SalePhase, string> = {
  scheduled: "Coming up",
  waiting: "The line is open",
  open: "Open now",
  paused: "Paused",
  sold_out_pending: "Everything is spoken for",
  sold_out: "Sold out",
  ended: "Over",
}

export const BAND_WORDS: Record<StockBand, string> = {
  in_stock: "In stock",
  low: "Low stock",
  last_few: "Last few",
  sold_out: "Sold out",
}

/** Where there is no room to ask, the phase follows from the sale's times alone. */
export function phaseByTimes(
  sale: { waitingOpensAtMs?: number; opensAtMs: number; closesAtMs: number },
  nowMs: number,
): SalePhase {
  if (nowMs >= sale.closesAtMs) return "ended"
  if (nowMs >= sale.opensAtMs) return "open"
  return nowMs >= (sale.waitingOpensAtMs ?? sale.opensAtMs) ? "waiting" : "scheduled"
}

export function isLineOpen(phase: SalePhase): boolean {
  return phase === "waiting" || phase === "open" || phase === "paused" || phase === "sold_out_pending"
}

/** Nothing more is sold in this sale. */
export function isClosed(phase: SalePhase): boolean {
  return phase === "sold_out" || phase === "ended"
}

/** Before the bell the order is not drawn yet. */
export function isBeforeBell(phase: SalePhase): boolean {
  return phase === "scheduled" || phase === "waiting"
}
