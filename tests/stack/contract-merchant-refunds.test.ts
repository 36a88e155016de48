import { randomUUID } from "node:crypto"
import { beforeAll, describe, expect, it } from "vitest"
import {
  act,
  buy,
  clerk,
  disturb,
  NOBODY,
  PARCEL,
  PRICE_CENTS,
  read,
  refund,
  refundedAtProvider,
} from "./order-desk.ts"
import { expectProblem, fieldsOf } from "./wire.ts"

const SKU = "REFUNDS"

beforeAll(async () => {
  await clerk.addProduct(SKU, 1_000, PRICE_CENTS)
})

describe("a refund", () => {
  it("of all gives the money back, and with restock the units", async () => {
    await clerk.addProduct("REFUND-ALL", 3)
    const { orderId, shopper } = await buy("REFUND-ALL", 2)
    expect((await clerk.stock("REFUND-ALL")).body).toMatchObject({ available: 1, sold: 2 })
    const key = randomUUID()
    const answers = await Promise.all(
      [1, 2, 3].map(() => act(orderId, "refund", { restock: true, idempotencyKey: key })),
    )
    for (const answer of answers) {
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
      expect(answer.body.refund).toMatchObject({ amountCents: 10_000 })
    }
    await expect.poll(async () => (await read(orderId)).body.status).toBe("refunded")
    await expect
      .poll(async () => (await clerk.stock("REFUND-ALL")).body)
      .toMatchObject({ available: 3, sold: 0 })
    expect(await refundedAtProvider(orderId)).toEqual([10_000])
    expect((await read(orderId)).body.items).toMatchObject([{ quantity: 2, returnedQuantity: 2 }])
    expect((await shopper.order(orderId)).body).toMatchObject({
      status: "refunded",
      refunds: [{ amountCents: 10_000, status: "succeeded" }],
    })
    expectProblem(await refund(orderId), 409, "refund_exceeds_payment")
  })

  it("of parts adds up to what was paid and never to more, however many come at once", async () => {
    const { orderId } = await buy(SKU, 2)
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => refund(orderId, { amountCents: 4_000 })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2)
    for (const answer of answers)
      if (answer.status !== 200) expectProblem(answer, 409, "refund_exceeds_payment")
    expectProblem(await refund(orderId, { amountCents: 2_001 }), 409, "refund_exceeds_payment")
    expect((await read(orderId)).body).toMatchObject({ status: "confirmed", refundedCents: 8_000 })
    expect((await refund(orderId)).body.refund).toMatchObject({ amountCents: 2_000, status: "succeeded" })
    expect((await read(orderId)).body).toMatchObject({ status: "refunded", refundedCents: 10_000 })
    expect(await refundedAtProvider(orderId)).toEqual([4_000, 4_000, 2_000])
  })

  it("under the same key is the same, and with other content none", async () => {
    const { orderId } = await buy(SKU)
    const idempotencyKey = randomUUID()
    const first = await refund(orderId, { amountCents: 100, idempotencyKey })
    expect((await refund(orderId, { amountCents: 100, idempotencyKey })).body.refund).toEqual(
      first.body.refund,
    )
    const other = await refund(orderId, { amountCents: 101, idempotencyKey })
    expectProblem(other, 409, "idempotency_key_reused")
    expect(await refundedAtProvider(orderId)).toEqual([100])
  })

  it("goes on by itself when the provider does not answer, and keeps its money set aside meanwhile", async () => {
    const { orderId } = await buy(SKU)
    const idempotencyKey = randomUUID()
    await disturb({ api: { down: true } })
    try {
      const answer = await refund(orderId, { idempotencyKey })
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
      expect(answer.body.refund).toEqual({ refundId: null, amountCents: PRICE_CENTS, status: "pending" })
      expect((await read(orderId)).body.status).toBe("confirmed")
      expectProblem(await refund(orderId, { amountCents: 1 }), 409, "refund_exceeds_payment")
      expectProblem(await act(orderId, "ship", PARCEL), 409, "not_shippable")
    } finally {
      await disturb({})
    }
    await expect.poll(async () => (await read(orderId)).body.status, { timeout: 30_000 }).toBe("refunded")
    expect(await refundedAtProvider(orderId)).toEqual([PRICE_CENTS])
    const again = await refund(orderId, { idempotencyKey })
    expect(again.body.refund).toMatchObject({ refundId: expect.stringMatching(/^re_/), status: "succeeded" })
  })

  it("whose answer is lost, and whose webhooks come twice, is given once", async () => {
    const { orderId } = await buy(SKU)
    await disturb({ api: { failAfterSuccess: 0.8 }, webhooks: { duplicate: 1, reorder: 0.5 }, seed: 7 })
    try {
      for (const amountCents of [1_000, 1_500]) await refund(orderId, { amountCents })
    } finally {
      await disturb({})
    }
    const refunded = async () => (await read(orderId)).body.refundedCents
    await expect.poll(refunded, { timeout: 30_000 }).toBe(2_500)
    expect((await refundedAtProvider(orderId)).toSorted()).toEqual([1_000, 1_500])
    expect((await read(orderId)).body).toMatchObject({ status: "confirmed", refunds: { length: 2 } })
  })

  it("of a part says which units came back", async () => {
    await clerk.addProduct("REFUND-PART", 3)
    const { orderId } = await buy("REFUND-PART", 3)
    const part = { amountCents: 5_000, restock: true }
    const silent = await refund(orderId, part)
    expectProblem(silent, 422, "invalid_request")
    expect(fieldsOf(silent)).toEqual(["lines"])
    const lines = (quantity: number) => [{ sku: "REFUND-PART", quantity }]
    expectProblem(await refund(orderId, { ...part, lines: lines(4) }), 422, "invalid_request")
    expect((await refund(orderId, { ...part, lines: lines(1) })).status).toBe(200)
    await expect
      .poll(async () => (await clerk.stock("REFUND-PART")).body)
      .toMatchObject({ available: 1, sold: 2 })
    expect((await read(orderId)).body.items).toMatchObject([{ returnedQuantity: 1 }])
  })

  it.each([
    [{ idempotencyKey: "" }, "idempotencyKey"],
    [{ amountCents: 0 }, "amountCents"],
    [{ amountCents: 1.5 }, "amountCents"],
    [{ lines: [{ sku: SKU, quantity: 1 }] }, "lines"],
    [{ restock: "yes" }, "restock"],
    [{ restock: true, lines: [] }, "lines"],
  ])("refuses %j and names the field", async (body, field) => {
    const answer = await refund(NOBODY, body)
    expectProblem(answer, 422, "invalid_request")
    expect(fieldsOf(answer).some((name) => name.startsWith(field))).toBe(true)
  })
})
