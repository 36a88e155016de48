import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  Breaker,
  CALLS_MIN,
  REST_FIRST_MS,
  REST_MAX_MS,
  TRIAL_LOST_MS,
  TRIALS_AT_ONCE,
  TRIALS_NEEDED,
  WINDOW_MS,
} from "./breaker.ts"
import type { BreakerState, Tally } from "./breaker.ts"

const T0 = 1_800_000_000_000
const good: Tally = { calls: 1, failures: 0, slow: 0 }
const failed: Tally = { calls: 1, failures: 1, slow: 0 }
const slow: Tally = { calls: 1, failures: 0, slow: 1 }
const many = (tally: Tally, count: number) => Array.from({ length: count }, () => tally)

/** A breaker that has just opened. */
function opened(): Breaker {
  const breaker = new Breaker()
  for (const tally of many(failed, CALLS_MIN)) breaker.note(tally, T0)
  return breaker
}

describe("the breaker", () => {
  it.each<[string, Tally[], number, BreakerState]>([
    ["nothing", [], 0, "closed"],
    ["good calls", many(good, 50), 100, "closed"],
    ["one failure less than says something", many(failed, CALLS_MIN - 1), 10, "closed"],
    ["failures only", many(failed, CALLS_MIN), 10, "open"],
    ["slow answers only", many(slow, CALLS_MIN), 10, "open"],
    ["half of each", [...many(good, 5), ...many(failed, 3), ...many(slow, 2)], 10, "open"],
    ["less than half", [...many(good, 6), ...many(failed, 5)], 10, "closed"],
    ["failures further apart than the window", many(failed, 50), WINDOW_MS / (CALLS_MIN - 2), "closed"],
  ])("after %s", (_, tallies, apartMs, expected) => {
    const breaker = new Breaker()
    tallies.forEach((tally, index) => breaker.note(tally, T0 + index * apartMs))
    expect(breaker.state(T0 + tallies.length * apartMs)).toBe(expected)
  })

  it("lets nobody ask while it is open, and says until when", () => {
    const breaker = opened()
    expect(breaker.begin(T0 + REST_FIRST_MS - 1)).toBe(false)
    expect(breaker.awayUntilMs(T0 + 1)).toBe(T0 + REST_FIRST_MS)
    expect(breaker.state(T0 + REST_FIRST_MS)).toBe("half_open")
  })

  it("is tried by a few calls at once, and closes after enough good ones in a row", () => {
    const breaker = opened()
    const nowMs = T0 + REST_FIRST_MS
    const begun = Array.from({ length: 9 }, () => breaker.begin(nowMs))
    expect(begun.filter(Boolean)).toHaveLength(TRIALS_AT_ONCE)
    for (let trial = 0; trial < TRIALS_NEEDED; trial++) {
      if (trial >= TRIALS_AT_ONCE) expect(breaker.begin(nowMs)).toBe(true)
      expect(breaker.state(nowMs)).toBe("half_open")
      breaker.end(nowMs, good, nowMs)
    }
    expect(breaker.state(nowMs)).toBe("closed")
    expect(breaker.awayUntilMs(nowMs)).toBeNull()
  })

  it("opens again for twice as long when a trial fails, up to its longest rest", () => {
    const breaker = opened()
    let nowMs = T0
    for (let restMs = REST_FIRST_MS; restMs < REST_MAX_MS * 4; restMs *= 2) {
      const untilMs = nowMs + Math.min(restMs, REST_MAX_MS)
      expect(breaker.awayUntilMs(nowMs)).toBe(untilMs)
      nowMs = untilMs
      expect(breaker.begin(nowMs)).toBe(true)
      breaker.end(nowMs, failed, nowMs)
      expect(breaker.state(nowMs)).toBe("open")
    }
  })

  it("does not wait for a trial that was lost, and does not hear calls from before it opened", () => {
    const breaker = opened()
    const nowMs = T0 + REST_FIRST_MS
    for (let trial = 0; trial < TRIALS_AT_ONCE; trial++) breaker.begin(nowMs)
    breaker.end(T0 - 1, failed, nowMs)
    expect(breaker.state(nowMs)).toBe("half_open")
    expect(breaker.begin(nowMs + TRIAL_LOST_MS - 1)).toBe(false)
    expect(breaker.begin(nowMs + TRIAL_LOST_MS)).toBe(true)
  })

  it("always comes back once calls go well, whatever went before", () => {
    const outcomes = fc.array(
      fc.tuple(fc.constantFrom(good, failed, slow), fc.integer({ min: 0, max: 30_000 })),
    )
    fc.assert(
      fc.property(outcomes, (past) => {
        const breaker = new Breaker()
        let nowMs = T0
        for (const [tally, pauseMs] of past) {
          nowMs += pauseMs
          if (breaker.begin(nowMs)) breaker.end(nowMs, tally, nowMs)
        }
        nowMs += REST_MAX_MS + WINDOW_MS
        for (let call = 0; call < TRIALS_NEEDED; call++) {
          expect(breaker.begin(nowMs)).toBe(true)
          breaker.end(nowMs, good, nowMs)
        }
        expect(breaker.state(nowMs)).toBe("closed")
      }),
      { numRuns: 300 },
    )
  })
})
