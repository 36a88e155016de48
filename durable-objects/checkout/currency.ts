/**
 * Amounts here are integers in a currency's minor unit as ISO 4217 has it ("cents", also where a currency has none).
 * Stripe counts some currencies otherwise: this is the one place that knows.
 */

/** Digits behind the point by ISO 4217 (list one); every other currency has two. */
const ISO_DIGITS: Readonly<Record<string, number>> = {
  ...digits(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
  ...digits(3, "BHD IQD JOD KWD LYD OMR TND"),
  ...digits(4, "CLF UYW"),
}

/**
 * Digits behind the point in Stripe's amounts, where they are others (https://docs.stripe.com/currencies). ISK and UGX
 * have lost their fractions and kept two digits in the API; of MGA Stripe takes whole ariary only.
 */
const PROVIDER_DIGITS: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 }

/** Three-digit currencies go to the card networks with two: the last digit must be 0 (same page). */
const PROVIDER_STEPS: Readonly<Record<string, number>> = { BHD: 10, JOD: 10, KWD: 10, OMR: 10, TND: 10 }

function digits(count: number, currencies: string): Record<string, number> {
  return Object.fromEntries(currencies.split(" ").map((currency) => [currency, count]))
}

/** How many digits of an amount stand behind the point. */
export function minorDigitsOf(currency: string): number {
  return ISO_DIGITS[currency.toUpperCase()] ?? 2
}

/** Stripe's number for an amount, or null for one that Stripe cannot count: a fraction it does not have. */
export function providerAmountOf(cents: number, currency: string): number | null {
  const amount = providerUnitsOf(cents, currency)
  return amount !== null && amount % stepOf(currency) === 0 ? amount : null
}

/** As `providerAmountOf`, of an amount that is not charged by itself: a part of one may end in any digit. */
export function providerUnitsOf(cents: number, currency: string): number | null {
  const units = shifted(cents, shiftOf(currency.toUpperCase()))
  return Number.isSafeInteger(units) ? units : null
}

/** The amount behind Stripe's number. A fraction that the currency does not have is rounded to the nearest unit. */
export function centsOf(providerAmount: number, currency: string): number {
  return Math.round(shifted(providerAmount, -shiftOf(currency.toUpperCase())))
}

/** As `centsOf`, rounded half up to an amount that can be charged. */
export function chargeableCentsOf(providerAmount: number, currency: string): number {
  const step = stepOf(currency)
  return Math.round(shifted(providerAmount, -shiftOf(currency.toUpperCase())) / step) * step
}

function stepOf(currency: string): number {
  return PROVIDER_STEPS[currency.toUpperCase()] ?? 1
}

/** Divided, not multiplied by a fraction: 10 ** -2 is not exact, and quotients of integers are where they can be. */
function shifted(amount: number, places: number): number {
  return places < 0 ? amount / 10 ** -places : amount * 10 ** places
}

function shiftOf(code: string): number {
  const isoDigits = minorDigitsOf(code)
  return (PROVIDER_DIGITS[code] ?? isoDigits) - isoDigits
}
