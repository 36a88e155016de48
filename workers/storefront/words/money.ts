import { minorDigitsOf } from "../../../durable-objects/checkout/currency.ts"

/**
 * "€ 1,240.00" as people of the shop's language write it, from integer minor units. How many digits those are is not left
 * to `Intl`: it goes by what cash there is, and would show forints and pesos a hundredfold.
 */
export function formatMoney(cents: number, currency: string, language = "en"): string {
  const digits = minorDigitsOf(currency)
  const format = new Intl.NumberFormat(language, {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return format.format(cents / 10 ** digits)
}

export function formatCount(count: number): string {
  return new Intl.NumberFormat("en", { maximumFractionDigits: 0 }).format(count)
}

/** "1 piece", "12 pieces". */
export function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
