import { randomUUID } from "node:crypto"
import { afterEach, beforeAll, describe, expect, inject, it } from "vitest"
import { intentsOf } from "./provider-books.ts"
import { Clerk, expectProblem, fieldsOf, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const EMAIL = "ann@example.com"
const SKU = "CHECKOUT"
const one = (sku: string, quantity = 1) => ({ items: [{ sku, quantity }] })
const counts = async (sku: string) => (await clerk.stock(sku)).body

beforeAll(async () => {
  await clerk.addProduct(SKU, 1_000)
})

describe("a checkout", () => {
  it("from a hold answers with an order that waits for its payment", async () => {
    const shopper = new Visitor(addresses)
    const hold = (await shopper.hold(one(SKU, 2))).body
    const opened = await shopper.checkout({
      holdId: hold.holdId,
      email: EMAIL,
      shippingAddress: { name: "Ann", line1: "1 Quay", city: "Kiel", postalCode: "24103", country: "DE" },
    })
    expect(opened.status).toBe(201)
    expect(opened.body).toMatchObject({
      orderId: expect.any(String),
      orderNumber: expect.any(String),
      status: "inventory_reserved",
      totalCents: 10_000,
      currency: "EUR",
      clientSecret: expect.stringMatching(/^pi_\w+_secret_\w+$/),
      publishableKey: expect.stringMatching(/^pk_/),
      holdExpiresAtMs: hold.expiresAtMs,
      orderToken: expect.any(String),
    })
    const [intent, ...more] = await intentsOf(addresses.stripeUrl, opened.body.orderId)
    expect(more).toEqual([])
    expect(intent).toMatchObject({ amount: 10_000, amountReceived: 0 })
  })

  it("in one call holds and opens, and the same key replays the same order", async () => {
    await clerk.addProduct("CHECKOUT-ONE-CALL", 3)
    const shopper = new Visitor(addresses)
    await shopper.hold(one(SKU))
    const body = { ...one("CHECKOUT-ONE-CALL", 2), email: EMAIL }
    const clicks = await Promise.all([1, 2, 3].map(() => shopper.checkout(body, "key")))
    for (const click of clicks) expect([200, 201, 409]).toContain(click.status)
    expect(clicks.filter((click) => click.status === 201)).toHaveLength(1)
    const replay = await shopper.checkout(body, "key")
    expect(replay.status).toBe(200)
    expect(replay.body).toEqual(clicks.find((click) => click.status === 201)?.body)
    expect(await counts("CHECKOUT-ONE-CALL")).toMatchObject({ available: 1, held: 2 })
    expect(await intentsOf(addresses.stripeUrl, replay.body.orderId)).toHaveLength(1)
  })

  it("with the key of another body is refused, whatever differs", async () => {
    await clerk.addProduct("CHECKOUT-OTHER", 3)
    const shopper = new Visitor(addresses)
    const body = { ...one(SKU), email: EMAIL }
    expect((await shopper.checkout(body, "key")).status).toBe(201)
    for (const change of [one(SKU, 2), one("CHECKOUT-OTHER"), { email: "bob@example.com" }])
      expectProblem(await shopper.checkout({ ...body, ...change }, "key"), 409, "idempotency_key_reused")
    expect(await counts("CHECKOUT-OTHER")).toMatchObject({ held: 0 })
  })

  it("of what is sold out, unknown or not open is refused as a hold is, and holds nothing", async () => {
    await clerk.addProduct("CHECKOUT-FEW", 1)
    const shopper = new Visitor(addresses)
    const ask = (change: object) => shopper.checkout({ ...one("CHECKOUT-FEW"), email: EMAIL, ...change })
    expectProblem(await ask(one("CHECKOUT-FEW", 2)), 409, "sold_out")
    expectProblem(await ask(one("CHECKOUT-NOWHERE")), 404, "sku_not_found")
    expectProblem(await ask({ saleId: randomUUID() }), 404, "sale_not_found")
    expectProblem(await ask({ saleId: randomUUID(), pass: "x" }), 404, "sale_not_found")
    expect(await counts("CHECKOUT-FEW")).toMatchObject({ available: 1, held: 0 })
  })

  it("of another session's hold, an unknown one or none is not found", async () => {
    const [owner, thief] = [new Visitor(addresses), new Visitor(addresses)]
    const { holdId } = (await owner.hold(one(SKU))).body
    await thief.hold(one(SKU))
    for (const shopper of [thief, new Visitor(addresses)])
      expectProblem(await shopper.checkout({ holdId, email: EMAIL }), 404, "hold_not_found")
    for (const malformed of ["nope", "\u0000", "h_x~", "h_x~\ud800", `${holdId}~${SKU}`, "~".repeat(1_000)]) {
      const answer = await owner.checkout({ holdId: malformed, email: EMAIL })
      expect([404, 422], JSON.stringify(answer.body).slice(0, 200)).toContain(answer.status)
    }
    expect((await owner.checkout({ holdId, email: EMAIL })).status).toBe(201)
  })

  it("of a hold that was given back is too late", async () => {
    const shopper = new Visitor(addresses)
    const { holdId } = (await shopper.hold(one(SKU))).body
    await shopper.call("DELETE", `/api/holds/${encodeURIComponent(holdId)}`)
    expectProblem(await shopper.checkout({ holdId, email: EMAIL }), 410, "hold_expired")
  })

  it("is the only one of its hold", async () => {
    const shopper = new Visitor(addresses)
    const { holdId } = (await shopper.hold(one(SKU))).body
    const answers = await Promise.all([1, 2, 3].map(() => shopper.checkout({ holdId, email: EMAIL })))
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409])
  })

  it("needs a key, a hold or items but not both, and an e-mail address", async () => {
    const shopper = new Visitor(addresses)
    const { holdId } = (await shopper.hold(one(SKU))).body
    expectProblem(
      await shopper.call("POST", "/api/checkouts", { holdId, email: EMAIL }),
      400,
      "idempotency_key_required",
    )
    const wrong: [object, string][] = [
      [{ email: EMAIL }, "holdId"],
      [{ holdId, ...one(SKU), email: EMAIL }, "items"],
      [{ holdId }, "email"],
      [{ holdId, email: "no address" }, "email"],
      [{ holdId, email: `${"x".repeat(300)}@example.com` }, "email"],
      [{ holdId, email: EMAIL, price: 1 }, "price"],
    ]
    for (const [body, field] of wrong) {
      const answer = await shopper.checkout(body)
      expectProblem(answer, 422, "invalid_request")
      expect(fieldsOf(answer)).toContain(field)
    }
  })

  it.each([
    ["a NUL character", "a\u0000b"],
    ["half of a surrogate pair", "a\ud800b"],
  ])("refuses %s in an address, which Postgres could never store", async (_, name) => {
    const sku = `CHECKOUT-TEXT-${name.charCodeAt(1)}`
    await clerk.addProduct(sku, 3)
    const shopper = new Visitor(addresses)
    const address = { name, line1: "1 Quay", city: "Kiel", postalCode: "24103", country: "DE" }
    const answer = await shopper.checkout({ ...one(sku), email: EMAIL, shippingAddress: address })
    expectProblem(answer, 422, "invalid_request")
    expect(fieldsOf(answer)).toContain("shippingAddress.name")
    expect(await counts(sku)).toMatchObject({ held: 0 })
  })

  it.each([
    ["more than a payment can be", "CHECKOUT-DEAR", 99_999_999, 30],
    ["nothing", "CHECKOUT-FREE", 0, 1],
  ])("that would cost %s is refused for good, not for a while", async (_, sku, priceCents, quantity) => {
    await clerk.addProduct(sku, 50, priceCents)
    const answer = await new Visitor(addresses).checkout({ ...one(sku, quantity), email: EMAIL })
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500)
  })

  it("hazard 8: that the provider will not take leaves nothing held", async () => {
    await clerk.addProduct("CHECKOUT-REFUSED", 50, 99_999_999)
    const shopper = new Visitor(addresses)
    const { holdId } = (await shopper.hold(one("CHECKOUT-REFUSED", 2))).body
    expect((await shopper.checkout({ holdId, email: EMAIL })).status).toBeGreaterThanOrEqual(400)
    await expect.poll(() => counts("CHECKOUT-REFUSED")).toMatchObject({ available: 50, held: 0, sold: 0 })
  })
})

