import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { calculationParamsOf, isTaxable, readCalculation } from "./calculation.ts"
import type { Calculation } from "./calculation.ts"
import type { TaxAsk, TaxedLine } from "./taxes.ts"

const ADDRESS = {
  source: "shipping",
  country: "US",
  line1: "1 Quay",
  line2: "",
  city: "San Francisco",
  postalCode: "94105",
  region: "CA",
} as const

function ask(changes: Partial<TaxAsk> = {}): TaxAsk {
  return {
    askKey: "o1:1:tax:0",
    currency: "EUR",
    pricesIncludeTax: false,
    lines: [{ sku: "A", quantity: 2, amountCents: 3_000, taxCode: null }],
    shipping: { amountCents: 490, taxCode: null },
    address: ADDRESS,
    ...changes,
  }
}

/** Stripe's arithmetic: each amount by itself, at one rate. `onEach` is the tax in Stripe's units. */
function answerTo(asked: TaxAsk, onEach: (amount: number) => number): Calculation {
  const params = calculationParamsOf(asked)
  if (params === null) throw new Error("it cannot be asked")
  const data = params.line_items.map(({ reference, amount }) => ({
    reference,
    amount,
    amount_tax: onEach(amount),
  }))
  const cost = params.shipping_cost
  const shipping = cost ? { amount: cost.amount, amount_tax: onEach(cost.amount) } : null
  const parts = shipping ? [...data, shipping] : data
  const tax = parts.reduce((sum, part) => sum + part.amount_tax, 0)
  const onTop = asked.pricesIncludeTax ? 0 : tax
  return {
    id: "taxcalc_1",
    currency: params.currency,
    line_items: { data, has_more: false },
    shipping_cost: shipping,
    tax_amount_exclusive: onTop,
    tax_amount_inclusive: tax - onTop,
    amount_total: parts.reduce((sum, part) => sum + part.amount, onTop),
  }
}

const atFifth = (amount: number) => Math.round(amount / 5)

describe("a question about tax", () => {
  it("says what is bought, what it is, where it goes and whether the tax is within", () => {
    const books: TaxedLine = { sku: "B", quantity: 1, amountCents: 1_999, taxCode: "txcd_35010000" }
    const asked = ask({ lines: [...ask().lines, books], pricesIncludeTax: true })
    expect(calculationParamsOf(asked)).toEqual({
      currency: "eur",
      line_items: [
        { reference: "A", quantity: 2, amount: 3_000, tax_behavior: "inclusive" },
        {
          reference: "B",
          quantity: 1,
          amount: 1_999,
          tax_behavior: "inclusive",
          tax_code: "txcd_35010000",
        },
      ],
      shipping_cost: { amount: 490, tax_behavior: "inclusive" },
      customer_details: {
        address_source: "shipping",
        address: {
          country: "US",
          line1: "1 Quay",
          city: "San Francisco",
          postal_code: "94105",
          state: "CA",
        },
      },
    })
  })

  it("leaves out what costs nothing, and makes shipping that is alone a line of its own", () => {
    const free = { sku: "F", quantity: 1, amountCents: 0, taxCode: null }
    expect(calculationParamsOf(ask({ lines: [...ask().lines, free] }))?.line_items).toHaveLength(1)
    const alone = ask({ lines: [free] })
    expect(calculationParamsOf(alone)).toMatchObject({
      line_items: [{ amount: 490, reference: "shipping", tax_code: "txcd_92010001" }],
    })
    expect(calculationParamsOf(alone)).not.toHaveProperty("shipping_cost")
    expect(readCalculation(alone, answerTo(alone, atFifth))).toMatchObject({
      lineTaxCents: [0],
      shippingTaxCents: 98,
    })
    expect(isTaxable(alone)).toBe(true)
    expect(isTaxable(ask({ lines: [free], shipping: null }))).toBe(false)
  })

  it("is in Stripe's amounts, where the currency has others", () => {
    const amounts = (currency: string, amountCents: number) => {
      const lines = [{ sku: "A", quantity: 1, amountCents, taxCode: null }]
      return calculationParamsOf(ask({ currency, lines, shipping: null }))?.line_items[0]?.amount
    }
    expect(amounts("JPY", 1_999)).toBe(1_999)
    expect(amounts("ISK", 1_999)).toBe(199_900)
    expect(amounts("KWD", 12_345)).toBe(12_345)
    expect(amounts("MGA", 12_300)).toBe(123)
    expect(amounts("MGA", 12_345)).toBeUndefined()
  })
})

