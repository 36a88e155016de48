import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { NO_RULES } from "./contract.ts"
import type { PriceRules, ShippingMethod } from "./contract.ts"
import type { CouponTerms } from "./coupon/contract.ts"
import { discountOf, quoteOf } from "./quote.ts"
import type { PricedLine, Quote, QuoteAsk } from "./quote.ts"
import { shareOf, smallestStepOf, spread, WHOLE } from "./rounding.ts"

const ASK: QuoteAsk = { country: "DE", region: null, shippingMethod: null, coupon: null, currency: "EUR" }

const line = fc.record({
  sku: fc.constantFrom("A", "B", "C"),
  quantity: fc.integer({ min: 1, max: 1_000 }),
  unitPriceCents: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 99_999_999 })),
})
const lines = fc.array(line, { minLength: 1, maxLength: 10 })
const rate = fc.integer({ min: 0, max: WHOLE })

function coupon(discount: CouponTerms["discount"]): CouponTerms {
  return {
    code: "SPRING",
    discount,
    minimum: null,
    startsAtMs: null,
    endsAtMs: null,
    usesMax: null,
    usesPerCustomerMax: null,
  }
}

const anyCoupon = fc.oneof(
  fc.constant(null),
  rate.map((ratePer100k) => coupon({ kind: "percent", ratePer100k })),
  fc
    .integer({ min: 1, max: 99_999_999 })
    .map((amountCents) => coupon({ kind: "amount", amountCents, currency: "EUR" })),
)

function method(changes: Partial<ShippingMethod> = {}): ShippingMethod {
  return {
    id: "parcel",
    title: "Parcel",
    countries: [],
    currency: "EUR",
    bands: [{ upToGrams: null, priceCents: 490 }],
    freeFromCents: null,
    ...changes,
  }
}

function rules(changes: { shipping?: ShippingMethod[]; taxes?: Partial<PriceRules["taxes"]> }): PriceRules {
  const { shipping = [], taxes = {} } = changes
  return { ...NO_RULES, version: 1, shipping, taxes: { ...NO_RULES.taxes, ...taxes } }
}

function german(ratePer100k: number, pricesIncludeTax: boolean): PriceRules {
  const standard = { country: "DE", region: null, taxClass: "standard", ratePer100k }
  return rules({ shipping: [method()], taxes: { pricesIncludeTax, rates: [standard] } })
}

function quoted(priced: readonly PricedLine[], by: PriceRules, ask: Partial<QuoteAsk> = {}) {
  const quote: Quote = quoteOf(priced, by, { ...ASK, ...ask })
  if (quote.outcome === "refused") throw new Error(quote.refusal)
  return quote
}

function sumOf<Key extends string>(parts: readonly Record<Key, number>[], key: Key): number {
  return parts.reduce((sum, part) => sum + part[key], 0)
}

