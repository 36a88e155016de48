import { describe, expect, test } from "vitest"
import { WEBHOOK_SECRET, startBench, startListener } from "./test-bench.ts"
import { MAX_DELIVERY_ATTEMPTS, RETRY_CAP_MS, RETRY_START_MS, afterFailure } from "./webhook-decisions.ts"

const PAID = { amount: 1_200, currency: "usd", confirm: true, payment_method: "pm_card_visa" } as const

describe("a webhook", () => {
  test("is signed so that the SDK accepts it, and only with the right secret", async () => {
    const { stripe, listener } = await startBench()
    const intent = await stripe.paymentIntents.create(PAID, { idempotencyKey: "order-1" })
    const received = await listener.until((all) => all.length === 2)
    const types: string[] = []
    for (const { rawBody, signature } of received) {
      const event = await stripe.webhooks.constructEventAsync(rawBody, signature, WEBHOOK_SECRET)
      types.push(event.type)
      expect(event).toMatchObject({
        object: "event",
        livemode: false,
        request: { idempotency_key: "order-1" },
        data: { object: { id: intent.id } },
      })
      expect(await stripe.events.retrieve(event.id)).toMatchObject({ id: event.id, type: event.type })
      await expect(stripe.webhooks.constructEventAsync(rawBody, signature, "whsec_other")).rejects.toThrow(
        /signature/,
      )
    }
    expect(types.sort()).toEqual(["payment_intent.created", "payment_intent.succeeded"])
    expect((await stripe.events.list({ type: "payment_intent.succeeded" })).data).toHaveLength(1)
  })

  test("tells of captures, cancellations and refunds", async () => {
    const { stripe, listener } = await startBench()
    const { id } = await stripe.paymentIntents.create({ ...PAID, capture_method: "manual" })
    await stripe.paymentIntents.capture(id)
    await stripe.refunds.create({ payment_intent: id })
    const received = await listener.until((all) => all.length === 5)
    expect(new Set(received.map(({ event }) => event.type))).toEqual(
      new Set([
        "payment_intent.created",
        "payment_intent.amount_capturable_updated",
        "payment_intent.succeeded",
        "refund.created",
        "charge.refunded",
      ]),
    )
  })

  test("is tried again until it is taken, with the same id and a fresh signature", async () => {
    const { stripe, listener, ledger } = await startBench()
    listener.status = 503
    await stripe.paymentIntents.create({ amount: 1_200, currency: "usd" })
    await listener.until((all) => all.length === 2)
    listener.status = 200
    const received = await listener.until((all) => all.length === 3)
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(1)
    await expect
      .poll(async () =>
        (await ledger()).webhookDeliveries.map(({ attempt, status, delivered }) => [
          attempt,
          status,
          delivered,
        ]),
      )
      .toEqual([
        [1, 503, false],
        [2, 503, false],
        [3, 200, true],
      ])
    expect((await ledger()).counts).toMatchObject({ webhooksDelivered: 1, webhooksPending: 0 })
  })

  test("reaches every endpoint on its own, with its own secret and only the types it asked for", async () => {
    const { stripe, listener } = await startBench()
    const second = await startListener()
    const endpoint = await stripe.webhookEndpoints.create({
      url: second.url,
      enabled_events: ["payment_intent.succeeded"],
    })
    listener.status = 500
    await stripe.paymentIntents.create(PAID)
    const [received] = await second.until((all) => all.length === 1)
    expect(
      await stripe.webhooks.constructEventAsync(
        received?.rawBody ?? "",
        received?.signature ?? "",
        endpoint.secret ?? "",
      ),
    ).toMatchObject({ type: "payment_intent.succeeded" })
    expect((await stripe.webhookEndpoints.list()).data.map(({ id }) => id)).toEqual([
      endpoint.id,
      "we_default",
    ])
    expect(await stripe.webhookEndpoints.del(endpoint.id)).toMatchObject({ deleted: true })
    expect((await stripe.webhookEndpoints.list()).data).toHaveLength(1)
  })
})

describe("the wait between attempts", () => {
  test("doubles from half a second to a minute, jitters by half, and ends after days", () => {
    expect(afterFailure(1, 1)).toEqual({ kind: "retry", waitMs: RETRY_START_MS })
    expect(afterFailure(1, 0)).toEqual({ kind: "retry", waitMs: RETRY_START_MS / 2 })
    expect(afterFailure(3, 1)).toEqual({ kind: "retry", waitMs: RETRY_START_MS * 4 })
    expect(afterFailure(1_000, 1)).toEqual({ kind: "retry", waitMs: RETRY_CAP_MS })
    expect(afterFailure(MAX_DELIVERY_ATTEMPTS, 0)).toEqual({ kind: "give_up" })
    expect((MAX_DELIVERY_ATTEMPTS * RETRY_CAP_MS) / 2).toBeGreaterThan(24 * 60 * 60 * 1000)
  })
})