describe("an answer about tax", () => {
  it("is each line's tax and that of shipping", () => {
    const free = { sku: "F", quantity: 1, amountCents: 0, taxCode: null }
    const asked = ask({ lines: [free, ...ask().lines] })
    expect(readCalculation(asked, answerTo(asked, atFifth))).toEqual({
      outcome: "ok",
      calculationId: "taxcalc_1",
      lineTaxCents: [0, 600],
      shippingTaxCents: 98,
    })
  })

  it("has no fractions that the currency has not: half a króna is rounded up, and five fils", () => {
    const read = (currency: string, units: number) => {
      const asked = ask({ currency, shipping: null })
      const answer = readCalculation(
        asked,
        answerTo(asked, () => units),
      )
      return typeof answer === "string" ? answer : answer.lineTaxCents
    }
    expect(read("ISK", 47_949)).toEqual([479])
    expect(read("ISK", 47_950)).toEqual([480])
    expect(read("KWD", 1_234)).toEqual([1_230])
    expect(read("KWD", 1_235)).toEqual([1_240])
    expect(read("JPY", 120)).toEqual([120])
  })

  it.each<[string, Partial<Calculation>]>([
    ["in another currency", { currency: "usd" }],
    ["with another total", { amount_total: 4_189 }],
    ["with a fee on top", { amount_total: 4_216, tax_amount_exclusive: 726 }],
    ["with tax on the other side", { tax_amount_exclusive: 0, tax_amount_inclusive: 698 }],
    ["with a line less", { line_items: { data: [], has_more: false } }],
    ["with lines left out", { line_items: null }],
    [
      "with another price",
      { line_items: { data: [{ reference: "A", amount: 2_999, amount_tax: 600 }], has_more: false } },
    ],
    ["with another price of shipping", { shipping_cost: { amount: 1, amount_tax: 98 } }],
    ["with negative tax", { shipping_cost: { amount: 490, amount_tax: -1 } }],
  ])("%s is none", (_, change) => {
    const answer = answerTo(ask(), atFifth)
    expect(typeof readCalculation(ask(), answer)).toBe("object")
    expect(typeof readCalculation(ask(), { ...answer, ...change })).toBe("string")
  })
})

const currency = fc.constantFrom("EUR", "USD", "JPY", "ISK", "UGX", "KWD", "BHD", "HUF", "KRW", "CLP")
const orders = fc.record({
  currency,
  pricesIncludeTax: fc.boolean(),
  ratePer100k: fc.integer({ min: 0, max: 30_000 }),
  amounts: fc.array(fc.integer({ min: 0, max: 500_000 }), { minLength: 1, maxLength: 10 }),
  shippingCents: fc.integer({ min: 0, max: 5_000 }),
})

it("taxes come to what Stripe says, within its own rounding, in every currency and on either side", () => {
  fc.assert(
    fc.property(orders, ({ currency: code, pricesIncludeTax, ratePer100k, amounts, shippingCents }) => {
      const lines = amounts.map((amountCents, index) => ({
        sku: `S${index}`,
        quantity: 1,
        amountCents,
        taxCode: null,
      }))
      const shipping = shippingCents === 0 ? null : { amountCents: shippingCents, taxCode: null }
      const asked = ask({ currency: code, pricesIncludeTax, lines, shipping })
      if (!isTaxable(asked)) return
      const divisor = pricesIncludeTax ? 100_000 + ratePer100k : 100_000
      const answer = answerTo(asked, (amount) => Math.round((amount * ratePer100k) / divisor))
      const tax = readCalculation(asked, answer)
      if (typeof tax === "string") throw new Error(tax)
      const step = ["KWD", "BHD"].includes(code) ? 10 : 1
      for (const [index, cents] of [...tax.lineTaxCents, tax.shippingTaxCents].entries()) {
        const amountCents = [...lines, shipping][index]?.amountCents ?? 0
        expect(Math.abs(cents - (amountCents * ratePer100k) / divisor)).toBeLessThanOrEqual(step / 2 + 0.51)
        expect(cents % step).toBe(0)
        if (pricesIncludeTax) expect(cents).toBeLessThanOrEqual(amountCents + step)
      }
      if (["EUR", "USD", "JPY", "HUF", "KRW", "CLP"].includes(code)) {
        const sum = tax.lineTaxCents.reduce((all, cents) => all + cents, tax.shippingTaxCents)
        expect(sum).toBe(answer.tax_amount_exclusive + answer.tax_amount_inclusive)
      }
    }),
    { numRuns: 1_000 },
  )
})
