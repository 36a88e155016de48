import { describe, expect, it } from "vitest"
import type { CouponRefusal, CouponTerms } from "../../../durable-objects/prices/coupon/contract.ts"
import { checkCoupon, checkFields, EMPTY_FIELDS, errorsOf, readFields } from "./checkout-decision.ts"

const TERMS: CouponTerms = {
  code: "SPRING",
  discount: { kind: "percent", ratePer100k: 10_000 },
  minimum: { cents: 5_000, currency: "EUR" },
  startsAtMs: Date.UTC(2027, 2, 1),
  endsAtMs: null,
  usesMax: null,
  usesPerCustomerMax: null,
}

function said(refusal: CouponRefusal, terms: CouponTerms | null = TERMS): string | undefined {
  const couponRefused = { outcome: "refused" as const, refusal, terms }
  return errorsOf({ shippingRefused: false, couponRefused }, EMPTY_FIELDS).couponCode
}

describe("a coupon that does not count", () => {
  it("is told with what it would take", () => {
    expect(said("unknown", null)).toMatch(/no such coupon/)
    expect(said("not_begun")).toContain("Monday 1 March")
    expect(said("ended")).toMatch(/has ended/)
    expect(said("other_currency")).toMatch(/another currency/)
    expect(said("below_minimum")).toContain("€50.00")
    expect(said("used_up")).toMatch(/as often as it may/)
    expect(said("used_by_customer")).toMatch(/You have used/)
  })

  it("is told of its letters before anybody is asked", () => {
    expect(checkCoupon("")).toEqual({})
    expect(checkCoupon("spring-10")).toEqual({})
    expect(checkCoupon("two words").couponCode).toMatch(/no such coupon/)
    expect(checkFields({ ...EMPTY_FIELDS, couponCode: "ß" }).couponCode).toMatch(/no such coupon/)
  })
})

it("a country that nothing goes to is told beside the ways of shipping", () => {
  const errors = errorsOf({ shippingRefused: true, couponRefused: null }, { country: "IS" })
  expect(errors).toEqual({ shippingMethod: expect.stringContaining("Iceland") })
})

it("a form is read as it was typed", () => {
  const fields = readFields({ couponCode: " spring ", shippingMethod: "parcel", country: "DE", email: 7 })
  expect(fields).toEqual({
    ...EMPTY_FIELDS,
    couponCode: "spring",
    shippingMethod: "parcel",
    country: "DE",
  })
})
