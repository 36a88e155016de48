import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { StripePayments } from "../../durable-objects/checkout/stripe.ts"
import type { Intent, NewIntent, PaymentAnswer } from "../../durable-objects/checkout/payments.ts"
import { AtStripe } from "./at-stripe.ts"
import { candidatesHere } from "./providers.ts"
import type { Candidate, Provider } from "./providers.ts"

/** What Spillway relies on, of the emulator always and of Stripe's test mode when there is a key. */
describe.each(candidatesHere())("of $name", (candidate) => {
  suite(candidate)
})

function newIntent(changes: Partial<NewIntent> = {}): NewIntent {
  const orderId = `contract-${randomUUID()}`
  return {
    orderId,
    orderNumber: "C-1",
    saleId: null,
    amountCents: 2_000,
    currency: "EUR",
    email: "ann@example.com",
    ...changes,
  }
}

function intentIn(answer: PaymentAnswer): Intent {
  if (answer.outcome !== "ok") throw new Error(`${answer.outcome}: ${answer.message}`)
  return answer.intent
}

function suite(candidate: Candidate): void {
  let provider: Provider
  let payments: StripePayments
  let atStripe: AtStripe

  beforeAll(async () => {
    provider = await candidate.open()
    payments = new StripePayments(provider.settings)
    atStripe = new AtStripe(provider.settings)
  })
  afterAll(() => provider.stop())

  async function open(changes: Partial<NewIntent> = {}) {
    const order = newIntent(changes)
    return { order, intent: intentIn(await payments.createIntent(order, 0)) }
  }

  async function authorize(card = "pm_card_visa", changes: Partial<NewIntent> = {}) {
    const opened = await open(changes)
    expect(await atStripe.confirm(opened.intent.intentId, card)).toBe("requires_capture")
    return opened
  }

  async function capture(card?: string, changes: Partial<NewIntent> = {}) {
    const { order, intent } = await authorize(card, changes)
    const taken = intentIn(await payments.capture(intent.intentId, order.orderId, 0))
    return { order, intent: taken }
  }

  describe("an intent", () => {
    it("has the order's amount and currency, a secret for the browser, and no payment yet", async () => {
      const { intent } = await open()
      expect(intent).toMatchObject({ state: "requires_payment", amountCents: 2_000, currency: "EUR" })
      expect(intent.clientSecret).toMatch(new RegExp(`^${intent.intentId}_secret_`))
    })

    it("hazard 13: that is asked for again with the same key is the same one", async () => {
      const { order, intent } = await open()
      const again = [0, 1, 2].map(async (attempts) => intentIn(await payments.createIntent(order, attempts)))
      for (const other of await Promise.all(again)) expect(other.intentId).toBe(intent.intentId)
    })

    it("of another amount is refused under the same key", async () => {
      const { order } = await open()
      const answer = await payments.createIntent({ ...order, amountCents: 1_000 }, 0)
      expect(answer.outcome).toBe("refused")
    })

    it.each([
      { amountCents: 1, currency: "EUR" },
      { amountCents: 100_000_000, currency: "EUR" },
      { amountCents: 12_345, currency: "KWD" },
      { amountCents: 2_000, currency: "XTS" },
    ])("of $amountCents $currency is refused", async (money) => {
      expect((await payments.createIntent(newIntent(money), 0)).outcome).toBe("refused")
    })

    it.each([
      { amountCents: 2_000, currency: "JPY" },
      { amountCents: 2_000, currency: "ISK" },
      { amountCents: 200_000, currency: "HUF" },
    ])("of $amountCents $currency says the same amount as the shop", async (money) => {
      const { intent } = await capture("pm_card_visa", money)
      expect(intent).toMatchObject({ state: "captured", ...money })
      const [event] = await atStripe.heard("payment_intent.succeeded", intent.intentId)
      expect(event).toMatchObject({ type: "captured", ...money })
    })

    it("that does not exist is refused as missing", async () => {
      expect(await payments.retrieve("pi_nobody")).toMatchObject({
        outcome: "refused",
        code: "resource_missing",
      })
    })
  })

  describe("a payment", () => {
    it("that is declined says why, and another card pays the same intent", async () => {
      const { order, intent } = await open()
      expect(await atStripe.confirm(intent.intentId, "pm_card_chargeDeclinedInsufficientFunds")).toBe(
        "card_declined",
      )
      const declined = intentIn(await payments.retrieve(intent.intentId))
      expect(declined.state).toBe("requires_payment")
      const [event] = await atStripe.heard("payment_intent.payment_failed", intent.intentId)
      expect(event).toMatchObject({
        type: "failed",
        orderId: order.orderId,
        declineMessage: declined.declineMessage,
      })
      expect(await atStripe.confirm(intent.intentId, "pm_card_visa")).toBe("requires_capture")
    })

    it("that its bank asks about is under way and not yet made", async () => {
      const { order, intent } = await open()
      expect(await atStripe.confirm(intent.intentId, "pm_card_threeDSecure2Required")).toBe("requires_action")
      expect(intentIn(await payments.retrieve(intent.intentId)).state).toBe("requires_payment")
      const [event] = await atStripe.heard("payment_intent.requires_action", intent.intentId)
      expect(event).toMatchObject({ type: "requires_action", orderId: order.orderId })
    })

    it("is set aside, then taken once, however often that is asked", async () => {
      const { order, intent } = await authorize()
      const { intentId } = intent
      const money = { amountCents: 2_000, currency: "EUR" }
      const [authorized] = await atStripe.heard("payment_intent.amount_capturable_updated", intentId)
      expect(authorized).toMatchObject({ type: "authorized", orderId: order.orderId, ...money })
      for (let again = 0; again < 2; again++)
        expect(intentIn(await payments.capture(intentId, order.orderId, 0)).state).toBe("captured")
      // Under the next key Stripe sees a new request, and its state forbids it.
      expect(await payments.capture(intentId, order.orderId, 3)).toMatchObject({
        outcome: "refused",
        code: "payment_intent_unexpected_state",
      })
      expect(intentIn(await payments.retrieve(intentId)).state).toBe("captured")
      const [captured] = await atStripe.heard("payment_intent.succeeded", intentId)
      expect(captured).toMatchObject({ type: "captured", ...money })
    })

    it("that is let go of cannot be taken, and one that was taken cannot be let go of", async () => {
      const { order, intent } = await authorize()
      expect(intentIn(await payments.cancel(intent.intentId, order.orderId, 0)).state).toBe("cancelled")
      expect((await payments.capture(intent.intentId, order.orderId, 0)).outcome).toBe("refused")
      const [event] = await atStripe.heard("payment_intent.canceled", intent.intentId)
      expect(event).toMatchObject({ type: "cancelled", orderId: order.orderId, declineMessage: null })
      const paid = await capture()
      expect((await payments.cancel(paid.intent.intentId, paid.order.orderId, 0)).outcome).toBe("refused")
    })
  })

  describe("a refund", () => {
    it("gives a part back once under its key, and never more than was taken", async () => {
      const { order, intent } = await capture()
      const { orderId } = order
      const part = {
        refundKey: "a",
        intentId: intent.intentId,
        orderId,
        amountCents: 1_500,
        currency: "EUR",
      }
      const [first, second] = [await payments.refund(part), await payments.refund(part)]
      expect(first).toMatchObject({ outcome: "ok", refund: { amountCents: 1_500, status: "succeeded" } })
      expect(second).toEqual(first)
      expect((await payments.refund({ ...part, refundKey: "b" })).outcome).toBe("refused")
      const [event] = await atStripe.heard("refund.created", intent.intentId)
      expect(event).toMatchObject({ type: "refund", orderId, refundKey: "a", refund: { amountCents: 1_500 } })
      const rest = await payments.refund({ ...part, refundKey: "c", amountCents: 500 })
      expect(rest.outcome).toBe("ok")
      const made = await payments.refundsOf(intent.intentId)
      if (made.outcome !== "ok") throw new Error(made.message)
      expect(made.refunds.map(({ amountCents }) => amountCents).sort((a, b) => a - b)).toEqual([500, 1_500])
    })

    it("that is made at Stripe finds its order, also from the charge alone", async () => {
      const { order, intent } = await capture()
      const { id } = await atStripe.stripe.refunds.create({ payment_intent: intent.intentId, amount: 700 })
      for (const type of ["refund.created", "charge.refunded"]) {
        const events = await atStripe.heard(type, intent.intentId)
        expect(events).toMatchObject([
          { type: "refund", orderId: order.orderId, refund: { refundId: id, amountCents: 700 } },
        ])
      }
    })

    it("may be pending", async () => {
      const { order, intent } = await capture("pm_card_pendingRefund")
      const { intentId } = intent
      const { orderId } = order
      const whole = { refundKey: "a", intentId, orderId, amountCents: 2_000, currency: "EUR" }
      expect(await payments.refund(whole)).toMatchObject({ outcome: "ok", refund: { status: "pending" } })
    })
  })

  it("a dispute names its payment only, and the order is found by it", async () => {
    const { order, intent } = await capture("pm_card_createDispute")
    const [event] = await atStripe.heard("charge.dispute.created", intent.intentId)
    expect(event).toMatchObject({
      type: "dispute",
      orderId: order.orderId,
      dispute: { status: "needs_response", amountCents: 2_000 },
    })
  })
}
