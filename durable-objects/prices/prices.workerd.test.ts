import { env } from "cloudflare:workers"
import { evictDurableObject, runInDurableObject } from "cloudflare:test"
import { describe, expect, it } from "vitest"
import type { OpenCheckout } from "../checkout/contract.ts"
import { NO_RULES } from "./contract.ts"
import type { CouponTerms, CouponUse } from "./coupon/contract.ts"

const ONCE: CouponTerms = {
  code: "ONCE",
  discount: { kind: "percent", ratePer100k: 10_000 },
  minimum: null,
  startsAtMs: null,
  endsAtMs: null,
  usesMax: 1,
  usesPerCustomerMax: null,
}

function use(useId: string): CouponUse {
  return { useId, customer: "a@b.example", subtotalCents: 1_000, currency: "EUR" }
}

function order(orderId: string, sku: string, couponCode: string): OpenCheckout {
  return {
    orderId,
    orderNumber: orderId,
    requestDigest: orderId,
    subject: "shopper",
    email: "a@b.example",
    shippingAddress: null,
    couponCode,
    hold: { items: [{ sku, quantity: 1 }], saleId: null },
  }
}

describe("the coupon object", () => {
  it("hazard 22: counts a single use of fifty that come at once, also after an eviction", async () => {
    const coupon = env.COUPONS.getByName("CROWD")
    expect(await coupon.create(ONCE)).toBe(true)
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => coupon.reserve(use(`o${i}:1`))))
    expect(outcomes.filter(({ outcome }) => outcome === "counts")).toHaveLength(1)
    await evictDurableObject(coupon)
    const again = env.COUPONS.getByName("CROWD")
    expect(await again.read()).toMatchObject({ uses: 1 })
    expect(await again.reserve(use("late:1"))).toMatchObject({ refusal: "used_up" })
  })

  it("keeps nothing of a code that was guessed", async () => {
    const coupon = env.COUPONS.getByName("GUESSED")
    expect(await coupon.reserve(use("o1:1"))).toMatchObject({ refusal: "unknown" })
    await coupon.giveBack("o1:1")
    expect(await coupon.replace(ONCE)).toBeNull()
    expect(await coupon.remove()).toBe(false)
    const tables = await runInDurableObject(coupon, (_, { storage }) =>
      storage.sql.exec(`SELECT name FROM sqlite_master`).toArray(),
    )
    expect(tables).toEqual([])
  })
})

describe("the object of the shop's rules", () => {
  it("keeps what was set over an eviction, each part by itself", async () => {
    const prices = env.PRICES.getByName("kept")
    expect(await prices.read()).toEqual(NO_RULES)
    const taxes = { ...NO_RULES.taxes, homeCountry: "DE" }
    await prices.putTaxes(taxes, null)
    expect(await prices.putShipping([], 0)).toBeNull()
    await prices.putShipping([], 1)
    await prices.listCoupon("B")
    await prices.listCoupon("A")
    await prices.listCoupon("B")
    await evictDurableObject(prices)
    const again = env.PRICES.getByName("kept")
    expect(await again.read()).toEqual({ version: 2, shipping: [], taxes, hasCoupons: true })
    expect(await again.couponCodes("")).toEqual(["A", "B"])
    expect(await again.couponCodes("A")).toEqual(["B"])
  })
})

describe("a lane", () => {
  it("gives a cancelled order's coupon back by its alarm", async () => {
    const stock = env.STOCK.getByName("PRICED")
    await stock.setOpenTerms({
      unitPriceCents: 1_000,
      currency: "EUR",
      perCustomerLimit: null,
      holdSeconds: 600,
      opensAtMs: null,
      closesAtMs: null,
    })
    await stock.receive({ id: "first", delta: 5, reason: "test" })
    const coupon = env.COUPONS.getByName("RETURNED")
    await coupon.create(ONCE)
    const lane = env.CHECKOUT.getByName("lane-0")
    // Nobody answers for payments here: the order stands, and waits.
    expect(await lane.open(order("o1", "PRICED", "RETURNED"))).toMatchObject({
      refusal: "payment_unavailable",
    })
    expect((await lane.read("o1"))?.order).toMatchObject({
      totalCents: 900,
      totals: { subtotalCents: 1_000, discountCents: 100 },
      couponCode: "RETURNED",
    })
    expect(await coupon.read()).toMatchObject({ uses: 1 })
    expect(await lane.open(order("o2", "PRICED", "RETURNED"))).toMatchObject({ refusal: "coupon_used_up" })
    expect(await stock.counts()).toMatchObject({ held: 1 })
    await lane.cancel("o1", "shopper")
    await expect.poll(async () => (await coupon.read())?.uses, { timeout: 10_000 }).toBe(0)
    expect(await lane.open(order("o3", "PRICED", "RETURNED"))).toMatchObject({
      refusal: "payment_unavailable",
    })
  })
})
