import { countBelow, rankAfter } from "./arrivals.ts"
import { measureBuying, unitsSpokenFor } from "./buying.ts"
import { burstOf, entryRate, FLUSH_HORIZON_MS, ROUNDING, smoothPace } from "./controller.ts"
import type { ControllerFacts, ControllerState, Limit, TurnCohort } from "./controller.ts"
import { measureShares } from "./taken-share.ts"

/**
 * Moves the frontier of a pure draw. At the bell the lowest lots are drawn, so many for each unit; when some of them
 * let their turn pass, the next in rank are. Two numbers say so: who is below `drawnBelow` is drawn, and the frontier
 * follows it at the merchant's rate. A turn lasts minutes, so no place waits for its owner: the cap holds the frontier
 * back only by those who are there.
 */

export interface DrawFacts extends ControllerFacts {
  /** Winners for each unit, at least 1. */
  drawFactor: number
  turnMs: number
}

/** Turns are remembered in so many groups for the length of a turn, not one for each second: a tick writes them all. */
const TURN_GROUPS = 60

/** Everybody who registered has a rank below it. */
const REGISTERED_BELOW = 0

/** One tick. Neither the frontier nor `drawnBelow` is ever below what it was in `before`. */
export function advanceDraw(
  before: ControllerState,
  facts: DrawFacts,
  nowMs: number,
): { state: ControllerState; limit: Limit } {
  const settled = settle(before, facts, nowMs)
  if (facts.phase !== "open") return { state: settled, limit: "closed" }
  if (nowMs - facts.ranksFromMs < FLUSH_HORIZON_MS) return { state: settled, limit: "flushing" }
  const drawnBelow = drawMore(settled, facts)
  const { people, limit } = roomInDraw(settled, facts)
  const reached = rankAfter(facts.arrivals, settled.frontier, people, REGISTERED_BELOW)
  const frontier = people > 0 ? Math.max(settled.frontier, Math.min(drawnBelow, reached)) : settled.frontier
  const moved = giveTurns({ ...settled, drawnBelow }, frontier, facts, nowMs)
  const state = { ...moved, pacePerMinute: smoothPace(before, moved.turns - settled.turns, nowMs) }
  if (frontier < drawnBelow) return { state, limit }
  return { state, limit: drawnBelow >= REGISTERED_BELOW ? "line_empty" : "stock" }
}

/** Draws as many as leave `drawFactor` people with a chance for each unit that nobody has taken. */
function drawMore(state: ControllerState, { arrivals, available, drawFactor, standbys }: DrawFacts): number {
  const drawnBelow = state.drawnBelow ?? -1
  const uncalled = Math.max(0, countBelow(arrivals, drawnBelow) - state.turns)
  const onTheirWay = state.cohorts.reduce((sum, { given, shown }) => sum + Math.max(0, given - shown), 0)
  const chances = uncalled + onTheirWay + standbys + unitsSpokenFor(state)
  const winners = Math.floor(Math.ceil(available * drawFactor - ROUNDING) - chances + ROUNDING)
  return winners < 1 ? drawnBelow : rankAfter(arrivals, drawnBelow, winners, REGISTERED_BELOW)
}

function roomInDraw(state: ControllerState, facts: DrawFacts): { people: number; limit: Limit } {
  const places = facts.maxActive - facts.active - facts.standbys
  const limit = places < state.credit ? "cap" : entryRate(state, facts).limit
  return { people: Math.max(0, Math.floor(Math.min(places, state.credit) + ROUNDING)), limit }
}

/** What the time since the last tick brought: credit, turns that nobody took, people who bought or left. */
function settle(before: ControllerState, facts: DrawFacts, nowMs: number): ControllerState {
  const elapsedMs = before.tickedAtMs === null ? 0 : Math.max(0, nowMs - before.tickedAtMs)
  const lastsMs = facts.turnMs + groupMs(facts)
  const lapsed = before.cohorts.filter((cohort) => nowMs - cohort.givenAtMs >= lastsMs)
  const bought = Math.max(0, facts.unitsTaken - before.unitsTakenSeen)
  const undecided = unitsSpokenFor(before) + (facts.served - before.servedSeen) - bought
  const { perMinute } = entryRate(before, facts)
  return {
    ...before,
    ...measureBuying(before, facts, elapsedMs),
    cohorts: before.cohorts.slice(lapsed.length),
    credit: Math.min(burstOf(perMinute), before.credit + (perMinute * elapsedMs) / 60_000),
    ...measureShares(before, lapsed),
    // Whoever is inside may yet buy for as long as their pass lasts, and nobody else.
    undecided: [Math.max(0, Math.min(facts.active, undecided)), 0],
    tickedAtMs: nowMs,
  }
}

/** Counts whom the frontier has passed, arrivals included that were flushed after it had gone by. */
function giveTurns(
  state: ControllerState,
  frontier: number,
  facts: DrawFacts,
  nowMs: number,
): ControllerState {
  const turns = Math.max(state.turns, countBelow(facts.arrivals, frontier))
  const given = turns - state.turns
  if (given === 0) return { ...state, frontier }
  const last = state.cohorts.at(-1)
  const joins = last !== undefined && nowMs - last.givenAtMs < groupMs(facts)
  const cohort: TurnCohort = joins
    ? { ...last, belowRank: frontier, given: last.given + given, expected: last.expected + given }
    : { fromRank: state.frontier, belowRank: frontier, givenAtMs: nowMs, given, expected: given, shown: 0 }
  const cohorts = [...(joins ? state.cohorts.slice(0, -1) : state.cohorts), cohort]
  return { ...state, frontier, turns, cohorts, credit: state.credit - given }
}

/** A group's first turn waits this much longer, so that its last one has its whole time. */
function groupMs({ turnMs }: DrawFacts): number {
  return turnMs / TURN_GROUPS
}
