import { describe, expect, test } from "vitest"
import {
  BUYING_SHARE_MIN,
  measureBuying,
  payersPerMinute,
  startBuying,
  unitsEach,
  unitsSpokenFor,
} from "./buying.ts"
import type { BuyingFacts, BuyingState } from "./buying.ts"

const TICK_MS = 1_000

function factsOf(changes: Partial<BuyingFacts> = {}): BuyingFacts {
  return { phase: "open", served: 0, unitsTaken: 0, unitsGivenBack: 0, ...changes }
}

/** So many come in each second, and each of them takes this many units after some seconds. */
function crowd(
  seconds: number,
  perSecond: number,
  unitsPerPerson: number,
  takesAfterSeconds = 5,
): BuyingState {
  let state = startBuying()
  for (let second = 0; second < seconds; second++) {
    const unitsTaken = Math.round(Math.max(0, second - takesAfterSeconds) * perSecond * unitsPerPerson)
    state = measureBuying(state, factsOf({ served: second * perSecond, unitsTaken }), TICK_MS)
  }
  return state
}

describe("what people inside are likely to take", () => {
  test("is a unit each until more is known, and nobody is given up in the first seconds", () => {
    let state = measureBuying(startBuying(), factsOf({ served: 100 }), TICK_MS)
    expect(unitsSpokenFor(state)).toBe(100)
    for (let second = 0; second < 5; second++) state = measureBuying(state, factsOf({ served: 100 }), TICK_MS)
    expect(unitsSpokenFor(state)).toBeGreaterThan(90)
    for (let second = 0; second < 85; second++)
      state = measureBuying(state, factsOf({ served: 100 }), TICK_MS)
    expect(unitsSpokenFor(state)).toBeLessThan(1)
  })

  test("is nothing once they have taken it", () => {
    const inside = measureBuying(startBuying(), factsOf({ served: 10 }), TICK_MS)
    expect(unitsSpokenFor(measureBuying(inside, factsOf({ served: 10, unitsTaken: 10 }), TICK_MS))).toBe(0)
  })

  test("is nothing of those who came in and took it between two ticks", () => {
    const state = measureBuying(startBuying(), factsOf({ served: 10, unitsTaken: 10 }), TICK_MS)
    expect(unitsSpokenFor(state)).toBe(0)
    expect(state).toMatchObject({ unitsPerPass: 1, deciding: [0, 0] })
    const half = measureBuying(startBuying(), factsOf({ served: 10, unitsTaken: 6 }), TICK_MS)
    expect(unitsSpokenFor(half)).toBe(4)
    // Of eight who took, four had been inside before.
    const more = measureBuying(half, factsOf({ served: 15, unitsTaken: 14 }), 0)
    expect(unitsSpokenFor(more)).toBeCloseTo(1)
  })

  test("is nothing once they have taken it and given it back between two ticks, which no count shows", () => {
    const inside = measureBuying(startBuying(), factsOf({ served: 10 }), TICK_MS)
    const back = measureBuying(inside, factsOf({ served: 10, unitsGivenBack: 10 }), TICK_MS)
    expect(unitsSpokenFor(back)).toBe(0)
    // Taken in one tick and given back in a later one, they are not counted twice.
    const more = measureBuying(inside, factsOf({ served: 20, unitsTaken: 10 }), TICK_MS)
    const left = unitsSpokenFor(more)
    const given = measureBuying(more, factsOf({ served: 20, unitsTaken: 0, unitsGivenBack: 10 }), 0)
    expect(unitsSpokenFor(given)).toBeCloseTo(left)
  })
})

describe("the units taken for each pass", () => {
  test.each([
    ["everyone takes one", 1],
    ["half of them take one, or a quarter two", 0.5],
    ["everyone takes two", 2],
    ["one in five takes one", 0.2],
  ])("come out as they are when %s", (_, unitsPerPerson) => {
    const { unitsPerPass } = crowd(200, 50, unitsPerPerson)
    expect(unitsPerPass).toBeGreaterThan(unitsPerPerson * 0.93)
    expect(unitsPerPass).toBeLessThan(unitsPerPerson * 1.07)
  })

  test("are not judged while nobody can take any", () => {
    let state = measureBuying(startBuying(), factsOf({ served: 500 }), TICK_MS)
    for (let second = 0; second < 60; second++)
      state = measureBuying(state, factsOf({ served: 500, phase: "paused" }), TICK_MS)
    expect(state.unitsPerPass).toBe(1)
  })

  test("let in more people for each unit and payment, up to ten, and never fewer than one for a payment", () => {
    expect(unitsEach({ unitsPerPass: 0 })).toBe(BUYING_SHARE_MIN)
    expect(payersPerMinute({ unitsPerPass: 0.5 }, 60)).toBe(120)
    expect(payersPerMinute({ unitsPerPass: 0 }, 60)).toBe(600)
    // Whoever takes two pays once.
    expect(payersPerMinute({ unitsPerPass: 2 }, 60)).toBe(60)
    expect(payersPerMinute({ unitsPerPass: 2 }, null)).toBe(Infinity)
  })
})
