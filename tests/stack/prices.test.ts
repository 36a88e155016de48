import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { intentsOf } from "./provider-books.ts"
import { Clerk, expectProblem, fieldsOf, Visitor } from "./wire.ts"

const addresses = inject("stack")
const owner = new Clerk(addresses)
const staff = new Clerk(addresses, "local-staff-token")
const viewer = new Clerk(addresses, "local-viewer-token")
const SKU = "PRICED"
const PRICE = 5_000
const EMAIL = "Ann@example.com"
const address = (country: string) => ({ name: "A", line1: "1 Quay", city: "B", postalCode: "1", country })
const code = (name: string) => `${name}-${randomUUID().slice(0, 6).toUpperCase()}`

/** Everything goes everywhere for nothing, but to Iceland: other tests share this shop. */
const EVERYWHERE =
  "AT AU BE BR CA CH DE DK ES FI FR GB IE IN IT JP KR LU MX NL NO NZ PL PT SE SG US ZA".split(" ")
const free = (currency: string) => ({
  id: `free-${currency.toLowerCase()}`,
  title: "Free",
  countries: EVERYWHERE,
  currency,
  bands: [{ upToGrams: null, priceCents: 0 }],
  freeFromCents: null,
})
const parcel = (id: string, priceCents: number) => ({
  id,
  title: `By ${id}`,
  countries: ["IS"],
  currency: "EUR",
  bands: [{ upToGrams: null, priceCents }],
  freeFromCents: 2 * PRICE,
})
const SHIPPING = {
  methods: [...["EUR", "USD", "JPY", "GBP"].map(free), parcel("ship", 490), parcel("plane", 990)],
}
const TAXES = {
  pricesIncludeTax: true,
  homeCountry: null,
  shippingTaxClass: "standard",
  rates: [{ country: "IS", region: null, taxClass: "standard", percent: 24 }],
}

/** Copies of the rules are up to 30 s old; waiting for them is waiting for the fact. */
const RULES_KNOWN_MS = 45_000

beforeAll(async () => {
  await owner.addProduct(SKU, 1_000, PRICE)
})

async function open(change: Record<string, unknown> = {}, shopper = new Visitor(addresses)) {
  return shopper.checkout({ items: [{ sku: SKU, quantity: 1 }], email: EMAIL, ...change })
}

async function coupon(name: string, terms: Record<string, unknown>): Promise<string> {
  const made = await owner.call("POST", `/coupons/${code(name)}`, terms)
  expect(made.status).toBe(201)
  return (made.body as { code: string }).code
}

const usesOf = async (of: string) => (await viewer.call<{ uses: number }>("GET", `/coupons/${of}`)).body.uses

