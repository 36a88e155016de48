import { describe, expect, test } from "vitest"
import { createFaults, noFaults, readFaults } from "./faults.ts"
import { failure, startBench } from "./test-bench.ts"

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

  test("fall alike under the same seed", () => {
    const run = (seed: number): string => {
      const faults = createFaults()
      faults.replace({
        ...noFaults(),
        api: { ...noFaults().api, error429: 0.5, slowMs: [0, 50] },
        webhooks: { duplicate: 0.5, reorder: 0.5, drop: 0.2, delayMs: [0, 9] },
        seed,
      })
      return JSON.stringify(
        Array.from({ length: 20 }, () => [faults.drawForCall(), faults.drawForDelivery()]),
      )
    }
    expect(run(3)).toBe(run(3))
    expect(run(3)).not.toBe(run(4))
  })
})

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
