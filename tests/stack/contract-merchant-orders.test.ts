import { randomUUID } from "node:crypto"
import { beforeAll, describe, expect, inject, it } from "vitest"
import {
  act,
  buy,
  clerk,
  list,
  NOBODY,
  openOrder,
  PARCEL,
  PRICE_CENTS,
  read,
  refund,
  refundedAtProvider,
  viewer,
} from "./order-desk.ts"
import { Clerk, expectProblem, fieldsOf } from "./wire.ts"

const addresses = inject("stack")
const SKU = "FULFIL"

beforeAll(async () => {
  await clerk.addProduct(SKU, 1_000, PRICE_CENTS)
})

describe("a merchant's orders", () => {
  it("are listed page by page, each once, and found by what is known of them", async () => {
    const email = `Page-${randomUUID()}@Example.com`
    const bought = [await buy(SKU, 1, email), await buy(SKU, 1, email), await buy(SKU, 1, email)]
    const known = { email: email.toLowerCase() }
    await expect.poll(async () => (await list(known)).body.items.length, { timeout: 15_000 }).toBe(3)
    const seen: string[] = []
    let cursor: string | null = ""
    for (let page = 0; cursor !== null; page++) {
      expect(page).toBeLessThan(3)
      const asked: Record<string, string> = { ...known, limit: "2", ...(cursor && { cursor }) }
      const answer = await list(asked)
      expect(answer.status).toBe(200)
      seen.push(...answer.body.items.map(({ orderId }) => orderId))
      cursor = answer.body.nextCursor
    }
    expect(seen).toEqual(bought.map(({ orderId }) => orderId).toReversed())
    const one = bought[1]
    const byNumber = await list({ orderNumber: one?.orderNumber ?? "" })
    expect(byNumber.body.items).toMatchObject([{ orderId: one?.orderId, email, status: "confirmed" }])
    expect((await list({ ...known, status: "shipped" })).body).toEqual({ items: [], nextCursor: null })
    expect((await list({ ...known, saleId: "none" })).body.items).toEqual([])
  })

  it.each([
    [{ status: "lost" }, "status"],
    [{ cursor: "1.x" }, "cursor"],
    [{ limit: "0" }, "limit"],
    [{ email: "" }, "email"],
    [{ saleId: "x".repeat(65) }, "saleId"],
    [{ color: "red" }, ""],
  ])("refuses the question %j and names the field", async (query, field) => {
    const answer = await list(query)
    expectProblem(answer, 422, "invalid_request")
    if (field !== "") expect(fieldsOf(answer)).toContain(field)
  })

  it("are read whole, and nobody's without a role", async () => {
    const { orderId, orderNumber, email } = await buy(SKU, 2)
    expect((await read(orderId)).body).toMatchObject({
      orderNumber,
      email,
      status: "confirmed",
      items: [{ sku: SKU, quantity: 2, returnedQuantity: 0 }],
      totalCents: 2 * PRICE_CENTS,
      refundedCents: 0,
      payment: { status: "captured", intentId: expect.stringMatching(/^pi_/) },
    })
    for (const unknown of [NOBODY, "nope", "%00"]) expectProblem(await read(unknown), 404, "order_not_found")
    const stranger = new Clerk(addresses, "nobody")
    expectProblem(await stranger.call("GET", `/orders/${orderId}`), 401, "unauthorized")
    for (const [verb, body] of [
      ["ship", PARCEL],
      ["deliver", undefined],
      ["cancel", undefined],
      ["refund", { idempotencyKey: "x" }],
    ] as const)
      expectProblem(await act(orderId, verb, body, viewer), 403, "forbidden")
  })
})

describe("sending an order", () => {
  it("goes from paid to sent to delivered, says the same again, and its shopper sees it", async () => {
    const { orderId, shopper } = await buy(SKU)
    expectProblem(await act(orderId, "deliver"), 409, "not_deliverable")
    for (const _ of [1, 2])
      expect((await act(orderId, "ship", PARCEL)).body).toMatchObject({
        status: "shipped",
        shipments: [PARCEL],
      })
    const order = (await shopper.order(orderId)).body
    expect(order).toMatchObject({ status: "shipped", shipments: [PARCEL], refunds: [] })
    for (const _ of [1, 2])
      expect((await act(orderId, "deliver")).body).toMatchObject({ status: "delivered" })
    expectProblem(await act(orderId, "ship", { ...PARCEL, trackingNumber: "HP-2" }), 409, "not_shippable")
    expectProblem(await act(orderId, "cancel"), 409, "not_cancellable")
    const found = async () => (await list({ orderNumber: (await read(orderId)).body.orderNumber })).body.items
    await expect.poll(found, { timeout: 15_000 }).toMatchObject([{ status: "delivered" }])
  })

  it("is refused before it is paid, and for what nobody ordered", async () => {
    const { orderId } = await openOrder(SKU)
    expectProblem(await act(orderId, "ship", PARCEL), 409, "not_shippable")
    expectProblem(await act(NOBODY, "ship", PARCEL), 404, "order_not_found")
    expectProblem(await act(NOBODY, "deliver"), 404, "order_not_found")
    expectProblem(await act(NOBODY, "cancel"), 404, "order_not_found")
    expectProblem(await refund(NOBODY), 404, "order_not_found")
  })

  it.each([
    {},
    { carrier: "x" },
    { ...PARCEL, trackingNumber: "" },
    { ...PARCEL, weight: 1 },
    { carrier: 1 },
  ])("refuses the parcel %j", async (parcel) => {
    expectProblem(await act(NOBODY, "ship", parcel), 422, "invalid_request")
  })
})

describe("withdrawing an order", () => {
  it("that is unpaid gives its hold back and takes no payment any more", async () => {
    await clerk.addProduct("WITHDRAW-OPEN", 2)
    const order = await openOrder("WITHDRAW-OPEN", 2)
    for (const _ of [1, 2])
      expect((await act(order.orderId, "cancel")).body).toMatchObject({ status: "cancelled" })
    await expect
      .poll(async () => (await clerk.stock("WITHDRAW-OPEN")).body)
      .toMatchObject({ available: 2, held: 0, sold: 0 })
    expect((await order.shopper.pay(order)).status).toBeGreaterThanOrEqual(400)
  })

  it("that is paid refunds it once and puts its units back", async () => {
    await clerk.addProduct("WITHDRAW-PAID", 2)
    const { orderId } = await buy("WITHDRAW-PAID", 2)
    const answers = await Promise.all([1, 2, 3].map(() => act(orderId, "cancel")))
    for (const answer of answers) expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    await expect.poll(async () => (await read(orderId)).body.status).toBe("refunded")
    await expect
      .poll(async () => (await clerk.stock("WITHDRAW-PAID")).body)
      .toMatchObject({ available: 2, sold: 0 })
    expect(await refundedAtProvider(orderId)).toEqual([10_000])
    expectProblem(await act(orderId, "ship", PARCEL), 409, "not_shippable")
  })
})
