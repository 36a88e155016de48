import { describe, expect, it } from "vitest"
import { couponFormOf, couponStateOf, readCouponForm } from "./coupon-form.ts"
import type { Coupon } from "./coupon-form.ts"

const NOW = Date.UTC(2027, 4, 31, 18, 0)

const SPRING: Coupon = {
  code: "SPRING",
  percentOff: 12.5,
  amountOffCents: null,
  currency: "EUR",
  minimumCents: 5_000,
  startsAtMs: NOW,
  endsAtMs: NOW + 86_400_123,
  usesMax: 100,
  usesPerCustomerMax: 1,
  uses: 3,
}

describe("a coupon's form", () => {
  it.each([
    SPRING,
    { ...SPRING, percentOff: null, amountOffCents: 1_250, minimumCents: null },
    { ...SPRING, currency: null, minimumCents: null, startsAtMs: null, endsAtMs: null, usesMax: null },
  ])("shows %j, and read again means the same", (coupon) => {
    const { code, uses: _uses, ...terms } = coupon
    expect(readCouponForm(couponFormOf(coupon).values, code)).toMatchObject({
      errors: {},
      body: { code, terms },
    })
  })

  it("has days and times in UTC, to the minute where they are whole minutes", () => {
    expect(couponFormOf(SPRING).values).toMatchObject({
      startsAt: "2027-05-31T18:00",
      endsAt: "2027-06-01T18:00:00.123",
    })
    const typed = { code: "x", off: "5", startsAt: "2027-05-31 18:00", endsAt: "2027-05-31T18:00:01" }
    expect(readCouponForm(typed, null).body?.terms).toMatchObject({ startsAtMs: NOW, endsAtMs: NOW + 1_000 })
  })

  it("reads its code as shoppers may type it, and does without a currency that nothing is in", () => {
    const form = readCouponForm({ code: " spring-10 ", kind: "percent", off: "10", currency: "EUR" }, null)
    expect(form.body).toMatchObject({ code: "SPRING-10", terms: { percentOff: 10, currency: null } })
  })

  it("names each mistake at its field, keeps what was typed, and means nothing", () => {
    const fields = {
      code: "two words",
      kind: "amount",
      off: "0",
      currency: "",
      minimum: "0",
      startsAt: "2027-02-31T10:00",
      endsAt: "tomorrow",
      usesMax: "0",
      usesPerCustomerMax: "1.5",
    }
    const form = readCouponForm(fields, null)
    expect(form.body).toBeNull()
    expect(Object.keys(form.errors).toSorted()).toEqual(
      Object.keys(fields)
        .filter((name) => name !== "kind")
        .toSorted(),
    )
    expect(form.values).toMatchObject(fields)
    const backwards = { code: "A", off: "5", startsAt: "2027-05-31T18:00", endsAt: "2027-05-31T18:00" }
    expect(Object.keys(readCouponForm(backwards, null).errors)).toEqual(["endsAt"])
    expect(Object.keys(readCouponForm({ code: "A", kind: "percent" }, null).errors)).toEqual(["off"])
  })
})

describe("where a coupon stands", () => {
  it.each([
    [NOW - 1, {}, "not_begun"],
    [NOW, {}, "runs"],
    [NOW, { uses: 100 }, "used_up"],
    [NOW + 86_400_123, {}, "over"],
  ])("at %i with %j: %s", (atMs, change, state) => {
    expect(couponStateOf({ ...SPRING, ...change }, atMs)).toBe(state)
  })
})
