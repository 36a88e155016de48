import type { Board } from "./board.ts"
import { isOver } from "./phase.ts"

/**
 * What a waiting shopper is told of their own place. Each browser works it out from the board and its own rank, so
 * that ten million of them ask nobody. Wording is the page's.
 */

/** A wait is told as a range around the mean: sales slow down more often than they speed up. */
const WAIT_RANGE = { from: 0.8, to: 1.5 }

/** Below this pace a wait would be told in days; then nothing is told. */
const PACE_PER_MINUTE_MIN = 0.1

const MINUTE_MS = 60_000

/** Near the gate as often as the board asks, far from it a tenth of the wait, but at least every ten seconds. */
const POLL_SHARE_OF_WAIT = 0.1
const POLL_MS_MAX = 10_000

/** The turn has come: a pass may be asked for. */
export function hasTurn(rank: number | null, board: Pick<Board, "frontier">): boolean {
  return rank !== null && rank < board.frontier
}

/**
 * How many people stand before this rank: 0 for the next in line, and when the turn has come. Null while there are no places: before the bell
 * (nobody is before anybody until the draw), and when the sale is over.
 */
export function placeOf(
  rank: number | null,
  board: Pick<Board, "phase" | "frontier" | "line">,
): number | null {
  if (rank === null || board.phase === "scheduled" || board.phase === "waiting" || isOver(board.phase))
    return null
  if (hasTurn(rank, board)) return 0
  let [fromRank, fromAhead] = [board.frontier, 0]
  for (const [toRank, toAhead] of board.line) {
    if (rank < toRank) {
      return Math.floor(fromAhead + ((toAhead - fromAhead) * (rank - fromRank)) / (toRank - fromRank))
    }
    ;[fromRank, fromAhead] = [toRank, toAhead]
  }
  return fromAhead
}

/** About how long until the turn comes, from the pace of the last while; null when nothing honest can be said. */
export function waitOf(
  ahead: number | null,
  board: Pick<Board, "phase" | "pacePerMinute">,
): { fromMs: number; toMs: number } | null {
  if (ahead === null || board.phase !== "open" || board.pacePerMinute < PACE_PER_MINUTE_MIN) return null
  const meanMs = (ahead / board.pacePerMinute) * MINUTE_MS
  return { fromMs: Math.round(meanMs * WAIT_RANGE.from), toMs: Math.round(meanMs * WAIT_RANGE.to) }
}

/** When this browser should read the board again. */
export function nextPollMs(
  ahead: number | null,
  board: Pick<Board, "phase" | "pacePerMinute" | "pollAfterMs">,
): number {
  const wait = waitOf(ahead, board)
  if (!wait) return board.pollAfterMs
  return Math.max(board.pollAfterMs, Math.min(POLL_MS_MAX, Math.round(wait.fromMs * POLL_SHARE_OF_WAIT)))
}
