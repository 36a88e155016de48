import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  listIntents,
  listRefunds,
  listRefundTimes,
  listSaleIntents,
  readIntent,
} from "../../durable-objects/checkout/stripe-books.ts"
import { openStripe, StripePayments } from "../../durable-objects/checkout/stripe.ts"
import type { StripeSettings } from "../../durable-objects/checkout/stripe.ts"
import { startStripeMock, stripeMockHere } from "./stripe-mock.ts"

/**
 * Every call that Spillway makes, against Stripe's description of its API: unknown or ill-typed parameters are refused,
 * and what comes back has Stripe's shapes. stripe-mock remembers nothing, so no behaviour is looked at here.
 */
describe.each(stripeMockHere())("against stripe-mock", (path) => {
  let mock: Awaited<ReturnType<typeof startStripeMock>>
  let settings: StripeSettings
  let payments: StripePayments

  beforeAll(async () => {
    mock = await startStripeMock(path)
    settings = { STRIPE_SECRET_KEY: "sk_test_123", STRIPE_API_BASE: mock.url }
    payments = new StripePayments(settings)
  })
  afterAll(() => mock.stop())

  it("refuses what Stripe does not know, so these calls prove something", async () => {
    const wrong = { amount: 100, currency: "eur", capture_methode: "manual" }
    await expect(openStripe(settings).paymentIntents.create(wrong)).rejects.toMatchObject({ statusCode: 400 })
  })

  it("an intent is created, captured, cancelled and read as Stripe describes it", async () => {
    const order = { orderId: "o1", orderNumber: "1", saleId: "s1", email: "a@b.example" }
    const created = await payments.createIntent({ ...order, amountCents: 2_000, currency: "EUR" }, 0)
    expect(created).toMatchObject({
      outcome: "ok",
      intent: { intentId: expect.stringMatching(/^pi_/) as string },
    })
    for (const answer of [
      await payments.capture("pi_1", "o1", 0),
      await payments.cancel("pi_1", "o1", 0),
      await payments.retrieve("pi_1"),
    ])
      expect(answer.outcome).toBe("ok")
  })

  it("a refund is made and read as Stripe describes it", async () => {
    const refund = { refundKey: "a", intentId: "pi_1", orderId: "o1", amountCents: 500, currency: "EUR" }
    expect(await payments.refund(refund)).toMatchObject({
      outcome: "ok",
      refund: { refundId: expect.stringMatching(/^re_/) as string, amountCents: 500 },
    })
  })

  it("lists are asked for as Stripe describes them", async () => {
    expect(await listSaleIntents(settings, "s1", Date.now())).toEqual([])
    const refunds = await openStripe(settings).refunds.list({ payment_intent: "pi_1", limit: 100 })
    expect(refunds.object).toBe("list")
    expect(await listRefundTimes(settings, Date.now())).toBeInstanceOf(Map)
    // What it makes up belongs to no order, so it is left out.
    const behind = { sinceMs: Date.now(), afterId: "pi_1" }
    expect(await listIntents(settings, behind, 100)).toMatchObject({ entries: [] })
    expect(await listRefunds(settings, { ...behind, afterId: "re_1" }, 100)).toMatchObject({ entries: [] })
    expect(await readIntent(settings, "pi_1")).toEqual([])
  })
})
