import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  addArrivals,
  ARRIVAL_BUCKETS_MAX,
  countBelow,
  joinedCount,
  mergeArrivals,
  noArrivals,
  rankAfter,
} from "./arrivals.ts"
import type { Arrivals } from "./arrivals.ts"

const flushes = fc.array(fc.tuple(fc.integer({ min: -3, max: 120 }), fc.integer({ min: 1, max: 500 })), {
  maxLength: 60,
})

function arrivalsOf(counts: [number, number][], invited = 0): Arrivals {
  const arrivals: Arrivals = { ...noArrivals(), invited }
  for (const [second, count] of counts) addArrivals(arrivals, second, count)
  return arrivals
}

describe("arrivals", () => {
  test("add up, in whatever order the flushes come", () => {
    fc.assert(
      fc.property(flushes, (counts) => {
        const arrivals = arrivalsOf(counts)
        expect(joinedCount(arrivals)).toBe(counts.reduce((sum, [, count]) => sum + count, 0))
        expect(arrivals.buckets).toEqual(arrivalsOf([...counts].reverse()).buckets)
        const seconds = arrivals.buckets.map((bucket) => bucket.second)
        expect(seconds).toEqual([...new Set(seconds)].sort((a, b) => a - b))
      }),
    )
  })

  test("as many are passed as have turns, or all that are flushed", () => {
    fc.assert(
      fc.property(
        flushes,
        fc.double({ min: 0, max: 5_000, noNaN: true }),
        fc.oneof(
          fc.double({ min: -2, max: 0, noNaN: true }),
          fc.double({ min: -1, max: 60_000, noNaN: true }),
        ),
        fc.integer({ min: 0, max: 130 }),
        fc.nat(300),
        (counts, turns, frontier, second, invited) => {
          const arrivals = arrivalsOf(counts, invited)
          const horizonRank = second * 1_000
          fc.pre(frontier <= horizonRank && turns > 0)
          const reached = rankAfter(arrivals, frontier, turns, horizonRank)
          const given = countBelow(arrivals, reached) - countBelow(arrivals, frontier)
          expect(reached).toBeGreaterThanOrEqual(frontier)
          expect(reached).toBeLessThanOrEqual(horizonRank)
          expect(given).toBeLessThanOrEqual(turns + 1e-6)
          if (given < turns - 1e-6) expect(reached).toBe(horizonRank)
        },
      ),
    )
  })

  test("nobody is passed whose second may not be flushed yet", () => {
    const arrivals = arrivalsOf([
      [-1, 10],
      [0, 10],
      [1, 10],
    ])
    expect(rankAfter(arrivals, -1, 1_000, -1)).toBe(-1)
    expect(rankAfter(arrivals, -1, 1_000, 999)).toBe(0)
    expect(rankAfter(arrivals, -1, 1_000, 1_700)).toBe(1_000)
    expect(rankAfter(arrivals, -1, 1_000, 5_000)).toBe(5_000)
  })

  test("before the bell only those who were invited are passed", () => {
    const arrivals = arrivalsOf([[-1, 10]], 4)
    expect(joinedCount(arrivals)).toBe(14)
    expect(rankAfter(arrivals, -2, 1, -1)).toBe(-1.75)
    expect(rankAfter(arrivals, -2, 1_000, -1)).toBe(-1)
    expect(rankAfter(arrivals, -1.5, 7, 5_000)).toBe(-0.5)
    expect([-2, -1.5, -1, -0.5, 0].map((rank) => countBelow(arrivals, rank))).toEqual([0, 2, 4, 9, 14])
  })

  test("are kept in a bounded number of buckets, and none is lost, however long the line", () => {
    const arrivals = noArrivals()
    for (let second = 0; second < 3 * ARRIVAL_BUCKETS_MAX; second++) {
      addArrivals(arrivals, second, 2)
      Object.assign(arrivals, mergeArrivals(arrivals, 10_000_000))
      if (arrivals.buckets.length > ARRIVAL_BUCKETS_MAX) throw new Error("too many buckets")
    }
    expect(joinedCount(arrivals)).toBe(6 * ARRIVAL_BUCKETS_MAX)
    expect(countBelow(arrivals, 5_000_000)).toBeCloseTo(10_000, 6)
    addArrivals(arrivals, 3, 1) // A flush that comes very late.
    expect(joinedCount(arrivals)).toBe(6 * ARRIVAL_BUCKETS_MAX + 1)
  })
})
