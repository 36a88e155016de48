import { describe, expect, it } from "vitest"
import {
  indexOfRate,
  rateFieldOf,
  rateFieldsOf,
  rateFormOf,
  rateKeyOf,
  readRateForm,
  readTaxWayForm,
  taxWayFormOf,
  withRate,
} from "./tax-form.ts"

const NEW_YORK = { country: "US", region: "New York", taxClass: "standard", percent: 8.875 }
const STANDARD = { country: "US", region: null, taxClass: "standard", percent: 0 }

describe("how taxes are counted", () => {
  it.each(["rates", "stripe"] as const)("is shown, and read again means the same, by %s", (taxProvider) => {
    const way = { pricesIncludeTax: false, homeCountry: "DE", shippingTaxClass: null, taxProvider }
    expect(readTaxWayForm(taxWayFormOf(way).values)).toMatchObject({ errors: {}, body: way })
  })

  it("leaves who works them out where a form does not say", () => {
    expect(readTaxWayForm({ prices: "added" }).body).not.toHaveProperty("taxProvider")
    expect(readTaxWayForm({ prices: "added", provider: "nobody" }).errors).toHaveProperty("provider")
  })

  it("names what is wrong at its field", () => {
    const form = readTaxWayForm({ prices: "perhaps", homeCountry: "Germany" })
    expect(form.body).toBeNull()
    expect(Object.keys(form.errors)).toEqual(["prices", "homeCountry"])
  })
})

describe("a rate's form", () => {
  it.each([NEW_YORK, STANDARD])("shows %j, and read again means the same", (rate) => {
    expect(readRateForm(rateFormOf(rate).values)).toMatchObject({ errors: {}, body: rate })
  })

  it("takes a rate with a comma, and standard as its class where none is typed", () => {
    const read = readRateForm({ country: "de", percent: "8,875" })
    expect(read.body).toEqual({ country: "DE", region: null, taxClass: "standard", percent: 8.875 })
  })

  it.each(["", "101", "-1", "8.8755", "19 %", "1e1"])("refuses the rate %j and keeps it", (percent) => {
    const form = readRateForm({ country: "DE", percent })
    expect(form.body).toBeNull()
    expect(form.errors).toHaveProperty("percent")
    expect(form.values["percent"]).toBe(percent)
  })

  it("finds its rate by what tells it from others, also as an address has it", () => {
    const key = rateKeyOf(Object.fromEntries(new URLSearchParams(rateFieldsOf(NEW_YORK))))
    expect(indexOfRate([STANDARD, NEW_YORK], key)).toBe(1)
    expect(indexOfRate([STANDARD], key)).toBe(-1)
    expect(rateKeyOf({})).toBeNull()
    const changed = { ...NEW_YORK, percent: 9 }
    expect(withRate([NEW_YORK, STANDARD], changed, key)).toEqual({ rates: [changed, STANDARD], index: 0 })
    expect(withRate([STANDARD], changed, null)).toEqual({ rates: [STANDARD, changed], index: 1 })
    expect([
      rateFieldOf("rates.7", 1),
      rateFieldOf("rates.1.taxClass", 1),
      rateFieldOf("rates.2.percent", 1),
    ]).toEqual(["country", "taxClass", null])
  })
})
