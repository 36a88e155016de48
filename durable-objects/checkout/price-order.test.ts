import { describe, expect, it } from "vitest"
import type { OpenCheckout } from "./contract.ts"
import { PRICE, UNITS, ADDRESS, SINGLE_USE, RULES, Shop, command, refusalOf } from "./priced-shop.ts"

describe("an order's price", () => {
  it("is its lines' sum when the shop has no rules", async () => {
    const outcome = await new Shop().open(command("o1"))
    expect(outcome).toMatchObject({
      outcome: "opened",
      order: { totalCents: 2 * PRICE, shippingMethod: null, couponCode: null },
    })
  })

  it("has discount, shipping and tax, and is what the payment is asked for", async () => {
    const shop = new Shop()
    shop.rules = RULES
    const outcome = await shop.open(command("o1", { couponCode: "ONCE", shippingMethod: "parcel" }))
    expect(outcome).toMatchObject({
      outcome: "opened",
      order: {
        totals: {
          subtotalCents: 4_000,
          discountCents: 1_000,
          shippingCents: 490,
          taxCents: 570 + 93,
          pricesIncludeTax: false,
        },
        totalCents: 3_000 + 490 + 663,
        items: [{ sku: "A", quantity: 2, unitPriceCents: PRICE, discountCents: 1_000, taxCents: 570 }],
        shippingMethod: { id: "parcel", title: "Parcel" },
        couponCode: "ONCE",
      },
    })
  })

  it("that is refused leaves a hold that was brought along to the next try", async () => {
    const shop = new Shop()
    shop.rules = RULES
    const hold = { holdId: shop.hold("h1") }
    const refused = async (orderId: string, changes: Partial<OpenCheckout>) =>
      refusalOf(await shop.open(command(orderId, { hold, ...changes })))
    expect(await refused("o1", { couponCode: "NONE" })).toBe("coupon_invalid")
    expect(await refused("o2", { shippingAddress: { ...ADDRESS, country: "AU" } })).toBe(
      "shipping_unavailable",
    )
    expect(await refused("o3", { shippingMethod: "balloon", couponCode: "ONCE" })).toBe(
      "shipping_unavailable",
    )
    await shop.deliverReturns()
    expect(shop.uses()).toBe(0)
    expect(shop.book.find("o1")).toBeNull()
    expect(await refused("o4", { couponCode: "ONCE" })).toBeNull()
  })

  it("that is refused leaves nothing held, and the same key may try again", async () => {
    const shop = new Shop()
    shop.coupon.replace({ ...SINGLE_USE, endsAtMs: 0 }, shop.nowMs)
    expect(refusalOf(await shop.open(command("o1", { couponCode: "ONCE" })))).toBe("coupon_invalid")
    expect(shop.ledger.counts().available).toBe(UNITS)
    shop.coupon.replace(SINGLE_USE, shop.nowMs)
    expect(refusalOf(await shop.open(command("o1", { couponCode: "ONCE" })))).toBeNull()
  })

  it("gives the coupon back when the hold turns out to be gone", async () => {
    const shop = new Shop()
    const held = command("o1", { hold: { holdId: "h9~A" }, couponCode: "ONCE" })
    expect(refusalOf(await shop.open(held))).toBe("hold_not_found")
    const holdId = shop.hold("h1")
    shop.ledger.claim(holdId, "s", "another", shop.now())
    expect(refusalOf(await shop.open(command("o2", { hold: { holdId }, couponCode: "ONCE" })))).toBe(
      "hold_in_use",
    )
    expect(shop.uses()).toBe(1)
    await shop.deliverReturns()
    expect(shop.uses()).toBe(0)
  })
})

