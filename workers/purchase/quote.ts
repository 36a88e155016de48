import { totalOf } from "../../durable-objects/checkout/totals.ts"
import type { OrderTotals } from "../../durable-objects/checkout/contract.ts"
import { PRICE_RULES_NAME } from "../../durable-objects/prices/contract.ts"
import { couponCodeOf } from "../../durable-objects/prices/coupon/contract.ts"
import type { CouponOutcome } from "../../durable-objects/prices/coupon/contract.ts"
import { discountOf, quoteOf, shippingOffers, weightOf } from "../../durable-objects/prices/quote.ts"
import type { PricedLine, QuotedLine, ShippingOffer } from "../../durable-objects/prices/quote.ts"
import { RulesCopy } from "../../durable-objects/prices/rules-copy.ts"
import type { Context } from "hono"
import type { Env } from "../environment.ts"
import type { App } from "../http/app.ts"
import { limitCalls } from "../http/rate-limit.ts"
import { readSession } from "../http/session.ts"
import { visitOf } from "../http/visit.ts"

/** What is bought, and what is known of the rest so far. Everything that is not known yet is null. */
export interface QuoteRequest {
  items: readonly PricedLine[]
  currency: string
  country: string | null
  region: string | null
  shippingMethod: string | null
  couponCode: string | null
  email: string | null
}

export interface HoldQuote {
  items: QuotedLine[]
  totals: OrderTotals
  totalCents: number
  /** Null until there is an address, and where nothing is asked for shipping. */
  shippingMethod: { id: string; title: string } | null
  shippingOffers: ShippingOffer[]
  /** Whether the shop has ways of shipping at all, and coupons. */
  hasShipping: boolean
  hasCoupons: boolean
  /** Stripe Tax works it out when the checkout is opened: the totals are without tax. */
  taxLater: boolean
  /** It does not go there, or not this way: the totals are without shipping. */
  shippingRefused: boolean
  /** Why the coupon does not count: the totals are without it. */
  couponRefused: Extract<CouponOutcome, { outcome: "refused" }> | null
}

/** This isolate's copy of the shop's rules. */
const copy = new RulesCopy()

/** After a merchant's change came to this isolate; the others catch up by age. */
export function forgetPriceRules(): void {
  copy.forget()
}

/** Codes can be guessed; this is how fast. */
export async function limitQuotes(c: Context<App>): Promise<void> {
  const session = await readSession(visitOf(c))
  if (session) await limitCalls(c.env, "quote", session)
}

/** What an order would come to. Nothing is reserved: the order's own figures count. */
export async function quote(env: Env, request: QuoteRequest): Promise<HoldQuote> {
  const { items, currency, country, region } = request
  const rules = await copy.get(() => env.PRICES.getByName(PRICE_RULES_NAME).read(), Date.now)
  const subtotalCents = items.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0)
  const checked = await checkCoupon(env, request, subtotalCents)
  const coupon = checked?.outcome === "counts" ? checked.terms : null
  const ask = { country, region, shippingMethod: request.shippingMethod, coupon, currency }
  const asked = quoteOf(items, rules, ask)
  const quoted =
    asked.outcome === "quoted"
      ? asked
      : quoteOf(items, { ...rules, shipping: [] }, { ...ask, shippingMethod: null })
  if (quoted.outcome === "refused") throw new Error("nothing but shipping can be refused")
  const goodsCents = subtotalCents - discountOf(subtotalCents, coupon, currency)
  const parcel = { currency, goodsCents, weightGrams: weightOf(items) }
  return {
    items: quoted.lines,
    totals: quoted.totals,
    totalCents: totalOf(quoted.totals),
    shippingMethod: quoted.shippingMethod,
    shippingOffers: country === null ? [] : shippingOffers(rules.shipping, { ...parcel, country }),
    hasShipping: rules.shipping.length > 0,
    hasCoupons: rules.hasCoupons,
    taxLater: rules.taxes.taxProvider === "stripe",
    shippingRefused: asked.outcome === "refused",
    couponRefused: checked?.outcome === "refused" ? checked : null,
  }
}

async function checkCoupon(
  env: Env,
  { couponCode, email, currency }: QuoteRequest,
  subtotalCents: number,
): Promise<CouponOutcome | null> {
  if (couponCode === null) return null
  const code = couponCodeOf(couponCode)
  if (code === null) return { outcome: "refused", refusal: "unknown", terms: null }
  const customer = email === null ? null : email.toLowerCase()
  return env.COUPONS.getByName(code).check({ customer, subtotalCents, currency })
}
