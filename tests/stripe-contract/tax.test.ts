import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest"
import { StripePayments } from "../../durable-objects/checkout/stripe.ts"
import { StripeTaxes } from "../../durable-objects/checkout/tax/stripe-tax.ts"
import type { CalculatedTax, TaxAnswer, TaxAsk } from "../../durable-objects/checkout/tax/taxes.ts"
import { AtStripe } from "./at-stripe.ts"
import { candidatesHere } from "./providers.ts"
import type { Candidate, Provider } from "./providers.ts"

/**
 * What Spillway relies on of Stripe Tax. Which rates count depends on where an account is registered: no figure is looked
 * at here, only what figures must be to each other.
 */
describe.each(candidatesHere())("of $name", (candidate) => {
  suite(candidate)
})

const ADDRESS = {
  source: "shipping",
  country: "US",
  city: "New York",
  postalCode: "10001",
  region: "NY",
} as const

function newAsk(changes: Partial<TaxAsk> = {}): TaxAsk {
  return {
    askKey: `contract-${randomUUID()}:tax`,
    currency: "EUR",
    pricesIncludeTax: false,
    lines: [
      { sku: "A", quantity: 2, amountCents: 3_999, taxCode: "txcd_99999999" },
      { sku: "B", quantity: 1, amountCents: 0, taxCode: null },
      { sku: "C", quantity: 1, amountCents: 1_001, taxCode: null },
    ],
    shipping: { amountCents: 490, taxCode: null },
    address: ADDRESS,
    ...changes,
  }
}

function taxIn(answer: TaxAnswer): CalculatedTax {
  if (answer.outcome !== "ok") throw new Error(`${answer.outcome}: ${answer.message}`)
  return answer
}

function suite(candidate: Candidate): void {
  let provider: Provider
  let taxes: StripeTaxes
  let payments: StripePayments
  let atStripe: AtStripe
  /** Why the account has no Stripe Tax; the emulator always has. */
  let missing: string | null = null

  beforeAll(async () => {
    provider = await candidate.open()
    taxes = new StripeTaxes(provider.settings)
    payments = new StripePayments(provider.settings)
    atStripe = new AtStripe(provider.settings)
    if (provider.settings.STRIPE_API_BASE !== "") return
    const { status } = await atStripe.stripe.tax.settings.retrieve()
    if (status !== "active") missing = `the account's tax settings are ${status}`
  })
  beforeEach((context) => {
    if (missing !== null) context.skip(missing)
  })
  afterAll(() => provider.stop())

  describe("a calculation", () => {
    it.each([
      { pricesIncludeTax: true, currency: "EUR" },
      { pricesIncludeTax: false, currency: "EUR" },
      { pricesIncludeTax: false, currency: "JPY" },
      { pricesIncludeTax: true, currency: "KWD" },
      { pricesIncludeTax: false, currency: "ISK" },
    ])("in $currency with tax included: $pricesIncludeTax comes to the sum of its parts", async (changes) => {
      // What does not add up is refused as unfit.
      const tax = taxIn(await taxes.calculate(newAsk(changes)))
      expect(tax.calculationId).toMatch(/^taxcalc_/)
      expect(tax.lineTaxCents).toHaveLength(3)
      expect(tax.lineTaxCents[1]).toBe(0)
      for (const cents of [...tax.lineTaxCents, tax.shippingTaxCents]) expect(cents).toBeGreaterThanOrEqual(0)
    })

    it("of shipping alone, and of a country alone, is one", async () => {
      const [, free] = newAsk().lines
      if (!free) throw new Error("there is a line that costs nothing")
      taxIn(await taxes.calculate(newAsk({ lines: [free] })))
      taxIn(await taxes.calculate(newAsk({ shipping: null, address: { source: "billing", country: "DE" } })))
    })

    it("that is asked for again with its key is the same one", async () => {
      const ask = newAsk()
      const [one, other] = [await taxes.calculate(ask), await taxes.calculate(ask)]
      expect(taxIn(other)).toEqual(taxIn(one))
    })

    it.each([
      { source: "shipping", country: "US" } as const,
      { source: "shipping", country: "US", postalCode: "not a ZIP" } as const,
      { source: "shipping", country: "ZQ", postalCode: "1" } as const,
    ])("for %j is refused for its address", async (address) => {
      expect(await taxes.calculate(newAsk({ address }))).toMatchObject({
        outcome: "refused",
        about: "address",
      })
    })

    it("with a code that nobody knows is refused, and not for its address", async () => {
      const lines = [{ sku: "A", quantity: 1, amountCents: 1_000, taxCode: "txcd_11111111" }]
      expect(await taxes.calculate(newAsk({ lines }))).toMatchObject({ outcome: "refused", about: "account" })
    })

    it("of a fraction of an ariary is not asked for", async () => {
      expect(await taxes.calculate(newAsk({ currency: "MGA" }))).toMatchObject({
        outcome: "refused",
        about: "amount",
      })
    })
  })

  it("a payment's tax is recorded by Stripe itself when it is captured, and taken back with a refund", async () => {
    const address = { ...ADDRESS, country: "DE", postalCode: "10115", city: "Berlin", region: undefined }
    const { calculationId, lineTaxCents, shippingTaxCents } = taxIn(
      await taxes.calculate(newAsk({ address })),
    )
    const amountCents = 5_490 + lineTaxCents.reduce((sum, cents) => sum + cents, shippingTaxCents)
    const orderId = `contract-${randomUUID()}`
    const order = { orderId, orderNumber: "C-1", saleId: null, email: "ann@example.com", currency: "EUR" }
    const made = await payments.createIntent({ ...order, amountCents, taxCalculationId: calculationId }, 0)
    if (made.outcome !== "ok") throw new Error(made.message)
    const { intentId } = made.intent
    expect(made.intent).toMatchObject({ amountCents })
    expect(await atStripe.confirm(intentId, "pm_card_visa")).toBe("requires_capture")
    expect((await payments.capture(intentId, orderId, 0)).outcome).toBe("ok")
    const recorded = (count: number) =>
      vi.waitFor(
        async () => {
          const found = await atStripe.stripe.tax.associations.find({ payment_intent: intentId })
          const attempts = found.tax_transaction_attempts ?? []
          expect(found.calculation).toBe(calculationId)
          expect(attempts.map(({ status }) => status)).toEqual(Array(count).fill("committed"))
        },
        { timeout: 45_000, interval: 250 },
      )
    await recorded(1)
    const refund = { refundKey: "a", intentId, orderId, amountCents: 1_000, currency: "EUR" }
    expect((await payments.refund(refund)).outcome).toBe("ok")
    await recorded(2)
  })
}
