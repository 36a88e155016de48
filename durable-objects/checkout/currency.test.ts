import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { centsOf, minorDigitsOf, providerAmountOf } from "./currency.ts"

/** Every currency that a product may have. */
const currency = fc.constantFrom(...Intl.supportedValuesOf("currency"))
const cents = fc.integer({ min: 0, max: 99_999_999 })

/** https://docs.stripe.com/currencies, read by hand: what one unit of the currency is at Stripe. */
const ONE_UNIT: Record<string, number> = {
  EUR: 100,
  USD: 100,
  HUF: 100,
  TWD: 100,
  COP: 100,
  ISK: 100,
  UGX: 100,
  JPY: 1,
  KRW: 1,
  CLP: 1,
  VND: 1,
  XOF: 1,
  MGA: 1,
  KWD: 1_000,
  BHD: 1_000,
}

describe("Stripe's amounts", () => {
  it.each(Object.entries(ONE_UNIT))("one unit of %s is %i there", (code, expected) => {
    expect(providerAmountOf(10 ** minorDigitsOf(code), code)).toBe(expected)
    expect(providerAmountOf(10 ** minorDigitsOf(code), code.toLowerCase())).toBe(expected)
  })

  it("come back as the amount they were made of, in every currency", () => {
    fc.assert(
      fc.property(cents, currency, (amount, code) => {
        const there = providerAmountOf(amount, code)
        if (there === null) return
        expect(Number.isInteger(there)).toBe(true)
        expect(centsOf(there, code)).toBe(amount)
      }),
      { numRuns: 2_000 },
    )
  })

  it("are the same number but for the currencies that Stripe counts otherwise", () => {
    fc.assert(
      fc.property(cents, currency, (amount, code) => {
        const there = providerAmountOf(amount, code)
        if (["ISK", "UGX"].includes(code)) expect(there).toBe(amount * 100)
        else if (code === "MGA") expect(there).toBe(amount % 100 === 0 ? amount / 100 : null)
        else if (["BHD", "JOD", "KWD", "OMR", "TND"].includes(code))
          expect(there).toBe(amount % 10 === 0 ? amount : null)
        else expect(there).toBe(amount)
      }),
      { numRuns: 2_000 },
    )
  })

  it("keep the order of amounts and add up", () => {
    fc.assert(
      fc.property(cents, cents, currency, (one, other, code) => {
        const [a, b, sum] = [one, other, one + other].map((amount) => providerAmountOf(amount, code))
        if (a === null || b === null || a === undefined || b === undefined) return
        expect(sum).toBe(a + b)
        expect(a < b).toBe(one < other)
      }),
      { numRuns: 2_000 },
    )
  })
})
