import { describe, expect, it } from "vitest"
import type { AttemptStanding } from "../checkout/books/contract.ts"
import { COMPARED_MS } from "./contract.ts"
import { inCoupons } from "./coupon-drift.ts"
import type { CouponReading } from "./read-coupons.ts"

const NOW = 1_800_000_000_000

const use = (standing: AttemptStanding, countedAtMs = NOW) => ({
  code: "TENTH",
  useId: `o2:${countedAtMs}`,
  countedAtMs,
  standing,
})

/** What is found, and what is done about it. */
function found(coupons: Partial<CouponReading>): string[] {
  const sightings = inCoupons({ uses: [], uncounted: [], excess: [], ...coupons }, NOW)
  for (const { says } of sightings) expect(says.split(/[.;] /).length, says).toBeGreaterThan(1)
  return sightings.map(({ kind, mend }) => `${kind}: ${mend?.mend ?? "left"}`)
}

describe("a coupon", () => {
  it("that an order has, or whose lane tells it of an end, is no drift", () => {
    expect(found({ uses: [use("living"), use("returning")] })).toEqual([])
  })

  it("that counts an attempt which is over has it given back, whenever it was counted", () => {
    const given = "coupon_use_without_order: give_coupon_back"
    expect(found({ uses: [use("over"), use("over", 0)] })).toEqual([given, given])
  })

  it("that counts an order which no lane has gives back what is young, and leaves what is old", () => {
    expect(found({ uses: [use("unknown", NOW - COMPARED_MS + 1)] })).toEqual([
      "coupon_use_without_order: give_coupon_back",
    ])
    expect(found({ uses: [use("unknown", NOW - COMPARED_MS)] })).toEqual(["coupon_use_without_order: left"])
  })

  it("that does not count its order, and one beyond its limits, are named and left", () => {
    const uncounted = [{ orderId: "o2", code: "TENTH", useId: `o2:${NOW}` }]
    const excess = [{ code: "TENTH", customer: "a@b.example", uses: 2, max: 1 }]
    expect(found({ uncounted, excess })).toEqual(["coupon_not_counted: left", "coupon_beyond_limit: left"])
  })
})
