import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { addArrivals, countBelow, noArrivals } from "./arrivals.ts"
import { FLUSH_HORIZON_MS, startController, takeTurn } from "./controller.ts"
import type { ControllerState } from "./controller.ts"
import { advanceDraw } from "./draw-controller.ts"
import type { DrawFacts } from "./draw-controller.ts"

const bellMs = 1_000_000
const drawMs = bellMs + FLUSH_HORIZON_MS
const TURN_MS = 600_000

function registered(count: number) {
  const arrivals = noArrivals()
  addArrivals(arrivals, -1, count)
  return arrivals
}

function factsOf(changes: Partial<DrawFacts> = {}): DrawFacts {
  return {
    phase: "open",
    ranksFromMs: bellMs,
    perMinute: 6_000,
    maxActive: 1_000,
    arrivals: registered(10_000),
    active: 0,
    endingSoon: 0,
    left: 0,
    standbys: 0,
    served: 0,
    available: 100,
    unitsTaken: 0,
    unitsGivenBack: 0,
    paymentsPerMinute: null,
    drawFactor: 1.5,
    turnMs: TURN_MS,
    ...changes,
  }
}

const drawnOf = (state: ControllerState, facts = factsOf()) =>
  countBelow(facts.arrivals, state.drawnBelow ?? -1)

/** Ticks each second from the draw on, with the same facts. */
function run(seconds: number, facts: DrawFacts, start = startController(facts.perMinute)): ControllerState {
  let state = start
  const fromMs = start.tickedAtMs === null ? drawMs : start.tickedAtMs + 1_000
  for (let second = 0; second < seconds; second++)
    state = advanceDraw(state, facts, fromMs + second * 1_000).state
  return state
}

describe("a draw", () => {
  test("is made at the bell, when all registrations are counted, and not before", () => {
    const start = startController(6_000)
    expect(advanceDraw(start, factsOf({ phase: "waiting" }), bellMs - 1).limit).toBe("closed")
    expect(advanceDraw(start, factsOf(), drawMs - 1)).toMatchObject({
      limit: "flushing",
      state: { frontier: -1 },
    })
    expect(drawnOf(advanceDraw(start, factsOf(), drawMs).state)).toBeCloseTo(150)
  })

  test.each([
    [100, 1, 100],
    [3, 1.5, 5],
    [7, 1.1, 8],
    [100, 10, 1_000],
  ])("of %i units and factor %f has %i winners", (available, drawFactor, winners) => {
    expect(drawnOf(run(1, factsOf({ available, drawFactor })))).toBeCloseTo(winners)
  })

  test("with fewer registered than winners draws them all", () => {
    const state = run(5, factsOf({ arrivals: registered(20) }))
    expect(state).toMatchObject({ drawnBelow: 0, frontier: 0 })
    expect(run(5, factsOf({ arrivals: noArrivals() })).turns).toBe(0)
  })

  test("lets its winners in at the merchant's rate, and no more than there are places for", () => {
    expect(run(1, factsOf({ perMinute: 600 })).turns).toBeCloseTo(10)
    expect(run(5, factsOf({ perMinute: 600 })).turns).toBeCloseTo(50)
    const full = factsOf({ maxActive: 8, active: 5, standbys: 3, served: 5 })
    expect(run(60, full).turns).toBe(0)
  })

  test("lets its winners in no faster than they can pay", () => {
    const facts = factsOf({ perMinute: 600, paymentsPerMinute: 60 })
    expect(run(5, facts).turns).toBeLessThan(25)
    expect(advanceDraw(run(5, facts), facts, drawMs + 6_000).limit).toBe("payments")
  })

  test("hazard 23: a winner who isn't there at the bell keeps their chance for the whole of their turn", () => {
    const seconds = TURN_MS / 1_000
    const early = run(seconds, factsOf())
    expect(drawnOf(early)).toBeCloseTo(150)
    expect(early.cohorts.length).toBeLessThanOrEqual(60)
  })

  test("draws the next in rank as winners let their turn pass, for each unit that nobody took", () => {
    const all = run(3, factsOf())
    // Sixty come, buy and are gone; ninety never come.
    let state = all
    for (let i = 0; i < 60; i++) state = takeTurn(state, -1 + i / 10_000)
    const after = factsOf({ served: 60, unitsTaken: 60, available: 40 })
    state = run(TURN_MS / 1_000 - 10, after, state)
    expect(drawnOf(state)).toBeCloseTo(150)
    state = run(60, after, state)
    expect(drawnOf(state)).toBeCloseTo(150 + 60)
  })

  test("counts whoever is inside as a chance until their pass has ended", () => {
    let state = run(3, factsOf())
    for (let i = 0; i < 150; i++) state = takeTurn(state, -1 + i / 10_000)
    const inside = factsOf({ served: 150, active: 150 })
    state = run(TURN_MS / 1_000 + 60, inside, state)
    expect(drawnOf(state)).toBeCloseTo(150)
    state = run(5, { ...inside, active: 30 }, state)
    expect(drawnOf(state)).toBeCloseTo(150 + 120)
  })

  test("draws for units that came back or were added", () => {
    const state = run(3, factsOf())
    expect(drawnOf(run(3, factsOf({ available: 110 }), state))).toBeCloseTo(165)
  })

  test("never goes back, and gives nobody a turn who was not drawn, whatever happens", () => {
    const tick = fc.record({
      shown: fc.nat(30),
      active: fc.nat(60),
      standbys: fc.nat(5),
      available: fc.nat(80),
      took: fc.nat(20),
      late: fc.nat(20),
      elapsedMs: fc.integer({ min: 0, max: 400_000 }),
      phase: fc.constantFrom("open", "open", "open", "paused", "sold_out_pending", "sold_out" as const),
    })
    fc.assert(
      fc.property(fc.array(tick, { maxLength: 60 }), (ticks) => {
        const arrivals = registered(500)
        let state = startController(120)
        let [nowMs, served, unitsTaken] = [bellMs, 0, 0]
        for (const { shown, took, late, elapsedMs, ...seen } of ticks) {
          nowMs += elapsedMs
          served += shown
          unitsTaken += took
          addArrivals(arrivals, -1, late)
          const before = state
          const facts = factsOf({ ...seen, perMinute: 120, maxActive: 50, arrivals, served, unitsTaken })
          state = advanceDraw(before, facts, nowMs).state
          expect(state.frontier).toBeGreaterThanOrEqual(before.frontier)
          expect(state.frontier).toBeLessThanOrEqual(state.drawnBelow ?? -1)
          expect(state.drawnBelow ?? -1).toBeGreaterThanOrEqual(before.drawnBelow ?? -1)
          expect(state.drawnBelow ?? -1).toBeLessThanOrEqual(0)
          // A second's worth at most, and whoever was counted after the frontier had gone by.
          const counted = countBelow(arrivals, before.frontier) - before.turns
          expect(state.turns - before.turns).toBeLessThanOrEqual(2 + Math.max(0, counted) + 1e-6)
          for (let i = 0; i < shown; i++) state = takeTurn(state, state.frontier - Number.EPSILON)
        }
      }),
    )
  })
})
