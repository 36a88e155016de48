/** Currencies and the amounts that may be charged in them, in minor units. */
import type { Failure } from "./errors.ts"
import { invalidRequest } from "./errors.ts"

/** Eight digits: the largest amount Stripe charges in most currencies. */
export const MAX_AMOUNT = 99_999_999

/** Smallest charge by currency, from Stripe's table of minimum amounts. A currency in this table is a currency we know. */
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
  idr: 900_000,
  isk: 7_000,
  clp: 500,
  cop: 200_000,
  pen: 200,
  twd: 1_500,
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

/** Why this amount, in minor units, cannot be charged in this currency. */
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
  return undefined
}
