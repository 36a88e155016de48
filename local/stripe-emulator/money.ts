/** Currencies and the amounts that may be charged in them, in Stripe's smallest units. */
import type { Failure } from "./errors.ts"
import { invalidRequest } from "./errors.ts"

/** Eight digits: the largest amount Stripe charges in most currencies. */
export const MAX_AMOUNT = 99_999_999

/**
 * Smallest charge by currency, from Stripe's table of minimum amounts. Where that has none Stripe converts half a dollar;
 * the figures here are about that. A currency in this table is a currency we know.
 */
const MINIMUM_AMOUNTS: Readonly<Record<string, number>> = {
  usd: 50,
  eur: 50,
  gbp: 30,
  chf: 50,
  aud: 50,
  cad: 50,
  nzd: 50,
  sgd: 50,
  brl: 50,
  inr: 50,
  jpy: 50,
  dkk: 250,
  nok: 300,
  sek: 300,
  pln: 200,
  czk: 1_500,
  huf: 17_500,
  ron: 200,
  bgn: 100,
  hkd: 400,
  mxn: 1_000,
  myr: 200,
  thb: 1_000,
  aed: 200,
  try: 200,
  zar: 900,
  ils: 180,
  php: 3_000,
  krw: 700,
  vnd: 12_500,
  idr: 900_000,
  isk: 7_000,
  ugx: 180_000,
  mga: 2_300,
  clp: 500,
  cop: 200_000,
  pen: 200,
  twd: 1_500,
  bhd: 190,
  jod: 350,
  kwd: 150,
  omr: 190,
  tnd: 1_500,
}

/**
 * What an amount must be a multiple of (https://docs.stripe.com/currencies#special-cases): ISK and UGX have two digits in
 * the API and no fractions, and the card networks know two of the three digits of dinars and rials.
 */
const STEPS: Readonly<Record<string, number>> = {
  isk: 100,
  ugx: 100,
  bhd: 10,
  jod: 10,
  kwd: 10,
  omr: 10,
  tnd: 10,
}

/** The currency in lower case, or why it is refused. */
export function checkCurrency(currency: string): Failure | undefined {
  if (Object.hasOwn(MINIMUM_AMOUNTS, currency)) return undefined
  const known = Object.keys(MINIMUM_AMOUNTS).join(", ")
  return invalidRequest(
    `Invalid currency: ${currency}. Stripe currently supports these currencies: ${known}`,
    { param: "currency" },
  )
}

/** Why money cannot be moved to this fraction, also for refunds and captures of a part. */
export function checkFraction(amount: number, currency: string, param = "amount"): Failure | undefined {
  const step = STEPS[currency] ?? 1
  if (amount % step === 0) return undefined
  return invalidRequest(
    `Invalid amount. Amounts in ${currency.toUpperCase()} must be evenly divisible by ${step}.`,
    { code: step === 100 ? "invalid_charge_amount_no_decimal_compatible" : "invalid_charge_amount", param },
  )
}

/** Why this amount cannot be charged in this currency. */
export function checkAmount(amount: number, currency: string): Failure | undefined {
  if (amount < 1) {
    return invalidRequest("This value must be greater than or equal to 1.", {
      code: "parameter_invalid_integer",
      param: "amount",
    })
  }
  const minimum = MINIMUM_AMOUNTS[currency] ?? 50
  if (amount < minimum) {
    return invalidRequest(`Amount must be at least ${minimum} minor units in ${currency}`, {
      code: "amount_too_small",
      param: "amount",
    })
  }
  if (amount > MAX_AMOUNT) {
    return invalidRequest(`Amount must be no more than ${MAX_AMOUNT} minor units in ${currency}`, {
      code: "amount_too_large",
      param: "amount",
    })
  }
  return checkFraction(amount, currency)
}