describe("a quote", () => {
  it("is the lines' own sum without rules and coupon", () => {
    fc.assert(
      fc.property(lines, (priced) => {
        const { totals, shippingMethod, lines: parts } = quoted(priced, NO_RULES)
        const subtotalCents = priced.reduce((sum, each) => sum + each.quantity * each.unitPriceCents, 0)
        expect(totals).toEqual({
          subtotalCents,
          discountCents: 0,
          shippingCents: 0,
          taxCents: 0,
          pricesIncludeTax: true,
        })
        expect(shippingMethod).toBeNull()
        expect(parts).toEqual(priced.map((each) => ({ ...each, discountCents: 0, taxCents: 0 })))
      }),
    )
  })

  it("has lines that come to its totals, and takes off no more than there is", () => {
    fc.assert(
      fc.property(lines, rate, fc.boolean(), anyCoupon, (priced, ratePer100k, included, terms) => {
        const by = german(ratePer100k, included)
        const { totals, lines: parts } = quoted(priced, by, { coupon: terms })
        expect(sumOf(parts, "discountCents")).toBe(totals.discountCents)
        expect(totals.discountCents).toBeLessThanOrEqual(totals.subtotalCents)
        const shippingTax = totals.taxCents - sumOf(parts, "taxCents")
        const whole = included ? WHOLE + ratePer100k : WHOLE
        expect(shippingTax).toBe(shareOf(490, ratePer100k, whole))
        for (const part of parts) {
          const left = part.quantity * part.unitPriceCents - part.discountCents
          expect(left).toBeGreaterThanOrEqual(0)
          // Half up: never further than half a unit from the exact tax.
          const offBy = Math.abs(
            Number(BigInt(part.taxCents) * BigInt(whole) - BigInt(left) * BigInt(ratePer100k)),
          )
          expect(2 * offBy).toBeLessThanOrEqual(whole)
        }
      }),
    )
  })

  it("agrees within one minor unit a line, whether the tax is in the price or on top of it", () => {
    fc.assert(
      fc.property(lines, rate, (priced, ratePer100k) => {
        const net = quoted(priced, german(ratePer100k, false))
        const gross = net.lines.map((part) => ({
          sku: part.sku,
          quantity: 1,
          unitPriceCents: part.quantity * part.unitPriceCents + part.taxCents,
        }))
        const within = quoted(gross, german(ratePer100k, true))
        within.lines.forEach((part, index) => {
          expect(Math.abs(part.taxCents - (net.lines[index]?.taxCents ?? 0))).toBeLessThanOrEqual(1)
        })
      }),
    )
  })

  it("takes a percentage and an amount off the goods, and never off shipping", () => {
    const by = rules({ shipping: [method()] })
    const priced = [{ sku: "A", quantity: 1, unitPriceCents: 1_999 }]
    const percent = quoted(priced, by, { coupon: coupon({ kind: "percent", ratePer100k: 12_500 }) })
    expect(percent.totals).toMatchObject({ discountCents: 250, shippingCents: 490 })
    const all = coupon({ kind: "amount", amountCents: 5_000, currency: "EUR" })
    expect(quoted(priced, by, { coupon: all }).totals).toMatchObject({
      discountCents: 1_999,
      shippingCents: 490,
    })
  })

  it("keeps the last digit zero where Stripe asks for it", () => {
    const terms = coupon({ kind: "percent", ratePer100k: 33_333 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (tens) => {
        expect(discountOf(tens * 10, terms, "KWD") % smallestStepOf("KWD")).toBe(0)
      }),
    )
    expect(discountOf(100, terms, "EUR")).toBe(33)
  })
})

describe("tax", () => {
  const rates = [
    { country: "US", region: null, taxClass: "standard", ratePer100k: 0 },
    { country: "US", region: "New York", taxClass: "standard", ratePer100k: 8_875 },
    { country: "US", region: "New York", taxClass: "food", ratePer100k: 0 },
    { country: "DE", region: null, taxClass: "standard", ratePer100k: 19_000 },
    { country: "DE", region: null, taxClass: "books", ratePer100k: 7_000 },
  ]
  const priced = [{ sku: "A", quantity: 1, unitPriceCents: 10_000 }]

  it("is that of the region before its country's, and of the class before the default's", () => {
    const by = rules({ taxes: { pricesIncludeTax: false, rates } })
    const taxOf = (country: string | null, region: string | null, taxClass?: string) =>
      quoted(
        priced.map((each) => ({ ...each, ...(taxClass && { taxClass }) })),
        by,
        { country, region },
      ).totals.taxCents
    expect(taxOf("US", " new york ")).toBe(888)
    expect(taxOf("US", "New York", "food")).toBe(0)
    expect(taxOf("US", "Oregon")).toBe(0)
    expect(taxOf("DE", "New York", "books")).toBe(700)
    expect(taxOf("DE", null, "toys")).toBe(1_900)
    expect(taxOf("FR", null)).toBe(0)
    expect(taxOf(null, null)).toBe(0)
  })

  it("is the home country's for an order without an address", () => {
    const by = rules({ taxes: { homeCountry: "DE", rates } })
    expect(quoted(priced, by, { country: null }).totals.taxCents).toBe(1_597)
  })

  it("is taken of shipping by its class, or not at all", () => {
    const shipping = [method({ bands: [{ upToGrams: null, priceCents: 1_000 }] })]
    const taxed = rules({ shipping, taxes: { pricesIncludeTax: false, rates } })
    expect(quoted(priced, taxed).totals.taxCents).toBe(1_900 + 190)
    const untaxed = rules({ shipping, taxes: { pricesIncludeTax: false, rates, shippingTaxClass: null } })
    expect(quoted(priced, untaxed).totals.taxCents).toBe(1_900)
  })
})

