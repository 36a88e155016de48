import { describe, expect, test } from "vitest"
import { PUBLISHABLE_KEY, failure, startBench } from "./test-bench.ts"
import type { Bench } from "./test-bench.ts"

const ORDER = { amount: 2_500, currency: "usd", capture_method: "manual" } as const
const CARD = { exp_month: 12, exp_year: new Date().getFullYear() + 2, cvc: "123" }

async function payAsShopper({ stripe, shopper }: Bench, parameters: object) {
  const intent = await stripe.paymentIntents.create(ORDER)
  return {
    intent,
    confirming: shopper.paymentIntents.confirm(intent.id, {
      client_secret: intent.client_secret ?? "",
      ...parameters,
    } as never),
  }
}

describe("a card", () => {
  test.each(["pm_card_visa", "pm_card_mastercard", "pm_card_amex"])("%s pays", async (token) => {
    const { confirming } = await payAsShopper(await startBench(), { payment_method: token })
    expect(await confirming).toMatchObject({ status: "requires_capture" })
  })

  test.each([
    ["pm_card_chargeDeclined", "card_declined", "generic_decline"],
    ["pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
    ["pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"],
    ["pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"],
    ["pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"],
  ])("%s is declined, and another card can pay afterwards", async (token, code, declineCode) => {
    const bench = await startBench()
    const { intent, confirming } = await payAsShopper(bench, { payment_method: token })
    const error = await failure(confirming)
    expect(error).toMatchObject({ statusCode: 402, type: "StripeCardError", code, decline_code: declineCode })
    expect(error.payment_intent).toMatchObject({ id: intent.id, status: "requires_payment_method" })
    const failed = (
      await bench.listener.until((all) =>
        all.some(({ event }) => event.type === "payment_intent.payment_failed"),
      )
    ).at(-1)
    expect(failed?.event.data.object).toMatchObject({
      status: "requires_payment_method",
      last_payment_error: { code },
    })
    expect(
      await bench.stripe.paymentIntents.confirm(intent.id, { payment_method: "pm_card_visa" }),
    ).toMatchObject({ status: "requires_capture", last_payment_error: null })
  })

  test.each([
    ["4242424242424242", "requires_capture"],
    ["5555555555554444", "requires_capture"],
    ["378282246310005", "requires_capture"],
    ["4000002500003155", "requires_action"],
    ["4000002760003184", "requires_action"],
  ])("number %s becomes a payment method that leads to %s", async (number, status) => {
    const bench = await startBench()
    const method = await bench.shopper.paymentMethods.create({ type: "card", card: { ...CARD, number } })
    expect(method.card?.last4).toBe(number.slice(-4))
    const { confirming } = await payAsShopper(bench, { payment_method: method.id })
    expect((await confirming).status).toBe(status)
  })

  test.each([
    [{ number: "4242424242424241" }, "incorrect_number"],
    [{ number: "42" }, "invalid_number"],
    [{ exp_month: 13 }, "invalid_expiry_month"],
    [{ exp_year: 2020 }, "invalid_expiry_year"],
    [{ cvc: "12" }, "invalid_cvc"],
    [{ number: "4111111111111111" }, "card_declined"],
  ])("with %o is refused as %s", async (change, code) => {
    const { shopper } = await startBench()
    const error = await failure(
      shopper.paymentMethods.create({
        type: "card",
        card: { ...CARD, number: "4242424242424242", ...change },
      }),
    )
    expect(error).toMatchObject({ statusCode: 402, type: "StripeCardError", code })
  })

  test("number is refused from a server, which must never see one", async () => {
    const { stripe } = await startBench()
    expect(
      await failure(
        stripe.paymentMethods.create({ type: "card", card: { ...CARD, number: "4242424242424242" } }),
      ),
    ).toMatchObject({ statusCode: 402 })
  })
})

describe("a card with 3-D Secure", () => {
  async function authenticate({ emulator }: Bench, id: string, outcome: string) {
    const response = await fetch(`${emulator.url}/_3ds/${id}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ outcome }),
    })
    return { status: response.status, body: (await response.json()) as { status?: string; error?: object } }
  }

  test("asks through the SDK, and pays after the shopper completes", async () => {
    const bench = await startBench()
    const { intent, confirming } = await payAsShopper(bench, {
      payment_method: "pm_card_threeDSecure2Required",
      use_stripe_sdk: true,
      return_url: "http://shop.test/done",
    })
    expect(await confirming).toMatchObject({
      status: "requires_action",
      next_action: { type: "use_stripe_sdk" },
    })
    expect(await authenticate(bench, intent.id, "maybe")).toMatchObject({ status: 400 })
    expect(await authenticate(bench, intent.id, "succeed")).toMatchObject({
      status: 200,
      body: { status: "requires_capture" },
    })
    expect(await authenticate(bench, intent.id, "succeed")).toMatchObject({ status: 400 })
    const types = (await bench.listener.until((all) => all.length === 3)).map(({ event }) => event.type)
    expect(types.sort()).toEqual([
      "payment_intent.amount_capturable_updated",
      "payment_intent.created",
      "payment_intent.requires_action",
    ])
  })

  test("redirects to the bank and back with the outcome", async () => {
    const bench = await startBench()
    const { intent, confirming } = await payAsShopper(bench, {
      payment_method: "pm_card_authenticationRequired",
      return_url: "http://shop.test/done?order=1",
    })
    const { next_action: action } = await confirming
    expect(action?.type).toBe("redirect_to_url")
    const page = await fetch(action?.redirect_to_url?.url ?? "")
    expect(await page.text()).toMatch(/Complete[\s\S]*Fail/)
    const back = await fetch(`${bench.emulator.url}/_3ds/${intent.id}`, {
      method: "POST",
      body: new URLSearchParams({ outcome: "fail" }),
      redirect: "manual",
    })
    expect(back.status).toBe(303)
    const returned = new URL(back.headers.get("location") ?? "")
    expect(Object.fromEntries(returned.searchParams)).toEqual({
      order: "1",
      payment_intent: intent.id,
      payment_intent_client_secret: intent.client_secret,
      redirect_status: "failed",
    })
    const failed = await bench.stripe.paymentIntents.retrieve(intent.id)
    expect(failed).toMatchObject({
      status: "requires_payment_method",
      last_payment_error: { code: "payment_intent_authentication_failure" },
    })
  })

  test("is declined when the shopper is not there", async () => {
    const { stripe } = await startBench()
    const error = await failure(
      stripe.paymentIntents.create({
        ...ORDER,
        confirm: true,
        off_session: true,
        payment_method: "pm_card_authenticationRequired",
      }),
    )
    expect(error).toMatchObject({ statusCode: 402, code: "authentication_required" })
  })
})

describe("a publishable key", () => {
  test("sees an intent only with its secret, and only what a shopper may see", async () => {
    const { stripe, shopper } = await startBench()
    const intent = await stripe.paymentIntents.create({ ...ORDER, metadata: { secret: "margin" } })
    expect(await failure(shopper.paymentIntents.retrieve(intent.id))).toMatchObject({
      statusCode: 400,
      code: "parameter_missing",
    })
    expect(
      await failure(
        shopper.paymentIntents.retrieve(intent.id, { client_secret: `${intent.id}_secret_guess` }),
      ),
    ).toMatchObject({ statusCode: 400 })
    const seen = await shopper.paymentIntents.retrieve(intent.id, {
      client_secret: intent.client_secret ?? "",
    })
    expect(seen).toMatchObject({
      id: intent.id,
      amount: 2_500,
      status: "requires_payment_method",
      next_action: null,
    })
    for (const hidden of ["metadata", "latest_charge", "amount_received", "customer"])
      expect(seen).not.toHaveProperty(hidden)
  })

  test("does none of the things that are the merchant’s", async () => {
    const { stripe, shopper, post } = await startBench()
    const { id, client_secret: secret } = await stripe.paymentIntents.create({
      ...ORDER,
      confirm: true,
      payment_method: "pm_card_visa",
    })
    const forbidden = [
      shopper.paymentIntents.create(ORDER),
      shopper.paymentIntents.list(),
      shopper.paymentIntents.capture(id),
      shopper.paymentIntents.cancel(id),
      shopper.paymentIntents.update(id, { amount: 100 }),
      shopper.refunds.create({ payment_intent: id }),
      shopper.events.list(),
    ]
    for (const call of forbidden)
      expect(await failure(call)).toMatchObject({ statusCode: 403, code: "secret_key_required" })
    const open = await stripe.paymentIntents.create(ORDER)
    const tampering = await post(
      `/v1/payment_intents/${open.id}/confirm`,
      `client_secret=${open.client_secret}&payment_method=pm_card_visa&capture_method=automatic`,
      { Authorization: `Bearer ${PUBLISHABLE_KEY}` },
    )
    expect(tampering).toMatchObject({ status: 400, body: { error: { code: "parameter_unknown" } } })
    const foreign = await post(
      `/v1/payment_intents/${open.id}/confirm`,
      `client_secret=${secret}&payment_method=pm_card_visa`,
      { Authorization: `Bearer ${PUBLISHABLE_KEY}` },
    )
    expect(foreign.status).toBe(400)
  })

  test("works from any page: preflight and answers are open", async () => {
    const { emulator } = await startBench()
    const preflight = await fetch(`${emulator.url}/v1/payment_intents/pi_1/confirm`, {
      method: "OPTIONS",
      headers: { Origin: "http://shop.test" },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*")
    expect(preflight.headers.get("access-control-allow-headers")).toMatch(/Authorization.*Idempotency-Key/)
  })
})
