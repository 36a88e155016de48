import { countBelow, rankAfter } from "./arrivals.ts"
import type { Arrivals } from "./arrivals.ts"
import {
  measureBuying,
  payersPerMinute,
  resumeBuying,
  startBuying,
  unitsEach,
  unitsSpokenFor,
} from "./buying.ts"
import type { BuyingFacts, BuyingState, SavedBuying } from "./buying.ts"
import { INVITED_RANKS } from "./rank.ts"
import { EVERYBODY_TAKES, measureShares } from "./taken-share.ts"
import type { TakenShare } from "./taken-share.ts"

/**
 * Moves the frontier: once a second, by as many turns as the sale can take. It never learns who is where, only how
 * many came when, how many of those whose turn it was showed up, and how many are inside.
 */

/** How often the frontier moves. */
export const TICK_MS = 1_000

/** Arrivals are flushed from the edge within a second; half a second more is for the way. The frontier stays behind that. */
export const FLUSH_HORIZON_MS = 1_500

/**
 * How long a turn keeps a place free for whoever it belongs to. Near the gate a browser polls every two seconds, the
 * board is up to one second old, and the way to the gate takes another; the rest is for a slow phone. Who comes later
 * still has their turn, only no place that waits for them. In a small sale, where lots leave gaps between ranks, a
 * longer window would leave the last units lying.
 */
export const TURN_WINDOW_MS = 6_000

/**
 * Turns that nobody took are made up for by this share of the rate, but by one person a second at least: so no minute
 * lets in noticeably more than the merchant's rate, and a slow line still loses nothing by those who stay away.
 */
const CATCH_UP_SHARE = 0.005
const CATCH_UP_PER_MINUTE_MIN = 60

/** Places that come free so soon are called for already: it takes about as long until whoever is called has come. */
export const CALL_AHEAD_MS = 2_000

/** How many leave before their time is a mean over about this long. */
const LEAVING_MEMORY_MS = 10_000

/** The pace that estimates are made from is a mean over about this long, so that they don't jump. */
const PACE_MEMORY_MS = 20_000

const MINUTE_MS = 60_000

/** The turns of one tick: everyone with a rank from `fromRank` up to, not including, `belowRank`. */
export interface TurnCohort {
  fromRank: number
  belowRank: number
  givenAtMs: number
  given: number
  /** As many as were likely to show up, by the share measured then. Places are kept for these. */
  expected: number
  shown: number
}

export interface ControllerState extends BuyingState, TakenShare {
  frontier: number
  /** Arrivals that the frontier has passed. */
  turns: number
  /** The turns of the last `TURN_WINDOW_MS`, oldest first. */
  cohorts: TurnCohort[]
  /** Passes that may still be issued by the merchant's rate, and by what the payment provider takes. Below zero after more showed up than were expected. */
  credit: number
  /** Passes that no-shows have left over, and that have not yet come back as credit. */
  leftOver: number
  /** How many leave before their time in `CALL_AHEAD_MS`, smoothed. */
  leavingSoon: number
  leftSeen: number
  /** Turns a minute, smoothed. */
  pacePerMinute: number
  /** In a draw, once it was made: ranks below it are drawn. */
  drawnBelow?: number
  tickedAtMs: number | null
}

export interface ControllerFacts extends BuyingFacts {
  /** What ranks are counted from: the bell, unless the sale's mode says otherwise. */
  ranksFromMs: number
  perMinute: number
  maxActive: number
  /** What the payment provider takes; null is no limit. */
  paymentsPerMinute: number | null
  /** Before the bell of a sale with early access, from its opening on: only those who were invited are called. */
  early?: boolean
  arrivals: Arrivals
  /** Live passes. */
  active: number
  /** Of them, those that run out within `CALL_AHEAD_MS`. */
  endingSoon: number
  /** Passes that ended before their time, since the sale began. */
  left: number
  /** People whose turn it is, who asked, and found no place. */
  standbys: number
  available: number
}

/** What kept the frontier from moving further in a tick. */
export const LIMITS = ["closed", "flushing", "rate", "payments", "cap", "stock", "line_empty"] as const

export type Limit = (typeof LIMITS)[number]

