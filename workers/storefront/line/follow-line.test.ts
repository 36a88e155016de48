import { describe, expect, test } from "vitest"
import { WORDS } from "../languages/choose-language.ts"
import { LANGUAGE_CODES } from "../languages/words.ts"
import { followLine, NOTHING_TOLD } from "./follow-line.ts"
import type { LineMemory } from "./follow-line.ts"
import { sentenceFor, wordsFor } from "./line-reading.ts"
import type { LineReading } from "./line-reading.ts"

const reading: LineReading = {
  phase: "open",
  yourTurn: false,
  ahead: 1_240,
  spokenFor: false,
  cameBack: false,
  estimate: { lowMs: 6 * 60_000, highMs: 9 * 60_000 },
  joined: 4_800,
  served: 900,
  pacePerMinute: 240,
  stock: {},
  opensAtMs: 0,
  closesAtMs: 1,
  nowMs: 1_000_000,
}

/** What the page says of each reading in turn, a second apart. */
function follow(readings: Partial<LineReading>[]): LineReading[] {
  let memory: LineMemory = NOTHING_TOLD
  return readings.map((change, second) => {
    const followed = followLine(memory, { ...reading, nowMs: reading.nowMs + second * 1_000, ...change })
    memory = followed.memory
    return followed.reading
  })
}

describe("what follows what was told", () => {
  test("hazard 26: some came back is said after the units looked gone, for a minute", () => {
    const states = [{}, { spokenFor: true }, {}, {}, { nowMs: reading.nowMs + 90_000 }]
    expect(follow(states).map(({ cameBack }) => cameBack)).toEqual([false, false, true, true, false])
    const pending = [{ phase: "sold_out_pending" }, { phase: "paused" }, { phase: "open" }] as const
    expect(follow([...pending]).map(({ cameBack }) => cameBack)).toEqual([false, false, true])
    expect(follow([{ phase: "sold_out" }, { phase: "open" }])[1]?.cameBack).toBe(true)
  })

  test("is not news when they are gone again", () => {
    expect(follow([{ spokenFor: true }, {}, { phase: "sold_out_pending" }]).at(-1)?.cameBack).toBe(false)
  })

  test("is a wait that does not jump when the pace does", () => {
    const [, next] = follow([{}, { estimate: { lowMs: 60 * 60_000, highMs: 90 * 60_000 } }])
    const { lowMs = NaN, highMs = NaN } = next?.estimate ?? {}
    expect((lowMs + highMs) / 2).toBeLessThanOrEqual(7.5 * 60_000 * 1.1)
  })
})

describe.each(LANGUAGE_CODES)("a waiting shopper reads in %s", (language) => {
  const words = WORDS[language].live
  const speech = { language, words }
  const detailOf = (change: Partial<LineReading>) => wordsFor({ ...reading, ...change }, speech).detail

  test("that the units in sight are spoken for, with no wait that would be a promise", () => {
    expect(detailOf({ spokenFor: true })).toContain(words.spokenFor)
    expect(detailOf({ spokenFor: true })).not.toMatch(/\d/)
    expect(detailOf({ spokenFor: true })).toContain(words.kept)
  })

  test("that some came back, before the wait", () => {
    expect(detailOf({ cameBack: true }).startsWith(words.cameBack)).toBe(true)
    expect(detailOf({ cameBack: true })).toMatch(/6.+9/)
  })

  test("whole sentences in every state, with nothing left to fill in", () => {
    for (const phase of [
      "scheduled",
      "waiting",
      "open",
      "paused",
      "sold_out_pending",
      "sold_out",
      "ended",
    ] as const) {
      for (const change of [
        {},
        { ahead: null },
        { ahead: 0 },
        { ahead: 3 },
        { yourTurn: true },
        { spokenFor: true },
      ]) {
        const sentence = sentenceFor({ ...reading, ...change, phase }, speech)
        expect(sentence).not.toMatch(/[{}]|undefined|null|NaN| {2}/)
        expect(sentence).toMatch(/[.。]$/)
      }
    }
  })
})
