import { steadyWait } from "../../../waiting-room/estimate.ts"
import type { ToldWait } from "../../../waiting-room/estimate.ts"
import type { LineReading } from "./line-reading.ts"

/** What one shopper was told so far, as far as it matters for what they are told next. */
export interface LineMemory {
  told: ToldWait | null
  /** Told that the units are spoken for, or gone. */
  toldNone: boolean
  cameBackAtMs: number | null
}

/** How long the page says that some came back. */
const CAME_BACK_TOLD_MS = 60_000

export const NOTHING_TOLD: LineMemory = { told: null, toldNone: false, cameBackAtMs: null }

/** A reading as it follows what was told before: the wait does not jump about, and units that come back are news. */
export function followLine<Reading extends LineReading>(
  memory: LineMemory,
  reading: Reading,
): { reading: Reading; memory: LineMemory } {
  const { phase, nowMs, estimate } = reading
  const { wait, told } = steadyWait(
    memory.told,
    estimate && { fromMs: estimate.lowMs, toMs: estimate.highMs },
    { phase, nowMs },
  )
  const none = reading.spokenFor || phase === "sold_out_pending" || phase === "sold_out"
  const movesOn = phase === "open" && !none
  const cameBackAtMs = none ? null : movesOn && memory.toldNone ? nowMs : memory.cameBackAtMs
  return {
    reading: {
      ...reading,
      estimate: wait && { lowMs: wait.fromMs, highMs: wait.toMs },
      cameBack: movesOn && cameBackAtMs !== null && nowMs - cameBackAtMs < CAME_BACK_TOLD_MS,
    },
    // A pause in between takes nothing back.
    memory: { told, toldNone: none || (memory.toldNone && !movesOn), cameBackAtMs },
  }
}
