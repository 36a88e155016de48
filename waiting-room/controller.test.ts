import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { countBelow } from "./arrivals.ts"
import {
  advance,
  FLUSH_HORIZON_MS,
  overbookingOf,
  resumeController,
  roomFor,
  startController,
  takeTurn,
  TURN_WINDOW_MS,
} from "./controller.ts"
import { TAKEN_SHARE_MIN } from "./taken-share.ts"
import { beforeBell, factsOf, opensAtMs, play, run, tick } from "./played-controller.ts"

const WINDOW_SECONDS = TURN_WINDOW_MS / 1_000

describe("the frontier", () => {
  test("never goes back, and never passes what may not be flushed yet", () => {
    fc.assert(
      fc.property(fc.array(tick, { maxLength: 60 }), (ticks) => {
        play(ticks, (before, after, _facts, nowMs) => {
          expect(after.frontier).toBeGreaterThanOrEqual(before.frontier)
          const horizonRank = nowMs - opensAtMs - FLUSH_HORIZON_MS
          expect(after.frontier).toBeLessThanOrEqual(Math.max(before.frontier, horizonRank))
        })
      }),
    )
  })

  test("never gives more turns than rate, cap and stock leave room for", () => {
    fc.assert(
      fc.property(fc.array(tick, { maxLength: 60 }), (ticks) => {
        play(ticks, (before, after, facts, nowMs) => {
          // Arrivals that were flushed after the frontier had gone by have their turn already.
          const late = Math.max(0, countBelow(facts.arrivals, before.frontier) - before.turns)
          const expected = (after.turns - before.turns - late) * after.takenShare
          // As the tick itself found things, before it moved: at the bell it only settles.
          const settled = advance(before, { ...facts, ranksFromMs: nowMs }, nowMs).state
          const credit = settled.credit + late * settled.takenShare
          const { people, limit } = roomFor({ ...settled, credit }, facts)
          const allowed = facts.phase === "open" ? people : 0
          expect(expected).toBeLessThanOrEqual(allowed + overbookingOf(allowed, limit) + 1e-6)
          expect(expected).toBeLessThanOrEqual(Math.max(0, credit) + 1e-6)
          expect(allowed).toBeLessThanOrEqual(Math.max(0, facts.maxActive - facts.active, 0))
          expect(allowed).toBeLessThanOrEqual(facts.available)
        })
      }),
    )
  })

  test("offers the last unit, although some of those inside may yet decide", () => {
    // Ten are inside who gave back what they had: half of them are just looking after every fifteen seconds.
    const lastUnit = factsOf({ arrivals: beforeBell(100), served: 10, available: 1, unitsTaken: 99 })
    const looking = {
      ...startController(600),
      undecided: [10, 0] as const,
      servedSeen: 10,
      unitsTakenSeen: 99,
    }
    const calledAfter = (seconds: number) => run(seconds, () => lastUnit, looking).state.turns
    expect(calledAfter(20)).toBe(0)
    expect(calledAfter(90)).toBeGreaterThan(0)
  })

  test("calls ahead for places that are about to come free", () => {
    const arrivals = beforeBell(1_000)
    const full = factsOf({ arrivals, maxActive: 50, active: 50 })
    expect(roomFor(startController(600), full).people).toBe(0)
    expect(roomFor(startController(600), { ...full, endingSoon: 4 })).toEqual({ people: 4, limit: "cap" })
    // Five a second leave before their time.
    const { state } = run(60, (second) => ({ ...full, left: second * 5 }))
    expect(state.leavingSoon).toBeGreaterThan(9)
    expect(state.leavingSoon).toBeLessThan(10)
  })

  test("resumes from a state that was saved when less was measured", () => {
    const line = { frontier: -0.5, turns: 3, cohorts: [], credit: 1, takenShare: 0.9, pacePerMinute: 60 }
    const seen = { tickedAtMs: 5, servedSeen: 3, unitsTakenSeen: 2 }
    const resumed = resumeController({ ...line, ...seen, undecided: 7 })
    const unknown = { takenLately: line.takenShare, undecided: [7, 0] }
    expect(resumed).toEqual({ ...startController(60), ...line, ...seen, ...unknown })
    expect(resumeController(resumed)).toEqual(resumed)
  })

  test("is the same again from the same facts", () => {
    fc.assert(
      fc.property(fc.array(tick, { maxLength: 40 }), (ticks) => {
        expect(play(ticks)).toEqual(play(ticks))
      }),
    )
  })

  test("stands still before the bell, while paused, and while nothing is for sale", () => {
    const arrivals = beforeBell(100)
    expect(advance(startController(600), factsOf({ arrivals, phase: "waiting" }), opensAtMs - 1).limit).toBe(
      "closed",
    )
    expect(advance(startController(600), factsOf({ arrivals }), opensAtMs + FLUSH_HORIZON_MS - 1).limit).toBe(
      "flushing",
    )
    for (const phase of ["waiting", "paused", "sold_out_pending", "sold_out", "ended"] as const) {
      expect(run(10, () => factsOf({ arrivals, phase })).state.frontier).toBe(-1)
    }
  })

  test("lets a tiny sale in at once: a second's worth at the first move, and at least one", () => {
    const arrivals = beforeBell(3)
    expect(
      countBelow(
        arrivals,
        run(1, () => factsOf({ arrivals, perMinute: 60 }), startController(60)).state.frontier,
      ),
    ).toBeCloseTo(1)
    expect(
      countBelow(
        arrivals,
        run(1, () => factsOf({ arrivals, perMinute: 1 }), startController(1)).state.frontier,
      ),
    ).toBeCloseTo(1)
    expect(run(1, () => factsOf({ arrivals })).state.frontier).toBe(0)
  })

  test("follows the clock when the line is empty, so that late comers walk in", () => {
    const { state, limit } = run(30, () => factsOf({ arrivals: beforeBell(5) }))
    expect(limit).toBe("line_empty")
    expect(state.frontier).toBe(29_000)
  })

  test("keeps to the rate over a minute, however long the line, when everyone takes their turn", () => {
    const arrivals = beforeBell(100_000)
    let state = startController(600)
    let served = 0
    for (let second = 0; second < 60; second++) {
      const facts = factsOf({ arrivals, served, unitsTaken: served, available: 1e6, maxActive: 1e6 })
      state = advance(state, facts, opensAtMs + FLUSH_HORIZON_MS + second * 1_000).state
      for (; served < Math.round(state.turns); served++) state = takeTurn(state, state.frontier - 1e-12)
    }
    expect(served).toBe(600)
    expect(state.takenShare).toBeCloseTo(1)
  })
})

