/** "€ 1,240.00" as people of the shop's language write it, from integer minor units. */
export function formatMoney(cents: number, currency: string, language = "en"): string {
  const format = new Intl.NumberFormat(language, { style: "currency", currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(cents / 10 ** digits)
}

export function formatCount(count: number): string {
  return new Intl.NumberFormat("en", { maximumFractionDigits: 0 }).format(count)
}

/** "1 piece", "12 pieces". */
export function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
