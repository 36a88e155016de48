import { advance } from "../../waiting-room/controller.ts"
import type { ControllerFacts, ControllerState, Limit } from "../../waiting-room/controller.ts"
import { advanceDraw } from "../../waiting-room/draw-controller.ts"
import { DRAW_FACTOR_DEFAULT, modeOf, TURN_MINUTES_DEFAULT } from "../../waiting-room/mode.ts"
import type { Admission } from "./contract.ts"

const MINUTE_MS = 60_000

/** One tick of the line, by the controller that the sale's mode asks for. */
export function advanceLine(
  before: ControllerState,
  admission: Admission,
  line: Omit<ControllerFacts, "perMinute" | "maxActive" | "paymentsPerMinute">,
  nowMs: number,
  /** What the provider's account takes for this sale; the merchant's own figure may be lower. */
  accountPaymentsPerMinute: number | null = null,
): { state: ControllerState; limit: Limit } {
  const { perMinute, maxActive, drawFactor, turnMinutes } = admission
  const paymentsPerMinute = lesserOf(admission.paymentsPerMinute ?? null, accountPaymentsPerMinute)
  const facts = { ...line, perMinute, maxActive, paymentsPerMinute }
  if (modeOf(admission) !== "draw") return advance(before, facts, nowMs)
  const turnMs = (turnMinutes ?? TURN_MINUTES_DEFAULT) * MINUTE_MS
  return advanceDraw(before, { ...facts, drawFactor: drawFactor ?? DRAW_FACTOR_DEFAULT, turnMs }, nowMs)
}

/** Null is no limit. */
function lesserOf(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}
