import { describe, expect, test } from "vitest"
import { failure, startBench } from "./test-bench.ts"

const ORDER = {
  amount: 2_500,
  currency: "usd",
  capture_method: "manual",
  metadata: { orderId: "o-1" },
  automatic_payment_methods: { enabled: true },
} as const

describe("a payment intent", () => {
  test("is authorized, captured once, and then refuses a second capture", async () => {
    const { stripe, ledger } = await startBench()
    const intent = await stripe.paymentIntents.create(ORDER)
    expect(intent).toMatchObject({
      object: "payment_intent",
      status: "requires_payment_method",
      amount: 2_500,
      metadata: { orderId: "o-1" },
      livemode: false,
    })
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_`))
    const confirmed = await stripe.paymentIntents.confirm(intent.id, { payment_method: "pm_card_visa" })
    expect(confirmed).toMatchObject({
      status: "requires_capture",
      amount_capturable: 2_500,
      amount_received: 0,
    })
    const captured = await stripe.paymentIntents.capture(intent.id, { expand: ["latest_charge"] })
    expect(captured).toMatchObject({
      status: "succeeded",
      amount_capturable: 0,
      amount_received: 2_500,
      latest_charge: { captured: true, amount_captured: 2_500 },
    })
    const again = await failure(stripe.paymentIntents.capture(intent.id))
    expect(again).toMatchObject({
      statusCode: 400,
      type: "StripeInvalidRequestError",
      code: "payment_intent_unexpected_state",
    })
    expect(again.payment_intent).toMatchObject({ id: intent.id, status: "succeeded" })
    expect((await ledger()).captures).toEqual([
      expect.objectContaining({ intentId: intent.id, amountCents: 2_500 }),
    ])
  })

  test("is charged at once with automatic capture, and in the creating call with confirm", async () => {
    const { stripe } = await startBench()
    const intent = await stripe.paymentIntents.create({
      amount: 900,
      currency: "eur",
      confirm: true,
      payment_method: "pm_card_mastercard",
    })
    expect(intent).toMatchObject({ status: "succeeded", amount_received: 900 })
    const charge = await stripe.charges.retrieve(intent.latest_charge as string)
    expect(charge).toMatchObject({
      payment_intent: intent.id,
      amount: 900,
      captured: true,
      payment_method_details: { card: { brand: "mastercard" } },
    })
  })

  test("may be captured in part, and not for more than was authorized", async () => {
    const { stripe } = await startBench()
    const { id } = await stripe.paymentIntents.create({
      ...ORDER,
      confirm: true,
      payment_method: "pm_card_visa",
    })
    expect(await failure(stripe.paymentIntents.capture(id, { amount_to_capture: 2_501 }))).toMatchObject({
      code: "amount_too_large",
      param: "amount_to_capture",
    })
    expect(await stripe.paymentIntents.capture(id, { amount_to_capture: 1_000 })).toMatchObject({
      status: "succeeded",
      amount_received: 1_000,
    })
  })

  test("cancels from every open state, stays canceled, and releases what was authorized", async () => {
    const { stripe, listener, ledger } = await startBench()
    const open = await stripe.paymentIntents.create(ORDER)
    expect(await stripe.paymentIntents.cancel(open.id, { cancellation_reason: "abandoned" })).toMatchObject({
      status: "canceled",
      cancellation_reason: "abandoned",
    })
    const held = await stripe.paymentIntents.create({
      ...ORDER,
      confirm: true,
      payment_method: "pm_card_visa",
    })
    expect(await stripe.paymentIntents.cancel(held.id)).toMatchObject({
      status: "canceled",
      amount_capturable: 0,
    })
    expect(await failure(stripe.paymentIntents.cancel(held.id))).toMatchObject({
      statusCode: 400,
      code: "payment_intent_unexpected_state",
    })
    expect(
      await failure(stripe.paymentIntents.confirm(held.id, { payment_method: "pm_card_visa" })),
    ).toMatchObject({ code: "payment_intent_unexpected_state" })
    expect(await failure(stripe.paymentIntents.capture(held.id))).toMatchObject({
      code: "payment_intent_unexpected_state",
    })
    const received = await listener.until((all) => all.some(({ event }) => event.type === "charge.refunded"))
    expect(received.find(({ event }) => event.type === "charge.refunded")?.event.data.object).toMatchObject({
      captured: false,
      amount_captured: 0,
      refunded: true,
    })
    expect((await ledger()).captures).toEqual([])
  })

  test("cannot be canceled once it has succeeded", async () => {
    const { stripe } = await startBench()
    const { id } = await stripe.paymentIntents.create({
      amount: 500,
      currency: "usd",
      confirm: true,
      payment_method: "pm_card_visa",
    })
    expect(await failure(stripe.paymentIntents.cancel(id))).toMatchObject({
      code: "payment_intent_unexpected_state",
    })
  })

  test("changes amount and metadata before confirmation, afterwards only metadata", async () => {
    const { stripe } = await startBench()
    const { id } = await stripe.paymentIntents.create({ ...ORDER, metadata: { keep: "1", drop: "2" } })
    const updated = await stripe.paymentIntents.update(id, {
      amount: 3_000,
      metadata: { drop: "", add: "3" },
    })
    expect(updated).toMatchObject({ amount: 3_000, metadata: { keep: "1", add: "3" } })
    expect(updated.metadata).not.toHaveProperty("drop")
    await stripe.paymentIntents.confirm(id, { payment_method: "pm_card_visa" })
    expect(await failure(stripe.paymentIntents.update(id, { amount: 1 }))).toMatchObject({ statusCode: 400 })
    expect(await failure(stripe.paymentIntents.update(id, { amount: 4_000 }))).toMatchObject({
      code: "payment_intent_unexpected_state",
    })
    expect(await stripe.paymentIntents.update(id, { metadata: { late: "yes" } })).toMatchObject({
      amount: 3_000,
      metadata: { late: "yes" },
    })
  })

  test("waits in requires_confirmation with a method attached", async () => {
    const { stripe } = await startBench()
    const intent = await stripe.paymentIntents.create({ ...ORDER, payment_method: "pm_card_visa" })
    expect(intent.status).toBe("requires_confirmation")
    expect(await stripe.paymentIntents.confirm(intent.id)).toMatchObject({ status: "requires_capture" })
    const bare = await stripe.paymentIntents.create(ORDER)
    expect(await failure(stripe.paymentIntents.confirm(bare.id))).toMatchObject({
      code: "payment_intent_unexpected_state",
    })
  })

  test("is listed newest first, page by page", async () => {
    const { stripe } = await startBench()
    const ids: string[] = []
    for (let index = 0; index < 5; index += 1) ids.unshift((await stripe.paymentIntents.create(ORDER)).id)
    const first = await stripe.paymentIntents.list({
      limit: 2,
      created: { gte: Math.floor(Date.now() / 1000) - 60 },
    })
    expect([first.has_more, first.data.map(({ id }) => id)]).toEqual([true, ids.slice(0, 2)])
    const all: string[] = []
    for await (const intent of stripe.paymentIntents.list({ limit: 2 })) all.push(intent.id)
    expect(all).toEqual(ids)
    expect(
      (await stripe.paymentIntents.list({ created: { gt: Math.floor(Date.now() / 1000) + 60 } })).data,
    ).toEqual([])
  })
})

describe("a request", () => {
  test.each([
    ["amount=49&currency=usd", 400, "amount_too_small", "amount"],
    ["amount=100000000&currency=usd", 400, "amount_too_large", "amount"],
    ["amount=12.5&currency=usd", 400, "parameter_invalid_integer", "amount"],
    ["amount=-5&currency=usd", 400, "parameter_invalid_integer", "amount"],
    ["currency=usd", 400, "parameter_missing", "amount"],
    ["amount=500", 400, "parameter_missing", "currency"],
    ["amount=500&currency=zzz", 400, undefined, "currency"],
    ["amount=500&currency=usd&colour=red", 400, "parameter_unknown", "colour"],
    [
      "amount=500&currency=usd&automatic_payment_methods[enabled]=true&automatic_payment_methods[x]=1",
      400,
      "parameter_unknown",
      "automatic_payment_methods[x]",
    ],
    ["amount=500&currency=usd&__proto__[x]=1", 400, "parameter_unknown", "__proto__"],
    ["amount=500&currency=usd&payment_method=pm_nobody", 400, "resource_missing", "payment_method"],
    ["amount=500&currency=usd&metadata[a]=1&metadata=2", 400, undefined, "metadata"],
  ])("with %s is refused", async (form, status, code, param) => {
    const { post } = await startBench()
    const answer = await post("/v1/payment_intents", form)
    expect(answer.status).toBe(status)
    expect(answer.body.error).toMatchObject({ type: "invalid_request_error", param })
    expect(answer.body.error?.code).toBe(code)
  })

  test("without a key, with a wrong one, to a wrong place or for a wrong id is refused as Stripe does", async () => {
    const { emulator, stripe, post } = await startBench()
    expect((await fetch(`${emulator.url}/v1/payment_intents`)).status).toBe(401)
    expect((await post("/v1/payment_intents", "", { Authorization: "Bearer sk_test_other" })).status).toBe(
      401,
    )
    expect((await post("/v1/nowhere", "")).status).toBe(404)
    expect(await failure(stripe.paymentIntents.retrieve("pi_none"))).toMatchObject({
      statusCode: 404,
      code: "resource_missing",
    })
    const answer = await post("/v1/payment_intents", "amount=500&currency=usd")
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(answer.headers.get("request-id")).toMatch(/^req_/)
  })
})

describe("a refund", () => {
  test("never gives back more than was captured", async () => {
    const { stripe, ledger } = await startBench()
    const { id } = await stripe.paymentIntents.create({
      ...ORDER,
      confirm: true,
      payment_method: "pm_card_visa",
    })
    expect(await failure(stripe.refunds.create({ payment_intent: id }))).toMatchObject({ statusCode: 400 })
    await stripe.paymentIntents.capture(id, { amount_to_capture: 2_000 })
    const part = await stripe.refunds.create({
      payment_intent: id,
      amount: 500,
      reason: "requested_by_customer",
      metadata: { why: "late" },
    })
    expect(part).toMatchObject({
      object: "refund",
      amount: 500,
      status: "succeeded",
      payment_intent: id,
      metadata: { why: "late" },
    })
    expect(await failure(stripe.refunds.create({ payment_intent: id, amount: 1_501 }))).toMatchObject({
      param: "amount",
    })
    const rest = await stripe.refunds.create({ payment_intent: id })
    expect(rest.amount).toBe(1_500)
    expect(await failure(stripe.refunds.create({ payment_intent: id }))).toMatchObject({
      code: "charge_already_refunded",
    })
    expect((await stripe.refunds.list({ payment_intent: id })).data.map((refund) => refund.id)).toEqual([
      rest.id,
      part.id,
    ])
    expect(await stripe.refunds.retrieve(part.id)).toMatchObject({ id: part.id })
    expect((await ledger()).intents[0]).toMatchObject({
      amountReceived: 2_000,
      refunds: [{ amountCents: 500 }, { amountCents: 1_500 }],
    })
  })
})
