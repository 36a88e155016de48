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
): { state: ControllerState; limit: Limit } {
  const { perMinute, maxActive, paymentsPerMinute = null, drawFactor, turnMinutes } = admission
  const facts = { ...line, perMinute, maxActive, paymentsPerMinute }
  if (modeOf(admission) !== "draw") return advance(before, facts, nowMs)
  const turnMs = (turnMinutes ?? TURN_MINUTES_DEFAULT) * MINUTE_MS
  return advanceDraw(before, { ...facts, drawFactor: drawFactor ?? DRAW_FACTOR_DEFAULT, turnMs }, nowMs)
}
