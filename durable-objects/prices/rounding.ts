/**
 * Sums of money are whole minor units. Where a rate makes a fraction it is rounded half up, once for each line and once
 * for a percentage off; products are taken in BigInt, because a price times a rate may not fit a double.
 */

/** Rates are parts of this. */
export const WHOLE = 100_000

/** Currencies whose third digit Stripe wants to be a zero (docs.stripe.com/currencies#three-decimal). */
const TEN_UNITS = new Set(["BHD", "JOD", "KWD", "OMR", "TND"])

/** The least difference between two sums that can be paid, in minor units. */
export function smallestStepOf(currency: string): number {
  return TEN_UNITS.has(currency) ? 10 : 1
}

/** `cents x numerator / denominator`, half up, as a multiple of `step`. None may be negative; the last two are above 0. */
export function shareOf(cents: number, numerator: number, denominator: number, step = 1): number {
  const units = BigInt(denominator) * BigInt(step)
  const product = BigInt(cents) * BigInt(numerator)
  return Number((2n * product + units) / (2n * units)) * step
}

/**
 * Splits a sum over amounts in proportion to them, by largest remainder: the parts come to exactly the sum, each is less
 * than one unit from its exact share, and none exceeds its amount. Ties go to the first. The sum may be the amounts' own
 * at most.
 */
export function spread(sumCents: number, amounts: readonly number[]): number[] {
  const whole = amounts.reduce((sum, amount) => sum + amount, 0)
  if (sumCents > whole) throw new Error(`${sumCents} cannot be spread over ${whole}`)
  if (sumCents === 0) return amounts.map(() => 0)
  const exact = amounts.map((amount) => BigInt(sumCents) * BigInt(amount))
  const parts = exact.map((product) => Number(product / BigInt(whole)))
  const left = sumCents - parts.reduce((sum, part) => sum + part, 0)
  const byRemainder = exact
    .map((product, index) => ({ index, remainder: product % BigInt(whole) }))
    .toSorted((a, b) =>
      a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1,
    )
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1
  return parts
}
