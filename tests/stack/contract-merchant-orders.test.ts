import { randomUUID } from "node:crypto"
import { beforeAll, describe, expect, inject, it } from "vitest"
import { intentsOf } from "./provider-books.ts"
import { Clerk, expectProblem, fieldsOf, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const staff = new Clerk(addresses, "local-staff-token")
const viewer = new Clerk(addresses, "local-viewer-token")
const SKU = "FULFIL"
const PRICE_CENTS = 5_000
const NOBODY = `ord_${"x".repeat(22)}`
const PARCEL = { carrier: "Harbour Post", trackingNumber: "HP-1" }

interface MerchantOrder {
  orderId: string
  orderNumber: string
  status: string
  items: { sku: string; quantity: number; returnedQuantity: number }[]
  totalCents: number
  refundedCents: number
  shipments: { carrier: string; trackingNumber: string }[]
  refunds: { amountCents: number; status: string }[]
  refund: { refundId: string | null; amountCents: number; status: string }
}

interface OrderPage {
  items: { orderId: string; status: string; email: string }[]
  nextCursor: string | null
}

beforeAll(async () => {
  await clerk.addProduct(SKU, 1_000, PRICE_CENTS)
})

async function openOrder(sku = SKU, quantity = 1, email = `${randomUUID()}@example.com`) {
  const shopper = new Visitor(addresses)
  const opened = await shopper.checkout({ items: [{ sku, quantity }], email })
  expect(opened.status, JSON.stringify(opened.body)).toBe(201)
  return { shopper, email, ...opened.body }
}

async function buy(sku = SKU, quantity = 1, email?: string) {
  const order = await openOrder(sku, quantity, email)
  await order.shopper.pay(order)
  await order.shopper.orderUntil(order.orderId, ["confirmed"])
  return order
}

const read = (orderId: string) => viewer.call<MerchantOrder>("GET", `/orders/${orderId}`)
const act = (orderId: string, verb: string, body?: unknown, by = staff) =>
  by.call<MerchantOrder>("POST", `/orders/${orderId}/${verb}`, body)
const refund = (orderId: string, body: Record<string, unknown> = {}) =>
  act(orderId, "refund", { idempotencyKey: randomUUID(), ...body })
const list = (query: Record<string, string>) =>
  viewer.call<OrderPage>("GET", `/orders?${new URLSearchParams(query)}`)
const refundedAtProvider = async (orderId: string) =>
  (await intentsOf(addresses.stripeUrl, orderId)).flatMap((intent) =>
    intent.refunds.map(({ amountCents }) => amountCents),
  )

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
    const { orderId, shopper } = await buy()
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
    const { orderId } = await openOrder()
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
    const { orderId } = await buy()
    const idempotencyKey = randomUUID()
    const first = await refund(orderId, { amountCents: 100, idempotencyKey })
    expect((await refund(orderId, { amountCents: 100, idempotencyKey })).body.refund).toEqual(
      first.body.refund,
    )
    const other = await refund(orderId, { amountCents: 101, idempotencyKey })
    expectProblem(other, 409, "idempotency_key_reused")
    expect(await refundedAtProvider(orderId)).toEqual([100])
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
