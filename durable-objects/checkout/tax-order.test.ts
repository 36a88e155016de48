import { describe, expect, it } from "vitest"
import type { PriceRules } from "../prices/contract.ts"
import type { OpenCheckout } from "./contract.ts"
import { ADDRESS, command, PRICE, RULES, Shop, refusalOf, UNITS } from "./priced-shop.ts"
import type { TaxAnswer, TaxAsk } from "./tax/taxes.ts"

const BY_STRIPE: PriceRules = { ...RULES, taxes: { ...RULES.taxes, taxProvider: "stripe" } }
const AWAY: TaxAnswer = { outcome: "unavailable", message: "no connection" }
const refusedFor = (about: "address" | "amount" | "account"): TaxAnswer => ({
  outcome: "refused",
  about,
  code: about,
  message: about,
})

/** An eighth of each line, and two of shipping. */
function eighth({ lines, shipping }: TaxAsk): TaxAnswer {
  const lineTaxCents = lines.map(({ amountCents }) => Math.floor(amountCents / 8))
  return { outcome: "ok", calculationId: "taxcalc_1", lineTaxCents, shippingTaxCents: shipping ? 2 : 0 }
}

function shopWith(tax: (ask: TaxAsk) => TaxAnswer, rules = BY_STRIPE): Shop {
  const shop = new Shop()
  shop.rules = rules
  shop.tax = tax
  return shop
}

const open = async (shop: Shop, changes: Partial<OpenCheckout> = {}) =>
  refusalOf(await shop.open(command("o1", changes)))

describe("an order whose tax Stripe works out", () => {
  it("has that tax and no other, after coupon and shipping, and its payment names the calculation", async () => {
    const shop = shopWith(eighth)
    const outcome = await shop.open(command("o1", { couponCode: "ONCE" }))
    expect(outcome).toMatchObject({
      outcome: "opened",
      order: {
        totals: { subtotalCents: 4_000, discountCents: 1_000, shippingCents: 490, taxCents: 375 + 2 },
        totalCents: 3_000 + 490 + 377,
        items: [{ discountCents: 1_000, taxCents: 375 }],
      },
    })
    expect(shop.intents).toMatchObject([{ amountCents: 3_867, taxCalculationId: "taxcalc_1" }])
    expect(shop.calculations.find("o1")).toBe("taxcalc_1")
  })

  it("is asked about once, for a hold of its own as for one that was brought along", async () => {
    const shop = shopWith(eighth)
    expect(await open(shop)).toBeNull()
    expect(refusalOf(await shop.open(command("o2", { hold: { holdId: shop.hold("h1") } })))).toBeNull()
    expect(refusalOf(await shop.open(command("o2", { hold: { holdId: "h1~A" } })))).toBeNull()
    expect(shop.taxAsks).toHaveLength(2)
    expect(new Set(shop.taxAsks.map(({ askKey }) => askKey)).size).toBe(2)
  })

  it("that has rates of its own is not asked about, and its payment names nothing", async () => {
    const shop = shopWith(() => AWAY, RULES)
    expect(await open(shop)).toBeNull()
    expect(shop.taxAsks).toEqual([])
    expect(shop.intents).toMatchObject([{ taxCalculationId: null }])
  })

  it("that goes nowhere is taxed at home, and refused in a shop without a home", async () => {
    const shop = shopWith(eighth)
    expect(await open(shop, { shippingAddress: null })).toBe("address_invalid")
    expect(shop.taxAsks).toEqual([])
    shop.rules = { ...BY_STRIPE, taxes: { ...BY_STRIPE.taxes, homeCountry: "DE" } }
    expect(await open(shop, { shippingAddress: null })).toBeNull()
    expect(shop.taxAsks).toMatchObject([{ address: { source: "billing", country: "DE" }, shipping: null }])
  })
})

describe("tax that nobody says", () => {
  it("is no tax: the checkout is put off with its hold and its coupon kept for the same request", async () => {
    for (const answer of [AWAY, refusedFor("account")]) {
      const shop = shopWith(() => answer)
      expect(await open(shop, { couponCode: "ONCE" })).toBe("payment_unavailable")
      expect(shop.intents).toEqual([])
      expect(shop.ledger.counts()).toMatchObject({ held: 2, available: UNITS - 2 })
      expect(shop.book.find("o1")).toBeNull()
      await shop.deliverReturns()
      expect(shop.uses()).toBe(0)
      shop.tax = eighth
      expect(await open(shop, { couponCode: "ONCE" })).toBeNull()
      expect(shop.ledger.counts()).toMatchObject({ held: 2, available: UNITS - 2 })
      expect(shop.uses()).toBe(1)
      expect(shop.intents).toHaveLength(1)
    }
  })

  it("leaves a hold that was brought along to its owner, whatever the reason", async () => {
    for (const answer of [AWAY, refusedFor("account"), refusedFor("address")]) {
      const shop = shopWith(() => answer)
      const hold = { holdId: shop.hold("h1") }
      expect(await open(shop, { hold })).not.toBeNull()
      shop.tax = eighth
      expect(refusalOf(await shop.open(command("o2", { hold })))).toBeNull()
    }
  })

  it("for an address that has none leaves nothing held, and another address may be sent", async () => {
    const shop = shopWith(({ address }) => (address.postalCode === "1" ? refusedFor("address") : AWAY))
    expect(await open(shop)).toBe("address_invalid")
    expect(shop.ledger.counts().available).toBe(UNITS)
    shop.tax = eighth
    expect(await open(shop, { shippingAddress: { ...ADDRESS, postalCode: "10115" } })).toBeNull()
  })

  it("because the amount can't be counted ends the purchase, as a payment of it would", async () => {
    const shop = shopWith(() => refusedFor("amount"))
    const hold = { holdId: shop.hold("h1") }
    expect(await open(shop, { hold })).toBe("payment_refused")
    expect(shop.ledger.counts().available).toBe(UNITS)
  })

  it("before the lane dies leaves nothing behind", async () => {
    const shop = shopWith(() => {
      throw new Error("the lane died")
    })
    await expect(shop.open(command("o1", { couponCode: "ONCE" }))).rejects.toThrow("the lane died")
    await shop.drive("o1")
    await shop.deliverReturns()
    expect(shop.ledger.counts().available).toBe(UNITS)
    expect(shop.uses()).toBe(0)
    expect(shop.book.find("o1")).toBeNull()
    expect(shop.intents).toEqual([])
  })

  it("costs nothing where nothing is left to tax", async () => {
    const shop = shopWith(({ lines }) => ({
      outcome: "ok",
      calculationId: null,
      lineTaxCents: lines.map(() => 0),
      shippingTaxCents: 0,
    }))
    const outcome = await shop.open(command("o1"))
    expect(outcome).toMatchObject({ outcome: "opened", order: { totalCents: 2 * PRICE + 490 } })
    expect(shop.calculations.find("o1")).toBeNull()
    expect(shop.intents).toMatchObject([{ taxCalculationId: null }])
  })
})
