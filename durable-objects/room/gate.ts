import { phaseOf } from "../../waiting-room/phase.ts"
import type { SalePhase } from "../../waiting-room/phase.ts"
import { firstOpensAtMs } from "./contract.ts"
import type { Sale } from "./contract.ts"
import type { UnitCounts } from "./line-state.ts"

export interface GateFacts {
  sale: Sale
  paused: boolean
  endedAtMs: number | null
}

/** The phase as everybody is told it. */
export function publicPhaseOf(facts: GateFacts, units: UnitCounts, nowMs: number): SalePhase {
  return phaseOf({ ...facts.sale, ...units, paused: facts.paused, ended: facts.endedAtMs !== null }, nowMs)
}

/** The phase as the gate has it: it opens with early access, to those who were invited and nobody else. */
export function gatePhaseOf(facts: GateFacts, units: UnitCounts, nowMs: number): SalePhase {
  return publicPhaseOf({ ...facts, sale: { ...facts.sale, ...gateTimes(facts.sale) } }, units, nowMs)
}

/** From when on the gate and the line before it have something to do. */
export function gateTimes(sale: Sale): Pick<Sale, "waitingOpensAtMs" | "opensAtMs"> {
  const opensAtMs = firstOpensAtMs(sale)
  return { waitingOpensAtMs: Math.min(sale.waitingOpensAtMs, opensAtMs), opensAtMs }
}

/**
 * Whether only those who were invited are called now: from the opening of early access to the bell, and on until the lots
 * of all others are known.
 */
export function isEarly(sale: Sale, hasLots: boolean, nowMs: number): boolean {
  if (!sale.earlyAccess || nowMs < firstOpensAtMs(sale)) return false
  return nowMs < sale.opensAtMs || !hasLots
}
