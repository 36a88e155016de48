import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest"
import { eventOf, intentsOf, readWebhookSecret, signatureOf } from "./provider-books.ts"
import type { Answer, CheckoutBody } from "./shopper.ts"
import { Clerk, expectProblem, send, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const EMAIL = "ann@example.com"
const PAID = "confirmed"
const counts = async (sku: string) => (await clerk.stock(sku)).body
const intentIdOf = (checkout: CheckoutBody) => checkout.clientSecret.split("_secret")[0] ?? ""

let secret = ""

/** Every webhook comes twice, and some overtake others: all of this holds nevertheless. */
beforeAll(async () => {
  secret = await readWebhookSecret(addresses.databaseUrl)
  const body = JSON.stringify({ webhooks: { duplicate: 1, reorder: 0.3 } })
  await fetch(`${addresses.stripeUrl}/_faults`, { method: "POST", body })
})
afterAll(async () => {
  await fetch(`${addresses.stripeUrl}/_faults`, { method: "DELETE" })
})

function deliver(body: string, signature = signatureOf(body, secret)): Promise<Answer> {
  const headers = { "content-type": "application/json", ...(signature && { "stripe-signature": signature }) }
  return send(addresses.url, { method: "POST", path: "/webhooks/stripe", headers, body })
}

function eventFor(
  checkout: CheckoutBody,
  type: string,
  id = `evt_${randomUUID().replaceAll("-", "")}`,
): string {
  return eventOf(id, type, { id: intentIdOf(checkout), metadata: { orderId: checkout.orderId } })
}

async function openOrder(sku: string, units = 3) {
  await clerk.addProduct(sku, units)
  const shopper = new Visitor(addresses)
  const opened = await shopper.checkout({ items: [{ sku, quantity: 1 }], email: EMAIL })
  expect(opened.status).toBe(201)
  return { shopper, checkout: opened.body }
}

/** One payment of the order's amount, taken once, and none besides. */
async function expectPaidOnce(checkout: CheckoutBody): Promise<void> {
  const intents = await intentsOf(addresses.stripeUrl, checkout.orderId)
  const taken = intents.flatMap((intent) => intent.captures.map((capture) => capture.amountCents))
  expect(taken).toEqual([checkout.totalCents])
  expect(intents.flatMap((intent) => intent.refunds)).toEqual([])
}

async function expectNotCharged(orderId: string): Promise<void> {
  const settled = async () => (await intentsOf(addresses.stripeUrl, orderId)).map((intent) => intent.status)
  await vi.waitFor(async () => expect(await settled()).toEqual(["canceled"]), { timeout: 10_000 })
  const [intent] = await intentsOf(addresses.stripeUrl, orderId)
  expect(intent).toMatchObject({ amountReceived: 0, captures: [] })
}

describe("a payment", () => {
  it.concurrent("that is declined leaves the units held, and another card pays", async () => {
    const { shopper, checkout } = await openOrder("PAY-DECLINED")
    await shopper.pay(checkout, "pm_card_chargeDeclined")
    const payment = async () => (await shopper.order(checkout.orderId)).body.payment.status
    await vi.waitFor(async () => expect(await payment()).toBe("failed"), { timeout: 5_000 })
    expect((await shopper.order(checkout.orderId)).body.status).toBe("inventory_reserved")
    expect(await counts("PAY-DECLINED")).toMatchObject({ held: 1, sold: 0 })
    expect((await shopper.pay(checkout)).body.status).toBe("requires_capture")
    const order = await shopper.orderUntil(checkout.orderId, [PAID])
    expect(order.payment.status).toBe("captured")
    expect(await counts("PAY-DECLINED")).toMatchObject({ available: 2, held: 0, sold: 1 })
    await expectPaidOnce(checkout)
  })

  it.concurrent("hazard 12: webhook, polling and a retried checkout at once take it once", async () => {
    await clerk.addProduct("PAY-RACE", 3)
    const shopper = new Visitor(addresses)
    const body = { items: [{ sku: "PAY-RACE", quantity: 1 }], email: EMAIL }
    await shopper.checkout(body, "key")
    const checkout = (await shopper.checkout(body, "key")).body
    await Promise.all([
      shopper.pay(checkout),
      ...Array.from({ length: 10 }, () => shopper.order(checkout.orderId)),
      ...Array.from({ length: 5 }, () => shopper.checkout(body, "key")),
    ])
    await shopper.orderUntil(checkout.orderId, [PAID])
    await expectPaidOnce(checkout)
    expect(await counts("PAY-RACE")).toMatchObject({ available: 2, held: 0, sold: 1 })
  })

  it.concurrent("hazard 14: three simultaneous webhooks settle it once, repeated or not", async () => {
    const { shopper, checkout } = await openOrder("PAY-THREE")
    await shopper.pay(checkout)
    const same = eventFor(checkout, "payment_intent.amount_capturable_updated")
    const others = [1, 2, 3].map(() => eventFor(checkout, "payment_intent.amount_capturable_updated"))
    const answers = await Promise.all([same, same, same, ...others].map((event) => deliver(event)))
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 200])
    const order = await shopper.orderUntil(checkout.orderId, [PAID])
    expect(order.history.map((entry) => entry.status)).toEqual([
      "created",
      "inventory_reserved",
      "payment_authorized",
      "confirmed",
    ])
    await expectPaidOnce(checkout)
    expect(await counts("PAY-THREE")).toMatchObject({ held: 0, sold: 1 })
  })

  it.concurrent("hazard 17: that was taken is not undone by events that come late", async () => {
    const { shopper, checkout } = await openOrder("PAY-LATE-EVENTS")
    await shopper.pay(checkout)
    const before = await shopper.orderUntil(checkout.orderId, [PAID])
    for (const type of ["payment_failed", "canceled", "amount_capturable_updated", "succeeded", "created"])
      expect((await deliver(eventFor(checkout, `payment_intent.${type}`))).status).toBe(200)
    expect((await shopper.order(checkout.orderId)).body).toEqual(before)
    expect(await counts("PAY-LATE-EVENTS")).toMatchObject({ available: 2, held: 0, sold: 1 })
  })

  it.concurrent("hazard 18: never shows a failure after it succeeded, and cannot be made twice", async () => {
    const { shopper, checkout } = await openOrder("PAY-SEEN")
    await shopper.pay(checkout, "pm_card_chargeDeclined")
    await shopper.pay(checkout)
    await Promise.all([
      deliver(eventFor(checkout, "payment_intent.payment_failed")),
      deliver(eventFor(checkout, "payment_intent.amount_capturable_updated")),
    ])
    await shopper.orderUntil(checkout.orderId, [PAID])
    await deliver(eventFor(checkout, "payment_intent.payment_failed"))
    const order = (await shopper.order(checkout.orderId)).body
    expect(order).toMatchObject({ status: "confirmed", payment: { status: "captured" } })
    expect((await shopper.pay(checkout)).status).toBeGreaterThanOrEqual(400)
    await expectPaidOnce(checkout)
  })
})