describe("a coupon", () => {
  it("takes its part off an order, and the payment is of what is left", async () => {
    const of = await coupon("TENTH", { percentOff: 12.5 })
    const opened = await open({ couponCode: ` ${of.toLowerCase()} ` })
    expect(opened.status).toBe(201)
    expect(opened.body).toMatchObject({
      totalCents: 4_375,
      couponCode: of,
      totals: { subtotalCents: 5_000, discountCents: 625, shippingCents: 0, taxCents: 0 },
    })
    const [intent] = await intentsOf(addresses.stripeUrl, opened.body.orderId)
    expect(intent).toMatchObject({ amount: 4_375 })
    expect(await usesOf(of)).toBe(1)
  })

  it("that takes all leaves nothing to pay: the order is confirmed, and it is used", async () => {
    const of = await coupon("ALL", { percentOff: 100 })
    const shopper = new Visitor(addresses)
    const opened = await open({ couponCode: of }, shopper)
    expect(opened.body).toMatchObject({ totalCents: 0, clientSecret: "" })
    const order = () => shopper.get(`/api/orders/${opened.body.orderId}`)
    await expect.poll(async () => (await order()).body["status"]).toBe("confirmed")
    expect(await intentsOf(addresses.stripeUrl, opened.body.orderId)).toEqual([])
    expect((await shopper.get(`/pay/${opened.body.orderId}`)).status).toBe(303)
    expect(await usesOf(of)).toBe(1)
  })

  it("hazard 22: is used once by fifty orders at once, and again after it is cancelled", async () => {
    const of = await coupon("ONCE", { amountOffCents: 1_000, currency: "EUR", usesMax: 1 })
    const shoppers = Array.from({ length: 50 }, () => new Visitor(addresses))
    const answers = await Promise.all(shoppers.map((shopper) => open({ couponCode: of }, shopper)))
    const won = answers.findIndex((answer) => answer.status === 201)
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 409, "coupon_used_up")
    expect(await usesOf(of)).toBe(1)
    const cancelled = await shoppers[won]?.call("DELETE", `/api/checkouts/${answers[won]?.body.orderId}`)
    expect(cancelled?.status).toBe(200)
    await expect.poll(() => usesOf(of)).toBe(0)
    expect((await open({ couponCode: of })).status).toBe(201)
    expectProblem(await open({ couponCode: of }), 409, "coupon_used_up")
  })

  it("that does not count is refused, and leaves the hold to the next try", async () => {
    const shopper = new Visitor(addresses)
    const { holdId } = (await shopper.hold({ items: [{ sku: SKU, quantity: 1 }] })).body
    const ask = (couponCode: string) => shopper.checkout({ holdId, email: EMAIL, couponCode })
    const refusedFor = async (terms: Record<string, unknown>) =>
      expectProblem(await ask(await coupon("NOT", terms)), 422, "coupon_invalid")
    expectProblem(await ask("NO-SUCH-CODE"), 422, "coupon_invalid")
    await refusedFor({ percentOff: 10, startsAtMs: Date.now() + 3_600_000 })
    await refusedFor({ percentOff: 10, endsAtMs: 1 })
    await refusedFor({ percentOff: 10, minimumCents: PRICE + 1, currency: "EUR" })
    await refusedFor({ amountOffCents: 10, currency: "USD" })
    expect(fieldsOf(await ask("two words"))).toContain("couponCode")
    const each = await coupon("EACH", { percentOff: 10, usesPerCustomerMax: 1 })
    expect((await ask(each)).status).toBe(201)
    expectProblem(await open({ couponCode: each, email: "ann@EXAMPLE.com" }), 409, "coupon_used_up")
    expect((await open({ couponCode: each, email: "bob@example.com" })).status).toBe(201)
  })

  it("is made, changed and ended by an owner alone, and every rule it breaks is named", async () => {
    const of = code("KEPT")
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
    expectProblem(await open({ couponCode: of }), 422, "coupon_invalid")
  })
})

