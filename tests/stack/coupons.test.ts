import { beforeAll, describe, expect, inject, it } from "vitest"
import { codeOf, EMAIL, PriceDesk } from "./price-desk.ts"
import { intentsOf } from "./provider-books.ts"
import { expectProblem, fieldsOf, Visitor } from "./wire.ts"

const addresses = inject("stack")
const SKU = "COUPONED"
const PRICE = 5_000
const desk = new PriceDesk(addresses, SKU)
const { owner, staff, viewer } = desk

beforeAll(async () => {
  await owner.addProduct(SKU, 1_000, PRICE)
})

describe("a coupon", () => {
  it("takes its part off an order, and the payment is of what is left", async () => {
    const of = await desk.coupon("TENTH", { percentOff: 12.5 })
    const opened = await desk.open({ couponCode: ` ${of.toLowerCase()} ` })
    expect(opened.status).toBe(201)
    expect(opened.body).toMatchObject({
      totalCents: 4_375,
      couponCode: of,
      totals: { subtotalCents: 5_000, discountCents: 625, shippingCents: 0, taxCents: 0 },
    })
    const [intent] = await intentsOf(addresses.stripeUrl, opened.body.orderId)
    expect(intent).toMatchObject({ amount: 4_375 })
    expect(await desk.usesOf(of)).toBe(1)
  })

  it("that takes all leaves nothing to pay: the order is confirmed, and it is used", async () => {
    const of = await desk.coupon("ALL", { percentOff: 100 })
    const shopper = new Visitor(addresses)
    const opened = await desk.open({ couponCode: of }, shopper)
    expect(opened.body).toMatchObject({ totalCents: 0, clientSecret: "" })
    const order = () => shopper.get(`/api/orders/${opened.body.orderId}`)
    await expect.poll(async () => (await order()).body["status"]).toBe("confirmed")
    expect(await intentsOf(addresses.stripeUrl, opened.body.orderId)).toEqual([])
    expect((await shopper.get(`/pay/${opened.body.orderId}`)).status).toBe(303)
    expect(await desk.usesOf(of)).toBe(1)
  })

  it("hazard 22: is used once by fifty orders at once, and again after it is cancelled", async () => {
    const of = await desk.coupon("ONCE", { amountOffCents: 1_000, currency: "EUR", usesMax: 1 })
    const shoppers = Array.from({ length: 50 }, () => new Visitor(addresses))
    const answers = await Promise.all(shoppers.map((shopper) => desk.open({ couponCode: of }, shopper)))
    const won = answers.findIndex((answer) => answer.status === 201)
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 409, "coupon_used_up")
    expect(await desk.usesOf(of)).toBe(1)
    const cancelled = await shoppers[won]?.call("DELETE", `/api/checkouts/${answers[won]?.body.orderId}`)
    expect(cancelled?.status).toBe(200)
    await expect.poll(() => desk.usesOf(of)).toBe(0)
    expect((await desk.open({ couponCode: of })).status).toBe(201)
    expectProblem(await desk.open({ couponCode: of }), 409, "coupon_used_up")
  })

  it("that does not count is refused, and leaves the hold to the next try", async () => {
    const shopper = new Visitor(addresses)
    const { holdId } = (await shopper.hold({ items: [{ sku: SKU, quantity: 1 }] })).body
    const ask = (couponCode: string) => shopper.checkout({ holdId, email: EMAIL, couponCode })
    const refusedFor = async (terms: Record<string, unknown>) =>
      expectProblem(await ask(await desk.coupon("NOT", terms)), 422, "coupon_invalid")
    expectProblem(await ask("NO-SUCH-CODE"), 422, "coupon_invalid")
    await refusedFor({ percentOff: 10, startsAtMs: Date.now() + 3_600_000 })
    await refusedFor({ percentOff: 10, endsAtMs: 1 })
    await refusedFor({ percentOff: 10, minimumCents: PRICE + 1, currency: "EUR" })
    await refusedFor({ amountOffCents: 10, currency: "USD" })
    expect(fieldsOf(await ask("two words"))).toContain("couponCode")
    const each = await desk.coupon("EACH", { percentOff: 10, usesPerCustomerMax: 1 })
    expect((await ask(each)).status).toBe(201)
    expectProblem(await desk.open({ couponCode: each, email: "ann@EXAMPLE.com" }), 409, "coupon_used_up")
    expect((await desk.open({ couponCode: each, email: "bob@example.com" })).status).toBe(201)
  })

  it("is made, changed and ended by an owner alone, and every rule it breaks is named", async () => {
    const of = codeOf("KEPT")
    const path = `/coupons/${of}`
    for (const clerk of [staff, viewer])
      expectProblem(await clerk.call("POST", path, { percentOff: 1 }), 403, "forbidden")
    expectProblem(await viewer.call("GET", path), 404, "coupon_not_found")
    expectProblem(await owner.call("PUT", path, { percentOff: 1 }), 404, "coupon_not_found")
    expectProblem(await owner.call("DELETE", path), 404, "coupon_not_found")
    const wrong = await owner.call("POST", path, {
      percentOff: 1,
      amountOffCents: 1,
      startsAtMs: 2,
      endsAtMs: 2,
    })
    expect(fieldsOf(wrong)).toEqual(expect.arrayContaining(["percentOff", "currency", "endsAtMs"]))
    expect(fieldsOf(await owner.call("POST", path, { percentOff: 0.0001 }))).toContain("percentOff")
    expect((await owner.call("POST", path, { percentOff: 8.875 })).body).toMatchObject({
      code: of,
      percentOff: 8.875,
      amountOffCents: null,
      uses: 0,
    })
    expectProblem(await owner.call("POST", path, { percentOff: 1 }), 409, "coupon_taken")
    expect((await owner.call("PUT", path, { percentOff: 20, usesMax: 5 })).body).toMatchObject({ usesMax: 5 })
    const listed = await viewer.call<{ coupons: { code: string }[] }>(
      "GET",
      `/coupons?after=${of.slice(0, -1)}`,
    )
    expect(listed.body.coupons[0]).toMatchObject({ code: of, percentOff: 20 })
    expect((await owner.call("DELETE", path)).status).toBe(200)
    expectProblem(await desk.open({ couponCode: of }), 422, "coupon_invalid")
  })
})
