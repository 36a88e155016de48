import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { ConsoleVisitor, errorsIn, fieldsIn } from "./console-visitor.ts"
import { NOBODY, openOrder } from "./order-desk.ts"
import { eventOf, intentsOf, readStripeSecrets, signatureOf } from "./provider-books.ts"
import type { StripeSecrets } from "./provider-books.ts"
import { Clerk, expectProblem, fieldsOf, send } from "./wire.ts"

interface Parking {
  parked: { parkedAs: string; why: string; parkedAtMs: number; canTryAgain: boolean } | null
  dealtWith: Record<string, unknown>[]
}

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const staff = new Clerk(addresses, "local-staff-token")
const viewer = new Clerk(addresses, "local-viewer-token")
const SKU = "PARKED"
const NOTE = { name: "Ann", note: "Looked at Stripe: paid back by hand." }
let secrets: StripeSecrets

beforeAll(async () => {
  await clerk.addProduct(SKU, 100)
  secrets = await readStripeSecrets(addresses.databaseUrl)
})
afterAll(() => setWebhooks({}))

const setWebhooks = (webhooks: Record<string, unknown>) =>
  fetch(`${addresses.stripeUrl}/_faults`, { method: "POST", body: JSON.stringify({ webhooks }) })
const parkingOf = (orderId: string) => viewer.call<Parking>("GET", `/parked-orders/${orderId}`)
const listed = async () =>
  (await viewer.call<{ items: { orderId: string }[] }>("GET", "/parked-orders")).body.items.map(
    ({ orderId }) => orderId,
  )
const tryAgain = (orderId: string, by = staff) =>
  by.call<Parking>("POST", `/parked-orders/${orderId}/try-again`)
const dealWith = (orderId: string, body: unknown, by = staff) =>
  by.call<Parking>("POST", `/parked-orders/${orderId}/dealt-with`, body)

/** An order with a payment that says that it is of another amount. */
async function parkMismatch(): Promise<string> {
  const order = await openOrder(SKU)
  const [intentId = ""] = order.clientSecret.split("_secret")
  const intent = { id: intentId, metadata: { orderId: order.orderId }, amount_capturable: 1, currency: "eur" }
  const body = eventOf(`evt_${randomUUID()}`, "payment_intent.amount_capturable_updated", intent)
  const headers = {
    "content-type": "application/json",
    "stripe-signature": signatureOf(body, secrets.webhookSecret),
  }
  await send(addresses.url, { method: "POST", path: "/webhooks/stripe", headers, body })
  await expect
    .poll(async () => (await parkingOf(order.orderId)).body.parked?.parkedAs)
    .toBe("payment_mismatch")
  // Its units go back and its payment is cancelled first: then nothing is left to be tried.
  await expect.poll(async () => (await parkingOf(order.orderId)).body.parked?.canTryAgain).toBe(false)
  return order.orderId
}

async function atStripe(path: string, fields: Record<string, string> = {}): Promise<void> {
  const headers = {
    authorization: `Bearer ${secrets.secretKey}`,
    "content-type": "application/x-www-form-urlencoded",
  }
  const body = new URLSearchParams(fields)
  const response = await fetch(`${addresses.stripeUrl}/v1/${path}`, { method: "POST", headers, body })
  expect(response.status, await response.text()).toBe(200)
}

/** An order that ended, whose money was taken by hand and could not go back. */
async function parkFailedRefund(): Promise<{ orderId: string; intentId: string }> {
  await setWebhooks({ drop: 1 })
  const order = await openOrder(SKU)
  const [intentId = ""] = order.clientSecret.split("_secret")
  await order.shopper.pay(order, "pm_card_refundFail")
  await atStripe(`payment_intents/${intentId}/capture`)
  await order.shopper.call("DELETE", `/api/checkouts/${order.orderId}`)
  const refunds = async () => (await intentsOf(addresses.stripeUrl, order.orderId))[0]?.refunds.length
  await expect.poll(refunds, { timeout: 20_000 }).toBe(1)
  await setWebhooks({})
  await fetch(`${addresses.stripeUrl}/_clock`, {
    method: "POST",
    body: JSON.stringify({ advanceMs: 61_000 }),
  })
  const parkedAs = async () => (await parkingOf(order.orderId)).body.parked?.parkedAs
  await expect.poll(parkedAs, { timeout: 20_000 }).toBe("refund_failed")
  return { orderId: order.orderId, intentId }
}