export function startController(perMinute: number): ControllerState {
  return {
    frontier: -1,
    turns: 0,
    cohorts: [],
    credit: burstOf(perMinute),
    ...NOBODY_LEFT,
    ...EVERYBODY_TAKES,
    pacePerMinute: perMinute,
    tickedAtMs: null,
    ...startBuying(),
  }
}

const NOBODY_LEFT = { leftOver: 0, leavingSoon: 0, leftSeen: 0 }

/** A state as it was saved, with what was not yet measured when it was. */
export function resumeController(
  saved: Omit<ControllerState, keyof typeof NOBODY_LEFT | keyof BuyingState | "takenLately"> & SavedBuying,
): ControllerState {
  return { ...NOBODY_LEFT, takenLately: saved.takenShare, ...saved, ...resumeBuying(saved) }
}

/** People a minute: the merchant's rate, or fewer where the provider takes fewer payments than they would make. */
export function entryRate(
  state: ControllerState,
  facts: ControllerFacts,
): { perMinute: number; limit: Limit } {
  const payers = payersPerMinute(state, facts.paymentsPerMinute)
  return payers < facts.perMinute
    ? { perMinute: payers, limit: "payments" }
    : { perMinute: facts.perMinute, limit: "rate" }
}

/** One tick. The frontier of the answer is never below that of `before`. */
export function advance(
  before: ControllerState,
  facts: ControllerFacts,
  nowMs: number,
): { state: ControllerState; limit: Limit } {
  const state = settle(before, facts, nowMs)
  const horizonRank = facts.early ? INVITED_RANKS.end : nowMs - facts.ranksFromMs - FLUSH_HORIZON_MS
  if (facts.phase !== "open") return { state, limit: "closed" }
  if (horizonRank < 0 && !facts.early) return { state, limit: "flushing" }
  const { people, limit } = roomFor(state, facts)
  const turns =
    Math.min(people + overbookingOf(people, limit), Math.max(people, state.credit)) / state.takenShare
  const frontier = people > 0 ? rankAfter(facts.arrivals, state.frontier, turns, horizonRank) : state.frontier
  const moved = giveTurns(state, facts.arrivals, frontier, nowMs)
  const given = moved.turns - state.turns
  // With turns to spare, how many passed says how many came, not how fast the line would move.
  if (people > 0 && given < turns - ROUNDING) return { state: moved, limit: "line_empty" }
  return { state: { ...moved, pacePerMinute: smoothPace(before, given, nowMs) }, limit }
}

/** How many more people the sale can take in now, and what sets that number. */
export function roomFor(state: ControllerState, facts: ControllerFacts): { people: number; limit: Limit } {
  const onTheirWay = facts.standbys + state.cohorts.reduce((sum, cohort) => sum + missing(cohort), 0)
  const rooms: [Limit, number][] = [
    [entryRate(state, facts).limit, state.credit],
    ["cap", facts.maxActive - facts.active + facts.endingSoon + state.leavingSoon - onTheirWay],
    // To the nearest: who may yet decide fades and is never quite gone, and the last unit would wait for that.
    ["stock", Math.round((facts.available - unitsSpokenFor(state)) / unitsEach(state) - onTheirWay)],
  ]
  const [limit, room] = rooms.reduce((least, next) => (next[1] < least[1] ? next : least))
  return { people: Math.max(0, Math.floor(room + ROUNDING)), limit }
}

/**
 * Lots are random, so of ten turns that were counted off, eight people may exist, or twelve: a standard deviation more
 * is called where places or units are what is short, lest the last of them wait for people who aren't there. Whoever
 * is called too many finds no place and stands by, or finds the units gone. The rate is never overbooked.
 */
export function overbookingOf(people: number, limit: Limit): number {
  return limit === "cap" || limit === "stock" ? Math.sqrt(people) : 0
}

/** Sums of shares that should give a whole number miss it by less than this. */
export const ROUNDING = 1e-6

/**
 * Someone whose turn it is shows up for the first time. Whoever comes after their window was not expected any more:
 * their pass is one that the rate has not yet accounted for, unless they are told apart as having come before.
 */
