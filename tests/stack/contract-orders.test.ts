import { beforeAll, describe, expect, inject, it } from "vitest"
import { intentsOf } from "./provider-books.ts"
import { Clerk, expectProblem, send, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const SKU = "ORDERS"
const one = (sku: string, quantity = 1) => ({ items: [{ sku, quantity }] })
const counts = async (sku: string) => (await clerk.stock(sku)).body

beforeAll(async () => {
  await clerk.addProduct(SKU, 1_000)
})

async function openOrder(shopper: Visitor, sku = SKU, quantity = 1) {
  const opened = await shopper.checkout({ ...one(sku, quantity), email: "ann@example.com" })
  expect(opened.status, JSON.stringify(opened.body)).toBe(201)
  return opened.body
}

describe("cancelling a checkout", () => {
  it("gives the hold back, and again says the same", async () => {
    await clerk.addProduct("CANCEL-TWICE", 3)
    const shopper = new Visitor(addresses)
    const { orderId, ...checkout } = await openOrder(shopper, "CANCEL-TWICE", 2)
    const answers = await Promise.all(
      [1, 2, 3].map(() => shopper.call("DELETE", `/api/checkouts/${orderId}`)),
    )
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200])
    expect((await shopper.call("DELETE", `/api/checkouts/${orderId}`)).status).toBe(200)
    await expect.poll(() => counts("CANCEL-TWICE")).toMatchObject({ available: 3, held: 0, sold: 0 })
    expect((await shopper.order(orderId)).body.status).toBe("cancelled")
    const paid = await shopper.pay({ orderId, ...checkout })
    expect(paid.status, "a cancelled order cannot be paid").toBeGreaterThanOrEqual(400)
    expect((await intentsOf(addresses.stripeUrl, orderId)).map((intent) => intent.amountReceived)).toEqual([
      0,
    ])
  })

  it("is nobody else's, and not with the order's token alone", async () => {
    const shopper = new Visitor(addresses)
    const { orderId } = await openOrder(shopper)
    const thief = new Visitor(addresses)
    await openOrder(thief)
    for (const stranger of [thief, new Visitor(addresses)])
      expectProblem(await stranger.call("DELETE", `/api/checkouts/${orderId}`), 404, "order_not_found")
    expect((await shopper.order(orderId)).body.status).toBe("inventory_reserved")
  })

  it("while the payment is made ends in one of the two, never in both", async () => {
    await clerk.addProduct("CANCEL-RACE", 6)
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const shopper = new Visitor(addresses)
        const checkout = await openOrder(shopper, "CANCEL-RACE")
        const path = `/api/checkouts/${checkout.orderId}`
        await Promise.all([shopper.pay(checkout), shopper.call("DELETE", path)])
        const { status } = await shopper.orderUntil(checkout.orderId, ["confirmed", "cancelled"])
        const settled = async () =>
          (await intentsOf(addresses.stripeUrl, checkout.orderId)).map((intent) => intent.status)
        await expect
          .poll(settled, { timeout: 10_000 })
          .toEqual([status === "confirmed" ? "succeeded" : "canceled"])
      }),
    )
    const { available, held, sold } = await counts("CANCEL-RACE")
    expect({ held, total: available + sold }).toEqual({ held: 0, total: 6 })
  })

  it("after the payment is refused", async () => {
    const shopper = new Visitor(addresses)
    const checkout = await openOrder(shopper)
    await shopper.pay(checkout)
    await shopper.orderUntil(checkout.orderId, ["confirmed"])
    expectProblem(await shopper.call("DELETE", `/api/checkouts/${checkout.orderId}`), 409, "already_paid")
  })
})

describe("an order", () => {
  it("is read with its token or by its session, and is not there for anyone else", async () => {
    const [shopper, thief] = [new Visitor(addresses), new Visitor(addresses)]
    const [mine, theirs] = await Promise.all([openOrder(shopper), openOrder(thief)])
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    const anyone = new Visitor(addresses)
    expect((await shopper.order(mine.orderId)).status).toBe(200)
    expect((await anyone.order(mine.orderId, bearer(mine.orderToken))).status).toBe(200)
    expectProblem(await anyone.order(mine.orderId), 404, "order_not_found")
    expectProblem(await thief.order(mine.orderId), 404, "order_not_found")
    for (const token of [theirs.orderToken, `${mine.orderToken}x`, "x", mine.orderToken.slice(0, -1)])
      expectProblem(await anyone.order(mine.orderId, bearer(token)), 404, "order_not_found")
    expect((await shopper.order(mine.orderId)).headers.get("cache-control")).toBe("no-store")
  })

  it("tells its lines, its money and its history in order", async () => {
    const shopper = new Visitor(addresses)
    const checkout = await openOrder(shopper, SKU, 2)
    await shopper.pay(checkout)
    const order = await shopper.orderUntil(checkout.orderId, ["confirmed"])
    expect(order).toMatchObject({
      orderNumber: checkout.orderNumber,
      items: [{ sku: SKU, quantity: 2, unitPriceCents: 5_000 }],
      totalCents: 10_000,
      currency: "EUR",
      payment: { status: "captured" },
      shipments: [],
    })
    const wanted = ["created", "inventory_reserved", "payment_authorized", "confirmed"]
    expect(order.history.map((entry) => entry.status)).toEqual(wanted)
    const times = order.history.map((entry) => entry.atMs)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  it.each([
    "nope",
    "ord_",
    "%00",
    "%E0%A4",
    "1",
    "ord_%00",
    "..%2f",
    `ord_${"x".repeat(22)}`,
    "x".repeat(900),
  ])("malformed: %.30s is not found, read or cancelled", async (orderId) => {
    const headers = { authorization: "Bearer x" }
    const read = await send(addresses.url, { method: "GET", path: `/api/orders/${orderId}`, headers })
    expectProblem(read, 404, "order_not_found")
    const cancelled = await send(addresses.url, { method: "DELETE", path: `/api/checkouts/${orderId}` })
    expectProblem(cancelled, 404, "order_not_found")
  })
})
