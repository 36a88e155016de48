import { describe, expect, test } from "vitest"
import { rankOf } from "../rank.ts"
import { chanceFrom, countCrowd, Crowd } from "./crowd.ts"
import { readCurve } from "./csv-curve.ts"
import { chiSquaredChance, chiSquaredOf, longestStretch, quantileOf } from "./measure.ts"
import { CURVE_NAMES } from "./options.ts"

const ranksFromMs = 1_800_000_000_000

const lottery = { mode: "lottery", waitingMinutes: 10 } as const
const firstCome = { mode: "first_come", waitingMinutes: 10 } as const

const lotteryOf = <Crowd extends object>(crowd: Crowd) => ({ ...lottery, ...crowd })
const nobody = { lottery: 0, bellSecond: 0, turnedAway: 0 }

function allOf(crowd: Crowd) {
  const drawn = []
  for (let next = crowd.takeBelow(Infinity); next; next = crowd.takeBelow(Infinity)) drawn.push(next)
  return drawn
}

describe("a made-up crowd", () => {
  test.each(CURVE_NAMES)("comes in full, whatever its curve: %s", (curve) => {
    for (const arrivals of [0, 1, 7, 123_457]) {
      for (const beforeBell of [0, 0.7, 1]) {
        const counts = countCrowd({ ...lottery, arrivals, beforeBell, curve, minutes: 17 })
        expect(counts.lottery).toBe(Math.round(arrivals * beforeBell))
        expect(counts.bySecond.reduce((sum, count) => sum + count, counts.lottery)).toBe(arrivals)
      }
    }
  })

  test.each(CURVE_NAMES)("comes by arrival from the line's opening on, where that counts: %s", (curve) => {
    const crowd = { arrivals: 12_345, beforeBell: 0.6, curve, minutes: 17 }
    const { lottery, bySecond, bellSecond, turnedAway } = countCrowd({ ...firstCome, ...crowd })
    const early = bySecond.subarray(0, bellSecond).reduce((sum, count) => sum + count, 0)
    expect([lottery, bellSecond, bySecond.length, early, turnedAway]).toEqual([0, 600, 1_620, 7_407, 0])
    expect(bySecond.reduce((sum, count) => sum + count, 0)).toBe(12_345)
    // The line's opening is a bell to those who come before the bell.
    const later = countCrowd({ ...lotteryOf(crowd), arrivals: 7_407, beforeBell: 0, minutes: 10 })
    expect(bySecond.subarray(0, bellSecond)).toEqual(later.bySecond)
    // A line that opens with the bell is that of the lottery.
    const atBell = countCrowd({ ...firstCome, ...crowd, waitingMinutes: 0 })
    expect(atBell).toEqual(countCrowd(lotteryOf(crowd)))
  })

  test.each(CURVE_NAMES)("of a draw comes before the bell, or is turned away: %s", (curve) => {
    const crowd = { arrivals: 12_345, beforeBell: 0.6, curve, minutes: 17 }
    const { lottery, bySecond, turnedAway } = countCrowd({ mode: "draw", waitingMinutes: 10, ...crowd })
    expect([lottery, turnedAway, bySecond.some((count) => count > 0)]).toEqual([7_407, 4_938, false])
  })

  test("is handed out by rank, each with the rank that the room will reckon", () => {
    const counts = countCrowd({ ...lottery, arrivals: 50_000, beforeBell: 0.5, curve: "spike", minutes: 5 })
    const drawn = allOf(new Crowd(counts, ranksFromMs, chanceFrom(1)))
    expect(drawn).toHaveLength(50_000)
    for (const [i, { arrivedAtMs, lot, rank }] of drawn.entries()) {
      if (lot < 0 || lot >= 1) throw new Error(`lot ${lot}`)
      if (rank !== rankOf({ arrivedAtMs, ranksFromMs, lot })) throw new Error(`rank ${rank}`)
      if (rank < (drawn[i - 1]?.rank ?? -1)) throw new Error(`rank ${rank} comes late`)
    }
    const bySecond = new Uint32Array(300)
    for (const { arrivedAtMs } of drawn.filter(({ rank }) => rank >= 0)) {
      const second = Math.floor((arrivedAtMs - ranksFromMs) / 1_000)
      bySecond[second] = (bySecond[second] ?? 0) + 1
    }
    expect(bySecond).toEqual(counts.bySecond)
  })

  test.each([1, 2, 3])("draws lots in order that are uniform (seed %i)", (seed) => {
    const counts = { ...nobody, lottery: 200_000, bySecond: Uint32Array.of(100_000) }
    const drawn = allOf(new Crowd(counts, ranksFromMs, chanceFrom(seed)))
    for (const part of [drawn.slice(0, 200_000), drawn.slice(200_000)]) {
      const bins = Array.from({ length: 1_000 }, () => 0)
      for (const { rank } of part) {
        const bin = Math.floor(rank < 0 ? (rank + 1) * 1_000 : rank)
        bins[bin] = (bins[bin] ?? 0) + 1
      }
      expect(chiSquaredChance(chiSquaredOf(bins), 999)).toBeGreaterThan(0.01)
    }
  })

  test("nobody is taken whom the frontier has not passed, and nobody twice", () => {
    const counts = { ...nobody, lottery: 1_000, bySecond: Uint32Array.of(0, 500, 0, 500) }
    const crowd = new Crowd(counts, ranksFromMs, chanceFrom(4))
    let taken = 0
    for (const frontier of [-1, -0.5, 0, 1_500, 1_500, 4_000]) {
      for (let next = crowd.takeBelow(frontier); next; next = crowd.takeBelow(frontier)) {
        expect(next.rank).toBeLessThan(frontier)
        taken += 1
      }
      const { lottery, fromSecond, inFirst } = crowd.leftBySecond()
      const later = counts.bySecond.subarray(fromSecond + 1).reduce((sum, count) => sum + count, 0)
      expect(taken + lottery + inFirst + later).toBe(2_000)
    }
    expect(taken).toBe(2_000)
  })

  test("may come from a file, and a file with a mistake is told where it is", () => {
    const read = readCurve("second,count\n-30,5\n0,100\r\n\n59,7\n", 1)
    expect(read).toEqual({
      ok: true,
      counts: [
        [-30, 5],
        [0, 100],
        [59, 7],
      ],
    })
    if (!read.ok) throw new Error(read.says)
    const own = { arrivals: 112, beforeBell: 0.7, curve: read.counts, minutes: 1 }
    const counts = countCrowd({ ...lottery, ...own })
    expect([counts.lottery, counts.bySecond[0], counts.bySecond[59]]).toEqual([5, 100, 7])
    const byArrival = countCrowd({ ...firstCome, ...own, waitingMinutes: 1 })
    expect([byArrival.lottery, byArrival.bySecond[30], byArrival.bySecond[60]]).toEqual([0, 5, 100])
    const cameEarlier = countCrowd({ ...firstCome, ...own, curve: [[-61, 5]], waitingMinutes: 1 })
    expect(cameEarlier.lottery).toBe(5)
    expect(countCrowd({ mode: "draw", waitingMinutes: 1, ...own }).turnedAway).toBe(107)
    expect(readCurve("0,1\n1;2", 1)).toEqual({ ok: false, says: 'line 2 is not "second,count": 1;2' })
    expect(readCurve("60,1", 1)).toMatchObject({ ok: false })
    expect(readCurve("0,-1", 1)).toMatchObject({ ok: false })
    expect(readCurve("second,count", 1)).toEqual({ ok: false, says: "has no arrivals" })
  })
})

test("quantiles and stretches are what they say", () => {
  expect(quantileOf(Uint32Array.of(0, 5, 0, 5), 0.5)).toBe(1)
  expect(quantileOf(Uint32Array.of(0, 5, 0, 5), 0.9)).toBe(3)
  expect(quantileOf(new Uint32Array(3), 0.5)).toBe(null)
  expect(longestStretch("abbbabbbbb".split(""), "b", 2)).toEqual({ from: 7, seconds: 3 })
  expect(longestStretch("ab".split(""), "b", 2).seconds).toBe(0)
})
