import { bandOnBoard } from "../../../waiting-room/board.ts"
import type { Board } from "../../../waiting-room/board.ts"
import { hasTurn, isSpokenFor, placeOf, waitOf } from "../../../waiting-room/estimate.ts"
import { isBeforeBell } from "../words/phases.ts"
import { modeReading } from "./mode-words.ts"
import type { ModeReading } from "./mode-words.ts"

/** Before the bell the gate is open to those who were invited, once early access is. */
function isGateOpen({ phase, nowMs, earlyAccess }: Board, invited: boolean): boolean {
  if (phase === "open" || phase === "sold_out_pending") return true
  return invited && isBeforeBell(phase) && nowMs >= (earlyAccess?.opensAtMs ?? Infinity)
}

/** One shopper's place, from the public board and their own rank. Runs on the server and in the browser alike. */
export function readLine(
  board: Board,
  rank: number | null,
  skus: readonly string[],
  invited = false,
): ModeReading {
  const ahead = placeOf(rank, board)
  const inMode = modeReading(board, rank)
  // The line's pace says nothing of when the next are drawn.
  const wait = inMode.drawStanding === "may_be_drawn" ? null : waitOf(ahead, board)
  const stock = Object.fromEntries(
    skus.flatMap((sku) => {
      const band = bandOnBoard(board, skus, sku)
      return band === null ? [] : [[sku, band]]
    }),
  )
  return {
    ...inMode,
    phase: board.phase,
    yourTurn: hasTurn(rank, board) && isGateOpen(board, invited),
    ...(invited && { invited }),
    ahead,
    spokenFor: isSpokenFor(rank, board),
    cameBack: false,
    estimate: wait && { lowMs: wait.fromMs, highMs: wait.toMs },
    joined: board.joined,
    served: board.served,
    pacePerMinute: board.pacePerMinute,
    stock,
    opensAtMs: board.opensAtMs,
    closesAtMs: board.closesAtMs,
    nowMs: board.nowMs,
  }
}
