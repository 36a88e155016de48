import { rankAfter } from "./arrivals.ts"
import type { Arrivals } from "./arrivals.ts"
import type { Board } from "./board.ts"
import { isOver } from "./phase.ts"
import type { SalePhase } from "./phase.ts"

/**
 * How far the units in sight reach into the line, and how soon they may be gone. Counted once a second from what was
 * sold to how many turns; published on the board, so that each browser knows whether it is among those told.
 *
 * A unit counts as spoken for only when people who stand before you are as good as sure to take it: all that is free
 * and all that is held is taken to come to the line (every hold may be given back), those inside are taken to buy
 * nothing more, and the share that buys is taken at the low end of what was measured.
 */

/** Standard deviations from the measured share that "as good as sure" stands for: about one in a thousand is beyond. */
const CAUTION = 3

/** Later ranks buy a little less than earlier ones do; so much more of them than is needed must stand before you. */
const HEADROOM = 1.25

/** Far back a browser sleeps for half of the time that the units last at their fastest: a sale may speed up. */
const LOOK_SHARE = 0.5

/** How often a browser near the gate looks, and everybody when units are few or gone. With the board's age: 3 s. */
export const LOOK_MS_MIN = 2_000

/** However far back, a browser looks this often. */
export const LOOK_MS_MAX = 60_000

/** The fastest rate at which units were taken is forgotten by half in this time. */
const RATE_HALF_LIFE_MS = 60_000

/** Less than a unit in a hundred seconds is none: a line at rest writes nothing down. */
const RATE_FORGOTTEN = 0.01

export interface Outlook {
  /** From this rank on the units are spoken for; null when nobody is told so. */
  spokenForRank: number | null
  /** Units taken off the shelf in a second, at the fastest lately. */
  takenPerSecond: number
  availableSeen: number
}

export interface OutlookFacts {
  phase: SalePhase
  frontier: number
  /** Arrivals that the frontier has passed. */
  turns: number
  arrivals: Arrivals
  available: number
  held: number
  sold: number
  /** Most units that one customer may take. */
  limitMax: number
  perMinute: number
}

export function startOutlook(): Outlook {
  return { spokenForRank: null, takenPerSecond: 0, availableSeen: 0 }
}

/** One tick, so long after the last one. */
export function advanceOutlook(before: Outlook, facts: OutlookFacts, elapsedMs: number): Outlook {
  return {
    spokenForRank: spokenForRank(before.spokenForRank, facts),
    takenPerSecond: takenPerSecond(before, facts.available, elapsedMs),
    availableSeen: facts.available,
  }
}

/** What of it stands on the board. */
export function outlookOnBoard(
  { spokenForRank, takenPerSecond }: Outlook,
  { phase, available, perMinute }: Pick<OutlookFacts, "phase" | "available" | "perMinute">,
): Pick<Board, "spokenForRank" | "lookWithinMs"> {
  const perSecond = Math.max(takenPerSecond, perMinute / 60)
  const lastMs = phase === "sold_out_pending" ? 0 : (available / perSecond) * 1_000 * LOOK_SHARE
  return {
    ...(spokenForRank !== null && !isOver(phase) && { spokenForRank: coarse(spokenForRank) }),
    lookWithinMs: stepBelow(lastMs),
  }
}

/**
 * Told at the cautious end of what is likely, taken back at the middle of it: between the two nothing changes, so
 * that nobody is told one thing now and the other in the next second.
 */
function spokenForRank(before: number | null, facts: OutlookFacts): number | null {
  const { phase, turns, sold, available, held } = facts
  if (phase === "scheduled" || phase === "waiting" || isOver(phase)) return null
  if (turns === 0 || sold === 0) return null
  const units = available + held
  const likely = rankBehind(units / (sold / turns), facts)
  const cautious = rankBehind(cautiousPeople(units, facts), facts)
  if (before === null || before > cautious) return Number.isFinite(cautious) ? cautious : null
  const kept = Math.max(before, likely)
  return Number.isFinite(kept) ? kept : null
}

/** How many people as good as surely take so many units, from the low end of the share that buys. */
function cautiousPeople(units: number, { turns, sold, limitMax }: OutlookFacts): number {
  // A sale of several units is one decision, so decisions are what scatters. The square root of a count that
  // scatters by itself does so by one half, whatever the count is.
  const root = Math.sqrt(sold / limitMax) - CAUTION / 2
  if (root <= 0) return Infinity
  const decisionsPerTurn = root ** 2 / turns
  const needed = units / limitMax
  const decisions = ((CAUTION + Math.sqrt(CAUTION ** 2 + 4 * needed)) / 2) ** 2
  return (decisions / decisionsPerTurn) * HEADROOM
}

/** The first rank that has so many people between itself and the frontier; infinite when the line is shorter. */
function rankBehind(people: number, { arrivals, frontier }: OutlookFacts): number {
  const last = arrivals.buckets.at(-1)
  const endMs = last ? (last.second + last.seconds) * 1_000 : 0
  const rank = rankAfter(arrivals, frontier, people, endMs)
  return rank >= endMs ? Infinity : rank
}

function takenPerSecond(before: Outlook, available: number, elapsedMs: number): number {
  if (elapsedMs <= 0) return before.takenPerSecond
  const measured = (Math.max(0, before.availableSeen - available) * 1_000) / elapsedMs
  const remembered = before.takenPerSecond * 0.5 ** (elapsedMs / RATE_HALF_LIFE_MS)
  return Math.max(measured, remembered < RATE_FORGOTTEN ? 0 : remembered)
}

/** Doubling steps: enough to know when to look, and too coarse to count units by. */
function stepBelow(milliseconds: number): number {
  if (milliseconds >= LOOK_MS_MAX) return LOOK_MS_MAX
  const doublings = Math.floor(Math.log2(Math.max(1, milliseconds / LOOK_MS_MIN)))
  return LOOK_MS_MIN * 2 ** doublings
}

/** A rank in few characters: a millionth of the draw, a millisecond after the bell. Never a lower one. */
function coarse(rank: number): number {
  return rank < 0 ? Math.ceil(rank * 1e6) / 1e6 : Math.ceil(rank)
}
