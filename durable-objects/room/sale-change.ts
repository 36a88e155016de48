import { modeOf } from "../../waiting-room/mode.ts"
import { firstOpensAtMs } from "./contract.ts"
import type { Sale, SaleChange } from "./contract.ts"

export type ChangeDecision =
  | { ok: true; sale: Sale; termsChanged: boolean }
  | { ok: false; refusal: "sale_over" | "already_open" | "invalid_times" }

/**
 * A sale with a merchant's change. Ranks are counted from the bell, so the bell stays where it rang; before that it
 * may go anywhere in the future, for whoever is waiting waits in the same lottery. In a first-come sale they are counted
 * from the line's opening, so that stays too once it has come. The mode stays as it was scheduled.
 */
export function decideChange(sale: Sale, change: SaleChange, ended: boolean, nowMs: number): ChangeDecision {
  if (ended) return { ok: false, refusal: "sale_over" }
  const changed: Sale = { ...sale, ...definedOf(change) }
  const firstCome = modeOf(sale.admission) === "first_come"
  if (modeOf(changed.admission) !== modeOf(sale.admission))
    throw new Error(`The mode of sale ${sale.saleId} stays as it was scheduled.`)
  const bellMoves = changed.opensAtMs !== sale.opensAtMs
  const waitingMoves = changed.waitingOpensAtMs !== sale.waitingOpensAtMs
  if ((bellMoves || waitingMoves) && nowMs >= sale.opensAtMs) return { ok: false, refusal: "already_open" }
  if (firstCome && waitingMoves && nowMs >= sale.waitingOpensAtMs)
    return { ok: false, refusal: "already_open" }
  const earlyInOrder = !sale.earlyAccess || firstOpensAtMs(changed) < changed.opensAtMs
  const inOrder =
    earlyInOrder && changed.waitingOpensAtMs <= changed.opensAtMs && changed.opensAtMs < changed.closesAtMs
  const lineInFuture = !(firstCome && waitingMoves) || changed.waitingOpensAtMs > nowMs
  const inFuture = changed.closesAtMs > nowMs && (!bellMoves || changed.opensAtMs > nowMs) && lineInFuture
  if (!inOrder || !inFuture) return { ok: false, refusal: "invalid_times" }
  return { ok: true, sale: changed, termsChanged: bellMoves || changed.closesAtMs !== sale.closesAtMs }
}

/** Leaves out what is there but undefined, which would overwrite. */
function definedOf(change: SaleChange): SaleChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}
