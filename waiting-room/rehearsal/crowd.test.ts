import { describe, expect, test } from "vitest"
import { rankOf } from "../rank.ts"
import { chanceFrom, countCrowd, Crowd } from "./crowd.ts"
import { readCurve } from "./csv-curve.ts"
import { chiSquaredChance, chiSquaredOf, longestStretch, quantileOf } from "./measure.ts"
import { CURVE_NAMES } from "./options.ts"

const opensAtMs = 1_800_000_000_000

function allOf(crowd: Crowd) {
  const drawn = []
  for (let next = crowd.takeBelow(Infinity); next; next = crowd.takeBelow(Infinity)) drawn.push(next)
  return drawn
}

describe("a made-up crowd", () => {
  test.each(CURVE_NAMES)("comes in full, whatever its curve: %s", (curve) => {
    for (const arrivals of [0, 1, 7, 123_457]) {
      for (const beforeBell of [0, 0.7, 1]) {
        const counts = countCrowd({ arrivals, beforeBell, curve, minutes: 17 })
        expect(counts.beforeBell).toBe(Math.round(arrivals * beforeBell))
        expect(counts.bySecond.reduce((sum, count) => sum + count, counts.beforeBell)).toBe(arrivals)
      }
    }
  })

  test("is handed out by rank, each with the rank that the room will reckon", () => {
    const counts = countCrowd({ arrivals: 50_000, beforeBell: 0.5, curve: "spike", minutes: 5 })
    const drawn = allOf(new Crowd(counts, opensAtMs, chanceFrom(1)))
    expect(drawn).toHaveLength(50_000)
    for (const [i, { arrivedAtMs, lot, rank }] of drawn.entries()) {
      if (lot < 0 || lot >= 1) throw new Error(`lot ${lot}`)
      if (rank !== rankOf({ arrivedAtMs, ranksFromMs: opensAtMs, lot })) throw new Error(`rank ${rank}`)
      if (rank < (drawn[i - 1]?.rank ?? -1)) throw new Error(`rank ${rank} comes late`)
    }
    const bySecond = new Uint32Array(300)
    for (const { arrivedAtMs } of drawn.filter(({ rank }) => rank >= 0)) {
      const second = Math.floor((arrivedAtMs - opensAtMs) / 1_000)
      bySecond[second] = (bySecond[second] ?? 0) + 1
    }
    expect(bySecond).toEqual(counts.bySecond)
  })

  test.each([1, 2, 3])("draws lots in order that are uniform (seed %i)", (seed) => {
    const counts = { beforeBell: 200_000, bySecond: Uint32Array.of(100_000) }
    const drawn = allOf(new Crowd(counts, opensAtMs, chanceFrom(seed)))
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
    const counts = { beforeBell: 1_000, bySecond: Uint32Array.of(0, 500, 0, 500) }
    const crowd = new Crowd(counts, opensAtMs, chanceFrom(4))
    let taken = 0
    for (const frontier of [-1, -0.5, 0, 1_500, 1_500, 4_000]) {
      for (let next = crowd.takeBelow(frontier); next; next = crowd.takeBelow(frontier)) {
        expect(next.rank).toBeLessThan(frontier)
        taken += 1
      }
      const { beforeBell, fromSecond, inFirst } = crowd.leftBySecond()
      const later = counts.bySecond.subarray(fromSecond + 1).reduce((sum, count) => sum + count, 0)
      expect(taken + beforeBell + inFirst + later).toBe(2_000)
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
    const counts = countCrowd({ arrivals: 112, beforeBell: 0.7, curve: read.counts, minutes: 1 })
    expect([counts.beforeBell, counts.bySecond[0], counts.bySecond[59]]).toEqual([5, 100, 7])
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