describe("an order that somebody must look at", () => {
  it("is listed with its reason, and leaves the list once somebody says what they did", async () => {
    const orderId = await parkMismatch()
    expect(await listed()).toContain(orderId)
    const { parkedAtMs = 0 } = (await parkingOf(orderId)).body.parked ?? {}
    expectProblem(await tryAgain(orderId), 409, "nothing_to_try")
    expectProblem(await dealWith(orderId, { ...NOTE, parkedAtMs: parkedAtMs - 1 }), 409, "parked_again")
    expect(fieldsOf(await dealWith(orderId, { parkedAtMs, name: " ", note: "x".repeat(1_001) }))).toEqual([
      "name",
      "note",
    ])
    const answers = await Promise.all([1, 2, 3].map(() => dealWith(orderId, { ...NOTE, parkedAtMs })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await parkingOf(orderId)).body).toMatchObject({
      parked: null,
      dealtWith: [{ ...NOTE, role: "staff", parkedAs: "payment_mismatch", parkedAtMs }],
    })
    expect((await parkingOf(orderId)).body.dealtWith).toHaveLength(1)
    expect(await listed()).not.toContain(orderId)
    expectProblem(await tryAgain(orderId), 409, "not_parked")
  })

  it("is for staff to deal with and for viewers to see, and nobody else's", async () => {
    const orderId = await parkMismatch()
    const body = { ...NOTE, parkedAtMs: 1 }
    for (const answer of [await tryAgain(orderId, viewer), await dealWith(orderId, body, viewer)])
      expectProblem(answer, 403, "forbidden")
    const stranger = new Clerk(addresses, "nobody")
    expectProblem(await stranger.call("GET", "/parked-orders"), 401, "unauthorized")
    for (const unknown of [NOBODY, "nope", "%00"]) {
      expectProblem(await parkingOf(unknown), 404, "order_not_found")
      expectProblem(await tryAgain(unknown), 404, "order_not_found")
      expectProblem(await dealWith(unknown, body), 404, "order_not_found")
    }
  })

  it("is tried again, leaves the list when that helps, and returns when something new happens", async () => {
    const { orderId, intentId } = await parkFailedRefund()
    expect((await parkingOf(orderId)).body.parked?.canTryAgain).toBe(true)
    expect((await tryAgain(orderId)).status).toBe(200)
    expect(await listed()).toContain(orderId)
    await setWebhooks({ drop: 1 })
    await atStripe("refunds", { payment_intent: intentId })
    expect((await tryAgain(orderId)).status).toBe(200)
    await expect.poll(listed, { timeout: 15_000 }).not.toContain(orderId)
    await setWebhooks({})
    // The card fails this one a minute later, too.
    await fetch(`${addresses.stripeUrl}/_clock`, {
      method: "POST",
      body: JSON.stringify({ advanceMs: 61_000 }),
    })
    await expect.poll(listed, { timeout: 20_000 }).toContain(orderId)
  })
})

describe("the console's pages of them", () => {
  it("show the reason, take a note without script, and say who dealt with it", async () => {
    const orderId = await parkMismatch()
    const console = await new ConsoleVisitor(addresses).signIn("local-staff-token")
    const path = `/merchant/orders/${orderId}/parked`
    expect((await console.page("/merchant/orders")).text).toContain('href="/merchant/orders/parked"')
    expect((await console.page("/merchant/orders/parked")).text).toContain(`href="${path}"`)
    expect((await console.page(`/merchant/orders/${orderId}`)).text).toContain("It does not go on")
    const { text } = await console.page(path)
    expect(text).toContain("A payment of another amount")
    expect(text).not.toContain("try-again")
    const wrong = await console.post(`${path}/dealt-with`, { ...fieldsIn(text), name: "Ben", note: "" })
    expect([wrong.status, Object.keys(errorsIn(wrong.body.text))]).toEqual([422, ["note"]])
    expect(fieldsIn(wrong.body.text)).toMatchObject({ name: "Ben" })
    const done = await console.post(`${path}/dealt-with`, { ...fieldsIn(wrong.body.text), note: "Seen to." })
    expect([done.status, done.headers.get("location")]).toEqual([303, "/merchant/orders/parked"])
    expect((await console.page(path)).text).toContain("Ben (staff)")
    expect((await console.page(`/merchant/orders/${orderId}`)).text).toContain("Dealt with by Ben")
    const looking = await new ConsoleVisitor(addresses).signIn("local-viewer-token")
    expect((await looking.page(path)).text).not.toContain("dealt-with")
    expect((await looking.post(`${path}/dealt-with`, { ...NOTE, parkedAtMs: "1" })).status).toBe(403)
  })
})
