import type Stripe from "stripe"
import { describe, expect, test } from "vitest"
import { AUTHORIZATION_LIFETIME_MS } from "./intent-decisions.ts"
import { REFUND_SETTLES_MS } from "./refund-decision.ts"
import { failure, startBench } from "./test-bench.ts"
import type { Bench } from "./test-bench.ts"

const AUTHORIZED = { amount: 2_000, currency: "eur", capture_method: "manual", confirm: true } as const

async function authorize({ stripe }: Bench, payment_method = "pm_card_visa"): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.create({ ...AUTHORIZED, payment_method })
}

async function pay(bench: Bench, card: string): Promise<string> {
  const { id } = await authorize(bench, card)
  await bench.stripe.paymentIntents.capture(id)
  return id
}

async function typesOf({ listener }: Bench, last: string): Promise<string[]> {
  const received = await listener.until((all) => all.some(({ event }) => event.type === last))
  return received.map(({ event }) => event.type)
}

describe("an authorization", () => {
  test("runs out after seven days: the intent is cancelled by itself, and nothing can be captured", async () => {
    const bench = await startBench()
    const { id } = await authorize(bench)
    await bench.advance(AUTHORIZATION_LIFETIME_MS - 60_000)
    expect((await bench.stripe.paymentIntents.retrieve(id)).status).toBe("requires_capture")
    await bench.advance(60_000)
    expect(await bench.stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: "canceled",
      cancellation_reason: "automatic",
      amount_capturable: 0,
    })
    expect(await failure(bench.stripe.paymentIntents.capture(id))).toMatchObject({
      code: "payment_intent_unexpected_state",
    })
    await typesOf(bench, "charge.expired")
    await typesOf(bench, "payment_intent.canceled")
  })

  test("that was captured or cancelled in time does not", async () => {
    const bench = await startBench()
    const captured = await pay(bench, "pm_card_visa")
    const { id: cancelled } = await authorize(bench)
    await bench.stripe.paymentIntents.cancel(cancelled)
    await bench.advance(AUTHORIZATION_LIFETIME_MS)
    expect((await bench.stripe.paymentIntents.retrieve(captured)).status).toBe("succeeded")
    expect((await bench.stripe.paymentIntents.retrieve(cancelled)).cancellation_reason).toBeNull()
  })
})

describe("a refund", () => {
  test("of pm_card_pendingRefund is pending, then succeeds", async () => {
    const bench = await startBench()
    const intent = await pay(bench, "pm_card_pendingRefund")
    const { id, status } = await bench.stripe.refunds.create({ payment_intent: intent, amount: 500 })
    expect(status).toBe("pending")
    await bench.advance(REFUND_SETTLES_MS)
    expect((await bench.stripe.refunds.retrieve(id)).status).toBe("succeeded")
    expect(await typesOf(bench, "refund.updated")).not.toContain("refund.failed")
  })

  test("of pm_card_refundFail succeeds, then fails, and the money can be refunded again", async () => {
    const bench = await startBench()
    const intent = await pay(bench, "pm_card_refundFail")
    const { id, status } = await bench.stripe.refunds.create({ payment_intent: intent })
    expect(status).toBe("succeeded")
    expect(await failure(bench.stripe.refunds.create({ payment_intent: intent }))).toMatchObject({
      code: "charge_already_refunded",
    })
    await bench.advance(REFUND_SETTLES_MS)
    expect((await bench.stripe.refunds.retrieve(id)).status).toBe("failed")
    await typesOf(bench, "refund.failed")
    expect((await bench.stripe.refunds.create({ payment_intent: intent })).status).toBe("succeeded")
    expect((await bench.ledger()).refunds.map((refund) => refund.status)).toEqual(["failed", "succeeded"])
  })
})

describe("a dispute", () => {
  test("comes with the capture, is won by evidence, and stands in the ledger", async () => {
    const bench = await startBench()
    const intent = await pay(bench, "pm_card_createDispute")
    const [dispute] = (await bench.stripe.disputes.list({ payment_intent: intent })).data
    expect(dispute).toMatchObject({ status: "needs_response", amount: 2_000, payment_intent: intent })
    const won = await bench.stripe.disputes.update(dispute?.id ?? "", {
      evidence: { uncategorized_text: "winning_evidence" },
    })
    expect(won.status).toBe("won")
    expect((await typesOf(bench, "charge.dispute.funds_reinstated")).toSorted()).toEqual([
      "charge.dispute.closed",
      "charge.dispute.created",
      "charge.dispute.funds_reinstated",
      "charge.dispute.funds_withdrawn",
      "charge.dispute.updated",
      "payment_intent.amount_capturable_updated",
      "payment_intent.created",
      "payment_intent.succeeded",
    ])
    expect((await bench.ledger()).disputes).toMatchObject([{ intentId: intent, status: "won" }])
    expect(await failure(bench.stripe.disputes.close(dispute?.id ?? ""))).toMatchObject({ statusCode: 400 })
  })

  test("is lost by giving in or by losing evidence, and an inquiry is only closed", async () => {
    const bench = await startBench()
    await pay(bench, "pm_card_createDisputeProductNotReceived")
    await pay(bench, "pm_card_createDisputeInquiry")
    const [inquiry, dispute] = (await bench.stripe.disputes.list()).data
    expect(inquiry?.status).toBe("warning_needs_response")
    const evidence = { uncategorized_text: "It is on its way." }
    expect(await bench.stripe.disputes.update(inquiry?.id ?? "", { evidence })).toMatchObject({
      status: "warning_under_review",
    })
    expect(
      await bench.stripe.disputes.update(inquiry?.id ?? "", {
        evidence: { uncategorized_text: "winning_evidence" },
      }),
    ).toMatchObject({ status: "warning_closed" })
    expect((await bench.stripe.disputes.close(dispute?.id ?? "")).status).toBe("lost")
  })
})

describe("the clock", () => {
  test.each([{}, { advanceMs: -1 }, { advanceMs: "1" }, { advanceMs: 1e15 }])(
    "is not moved by %j",
    async (body) => {
      const { emulator } = await startBench()
      const answer = await fetch(`${emulator.url}/_clock`, { method: "POST", body: JSON.stringify(body) })
      expect(answer.status).toBe(400)
    },
  )
})

describe("an amount", () => {
  test.each([
    ["isk", 50_000, 50_050],
    ["ugx", 200_000, 200_001],
    ["kwd", 1_250, 1_255],
  ] as const)("in %s is taken by what its currency has", async (currency, good, bad) => {
    const { stripe } = await startBench()
    expect((await stripe.paymentIntents.create({ amount: good, currency })).amount).toBe(good)
    expect(await failure(stripe.paymentIntents.create({ amount: bad, currency }))).toMatchObject({
      statusCode: 400,
      param: "amount",
    })
  })
})