describe("a webhook", () => {
  it.concurrent("that is unsigned, badly signed, altered or stale is refused and changes nothing", async () => {
    const { shopper, checkout } = await openOrder("HOOK-FORGED")
    const event = eventFor(checkout, "payment_intent.amount_capturable_updated")
    const old = Date.now() - 3_600_000
    const wrong = [
      "",
      "x",
      "t=1,v1=",
      signatureOf(event, "whsec_wrong"),
      signatureOf(`${event} `, secret),
      signatureOf(event, secret, old),
      signatureOf(event, secret).replace(/t=\d+/, `t=${Math.floor(old / 1_000)}`),
      signatureOf(event, secret).replace("v1=", "v0="),
    ]
    for (const signature of wrong) expectProblem(await deliver(event, signature), 400, "signature_invalid")
    expect((await shopper.order(checkout.orderId)).body.status).toBe("inventory_reserved")
  })

  it.concurrent.each([
    "",
    "not json",
    "[]",
    "null",
    "{}",
    '{"type":"payment_intent.succeeded"}',
    '{"type":1,"data":null}',
  ])("that is signed but says %j is no 500", async (body) => {
    expect([200, 400, 422]).toContain((await deliver(body)).status)
  })

  it.concurrent("of an order or a kind that is not known here is recorded all the same", async () => {
    const unknown = { orderId: "ord_nobody", clientSecret: "pi_nobody_secret_x" } as CheckoutBody
    expect((await deliver(eventFor(unknown, "payment_intent.succeeded"))).status).toBe(200)
    expect((await deliver(eventFor(unknown, "customer.created"))).status).toBe(200)
  })

  it.concurrent("that is larger than any of Stripe's is refused, unread or unsigned", async () => {
    expect((await deliver(`{"x":"${"x".repeat(2_000_000)}"}`, "t=1,v1=x")).status).toBe(400)
  })
})

