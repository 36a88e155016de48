import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { EMAIL, PriceDesk } from "./price-desk.ts"
import { expectProblem, fieldsOf, Visitor } from "./wire.ts"

const addresses = inject("stack")
const SKU = "PRICED"
const desk = new PriceDesk(addresses, SKU)
const { owner, staff, viewer } = desk
const PRICE = 5_000
const address = (country: string) => ({ name: "A", line1: "1 Quay", city: "B", postalCode: "1", country })

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
      const priced = async () => (await desk.open({ shippingAddress: address("IS") }, shopper)).body
      await expect.poll(priced, { timeout: RULES_KNOWN_MS, interval: 500 }).toMatchObject({
        totals: { subtotalCents: 5_000, shippingCents: 490, taxCents: 968 + 95, pricesIncludeTax: true },
        totalCents: 5_490,
        shippingMethod: { id: "ship", title: "By ship" },
      })
      // Lanes learn of rules one by one: a shopper's next order may be in one that has not yet.
      const byPlane = { shippingAddress: address("IS"), shippingMethod: "plane" }
      const flown = async () => (await desk.open(byPlane)).body.totalCents
      await expect.poll(flown, { timeout: RULES_KNOWN_MS, interval: 500 }).toBe(5_990)
      await expect
        .poll(async () => (await desk.open({ shippingAddress: address("AR") })).status, {
          timeout: RULES_KNOWN_MS,
          interval: 500,
        })
        .toBe(422)
      expectProblem(
        await desk.open({ shippingAddress: address("DE"), shippingMethod: "balloon" }),
        422,
        "shipping_unavailable",
      )
      expect((await desk.open()).body).toMatchObject({ totalCents: PRICE, shippingMethod: null })
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
        const { totals } = (await desk.open(body)).body as { totals?: object }
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
        return (await desk.open(asked, shopper)).body
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
      const of = await desk.coupon("PAGE", { percentOff: 10, minimumCents: PRICE, currency: "EUR" })
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
      expect(await desk.usesOf(of)).toBe(0)
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
