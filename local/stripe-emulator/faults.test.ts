import { describe, expect, test } from "vitest"
import { noFaults, readFaults } from "./fault-settings.ts"
import { createFaults } from "./faults.ts"
import { failure, startBench } from "./test-bench.ts"
import type { Bench } from "./test-bench.ts"

const ORDER = { amount: 1_000, currency: "usd" } as const

describe("the faults", () => {
  test("are read back as set, whole, and cleared", async () => {
    const { emulator, faults } = await startBench()
    const set = await faults({ webhooks: { drop: 0.5, delayMs: [1, 2] }, seed: 7 })
    const expected = {
      ...noFaults(),
      webhooks: { ...noFaults().webhooks, drop: 0.5, delayMs: [1, 2] },
      seed: 7,
    }
    expect([set.status, await set.json()]).toEqual([200, expected])
    expect(await (await fetch(`${emulator.url}/_faults`)).json()).toEqual(expected)
    expect(await (await fetch(`${emulator.url}/_faults`, { method: "DELETE" })).json()).toEqual(noFaults())
  })

  test.each([
    [{ webhooks: { drop: 2 } }, "webhooks.drop"],
    [{ webhooks: { lose: 1 } }, "webhooks.lose"],
    [{ api: { slowMs: [5, 1] } }, "api.slowMs"],
    [{ api: { down: "yes" } }, "api.down"],
    [{ api: { requestsPerSecond: 0 } }, "api.requestsPerSecond"],
    [{ api: { calls: "capture" } }, "api.calls"],
    [{ api: { crashAfter: ["captured"] } }, "api.crashAfter"],
    [{ seed: 1.5 }, "seed"],
    [{ speed: 1 }, "speed"],
    [[], "body"],
  ])("%j are refused by the name of the field", async (settings, field) => {
    const { faults } = await startBench()
    const answer = await faults(settings)
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: { field, message: expect.stringContaining(field) as string } },
    ])
    expect(readFaults(settings)).toMatchObject({ kind: "invalid", field })
  })

  test("fall alike under the same seed, in whatever order things happen", () => {
    const subjects = Array.from({ length: 50 }, (_, index) => `order-${index}`)
    const run = (seed: number, order: string[]): Record<string, unknown> => {
      const faults = createFaults()
      faults.replace({
        ...noFaults(),
        api: { ...noFaults().api, error429: 0.5, failAfterSuccess: 0.5, slowMs: [0, 50] },
        webhooks: { duplicate: 0.5, reorder: 0.5, drop: 0.2, delayMs: [0, 9] },
        seed,
      })
      return Object.fromEntries(
        order.map((subject) => [
          subject,
          [
            faults.drawForCall(() => ({ name: "capture", subject })),
            faults.drawForDelivery(() => subject),
            faults.drawForCall(() => ({ name: "capture", subject })),
          ],
        ]),
      )
    }
    expect(run(3, subjects)).toEqual(run(3, subjects.toReversed()))
    expect(run(3, subjects)).not.toEqual(run(4, subjects))
  })

  test("replay under a seed with 64 purchases in flight", async () => {
    const first = await purchasesUnder(9)
    expect(await purchasesUnder(9)).toEqual(first)
    expect(await purchasesUnder(10)).not.toEqual(first)
    // A connection that is cut the SDK repeats by itself.
    expect(new Set(first.flat())).toEqual(new Set(["ok", "429", "500"]))
  })
})

/** Every answer that 64 purchases at once get, retries included, by purchase. */
async function purchasesUnder(seed: number): Promise<string[][]> {
  const { stripe, faults } = await startBench()
  const api = { error429: 0.3, error500: 0.1, failAfterSuccess: 0.3, slowMs: [0, 20] }
  await faults({ api, seed })
  return Promise.all(Array.from({ length: 64 }, (_, index) => purchase(stripe, `order-${index}`)))
}

async function purchase(stripe: Bench["stripe"], orderId: string): Promise<string[]> {
  const answers: string[] = []
  const insist = async <T>(request: (key: string) => Promise<T>, action: string): Promise<T> => {
    for (let attempt = 0; attempt < 30; attempt += 1) {
      // A 500 stays with its key, so the next try takes another.
      const answer = await request(`${orderId}:${action}:${attempt}`).catch((error: unknown) => error)
      if (!(answer instanceof Error)) {
        answers.push("ok")
        return answer as T
      }
      answers.push(String((answer as { statusCode?: number }).statusCode ?? answer.message))
    }
    throw new Error(`${orderId} was never answered`)
  }
  const intent = await insist(
    (idempotencyKey) =>
      stripe.paymentIntents.create({ ...ORDER, capture_method: "manual" }, { idempotencyKey }),
    "intent",
  )
  const kept = await insist(() => stripe.paymentIntents.retrieve(intent.id), "look")
  expect(kept.id).toBe(intent.id)
  return answers
}