export function takeTurn(state: ControllerState, rank: number, cameBefore = false): ControllerState {
  const index = state.cohorts.findIndex((cohort) => cohort.fromRank <= rank && rank < cohort.belowRank)
  if (index < 0) return cameBefore ? state : takeAnotherTurn(state)
  const cohorts = state.cohorts.map((cohort, i) =>
    i === index ? { ...cohort, shown: cohort.shown + 1 } : cohort,
  )
  return { ...state, cohorts }
}

/** Someone who was inside before, and whose turn was counted then, comes in again: one more by the rate. */
export function takeAnotherTurn(state: ControllerState): ControllerState {
  return { ...state, credit: state.credit - 1 }
}

/** What the time since the last tick brought: credit, turns that nobody took, people who made up their minds. */
function settle(before: ControllerState, facts: ControllerFacts, nowMs: number): ControllerState {
  const elapsedMs = before.tickedAtMs === null ? 0 : Math.max(0, nowMs - before.tickedAtMs)
  const lapsed = before.cohorts.filter((cohort) => nowMs - cohort.givenAtMs >= TURN_WINDOW_MS)
  const { perMinute } = entryRate(before, facts)
  const earned = (perMinute * elapsedMs) / MINUTE_MS
  const leftOver = lapsed.reduce((sum, { expected, shown }) => sum + expected - shown, before.leftOver)
  const catchUpMax = (Math.max(perMinute * CATCH_UP_SHARE, CATCH_UP_PER_MINUTE_MIN) * elapsedMs) / MINUTE_MS
  // More came than were expected: that is owed at once.
  const caughtUp = Math.min(leftOver, catchUpMax)
  return {
    ...before,
    ...measureBuying(before, facts, elapsedMs),
    cohorts: before.cohorts.slice(lapsed.length),
    // Unused credit does not pile up beyond a second's worth, and what is left over not beyond what a minute earns.
    credit: Math.min(burstOf(perMinute), before.credit + earned) + caughtUp,
    leftOver: Math.min(perMinute, leftOver - caughtUp),
    leavingSoon: smoothLeaving(before, facts.left, elapsedMs),
    leftSeen: facts.left,
    ...measureShares(before, lapsed),
    tickedAtMs: nowMs,
  }
}

/** Moves the frontier and counts who it passed, including arrivals that were flushed after it had gone by. */
function giveTurns(
  state: ControllerState,
  arrivals: Arrivals,
  frontier: number,
  nowMs: number,
): ControllerState {
  if (frontier < state.frontier)
    throw new Error(`The frontier would go back from ${state.frontier} to ${frontier}.`)
  const turns = Math.max(state.turns, countBelow(arrivals, frontier))
  const given = turns - state.turns
  if (given === 0) return { ...state, frontier }
  const expected = given * state.takenShare
  const cohort = {
    fromRank: state.frontier,
    belowRank: frontier,
    givenAtMs: nowMs,
    given,
    expected,
    shown: 0,
  }
  return { ...state, frontier, turns, cohorts: [...state.cohorts, cohort], credit: state.credit - expected }
}

/** At most one second's worth at once, and never less than one person. */
export function burstOf(perMinute: number): number {
  return Math.max(1, Math.ceil(perMinute / 60))
}

function missing(cohort: TurnCohort): number {
  return Math.max(0, cohort.expected - cohort.shown)
}

function smoothLeaving(before: ControllerState, left: number, elapsedMs: number): number {
  if (elapsedMs === 0) return before.leavingSoon
  const measured = ((left - before.leftSeen) * CALL_AHEAD_MS) / elapsedMs
  const smoothed =
    before.leavingSoon + (measured - before.leavingSoon) * (1 - Math.exp(-elapsedMs / LEAVING_MEMORY_MS))
  return smoothed < 0.01 ? 0 : smoothed
}

export function smoothPace(before: ControllerState, given: number, nowMs: number): number {
  const elapsedMs = before.tickedAtMs === null ? 0 : Math.max(0, nowMs - before.tickedAtMs)
  if (elapsedMs === 0) return before.pacePerMinute
  const measured = (given * MINUTE_MS) / elapsedMs
  return (
    before.pacePerMinute + (measured - before.pacePerMinute) * (1 - Math.exp(-elapsedMs / PACE_MEMORY_MS))
  )
}
