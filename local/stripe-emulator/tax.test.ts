import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { CALCULATION_LIFETIME_MS, reverseTax } from "./tax-decisions.ts"
import type { TaxAttemptRecord } from "./tax-records.ts"
import { failure, startBench } from "./test-bench.ts"
import type { Bench } from "./test-bench.ts"

const DE = { country: "DE", postal_code: "10115" }
const GOODS = { amount: 1_999, reference: "A" }
const BOOKS = { amount: 1_000, reference: "B", tax_code: "txcd_35010000", tax_behavior: "inclusive" } as const

function calculate({ stripe }: Bench, changes: object = {}, idempotencyKey?: string) {
  return stripe.tax.calculations.create(
    {
      currency: "eur",
      line_items: [GOODS],
      customer_details: { address: DE, address_source: "shipping" },
      expand: ["line_items"],
      ...changes,
    },
    idempotencyKey === undefined ? {} : { idempotencyKey },
  )
}

const at = (address: object) => ({ customer_details: { address, address_source: "shipping" } })

describe("a calculation of tax", () => {
  test("taxes each line by its code and side, and shipping, half up", async () => {
    const bench = await startBench()
    const made = await calculate(bench, { line_items: [GOODS, BOOKS], shipping_cost: { amount: 490 } })
    expect(made).toMatchObject({
      object: "tax.calculation",
      tax_amount_exclusive: 380 + 93,
      tax_amount_inclusive: 65,
      amount_total: 1_999 + 1_000 + 490 + 473,
      shipping_cost: { amount: 490, amount_tax: 93, tax_behavior: "exclusive" },
      line_items: {
        has_more: false,
        data: [
          { reference: "A", amount: 1_999, amount_tax: 380, tax_code: "txcd_99999999", quantity: 1 },
          { reference: "B", amount: 1_000, amount_tax: 65, tax_behavior: "inclusive" },
        ],
      },
    })
    const id = made.id ?? ""
    expect(await bench.stripe.tax.calculations.retrieve(id)).not.toHaveProperty("line_items")
    expect((await bench.stripe.tax.calculations.listLineItems(id)).data).toHaveLength(2)
    await bench.advance(CALCULATION_LIFETIME_MS)
    expect(await failure(bench.stripe.tax.calculations.retrieve(id))).toMatchObject({ statusCode: 404 })
  })

  test.each([
    [DE, 380],
    [{ country: "US", postal_code: "94105" }, 172],
    [{ country: "US", postal_code: "10001-1234" }, 177],
    [{ country: "US", postal_code: "97201" }, 0],
    [{ country: "CA", state: "ON" }, 0],
    [{ country: "AU" }, 0],
  ])("is of the place: %j", async (address, tax) => {
    expect((await calculate(await startBench(), at(address))).tax_amount_exclusive).toBe(tax)
  })

  test.each<[string, object, object]>([
    ["no address", { customer_details: {} }, { code: "customer_tax_location_invalid" }],
    ["no ZIP", at({ country: "US" }), { code: "customer_tax_location_invalid" }],
    [
      "a ZIP of letters",
      at({ country: "US", postal_code: "ABC" }),
      { code: "customer_tax_location_invalid" },
    ],
    ["nothing of Canada", at({ country: "CA" }), { code: "customer_tax_location_invalid" }],
    ["no such country", at({ country: "ZQ" }), { param: "customer_details[address][country]" }],
    ["no such currency", { currency: "xts" }, { param: "currency" }],
    ["no lines", { line_items: [] }, { param: "line_items" }],
    ["nothing to pay", { line_items: [{ ...GOODS, amount: 0 }] }, { param: "line_items[0][amount]" }],
    [
      "no such code",
      { line_items: [{ ...GOODS, tax_code: "txcd_1" }] },
      { code: "resource_missing", param: "line_items[0][tax_code]" },
    ],
    ["a name twice", { line_items: [GOODS, GOODS] }, { param: "line_items" }],
    ["what it does not know", { line_items: [{ ...GOODS, price: 1 }] }, { param: "line_items[0][price]" }],
  ])("is refused with %s", async (_, changes, error) => {
    expect(await failure(calculate(await startBench(), changes))).toMatchObject({ statusCode: 400, ...error })
  })

  test("is the same one under the same key, and meets faults by its name", async () => {
    const bench = await startBench()
    const made = await calculate(bench, {}, "k1")
    expect((await calculate(bench, {}, "k1")).id).toBe(made.id)
    expect(await failure(calculate(bench, { currency: "usd" }, "k1"))).toMatchObject({
      type: "StripeIdempotencyError",
    })
    await bench.faults({ api: { error500: 1, calls: ["tax"] } })
    expect(await failure(calculate(bench))).toMatchObject({ statusCode: 500 })
    expect((await bench.stripe.paymentIntents.create({ amount: 900, currency: "eur" })).amount).toBe(900)
  })
})