describe("an order's weight and tax class", () => {
  it("are those of the goods' terms, for a hold of its own as for one that was brought along", async () => {
    const shop = new Shop()
    const [parcel] = RULES.shipping
    if (!parcel) throw new Error("the rules have a way of shipping")
    const bands = [
      { upToGrams: 1_000, priceCents: 490 },
      { upToGrams: 5_000, priceCents: 990 },
    ]
    const books = { country: "DE", region: null, taxClass: "books", ratePer100k: 7_000 }
    shop.rules = {
      ...RULES,
      shipping: [{ ...parcel, bands }],
      taxes: { ...RULES.taxes, rates: [...RULES.taxes.rates, books] },
    }
    shop.setGoods({ weightGrams: 800, taxClass: "books" })
    const totals = { shippingCents: 990, taxCents: 280 + 188 }
    for (const hold of [command("").hold, { holdId: shop.hold("h1") }]) {
      const outcome = await shop.open(command(`o${JSON.stringify(hold).length}`, { hold }))
      expect(outcome).toMatchObject({ outcome: "opened", order: { totals } })
    }
    shop.setGoods({ weightGrams: 2_501, taxClass: "books" })
    expect(refusalOf(await shop.open(command("heavy")))).toBe("shipping_unavailable")
    expect(shop.ledger.counts().held).toBe(4)
  })
})

describe("hazard 22: a single-use coupon", () => {
  it("is used by one of 50 orders that come at once, and by another when that one is cancelled", async () => {
    const shop = new Shop()
    const ids = Array.from({ length: 50 }, (_, index) => `o${index}`)
    const outcomes = await Promise.all(ids.map((id) => shop.open(command(id, { couponCode: "ONCE" }))))
    const opened = outcomes.flatMap((outcome) =>
      outcome.outcome === "opened" ? [outcome.order.orderId] : [],
    )
    expect(opened).toHaveLength(1)
    expect(outcomes.filter((outcome) => refusalOf(outcome) === "coupon_used_up")).toHaveLength(49)
    expect(shop.ledger.counts().held).toBe(2)
    await shop.deliverReturns()
    expect(shop.uses()).toBe(1)
    shop.cancel(opened[0] ?? "")
    await shop.deliverReturns()
    expect(shop.uses()).toBe(0)
    expect(refusalOf(await shop.open(command("next", { couponCode: "ONCE" })))).toBeNull()
    expect(refusalOf(await shop.open(command("last", { couponCode: "ONCE" })))).toBe("coupon_used_up")
  })

  it("comes back with a refund of the whole order, once", async () => {
    const shop = new Shop()
    await shop.open(command("o1", { couponCode: "ONCE" }))
    shop.pay("o1")
    await shop.deliverReturns()
    expect(shop.uses()).toBe(1)
    shop.refund("o1")
    shop.fault = "after"
    await shop.deliverReturns()
    expect(shop.returns.nextMs()).toBeGreaterThan(shop.nowMs)
    await shop.open(command("o2", { couponCode: "ONCE" }))
    shop.nowMs += 1_000
    await shop.deliverReturns()
    expect(shop.returns.nextMs()).toBeNull()
    // The first order's return was heard twice, and took nothing from the second.
    expect(shop.uses()).toBe(1)
  })

  it("is not lost when the lane dies between counting it and writing its order", async () => {
    for (const fault of ["before", "after"] as const) {
      const shop = new Shop()
      shop.fault = fault
      await expect(shop.open(command("o1", { couponCode: "ONCE" }))).rejects.toThrow("lost on the way")
      expect(shop.uses()).toBe(fault === "after" ? 1 : 0)
      await shop.drive("o1")
      expect(shop.book.find("o1")).toBeNull()
      await shop.deliverReturns()
      expect(shop.uses()).toBe(0)
    }
  })

  it("is counted once when a checkout that lost its answer is sent again", async () => {
    const shop = new Shop()
    shop.fault = "after"
    await expect(shop.open(command("o1", { couponCode: "ONCE" }))).rejects.toThrow("lost on the way back")
    expect(refusalOf(await shop.open(command("o1", { couponCode: "ONCE" })))).toBeNull()
    await shop.deliverReturns()
    expect(shop.uses()).toBe(1)
  })
})
