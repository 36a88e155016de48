import * as fc from "fast-check"
import { addArrivals, noArrivals } from "./arrivals.ts"
import { advance, FLUSH_HORIZON_MS, startController, takeTurn } from "./controller.ts"
import type { ControllerFacts, ControllerState } from "./controller.ts"

/** For tests: the controller's facts, and ticks that are played to it. */

export const opensAtMs = 1_000_000

export function factsOf(changes: Partial<ControllerFacts> = {}): ControllerFacts {
  return {
    phase: "open",
    ranksFromMs: opensAtMs,
    perMinute: 600,
    maxActive: 1_000,
    paymentsPerMinute: null,
    arrivals: noArrivals(),
    active: 0,
    endingSoon: 0,
    left: 0,
    standbys: 0,
    served: 0,
    available: 10_000,
    unitsTaken: 0,
    unitsGivenBack: 0,
    ...changes,
  }
}

export function beforeBell(count: number) {
  const arrivals = noArrivals()
  addArrivals(arrivals, -1, count)
  return arrivals
}

/** Ticks once a second from the moment the line may move. */
export function run(
  seconds: number,
  facts: (second: number, state: ControllerState) => ControllerFacts,
  start = startController(600),
) {
  let state = start
  let limit = "closed"
  for (let second = 0; second < seconds; second++) {
    ;({ state, limit } = advance(state, facts(second, state), opensAtMs + FLUSH_HORIZON_MS + second * 1_000))
  }
  return { state, limit }
}

export const tick = fc.record({
  arrived: fc.nat(400),
  shown: fc.double({ min: 0, max: 1.3, noNaN: true }),
  active: fc.nat(60),
  standbys: fc.nat(5),
  available: fc.nat(80),
  took: fc.nat(20),
  elapsedMs: fc.integer({ min: 0, max: 4_000 }),
  phase: fc.constantFrom("open", "open", "open", "open", "paused", "sold_out_pending", "sold_out" as const),
})

/** Plays ticks, and calls `look` with what each had before it and made of it. */
export function play(
  ticks: (typeof tick extends fc.Arbitrary<infer T> ? T : never)[],
  look: (
    before: ControllerState,
    after: ControllerState,
    facts: ControllerFacts,
    nowMs: number,
  ) => void = () => {},
): ControllerState {
  const arrivals = beforeBell(200)
  let state = startController(120)
  let nowMs = opensAtMs
  let served = 0
  let unitsTaken = 0
  for (const { arrived, shown, active, standbys, available, took, elapsedMs, phase } of ticks) {
    nowMs += elapsedMs
    addArrivals(arrivals, Math.floor((nowMs - opensAtMs) / 1_000), arrived)
    const before = state
    served += Math.round(shown * 3)
    unitsTaken += took
    const facts = factsOf({
      phase,
      perMinute: 120,
      maxActive: 50,
      arrivals,
      active,
      standbys,
      served,
      available,
      unitsTaken,
    })
    state = advance(before, facts, nowMs).state
    look(before, state, facts, nowMs)
    const rank = state.frontier - Number.EPSILON
    for (let i = 0; i < Math.round(shown * 3); i++) state = takeTurn(state, rank)
  }
  return state
}
