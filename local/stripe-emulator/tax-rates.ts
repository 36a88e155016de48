/**
 * A small table of taxes, so that figures differ by place and by goods. As they were in 2026; nobody's tax return depends
 * on them. Where the table has no rate, the account is taken not to be registered.
 */

/** Parts of 100,000: 19 % is 19,000. */
interface Rates {
  taxType: "vat" | "jct" | "sales_tax"
  standard: number
  reduced: number
}

const BY_COUNTRY: Readonly<Record<string, Rates>> = {
  AT: { taxType: "vat", standard: 20_000, reduced: 10_000 },
  CH: { taxType: "vat", standard: 8_100, reduced: 2_600 },
  DE: { taxType: "vat", standard: 19_000, reduced: 7_000 },
  FR: { taxType: "vat", standard: 20_000, reduced: 5_500 },
  GB: { taxType: "vat", standard: 20_000, reduced: 0 },
  IE: { taxType: "vat", standard: 23_000, reduced: 0 },
  IS: { taxType: "vat", standard: 24_000, reduced: 11_000 },
  JP: { taxType: "jct", standard: 10_000, reduced: 8_000 },
}

/** The United States by the first two digits of the postal code, with what county and city add. */
const BY_ZIP: Readonly<Record<string, Rates>> = {
  "10": { taxType: "sales_tax", standard: 8_875, reduced: 8_875 },
  "94": { taxType: "sales_tax", standard: 8_625, reduced: 8_625 },
}

/** What the codes that the emulator knows are taxed with: https://docs.stripe.com/tax/tax-codes */
const CODES: Readonly<Record<string, "standard" | "reduced" | "none">> = {
  txcd_00000000: "none",
  txcd_10000000: "standard",
  txcd_20030000: "standard",
  txcd_30011000: "standard",
  txcd_35010000: "reduced",
  txcd_92010001: "standard",
  txcd_99999999: "standard",
}

/** What the account's tax settings say of goods, and of shipping, without a code. */
export const DEFAULT_CODE = "txcd_99999999"
export const DEFAULT_SHIPPING_CODE = "txcd_92010001"

export function isTaxCode(code: string): boolean {
  return Object.hasOwn(CODES, code)
}

export interface TaxPlace {
  country: string
  postalCode: string | null
  state: string | null
}

/** Whether tax can be worked out there: the United States want a postal code, Canada one or a province. */
export function isPrecise({ country, postalCode, state }: TaxPlace): boolean {
  if (country === "US") return /^\d{5}(-\d{4})?$/.test(postalCode ?? "")
  return country !== "CA" || postalCode !== null || state !== null
}

export interface AppliedRate {
  ratePer100k: number
  taxType: Rates["taxType"] | null
  reason: "standard_rated" | "reduced_rated" | "product_exempt" | "not_collecting"
}

/** The rate for goods of a code that is known, at a place that is precise. */
export function rateAt({ country, postalCode }: TaxPlace, code: string): AppliedRate {
  const rates = country === "US" ? BY_ZIP[(postalCode ?? "").slice(0, 2)] : BY_COUNTRY[country]
  if (rates === undefined) return { ratePer100k: 0, taxType: null, reason: "not_collecting" }
  const { taxType } = rates
  const kind = CODES[code]
  if (kind === "none") return { ratePer100k: 0, taxType, reason: "product_exempt" }
  if (kind === "reduced") return { ratePer100k: rates.reduced, taxType, reason: "reduced_rated" }
  return { ratePer100k: rates.standard, taxType, reason: "standard_rated" }
}