describe("shipping and taxes", () => {
  afterAll(async () => {
    await owner.call("PUT", "/prices/shipping", { methods: [] })
    await owner.call("PUT", "/prices/taxes", { pricesIncludeTax: true, rates: [] })
  })

  it("are set by an owner alone, whole, and every rule they break is named", async () => {
    expectProblem(await staff.call("PUT", "/prices/shipping", SHIPPING), 403, "forbidden")
    expectProblem(await staff.call("PUT", "/prices/taxes", TAXES), 403, "forbidden")
    const twice = {
      ...parcel("ship", 1),
      bands: [
        { upToGrams: null, priceCents: 1 },
        { upToGrams: 5, priceCents: 1 },
      ],
    }
    expect(
      fieldsOf(await owner.call("PUT", "/prices/shipping", { methods: [parcel("ship", 1), twice] })),
    ).toEqual(expect.arrayContaining(["methods.1.id", "methods.1.bands.0.upToGrams"]))
    const [rate] = TAXES.rates
    const rates = [rate, rate, { ...rate, percent: 101 }]
    expect(fieldsOf(await owner.call("PUT", "/prices/taxes", { ...TAXES, rates }))).toEqual(
      expect.arrayContaining(["rates.2.percent"]),
    )
    expect((await owner.call("PUT", "/prices/shipping", SHIPPING)).body).toMatchObject(SHIPPING)
    expect((await owner.call("PUT", "/prices/taxes", TAXES)).body).toMatchObject(TAXES)
    expect((await viewer.call("GET", "/prices/shipping")).body).toMatchObject(SHIPPING)
    expect((await viewer.call("GET", "/prices/taxes")).body).toMatchObject(TAXES)
  })

  it(
    "are in the order's total where the address says so, and an address that nothing goes to is refused",
    { timeout: 3 * RULES_KNOWN_MS },
    async () => {
      const shopper = new Visitor(addresses)
      const priced = async () => (await open({ shippingAddress: address("IS") }, shopper)).body
      await expect.poll(priced, { timeout: RULES_KNOWN_MS, interval: 500 }).toMatchObject({
        totals: { subtotalCents: 5_000, shippingCents: 490, taxCents: 968 + 95, pricesIncludeTax: true },
        totalCents: 5_490,
        shippingMethod: { id: "ship", title: "By ship" },
      })
      // Lanes learn of rules one by one: a shopper's next order may be in one that has not yet.
      const byPlane = { shippingAddress: address("IS"), shippingMethod: "plane" }
      const flown = async () => (await open(byPlane)).body.totalCents
      await expect.poll(flown, { timeout: RULES_KNOWN_MS, interval: 500 }).toBe(5_990)
      await expect
        .poll(async () => (await open({ shippingAddress: address("AR") })).status, {
          timeout: RULES_KNOWN_MS,
          interval: 500,
        })
        .toBe(422)
      expectProblem(
        await open({ shippingAddress: address("DE"), shippingMethod: "balloon" }),
        422,
        "shipping_unavailable",
      )
      expect((await open()).body).toMatchObject({ totalCents: PRICE, shippingMethod: null })
    },
  )

  it(
    "go by what the goods weigh and how they are taxed, outside a sale and in one",
    { timeout: 3 * RULES_KNOWN_MS },
    async () => {
      const bands = [
        { upToGrams: 1_000, priceCents: 490 },
        { upToGrams: 3_000, priceCents: 990 },
      ]
      const { methods } = SHIPPING
      const byWeight = { ...parcel("weighed", 0), countries: ["LI"], bands, freeFromCents: null }
      await owner.call("PUT", "/prices/shipping", { methods: [...methods, byWeight] })
      const books = { country: "LI", region: null, taxClass: "books", percent: 2.6 }
      await owner.call("PUT", "/prices/taxes", { ...TAXES, rates: [...TAXES.rates, books] })
      const variant = { sku: "HEAVY", title: "One", priceCents: 1_000, currency: "EUR" }
      const heavy = { ...variant, weightGrams: 700, taxClass: "books" }
      const made = await owner.call<{ variants: object[] }>("POST", "/products", {
        slug: "heavy",
        title: "Heavy",
        variants: [heavy],
      })
      expect(made.body.variants).toMatchObject([heavy])
      await owner.receive("HEAVY", 1_000)
      const pricedFor = async (quantity: number) => {
        const body = { items: [{ sku: "HEAVY", quantity }], shippingAddress: address("LI") }
        const { totals } = (await open(body)).body as { totals?: object }
        return totals
      }
      await expect
        .poll(() => pricedFor(2), { timeout: RULES_KNOWN_MS, interval: 500 })
        .toMatchObject({ shippingCents: 990, taxCents: 51 })
      await expect
        .poll(() => pricedFor(1), { timeout: RULES_KNOWN_MS, interval: 500 })
        .toMatchObject({ shippingCents: 490, taxCents: 25 })

      const item = { sku: "HEAVY", allotment: 500, salePriceCents: 500, perCustomerLimit: 500 }
      const sale = await owner.schedule({ items: [item], opensAtMs: Date.now() + 200 })
      const shopper = new Visitor(addresses)
      const { saleId } = sale.body
      const { ticket } = (await shopper.join(saleId)).body
      const inSale = async () => {
        const { pass } = (await shopper.pass(saleId, ticket)).body
        const asked = { items: [{ sku: "HEAVY", quantity: 2 }], saleId, pass, shippingAddress: address("LI") }
        return (await open(asked, shopper)).body
      }
      await expect
        .poll(inSale, { timeout: RULES_KNOWN_MS, interval: 1_000 })
        .toMatchObject({ totals: { subtotalCents: 1_000, shippingCents: 990, taxCents: 25 } })
    },
  )

  it(
    "are shown before payment on a page without script, and a coupon with them",
    { timeout: 3 * RULES_KNOWN_MS },
    async () => {
      const of = await coupon("PAGE", { percentOff: 10, minimumCents: PRICE, currency: "EUR" })
      const fields = { email: EMAIL, ...address("IS"), couponCode: of, shippingMethod: "plane" }
      const shopper = new Visitor(addresses)
      const send = (path: string, change: Record<string, string> = {}) =>
        shopper.call<{ text: string }>(
          "POST",
          path,
          new URLSearchParams({ ...fields, ...change }).toString(),
          { "content-type": "application/x-www-form-urlencoded", origin: addresses.url },
        )
      const hold = async () => {
        const { holdId } = (await shopper.hold({ items: [{ sku: SKU, quantity: 1 }] })).body
        return `/checkout/${holdId}`
      }
      const path = await hold()
      expect((await shopper.get<{ text: string }>(path)).body.text).toContain("to be added")
      const shown = (await send(path, { show: "total", couponCode: of.toLowerCase() })).body.text
      for (const part of [`Coupon ${of}`, "−€5.00", "By plane", "€9.90", "€54.90", "€10.63", EMAIL])
        expect(shown).toContain(part)
      const wrong = (await send(path, { show: "total", couponCode: "NO-SUCH" })).body.text
      expect(wrong).toContain("There is no such coupon.")
      expect(wrong).toContain("€59.90")
      const refused = await send(path, { couponCode: "NO-SUCH" })
      expect(refused.status).toBe(422)
      expect(refused.body.text).toContain("There is no such coupon.")

      const asked = { holdId: path.replace("/checkout/", ""), country: "IS", couponCode: of }
      expect((await shopper.call("POST", "/api/quotes", asked)).body).toMatchObject({
        items: [{ sku: SKU, quantity: 1, unitPriceCents: PRICE, discountCents: 500, taxCents: 871 }],
        totals: { discountCents: 500, shippingCents: 490, taxCents: 871 + 95 },
        totalCents: 4_990,
        currency: "EUR",
        shippingMethods: [
          { id: "ship", title: "By ship", priceCents: 490 },
          { id: "plane", title: "By plane", priceCents: 990 },
        ],
        shippingMethod: { id: "ship" },
        couponRefused: null,
      })
      const nowhere = { ...asked, country: "AR", couponCode: "NO-SUCH" }
      expect((await shopper.call("POST", "/api/quotes", nowhere)).body).toMatchObject({
        totalCents: PRICE,
        shippingMethods: [],
        shippingRefused: true,
        couponRefused: "unknown",
      })
      expect(await usesOf(of)).toBe(0)
      expectProblem(await new Visitor(addresses).call("POST", "/api/quotes", asked), 404, "hold_not_found")

      // The order's lane may learn of the rules later than the page did; the order's own figure counts.
      let order = ""
      const buy = async () => {
        const opened = await send(await hold())
        order = opened.headers.get("location")?.match(/\/pay\/([^?]+)/)?.[1] ?? ""
        return (await shopper.get(`/api/orders/${order}`)).body["totalCents"]
      }
      await expect.poll(buy, { timeout: RULES_KNOWN_MS, interval: 500 }).toBe(5_490)
      const pay = (await shopper.get<{ text: string }>(`/pay/${order}`)).body.text
      for (const part of [`Coupon ${of}`, "By plane", "€54.90"]) expect(pay).toContain(part)
    },
  )
})