describe("a fault of the API", () => {
  test("error429 and error500 do no work; a 500 stays with its key and a 429 does not", async () => {
    const { stripe, faults, ledger } = await startBench()
    await faults({ api: { error429: 1 } })
    expect(await failure(stripe.paymentIntents.create(ORDER, { idempotencyKey: "a" }))).toMatchObject({
      statusCode: 429,
      type: "StripeRateLimitError",
    })
    await faults({ api: { error500: 1 } })
    expect(await failure(stripe.paymentIntents.create(ORDER, { idempotencyKey: "b" }))).toMatchObject({
      statusCode: 500,
      type: "StripeAPIError",
    })
    expect((await ledger()).counts["intents"]).toBe(0)
    await faults({})
    expect((await stripe.paymentIntents.create(ORDER, { idempotencyKey: "a" })).status).toBe(
      "requires_payment_method",
    )
    expect(await failure(stripe.paymentIntents.create(ORDER, { idempotencyKey: "b" }))).toMatchObject({
      statusCode: 500,
    })
  })

  test("failAfterSuccess loses the answer, and the same key finds the work done once", async () => {
    const { post, faults, ledger } = await startBench()
    await faults({ api: { failAfterSuccess: 1 }, seed: 2 })
    for (let index = 0; index < 6; index += 1) {
      const key = { "Idempotency-Key": `k${index}` }
      const lost = await post("/v1/payment_intents", "amount=900&currency=usd", key).then(
        ({ status }) => status,
        () => "cut",
      )
      expect([500, "cut"]).toContain(lost)
      const found = await post("/v1/payment_intents", "amount=900&currency=usd", key)
      expect([found.status, found.headers.get("idempotent-replayed")]).toEqual([200, "true"])
    }
    expect((await ledger()).counts["intents"]).toBe(6)
  })

  test("requestsPerSecond answers so many and refuses the rest with 429", async () => {
    const { stripe, faults } = await startBench()
    await faults({ api: { requestsPerSecond: 20 } })
    const startedAtMs = Date.now()
    const calls = Array.from({ length: 100 }, () =>
      stripe.paymentIntents.list().then(
        () => 200,
        (error: unknown) => (error as { statusCode?: number }).statusCode,
      ),
    )
    const statuses = await Promise.all(calls)
    const answered = statuses.filter((status) => status === 200).length
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
    expect(answered).toBeGreaterThanOrEqual(20)
    expect(answered).toBeLessThanOrEqual(20 + Math.ceil(((Date.now() - startedAtMs) / 1000) * 20))
  })

  test("calls names the ones that are befallen", async () => {
    const { stripe, faults } = await startBench()
    await faults({ api: { error500: 1, calls: ["capture"] } })
    const { id } = await stripe.paymentIntents.create({
      ...ORDER,
      capture_method: "manual",
      confirm: true,
      payment_method: "pm_card_visa",
    })
    expect(await failure(stripe.paymentIntents.capture(id))).toMatchObject({ statusCode: 500 })
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe("requires_capture")
  })

  test("hazard 13: crashAfter dies between capture and reply, and money was taken once", async () => {
    const { stripe, faults, ledger, listener } = await startBench()
    const paid = {
      ...ORDER,
      capture_method: "manual",
      confirm: true,
      payment_method: "pm_card_visa",
    } as const
    const { id } = await stripe.paymentIntents.create(paid, { idempotencyKey: "order" })
    await faults({ api: { crashAfter: ["capture"] } })
    const capture = () => stripe.paymentIntents.capture(id, {}, { idempotencyKey: "order:capture" })
    expect(await failure(capture())).toMatchObject({ type: "StripeConnectionError" })
    expect(await failure(stripe.paymentIntents.retrieve(id))).toMatchObject({ type: "StripeConnectionError" })
    await expect
      .poll(
        () =>
          capture().then(
            ({ status }) => status,
            () => "away",
          ),
        { timeout: 10_000 },
      )
      .toBe("succeeded")
    expect((await ledger()).captures).toMatchObject([{ intentId: id, amountCents: 1_000 }])
    await listener.until((all) => all.some(({ event }) => event.type === "payment_intent.succeeded"))
  })

  test("down cuts every call and leaves the ledger readable", async () => {
    const { stripe, faults, ledger } = await startBench()
    await faults({ api: { down: true } })
    expect(await failure(stripe.paymentIntents.create(ORDER))).toMatchObject({
      type: "StripeConnectionError",
    })
    expect((await ledger()).counts["intents"]).toBe(0)
    await faults({})
    expect((await stripe.paymentIntents.create(ORDER)).amount).toBe(1_000)
  })
})

describe("a fault of the webhooks", () => {
  test("duplicate delivers every event twice", async () => {
    const { stripe, faults, listener } = await startBench()
    await faults({ webhooks: { duplicate: 1 } })
    await stripe.paymentIntents.create(ORDER)
    const received = await listener.until((all) => all.length === 2)
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(1)
  })

  test("drop writes the loss down and delivers nothing", async () => {
    const { stripe, faults, listener, ledger } = await startBench()
    await faults({ webhooks: { drop: 1 } })
    await stripe.paymentIntents.create(ORDER)
    await faults({})
    const { id } = await stripe.paymentIntents.create(ORDER)
    const received = await listener.until((all) => all.length > 0)
    expect(received.map(({ event }) => event.data.object["id"])).toEqual([id])
    expect((await ledger()).webhookDeliveries[0]).toMatchObject({
      error: "dropped by a fault",
      delivered: false,
    })
    expect((await ledger()).counts).toMatchObject({ webhooksDropped: 1 })
  })

  test("reorder lets later events overtake earlier ones", async () => {
    const { stripe, faults, listener } = await startBench()
    await faults({ webhooks: { reorder: 1 } })
    const held = await stripe.paymentIntents.create(ORDER)
    await faults({})
    const quick = await stripe.paymentIntents.create(ORDER)
    const received = await listener.until((all) => all.length === 2)
    expect(received.map(({ event }) => event.data.object["id"])).toEqual([quick.id, held.id])
  })

  test("delayMs holds events back for as long as it says", async () => {
    const { stripe, faults, listener } = await startBench()
    await faults({ webhooks: { delayMs: 300 } })
    const startedAtMs = Date.now()
    await stripe.paymentIntents.create(ORDER)
    await listener.until((all) => all.length === 1)
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(300)
  })
})