describe("a provider that is away", () => {
  const fault = (settings: object) =>
    fetch(`${addresses.stripeUrl}/_faults`, { method: "POST", body: JSON.stringify(settings) })
  afterEach(async () => {
    await fetch(`${addresses.stripeUrl}/_faults`, { method: "DELETE" })
  })

  it("costs nobody the hold: the same key goes on when it is back, with one payment", async () => {
    await clerk.addProduct("AWAY-DOWN", 3)
    const shopper = new Visitor(addresses)
    const body = { ...one("AWAY-DOWN"), email: EMAIL }
    await shopper.hold(one(SKU))
    await fault({ api: { down: true } })
    expectProblem(await shopper.checkout(body, "key"), 503, "payment_unavailable")
    expect(await counts("AWAY-DOWN")).toMatchObject({ available: 2, held: 1 })
    await fault({})
    const again = async () => (await shopper.checkout(body, "key")).status
    await expect.poll(again, { timeout: 10_000 }).toBeLessThan(300)
    const { orderId } = (await shopper.checkout(body, "key")).body
    expect(await intentsOf(addresses.stripeUrl, orderId)).toHaveLength(1)
    expect(await counts("AWAY-DOWN")).toMatchObject({ available: 2, held: 1 })
  })

  it("hazard 13: whose answer was lost has one payment all the same", async () => {
    const shopper = new Visitor(addresses)
    const body = { ...one(SKU), email: EMAIL }
    await shopper.hold(one(SKU))
    await fault({ api: { failAfterSuccess: 1 } })
    await shopper.checkout(body, "key")
    await fault({})
    const again = async () => (await shopper.checkout(body, "key")).status
    await expect.poll(again, { timeout: 10_000 }).toBeLessThan(300)
    const checkout = (await shopper.checkout(body, "key")).body
    await shopper.pay(checkout)
    await shopper.orderUntil(checkout.orderId, ["confirmed"])
    const intents = await intentsOf(addresses.stripeUrl, checkout.orderId)
    expect(intents.flatMap((intent) => intent.captures)).toHaveLength(1)
    expect(intents).toHaveLength(1)
  })
})
