import type { Board } from "./board.ts"
import { LOOK_MS_MAX, LOOK_MS_MIN } from "./outlook.ts"
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

/** Near the gate as often as the board asks, far from it a tenth of the wait, as long as the units surely last. */
const POLL_SHARE_OF_WAIT = 0.1

/** A board that does not say how long its units last is taken to be quick. */
const LOOK_WITHIN_MS_UNTOLD = 10_000

/** Before the bell half of what is left: the last looks come close to it, whatever a phone's timers do. */
const POLL_SHARE_UNTIL_BELL = 0.5

/** A told wait moves by at most this share of itself from one look to the next, beyond what the clock took off it. */
export const TOLD_MOVE_SHARE_MAX = 0.1

/** A short wait may move by this much, which no page that tells minutes shows as a jump. */
export const TOLD_MOVE_MS_MIN = 15_000

/** After so long without a look the old word is forgotten: a phone that slept reads what is true now. */
export const TOLD_MEMORY_MS = 120_000

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
export function waitOf(ahead: number | null, board: Pick<Board, "phase" | "pacePerMinute">): Wait | null {
  if (ahead === null || board.phase !== "open" || board.pacePerMinute < PACE_PER_MINUTE_MIN) return null
  return rangeAround((ahead / board.pacePerMinute) * MINUTE_MS)
}

/** The units in sight are spoken for, as far as anybody can say; the turn may still come. */
export function isSpokenFor(rank: number | null, board: Pick<Board, "frontier" | "spokenForRank">): boolean {
  return (
    rank !== null && board.spokenForRank !== undefined && rank >= board.spokenForRank && !hasTurn(rank, board)
  )
}

export interface Wait {
  fromMs: number
  toMs: number
}

/** What one shopper was told last, and when by the board's clock. */
export interface ToldWait {
  phase: Board["phase"]
  middleMs: number
  atMs: number
}

/**
 * A wait that does not jump about. The middle of the told range goes down with the clock, and moves beyond that by at
 * most `TOLD_MOVE_SHARE_MAX` of itself at each look, or `TOLD_MOVE_MS_MIN` where that is more. It starts
 * anew when the phase changes, and after `TOLD_MEMORY_MS` without a look.
 */
export function steadyWait(
  told: ToldWait | null,
  wait: Wait | null,
  { phase, nowMs }: Pick<Board, "phase" | "nowMs">,
): { wait: Wait | null; told: ToldWait | null } {
  if (!wait) return { wait, told: null }
  const measuredMs = (wait.fromMs + wait.toMs) / 2
  let middleMs = measuredMs
  if (told && told.phase === phase && nowMs >= told.atMs && nowMs - told.atMs <= TOLD_MEMORY_MS) {
    const expectedMs = Math.max(0, told.middleMs - (nowMs - told.atMs))
    const mostMs = Math.max(TOLD_MOVE_MS_MIN, expectedMs * TOLD_MOVE_SHARE_MAX)
    middleMs = expectedMs + Math.min(mostMs, Math.max(-mostMs, measuredMs - expectedMs))
  }
  const meanMs = (middleMs * 2) / (WAIT_RANGE.from + WAIT_RANGE.to)
  return { wait: rangeAround(meanMs), told: { phase, middleMs, atMs: nowMs } }
}

function rangeAround(meanMs: number): Wait {
  return { fromMs: Math.round(meanMs * WAIT_RANGE.from), toMs: Math.round(meanMs * WAIT_RANGE.to) }
}

type PollFacts = Pick<
  Board,
  "phase" | "nowMs" | "opensAtMs" | "earlyAccess" | "pacePerMinute" | "pollAfterMs" | "lookWithinMs"
>

/**
 * Within what time this browser should read the board again; null when there is nothing more to hear. Two seconds near
 * the gate, a minute far from it or from the bell. Whoever spreads a crowd over it may look sooner, never later.
 */
export function nextPollMs(ahead: number | null, board: PollFacts, invited = false): number | null {
  if (board.phase === "ended") return null
  // Units may still come back or be added, and then the line goes on.
  if (board.phase === "sold_out") return LOOK_MS_MAX
  if (board.phase === "scheduled" || board.phase === "waiting") {
    const opensAtMs = (invited && board.earlyAccess?.opensAtMs) || board.opensAtMs
    // Nobody who was invited knows when within early access their turn comes.
    return invited && board.nowMs >= opensAtMs ? LOOK_MS_MIN : untilBellMs(opensAtMs - board.nowMs)
  }
  const wait = waitOf(ahead, board)
  if (!wait) return board.pollAfterMs
  const farMs = Math.min(LOOK_MS_MAX, board.lookWithinMs ?? LOOK_WITHIN_MS_UNTOLD)
  return Math.max(board.pollAfterMs, Math.min(farMs, Math.round(wait.fromMs * POLL_SHARE_OF_WAIT)))
}

/** Nobody sleeps past the bell. Just before it, the look after it is the next one. */
function untilBellMs(leftMs: number): number {
  if (leftMs <= LOOK_MS_MIN) return Math.max(POLL_MS_AT_BELL, leftMs)
  return Math.min(LOOK_MS_MAX, Math.max(LOOK_MS_MIN, leftMs * POLL_SHARE_UNTIL_BELL))
}

/** A board that has not heard the bell yet is at most this old. */
const POLL_MS_AT_BELL = 1_000