/** A payment of what the calculation comes to, captured. */
async function pay({ stripe }: Bench, calculation: string, amount: number, card = "pm_card_visa") {
  return stripe.paymentIntents.create({
    amount,
    currency: "eur",
    confirm: true,
    payment_method: card,
    hooks: { inputs: { tax: { calculation } } },
  })
}

async function attemptsOf({ stripe }: Bench, intentId: string) {
  const found = await stripe.tax.associations.find({ payment_intent: intentId })
  return found.tax_transaction_attempts ?? []
}

describe("the tax of a payment", () => {
  test("is recorded when it is captured, and taken back with each refund", async () => {
    const bench = await startBench()
    const { id, amount_total: total } = await calculate(bench)
    const { id: intentId, hooks } = await pay(bench, id ?? "", total)
    expect(hooks?.inputs?.tax?.calculation).toBe(id)
    await bench.stripe.refunds.create({ payment_intent: intentId, amount: 1_000 })
    await bench.stripe.refunds.create({ payment_intent: intentId })
    const { taxTransactions } = await bench.ledger()
    expect(taxTransactions).toMatchObject([
      { type: "transaction", amount: 2_379, tax: 380, reason: null },
      { type: "reversal", amount: -1_000, tax: -160 },
      { type: "reversal", amount: -1_379, tax: -220 },
    ])
    const attempts = await attemptsOf(bench, intentId)
    expect(attempts.map(({ status }) => status)).toEqual(["committed", "committed", "committed"])
    const transaction = attempts[0]?.committed?.transaction ?? ""
    expect(await bench.stripe.tax.transactions.retrieve(transaction)).toMatchObject({
      type: "transaction",
      reference: intentId,
    })
  })

  test("is not recorded before the capture, nor twice, and counts again when its refund fails", async () => {
    const bench = await startBench()
    const { id, amount_total: total } = await calculate(bench)
    const held = await bench.stripe.paymentIntents.create({
      amount: total,
      currency: "eur",
      capture_method: "manual",
      confirm: true,
      payment_method: "pm_card_refundFail",
    })
    await bench.stripe.paymentIntents.update(held.id, {
      hooks: { inputs: { tax: { calculation: id ?? "" } } },
    })
    expect(await attemptsOf(bench, held.id)).toEqual([])
    await bench.stripe.paymentIntents.capture(held.id)
    const other = await pay(bench, id ?? "", total)
    expect(await attemptsOf(bench, other.id)).toMatchObject([
      { errored: { reason: "another_payment_associated_with_calculation" } },
    ])
    await bench.stripe.refunds.create({ payment_intent: held.id })
    await bench.advance(60_000)
    const { taxTransactions } = await bench.ledger()
    const ofHeld = taxTransactions.filter(({ intentId }) => intentId === held.id)
    expect(ofHeld.map(({ tax }) => tax)).toEqual([380, -380, 380])
  })

  test("is of a calculation that exists", async () => {
    const bench = await startBench()
    expect(await failure(pay(bench, "taxcalc_none", 900))).toMatchObject({
      code: "resource_missing",
      param: "hooks[inputs][tax][calculation]",
    })
  })

  test("goes back whole with the last of any refunds", () => {
    const original: TaxAttemptRecord = {
      id: "tax_1",
      intentId: "pi_1",
      calculationId: "taxcalc_1",
      type: "transaction",
      source: "pi_1",
      reverses: null,
      amount: 0,
      tax: 0,
      currency: "eur",
      reason: null,
      createdAtMs: 0,
    }
    const amounts = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(amounts, fc.double({ min: 0, max: 1, noNaN: true }), (refunds, share) => {
        const amount = refunds.reduce((sum, refund) => sum + refund, 0)
        const attempts = [{ ...original, amount, tax: Math.floor(amount * share) }]
        for (const [index, amountCents] of refunds.entries()) {
          const moment = { nowMs: index, mint: (prefix: string) => `${prefix}_${index}` }
          const reversal = reverseTax({ id: `re_${index}`, amountCents }, attempts, moment)
          if (reversal === null) throw new Error("there is tax to take back")
          expect(reversal.tax).toBeLessThanOrEqual(0)
          attempts.push(reversal)
        }
        expect(attempts.reduce((sum, { tax }) => sum + tax, 0)).toBe(0)
      }),
    )
  })
})
