import type { Board } from "../../durable-objects/room/contract.ts"
import { hasTurn, placeOf, waitOf } from "../../waiting-room/estimate.ts"
import { modeOf } from "../../waiting-room/mode.ts"
import { isOver } from "../../waiting-room/phase.ts"

export type EdgeDecision =
  | { decision: "ask_room" }
  | { decision: "refuse"; refusal: "sale_over" | "not_your_turn"; retryAfterMs: number }

const RETRY_MS_MIN = 1_000

/** A wait may get shorter, so nobody is sent away for longer than this at once, except until the bell. */
const RETRY_MS_MAX = 30_000

/**
 * What the edge can answer from its copy of the board, so that asking too early costs no object call. It is never
 * more generous than the room, which decides for itself: a copy's frontier is at or behind the room's.
 */
export function decideAtEdge(
  board: Board,
  rank: number | null,
  nowMs: number,
  invited = false,
): EdgeDecision {
  if (isOver(board.phase)) return { decision: "refuse", refusal: "sale_over", retryAfterMs: 0 }
  // Issued in the moment in which a bell was moved to come sooner: it is in no draw, however long it waits.
  if (modeOf(board) === "draw" && rank !== null && rank >= 0)
    return { decision: "refuse", refusal: "sale_over", retryAfterMs: 0 }
  if (hasTurn(rank, board)) return { decision: "ask_room" }
  const beforeBell = board.phase === "scheduled" || board.phase === "waiting"
  const opensAtMs = invited ? (board.earlyAccess?.opensAtMs ?? board.opensAtMs) : board.opensAtMs
  const waitMs =
    beforeBell && nowMs < opensAtMs
      ? opensAtMs - nowMs
      : Math.min(RETRY_MS_MAX, waitOf(placeOf(rank, board), board)?.fromMs ?? board.pollAfterMs)
  return { decision: "refuse", refusal: "not_your_turn", retryAfterMs: Math.max(RETRY_MS_MIN, waitMs) }
}
