import { describe, expect, it } from "vitest"
import { NO_RULES } from "../../prices/contract.ts"
import type { PriceRules, TaxRules } from "../../prices/contract.ts"
import { quoteOf } from "../../prices/quote.ts"
import { totalOf } from "../totals.ts"
import { taxAskOf, withTax } from "./order-tax.ts"

const ADDRESS = { name: "A", line1: "1 Quay", city: "B", postalCode: "94105", region: "CA", country: "US" }
const LINES = [
  { sku: "A", quantity: 2, unitPriceCents: 2_000 },
  { sku: "B", quantity: 1, unitPriceCents: 1_000, taxClass: "books" },
]
const STRIPE: TaxRules = {
  ...NO_RULES.taxes,
  taxProvider: "stripe",
  taxCodes: [
    { taxClass: "books", taxCode: "txcd_35010000" },
    { taxClass: "standard", taxCode: "txcd_99999999" },
  ],
  // They rest while Stripe works the tax out.
  rates: [{ country: "US", region: null, taxClass: "standard", ratePer100k: 50_000 }],
}
const SHIPPING: PriceRules["shipping"] = [
  {
    id: "parcel",
    title: "Parcel",
    countries: [],
    currency: "EUR",
    bands: [{ upToGrams: null, priceCents: 490 }],
    freeFromCents: null,
  },
]

function quoted(taxes: TaxRules) {
  const at = { country: "US", region: "CA", shippingMethod: null, coupon: null, currency: "EUR" }
  const quote = quoteOf(LINES, { ...NO_RULES, shipping: SHIPPING, taxes }, at)
  if (quote.outcome === "refused") throw new Error("it is shipped everywhere")
  return quote
}

function askOf(taxes: TaxRules, address: typeof ADDRESS | null = ADDRESS) {
  return taxAskOf("key", quoted(taxes), { lines: LINES, currency: "EUR", address }, taxes)
}

describe("the question about an order's tax", () => {
  it("has its lines with the codes of their classes, its shipping and its address", () => {
    expect(askOf(STRIPE)).toEqual({
      askKey: "key",
      currency: "EUR",
      pricesIncludeTax: true,
      lines: [
        { sku: "A", quantity: 2, amountCents: 4_000, taxCode: "txcd_99999999" },
        { sku: "B", quantity: 1, amountCents: 1_000, taxCode: "txcd_35010000" },
      ],
      shipping: { amountCents: 490, taxCode: null },
      address: {
        source: "shipping",
        country: "US",
        line1: "1 Quay",
        line2: undefined,
        city: "B",
        postalCode: "94105",
        region: "CA",
      },
    })
  })

  it("leaves classes without a code to the account, and says of untaxed shipping that it is", () => {
    const bare = askOf({ ...STRIPE, taxCodes: [], shippingTaxClass: null })
    expect(bare?.lines.map(({ taxCode }) => taxCode)).toEqual([null, null])
    expect(bare?.shipping).toEqual({ amountCents: 490, taxCode: "txcd_00000000" })
    expect(askOf({ ...STRIPE, shippingTaxClass: "books" })?.shipping?.taxCode).toBe("txcd_35010000")
  })

  it("without an address is asked for the home country, and without that is none", () => {
    expect(askOf({ ...STRIPE, homeCountry: "DE" }, null)?.address).toEqual({
      source: "billing",
      country: "DE",
    })
    expect(askOf(STRIPE, null)).toBeNull()
  })
})

describe("an order with its answer", () => {
  const tax = {
    outcome: "ok" as const,
    calculationId: "c",
    lineTaxCents: [345, 86],
    shippingTaxCents: 42,
  }

  it("has exactly the lines' tax, and that of shipping in its totals", () => {
    for (const pricesIncludeTax of [true, false]) {
      const plain = quoted({ ...STRIPE, pricesIncludeTax })
      expect(plain.totals.taxCents).toBe(0)
      const taxed = withTax(plain, tax)
      expect(taxed.lines.map(({ taxCents }) => taxCents)).toEqual([345, 86])
      expect(taxed.totals).toEqual({ ...plain.totals, taxCents: 473 })
      expect(totalOf(taxed.totals)).toBe(5_490 + (pricesIncludeTax ? 0 : 473))
    }
  })
})
