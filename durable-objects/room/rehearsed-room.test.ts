import { describe, expect, test } from "vitest"
import { defaultOptions } from "../../waiting-room/rehearsal/options.ts"
import type { RehearsalOptions } from "../../waiting-room/rehearsal/options.ts"
import { rehearse } from "../../waiting-room/rehearsal/rehearse.ts"
import { FILL_MIN, judgePace, RATE_TOLERANCE } from "../../waiting-room/rehearsal/verdict.ts"
import { adviceOf } from "../../waiting-room/rehearsal/words.ts"
import { MemorySql } from "../memory-sql.ts"
import { rehearsedRoom, rehearseSmall } from "./rehearsed-room.ts"

function play(change: Partial<RehearsalOptions>) {
  const sql = new MemorySql()
  sql.database.exec("BEGIN")
  return rehearse({ ...defaultOptions(), ...change }, rehearsedRoom(sql))
}

const broken = ({ verdicts }: ReturnType<typeof play>) => verdicts.filter(({ ok }) => !ok)

describe.each([1, 2])("the room, rehearsed (seed %i)", (seed) => {
  test("lets in at the merchant's rate, to 2 % from the tenth second on, though half of the turns are not taken", () => {
    const rehearsal = play({
      seed,
      arrivals: 1_000_000,
      curve: "steady",
      noShow: 0.5,
      perMinute: 12_000,
      maxActive: 200_000,
      stock: 500_000,
      minutes: 10,
    })
    expect(broken(rehearsal)).toEqual([])
    expect(rehearsal.rate.seconds).toBeGreaterThan(500)
    expect(Math.abs((rehearsal.rate.ratio ?? 0) - 1)).toBeLessThan(RATE_TOLERANCE)
  })

  test("keeps 98 % of the cap filled and never one more, though half of the turns are not taken", () => {
    const rehearsal = play({
      seed,
      arrivals: 1_000_000,
      noShow: 0.5,
      perMinute: 60_000,
      maxActive: 5_000,
      passMinutes: 5,
      stock: 500_000,
      minutes: 20,
    })
    expect(broken(rehearsal)).toEqual([])
    expect(rehearsal.mostInside).toBe(5_000)
    expect(rehearsal.filled).toBeGreaterThan(FILL_MIN)
    expect(judgePace(rehearsal).filter(({ ok }) => !ok)).toEqual([])
    expect(adviceOf(rehearsal)[0]).toMatch(/^The cap is what holds the line back, not the rate\./)
  })

  test("sells all there is, and says when", () => {
    const rehearsal = play({ seed, minutes: 240 })
    expect(broken(rehearsal)).toEqual([])
    expect(judgePace(rehearsal).filter(({ ok }) => !ok)).toEqual([])
    expect(rehearsal).toMatchObject({ endedBy: "sold_out", joined: 100_000 })
    expect(rehearsal.points.at(-1)).toMatchObject({ available: 0, held: 0, sold: 5_000 })
    // Everyone is accounted for, in one of these ways.
    const { admitted, notTaken, inVain, cameTooLate } = rehearsal
    expect(admitted + notTaken + inVain.people + cameTooLate).toBe(100_000)
  })
})

test("the same seed plays the same sale, another seed another", () => {
  expect(play({ seed: 7 })).toEqual(play({ seed: 7 }))
  expect(play({ seed: 7 }).wait).not.toEqual(play({ seed: 8 }).wait)
})

/** People let in until no unit is free for the first time. */
function letInUntilEmpty({ points }: ReturnType<typeof play>): number {
  let [letIn, fromSecond] = [0, 0]
  for (const { second, admittedPerMinute, available } of points) {
    letIn += (admittedPerMinute * (second - fromSecond)) / 60
    fromSecond = second
    if (available === 0) break
  }
  return letIn
}

const large = {
  ...defaultOptions(),
  arrivals: 1_000_000,
  stock: 50_000,
  perMinute: 30_000,
  maxActive: 50_000,
}

describe("a sale too large for one request is played small", () => {
  /** People until `stock` of them buy scatter by a share: three standard deviations of it, of both crowds together. */
  const scatterOf = (scale: number) => 3 * Math.sqrt(((1 - large.buy) * (1 + scale)) / large.stock)

  test("and comes out alike", () => {
    const whole = rehearse(large, rehearsedRoom(new MemorySql()))
    const small = rehearseSmall(new MemorySql(), large)
    expect(small.scale).toBeGreaterThan(1)
    expect(broken(small)).toEqual([])
    expect(small.joined).toBeCloseTo(whole.joined, -2)
    expect(Math.abs(letInUntilEmpty(small) / letInUntilEmpty(whole) - 1)).toBeLessThan(scatterOf(small.scale))
    // For units that come back later more are let in: see "Played small" in docs/rehearsal.md.
    expect(Math.abs(small.admitted / whole.admitted - 1)).toBeLessThan(0.12)
    expect(Math.abs((small.halfTakenSecond ?? 0) / (whole.halfTakenSecond ?? 1) - 1)).toBeLessThan(0.05)
  })

  test("and alike to its end where every hold is paid", () => {
    const paid = { ...large, pay: 1, holdSeconds: 3_600 }
    const whole = rehearse(paid, rehearsedRoom(new MemorySql()))
    const small = rehearseSmall(new MemorySql(), paid)
    expect(whole.cameBack + small.cameBack).toBe(0)
    expect(Math.abs(small.admitted / whole.admitted - 1)).toBeLessThan(scatterOf(small.scale))
  })

  test("unless it is too long", () => {
    expect(() => rehearseSmall(new MemorySql(), { ...large, minutes: 241 })).toThrow("240 minutes at most")
  })
})
