import { TAX_CLASS_DEFAULT } from "./contract.ts"
import type { PriceRules, ShippingMethod, TaxRules } from "./contract.ts"
import type { CouponTerms } from "./coupon/contract.ts"
import { shareOf, smallestStepOf, spread, WHOLE } from "./rounding.ts"

/**
 * What an order comes to. A pure function of what is bought, the shop's rules, where it goes and what takes something
 * off. Without rules and coupon the total is the lines' own sum.
 *
 * 1. Subtotal: unit prices times quantities.
 * 2. Discount: off the goods, never off shipping, never more than the goods. A percentage is rounded half up once, and
 *    the discount is spread over the lines by largest remainder.
 * 3. Shipping: of the method that was asked for, else of the cheapest that goes there. Without an address nothing is
 *    shipped. Weighed with the lines' weights.
 * 4. Tax: for each line, on what is left after its discount, rounded half up; then on shipping.
 *    Within the price: `gross x rate / (1 + rate)`. On top of it: `net x rate`.
 *    Where Stripe Tax works it out there is none yet: the checkout asks for it and adds it (`withTax`).
 */

/** One SKU of the order, priced as its hold has it. */
export interface PricedLine {
  sku: string
  quantity: number
  unitPriceCents: number
  /** Of one unit; 0 where nothing is known. */
  weightGrams?: number
  /** `TAX_CLASS_DEFAULT` where nothing is known. */
  taxClass?: string
}

export interface QuoteAsk {
  /** ISO 3166-1; null without an address. */
  country: string | null
  region: string | null
  /** Null: whichever is cheapest. */
  shippingMethod: string | null
  /** Terms of a coupon that counts for this order. */
  coupon: CouponTerms | null
  currency: string
}

export interface QuotedLine {
  sku: string
  quantity: number
  unitPriceCents: number
  discountCents: number
  taxCents: number
}

export interface QuotedTotals {
  subtotalCents: number
  discountCents: number
  shippingCents: number
  /** The lines', and that of shipping. */
  taxCents: number
  pricesIncludeTax: boolean
}

export type Quote =
  | {
      outcome: "quoted"
      lines: QuotedLine[]
      totals: QuotedTotals
      shippingMethod: { id: string; title: string } | null
    }
  | { outcome: "refused"; refusal: "shipping_unavailable" }

export interface ShippingOffer {
  id: string
  title: string
  priceCents: number
}

export function quoteOf(lines: readonly PricedLine[], rules: PriceRules, ask: QuoteAsk): Quote {
  const amounts = lines.map((line) => line.quantity * line.unitPriceCents)
  const subtotalCents = amounts.reduce((sum, amount) => sum + amount, 0)
  const discountCents = discountOf(subtotalCents, ask.coupon, ask.currency)
  const discounts = spread(discountCents, amounts)
  const shipping = shippingOf(rules.shipping, ask, subtotalCents - discountCents, weightOf(lines))
  if (shipping === "unavailable") return { outcome: "refused", refusal: "shipping_unavailable" }
  const shippingCents = shipping?.priceCents ?? 0
  const { taxes } = rules
  const taxOf = (cents: number, taxClass: string) =>
    taxes.taxProvider === "stripe"
      ? 0
      : taxIn(cents, rateOf(taxes, ask, taxClass), taxes.pricesIncludeTax, smallestStepOf(ask.currency))
  const quoted = lines.map(({ sku, quantity, unitPriceCents, taxClass }, index) => {
    const off = discounts[index] ?? 0
    const left = (amounts[index] ?? 0) - off
    const taxCents = taxOf(left, taxClass ?? TAX_CLASS_DEFAULT)
    return { sku, quantity, unitPriceCents, discountCents: off, taxCents }
  })
  const shippingTax = taxes.shippingTaxClass === null ? 0 : taxOf(shippingCents, taxes.shippingTaxClass)
  const taxCents = quoted.reduce((sum, line) => sum + line.taxCents, shippingTax)
  return {
    outcome: "quoted",
    lines: quoted,
    totals: {
      subtotalCents,
      discountCents,
      shippingCents,
      taxCents,
      pricesIncludeTax: taxes.pricesIncludeTax,
    },
    shippingMethod: shipping && { id: shipping.id, title: shipping.title },
  }
}

/** The methods that go there with this, in the shop's order, each with its price. */
export function shippingOffers(
  methods: readonly ShippingMethod[],
  order: { country: string; currency: string; goodsCents: number; weightGrams: number },
): ShippingOffer[] {
  return methods.flatMap((method) => {
    const goesThere = method.countries.length === 0 || method.countries.includes(order.country)
    if (!goesThere || method.currency !== order.currency) return []
    const band = method.bands.find(({ upToGrams }) => upToGrams === null || order.weightGrams <= upToGrams)
    if (!band) return []
    const free = method.freeFromCents !== null && order.goodsCents >= method.freeFromCents
    return [{ id: method.id, title: method.title, priceCents: free ? 0 : band.priceCents }]
  })
}

/** Whether an order like this can be refused for its shipping, or for its tax. */
export function mayRefuse({ shipping, taxes }: PriceRules, shippingMethod: string | null): boolean {
  return shippingMethod !== null || shipping.length > 0 || taxes.taxProvider === "stripe"
}

export function weightOf(lines: readonly PricedLine[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * (line.weightGrams ?? 0), 0)
}

export function discountOf(subtotalCents: number, coupon: CouponTerms | null, currency: string): number {
  if (!coupon) return 0
  const { discount } = coupon
  const cents =
    discount.kind === "amount"
      ? discount.amountCents
      : shareOf(subtotalCents, discount.ratePer100k, WHOLE, smallestStepOf(currency))
  return Math.min(cents, subtotalCents)
}

function shippingOf(
  methods: readonly ShippingMethod[],
  ask: QuoteAsk,
  goodsCents: number,
  weightGrams: number,
): ShippingOffer | null | "unavailable" {
  const { country, currency, shippingMethod } = ask
  if (country === null || methods.length === 0) return shippingMethod === null ? null : "unavailable"
  const offers = shippingOffers(methods, { country, currency, goodsCents, weightGrams })
  if (shippingMethod !== null) return offers.find(({ id }) => id === shippingMethod) ?? "unavailable"
  const [first, ...others] = offers
  if (!first) return "unavailable"
  return others.reduce((best, offer) => (offer.priceCents < best.priceCents ? offer : best), first)
}

/** The rate of a region before that of its country, a class before the default one; 0 where there is neither. */
function rateOf(taxes: TaxRules, ask: Pick<QuoteAsk, "country" | "region">, taxClass: string): number {
  const country = ask.country ?? taxes.homeCountry
  if (country === null) return 0
  const region = ask.country === null ? null : (ask.region?.trim().toLowerCase() ?? null)
  const there = taxes.rates.filter((rate) => rate.country === country)
  for (const wanted of [taxClass, TAX_CLASS_DEFAULT]) {
    const ofClass = there.filter((rate) => rate.taxClass === wanted)
    const rate =
      ofClass.find((candidate) => candidate.region !== null && candidate.region.toLowerCase() === region) ??
      ofClass.find((candidate) => candidate.region === null)
    if (rate) return rate.ratePer100k
  }
  return 0
}

function taxIn(cents: number, ratePer100k: number, included: boolean, step: number): number {
  return shareOf(cents, ratePer100k, included ? WHOLE + ratePer100k : WHOLE, step)
}