describe("time runs out", () => {
  const HOLD_SECONDS = 30
  const skus = ["TIME-HOLD", "TIME-TAKEN", "TIME-FREE", "TIME-LIMIT"]
  let saleId = ""

  beforeAll(async () => {
    const unitsOf = (sku: string) => (sku === "TIME-LIMIT" ? 5 : 1)
    await Promise.all(skus.map((sku) => clerk.addProduct(sku, unitsOf(sku))))
    const items = skus.map((sku) => ({
      sku,
      allotment: unitsOf(sku),
      salePriceCents: 1_000,
      perCustomerLimit: 1,
    }))
    const sale = await clerk.schedule({ items, opensAtMs: Date.now() + 1_200, holdSeconds: HOLD_SECONDS })
    if (sale.status !== 201) throw new Error(JSON.stringify(sale.body))
    saleId = sale.body.saleId
  })

  const inSale = async (shopper: Visitor, sku: string) => {
    const pass = (await shopper.queueFor(saleId)) ?? ""
    return { items: [{ sku, quantity: 1 }], saleId, pass }
  }
  const until = (atMs: number) => vi.waitUntil(() => Date.now() >= atMs, { timeout: 40_000, interval: 50 })

  it.concurrent("a hold that ran out gives its units back, and no checkout any more", async () => {
    const shopper = new Visitor(addresses)
    const body = await inSale(shopper, "TIME-HOLD")
    const hold = (await shopper.hold(body, "key")).body
    expect(hold.expiresAtMs - Date.now()).toBeLessThanOrEqual(HOLD_SECONDS * 1_000)
    await until(hold.expiresAtMs - 1_500)
    expect(await counts("TIME-HOLD")).toMatchObject({ available: 0, held: 1 })
    await until(hold.expiresAtMs + 2_000)
    expect(await counts("TIME-HOLD")).toMatchObject({ available: 1, held: 0, sold: 0 })
    expectProblem(await shopper.checkout({ holdId: hold.holdId, email: EMAIL }), 410, "hold_expired")
    expect((await shopper.call("DELETE", `/api/holds/${encodeURIComponent(hold.holdId)}`)).status).toBe(200)
    expect(await counts("TIME-HOLD")).toMatchObject({ available: 1, held: 0 })
    expect((await shopper.hold(body)).status, "the limit is free again").toBe(201)
  })

  it.concurrent("hazard 17, hazard 16: a payment after the units went to another is let go of at once", async () => {
    const [late, next] = [new Visitor(addresses), new Visitor(addresses)]
    const [mine, theirs] = await Promise.all([inSale(late, "TIME-TAKEN"), inSale(next, "TIME-TAKEN")])
    const checkout = (await late.checkout({ ...mine, email: EMAIL })).body
    expectProblem(await next.hold(theirs), 409, "sold_out")
    await until(checkout.holdExpiresAtMs - 100)
    const taken = async () => (await next.hold(theirs)).status
    await vi.waitFor(async () => expect(await taken()).toBe(201), { timeout: 5_000, interval: 50 })
    await late.pay(checkout)
    const order = await late.orderUntil(checkout.orderId, ["reservation_expired", "payment_failed"])
    expect(order.payment.status).not.toBe("captured")
    await expectNotCharged(checkout.orderId)
    expect(await counts("TIME-TAKEN")).toMatchObject({ received: 1, available: 0, held: 1, sold: 0 })
    expect((await late.call("DELETE", `/api/checkouts/${checkout.orderId}`)).status, "a late cancel").toBe(
      200,
    )
    expect(await counts("TIME-TAKEN")).toMatchObject({ available: 0, held: 1 })
  })

  it.concurrent("hazard 22: a hold given back under its checkout buys nobody more than the limit", async () => {
    const shopper = new Visitor(addresses)
    const body = await inSale(shopper, "TIME-LIMIT")
    const checkouts: CheckoutBody[] = []
    for (let round = 0; round < 3; round++) {
      const { holdId } = (await shopper.hold(body)).body
      const opened = await shopper.checkout({ holdId, email: EMAIL })
      if (opened.status === 201) checkouts.push(opened.body)
      await shopper.call("DELETE", `/api/holds/${encodeURIComponent(holdId)}`)
    }
    await Promise.all(checkouts.map((checkout) => shopper.pay(checkout)))
    const ends = [PAID, "reservation_expired", "payment_failed", "cancelled"]
    const orders = await Promise.all(checkouts.map(({ orderId }) => shopper.orderUntil(orderId, ends)))
    expect(orders.filter((order) => order.status === PAID).length).toBeLessThanOrEqual(1)
    expect((await counts("TIME-LIMIT")).sold).toBeLessThanOrEqual(1)
  })

  it.concurrent("a payment a moment late takes units that are still there, or is not taken", async () => {
    const late = new Visitor(addresses)
    const checkout = (await late.checkout({ ...(await inSale(late, "TIME-FREE")), email: EMAIL })).body
    await until(checkout.holdExpiresAtMs + 200)
    const paid = await late.pay(checkout)
    const order = await late.orderUntil(checkout.orderId, [PAID, "reservation_expired", "payment_failed"])
    if (paid.body.status === "requires_capture") expect(order.status).toBe(PAID)
    if (order.status !== PAID) return expectNotCharged(checkout.orderId)
    await expectPaidOnce(checkout)
    expect(await counts("TIME-FREE")).toMatchObject({ available: 0, held: 0, sold: 1 })
  })
})
