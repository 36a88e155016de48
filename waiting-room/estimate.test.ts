import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  isSpokenFor,
  nextPollMs,
  steadyWait,
  TOLD_MEMORY_MS,
  TOLD_MOVE_MS_MIN,
  TOLD_MOVE_SHARE_MAX,
  waitOf,
} from "./estimate.ts"
import type { ToldWait } from "./estimate.ts"

const opensAtMs = 1_800_000_000_000
const board = {
  phase: "open",
  nowMs: opensAtMs + 60_000,
  opensAtMs,
  pacePerMinute: 600,
  pollAfterMs: 2_000,
  lookWithinMs: 60_000,
} as const

describe("how often a browser looks", () => {
  test("is every 2 s near the gate and every 60 s far from it", () => {
    const places = [0, 100, 500, 2_000, 10_000, 1e6]
    expect(places.map((ahead) => nextPollMs(ahead, board))).toEqual([
      2_000, 2_000, 4_000, 16_000, 60_000, 60_000,
    ])
  })

  test("is never longer than the units may last, however far back", () => {
    expect(nextPollMs(1e6, { ...board, lookWithinMs: 4_000 })).toBe(4_000)
    expect(nextPollMs(1e6, { ...board, phase: "sold_out_pending", lookWithinMs: 2_000 })).toBe(2_000)
  })

  test("never sleeps past the bell, from a day before it", () => {
    for (let seedMs = 0; seedMs < 40; seedMs++) {
      let nowMs = opensAtMs - 86_400_000 - seedMs * 777
      let looks = 0
      while (nowMs < opensAtMs) {
        const ms = nextPollMs(null, { ...board, phase: "waiting", nowMs }) ?? Infinity
        expect(ms).toBeLessThanOrEqual(60_000)
        nowMs += ms
        looks += 1
      }
      expect(nowMs - opensAtMs).toBeLessThanOrEqual(1_000)
      expect(looks).toBeLessThan(86_400 / 60 + 20)
    }
  })

  test("goes on slowly when all is sold, since units may be added, and ends with the sale", () => {
    expect(nextPollMs(null, { ...board, phase: "sold_out" })).toBe(60_000)
    expect(nextPollMs(null, { ...board, phase: "ended" })).toBe(null)
  })
})

describe("spoken for", () => {
  test("are the units for ranks from the told one on, and never for one whose turn has come", () => {
    const told = { frontier: 0, spokenForRank: 500 }
    expect([499, 500, 501, null].map((rank) => isSpokenFor(rank, told))).toEqual([false, true, true, false])
    expect(isSpokenFor(600, { ...told, frontier: 601 })).toBe(false)
    expect(isSpokenFor(600, { frontier: 0 })).toBe(false)
  })
})

describe("hazard 26: the told wait", () => {
  const middleOf = (wait: { fromMs: number; toMs: number } | null) => wait && (wait.fromMs + wait.toMs) / 2

  test("moves by at most a tenth, or 15 s, beyond what the clock took off, however the pace jumps", () => {
    const noise = fc.record({
      pace: fc.double({ min: 30, max: 3_000, noNaN: true }),
      elapsedMs: fc.integer({ min: 0, max: TOLD_MEMORY_MS }),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200_000 }),
        fc.array(noise, { minLength: 2, maxLength: 60 }),
        (start, looks) => {
          let nowMs = opensAtMs
          let ahead = start
          let told: ToldWait | null = null
          for (const { pace, elapsedMs } of looks) {
            nowMs += elapsedMs
            ahead = Math.max(0, ahead - (pace * elapsedMs) / 60_000)
            const measured = waitOf(ahead, { ...board, pacePerMinute: pace })
            const next = steadyWait(told, measured, { phase: "open", nowMs })
            if (told) {
              const expectedMs = Math.max(0, told.middleMs - elapsedMs)
              const movedMs = Math.abs((middleOf(next.wait) ?? NaN) - expectedMs)
              expect(movedMs).toBeLessThanOrEqual(
                Math.max(TOLD_MOVE_MS_MIN, expectedMs * TOLD_MOVE_SHARE_MAX) + 2,
              )
            }
            told = next.told
          }
        },
      ),
    )
  })

  test("in a line with a noisy pace moves less than half as much as the bare one, and stays near the true wait", () => {
    let state = 7
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
    let told: ToldWait | null = null
    let [bareMoves, toldMoves] = [0, 0]
    let bareBefore: number | null = null
    const TRUE_PACE = 600
    for (let second = 0; second < 540; second += 4) {
      const nowMs = opensAtMs + second * 1_000
      const ahead = 6_000 - (TRUE_PACE * second) / 60
      const bare = waitOf(ahead, { ...board, pacePerMinute: TRUE_PACE * (0.7 + 0.6 * random()) })
      const before: ToldWait | null = told
      const next = steadyWait(told, bare, { phase: "open", nowMs })
      if (before) toldMoves += Math.abs((next.told?.middleMs ?? 0) - (before.middleMs - 4_000))
      if (bareBefore !== null) bareMoves += Math.abs((middleOf(bare) ?? 0) - (bareBefore - 4_000))
      bareBefore = middleOf(bare)
      told = next.told
      const trueMs = (ahead / TRUE_PACE) * 60_000 * 1.15
      if (second > 60) expect(Math.abs((told?.middleMs ?? 0) - trueMs)).toBeLessThan(trueMs * 0.35 + 10_000)
    }
    expect(toldMoves).toBeLessThan(bareMoves * 0.5)
  })

  test("comes to a new truth in some looks, and at once after a sleep or in another phase", () => {
    const short = steadyWait(null, waitOf(100, board), board).told
    const long = waitOf(10_000, board)
    let told = short
    for (let look = 1; look <= 40; look++)
      told = steadyWait(told, long, { phase: "open", nowMs: board.nowMs + look * 2_000 }).told
    expect(told?.middleMs).toBe(middleOf(long))
    const asleep = { phase: "open", nowMs: board.nowMs + TOLD_MEMORY_MS + 1 } as const
    expect(middleOf(steadyWait(short, long, asleep).wait)).toBe(middleOf(long))
    expect(middleOf(steadyWait({ ...(short as ToldWait), phase: "paused" }, long, board).wait)).toBe(
      middleOf(long),
    )
  })

  test("is none where nothing honest can be said", () => {
    expect(steadyWait(null, null, board)).toEqual({ wait: null, told: null })
  })
})