describe("shipping", () => {
  const shipping = [
    method({ id: "post", title: "Post", countries: ["DE"], bands: [{ upToGrams: 500, priceCents: 190 }] }),
    method({
      id: "parcel",
      countries: ["DE", "FR"],
      bands: [
        { upToGrams: 2_000, priceCents: 490 },
        { upToGrams: 10_000, priceCents: 990 },
      ],
      freeFromCents: 10_000,
    }),
    method({ id: "dollars", currency: "USD", bands: [{ upToGrams: null, priceCents: 1 }] }),
  ]
  const by = rules({ shipping })
  const of = (weightGrams: number, unitPriceCents = 1_000) => [
    { sku: "A", quantity: 1, unitPriceCents, weightGrams },
  ]

  it("goes by country and weight, and is the cheapest unless one is named", () => {
    expect(quoted(of(500), by).shippingMethod).toEqual({ id: "post", title: "Post" })
    expect(quoted(of(501), by).totals.shippingCents).toBe(490)
    expect(quoted(of(2_001), by).totals.shippingCents).toBe(990)
    expect(quoted(of(100), by, { shippingMethod: "parcel" }).totals.shippingCents).toBe(490)
  })

  it("costs nothing from a sum on, counted after the discount", () => {
    expect(quoted(of(500, 10_000), by).totals.shippingCents).toBe(0)
    const terms = coupon({ kind: "amount", amountCents: 1, currency: "EUR" })
    expect(quoted(of(501, 10_000), by, { coupon: terms }).totals.shippingCents).toBe(490)
  })

  it("is refused where nothing goes, and where what was named does not", () => {
    const refusal = { outcome: "refused", refusal: "shipping_unavailable" }
    expect(quoteOf(of(100), by, { ...ASK, country: "AU" })).toEqual(refusal)
    expect(quoteOf(of(10_001), by, ASK)).toEqual(refusal)
    expect(quoteOf(of(100), by, { ...ASK, country: "FR", shippingMethod: "post" })).toEqual(refusal)
    expect(quoteOf(of(100), by, { ...ASK, shippingMethod: "dollars" })).toEqual(refusal)
    expect(quoteOf(of(100), NO_RULES, { ...ASK, shippingMethod: "parcel" })).toEqual(refusal)
    expect(quoteOf(of(100), by, { ...ASK, country: null, shippingMethod: "parcel" })).toEqual(refusal)
  })

  it("is not asked for without an address", () => {
    expect(quoted(of(100), by, { country: null }).totals.shippingCents).toBe(0)
  })
})

describe("spreading a sum", () => {
  it("comes to it exactly, each part within one unit of its share and none above its amount", () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 99_999_999_000 }), { minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(amounts, fc.double({ min: 0, max: 1, noNaN: true }), (each, part) => {
        const whole = each.reduce((sum, amount) => sum + amount, 0)
        const sum = Math.floor(whole * part)
        const parts = spread(sum, each)
        expect(parts.reduce((total, cents) => total + cents, 0)).toBe(sum)
        parts.forEach((cents, index) => {
          const amount = each[index] ?? 0
          expect(cents).toBeLessThanOrEqual(amount)
          const offBy = BigInt(cents) * BigInt(whole) - BigInt(sum) * BigInt(amount)
          expect((offBy < 0n ? -offBy : offBy) < BigInt(Math.max(whole, 1))).toBe(true)
        })
      }),
    )
  })

  it("refuses a sum above the amounts", () => {
    expect(() => spread(3, [1, 1])).toThrow("cannot be spread")
  })
})