describe("hazards 23, 28: those who don't take their turn", () => {
  test("keep a place free for a while, then it goes to others", () => {
    const arrivals = beforeBell(1_000)
    const facts = () => factsOf({ arrivals, maxActive: 5 })
    const called = 5 + overbookingOf(5, "cap")
    expect(countBelow(arrivals, run(WINDOW_SECONDS - 1, facts).state.frontier)).toBeCloseTo(called)
    const after = run(WINDOW_SECONDS + 1, facts)
    expect(countBelow(arrivals, after.state.frontier)).toBeGreaterThan(9)
  })

  test("give their share of the rate back when their window has passed, one a second so that it is not exceeded", () => {
    const arrivals = beforeBell(1_000)
    const facts = (second: number) => factsOf({ arrivals, phase: second === 0 ? "open" : "paused" })
    const { state } = run(WINDOW_SECONDS + 1, facts)
    expect(state.turns).toBeCloseTo(10)
    expect(state.credit).toBeCloseTo(11)
    expect(state.leftOver).toBeCloseTo(9)
    expect(state.cohorts).toEqual([])
    expect(run(WINDOW_SECONDS + 10, facts).state.leftOver).toBeCloseTo(0)
  })

  test("don't stall the line: with nine ghosts for each shopper passes still go out at the rate", () => {
    const arrivals = beforeBell(1_000_000)
    let state = startController(600)
    let served = 0
    let lastMinute = 0
    for (let second = 0; second < 300; second++) {
      const facts = factsOf({
        arrivals,
        served,
        unitsTaken: served,
        active: Math.min(served, 300),
        maxActive: 2_000,
        available: 1e6,
      })
      const before = state.turns
      state = advance(state, facts, opensAtMs + FLUSH_HORIZON_MS + second * 1_000).state
      const showing = Math.round((state.turns - before) / 10)
      for (let i = 0; i < showing; i++) state = takeTurn(state, state.frontier - 1e-12)
      served += showing
      if (second >= 240) lastMinute += showing
    }
    expect(state.takenShare).toBeGreaterThanOrEqual(TAKEN_SHARE_MIN)
    expect(lastMinute).toBeGreaterThan(500)
    expect(lastMinute).toBeLessThan(700)
  })

  test("and come later after all are charged to the rate, so that the line slows down for them", () => {
    const arrivals = beforeBell(10_000)
    const { state } = run(20, () => factsOf({ arrivals }))
    const late = takeTurn(state, -1)
    expect(late.credit).toBe(state.credit - 1)
    expect(takeTurn(state, -1, true)).toBe(state)
  })
})

describe("hazard 26: nobody is called in for units that are spoken for", () => {
  test("no more turns than units and the spread of their lots, until those inside have decided", () => {
    const arrivals = beforeBell(1_000)
    const called = 4 + overbookingOf(4, "stock")
    const first = run(1, () => factsOf({ arrivals, available: 4 }))
    expect(countBelow(arrivals, first.state.frontier)).toBeCloseTo(called)
    expect(run(WINDOW_SECONDS - 1, () => factsOf({ arrivals, available: 4 })).limit).toBe("stock")
    expect(
      countBelow(arrivals, run(WINDOW_SECONDS - 1, () => factsOf({ arrivals, available: 4 })).state.frontier),
    ).toBeCloseTo(called)
  })

  test("those who came in and only look don't keep the units for themselves", () => {
    const arrivals = beforeBell(1_000)
    const { state } = run(90, (second) =>
      factsOf({ arrivals, available: 4, served: second > 2 ? 4 : 0, active: second > 2 ? 4 : 0 }),
    )
    expect(countBelow(arrivals, state.frontier)).toBeGreaterThan(5)
  })
})
