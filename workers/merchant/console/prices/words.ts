import { countryName } from "../../../storefront/words/countries.ts"
import { formatCount, formatMoney } from "../../../storefront/words/money.ts"
import type { Coupon, CouponState } from "./coupon-form.ts"
import type { ShippingMethod } from "./shipping-form.ts"
import type { RateKey } from "./tax-form.ts"

/** What the pages of prices say, without any request. */

/** Countries that a row names; more are counted. */
const COUNTRIES_NAMED_MAX = 4

export function placesOf({ countries }: Pick<ShippingMethod, "countries">): string {
  if (countries.length === 0) return "Everywhere"
  const named = countries.slice(0, COUNTRIES_NAMED_MAX).map(countryName).join(", ")
  const more = countries.length - COUNTRIES_NAMED_MAX
  return more > 0 ? `${named} and ${more} more` : named
}

/** "up to 2,000 g €4.90", "heavier €9.90" */
export function bandsOf({ bands, currency }: Pick<ShippingMethod, "bands" | "currency">): string[] {
  return bands.map(({ upToGrams, priceCents }, index) => {
    const heavier = index === 0 ? "" : "heavier "
    const weight = upToGrams === null ? heavier : `up to ${formatCount(upToGrams)} g `
    return `${weight}${formatMoney(priceCents, currency)}`
  })
}

export function rateNameOf({ country, region, taxClass }: RateKey): string {
  return `${countryName(country)}${region === null ? "" : `, ${region}`}, ${taxClass}`
}

export function takesOffOf(coupon: Coupon): string {
  return coupon.amountOffCents === null
    ? `${coupon.percentOff ?? 0} %`
    : formatMoney(coupon.amountOffCents, coupon.currency ?? "")
}

/** "3 of 100, 1 each" */
export function usesOf({ uses, usesMax, usesPerCustomerMax }: Coupon): string {
  const all = usesMax === null ? formatCount(uses) : `${formatCount(uses)} of ${formatCount(usesMax)}`
  return usesPerCustomerMax === null ? all : `${all}, ${formatCount(usesPerCustomerMax)} each`
}

export const COUPON_STATE_WORDS: Record<CouponState, string> = {
  runs: "Counts",
  not_begun: "Not yet",
  over: "Over",
  used_up: "Used up",
}
