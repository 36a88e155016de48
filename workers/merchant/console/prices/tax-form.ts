import type { z } from "@hono/zod-openapi"
import { TAX_CLASS_DEFAULT } from "../../../../durable-objects/prices/contract.ts"
import type { taxesAnswer } from "../../api/price-schemas.ts"
import { COUNTRY_ADVICE, COUNTRY_PATTERN, FormReader } from "./form-reader.ts"
import type { ReadForm, TypedForm } from "./form-reader.ts"

export type Taxes = z.infer<typeof taxesAnswer>
export type TaxRate = Taxes["rates"][number]

/** What tells a rate from all others. */
export type RateKey = Pick<TaxRate, "country" | "region" | "taxClass">

/** Without a provider it stays as it is. */
type TaxWay = Pick<Taxes, "pricesIncludeTax" | "homeCountry" | "shippingTaxClass"> &
  Partial<Pick<Taxes, "taxProvider">>

export function taxWayFormOf(taxes: TaxWay): TypedForm {
  return {
    values: {
      prices: taxes.pricesIncludeTax ? "included" : "added",
      provider: taxes.taxProvider ?? "rates",
      homeCountry: taxes.homeCountry ?? "",
      shippingTaxClass: taxes.shippingTaxClass ?? "",
    },
    errors: {},
  }
}

export function readTaxWayForm(fields: Record<string, string>): ReadForm<TaxWay> {
  const form = new FormReader(fields)
  const prices = form.text("prices")
  if (prices !== "included" && prices !== "added") form.complain("prices", "One of the two.")
  const provider = form.text("provider")
  const taxProvider = provider === "rates" || provider === "stripe" ? provider : null
  if (provider !== "" && taxProvider === null) form.complain("provider", "One of the two.")
  const homeCountry = form.code("homeCountry", COUNTRY_PATTERN, COUNTRY_ADVICE)
  const shippingTaxClass = form.text("shippingTaxClass") || null
  const way = { pricesIncludeTax: prices === "included", homeCountry, shippingTaxClass }
  return form.done({ ...way, ...(taxProvider && { taxProvider }) })
}

export function rateFormOf(rate: TaxRate | null): TypedForm {
  return {
    values: {
      country: rate?.country ?? "",
      region: rate?.region ?? "",
      taxClass: rate?.taxClass ?? TAX_CLASS_DEFAULT,
      percent: rate ? String(rate.percent) : "",
    },
    errors: {},
  }
}

export function readRateForm(fields: Record<string, string>): ReadForm<TaxRate> {
  const form = new FormReader(fields)
  const country = form.code("country", COUNTRY_PATTERN, COUNTRY_ADVICE)
  if (country === null) form.complain("country", COUNTRY_ADVICE)
  const region = form.text("region") || null
  const taxClass = form.text("taxClass") || TAX_CLASS_DEFAULT
  const percent = form.percent("percent")
  if (percent === null) form.complain("percent", "The rate in percent: 19, 8.875. 0 is a rate, too.")
  return form.done({ country: country ?? "", region, taxClass, percent: percent ?? 0 })
}

/** The key as a page's address and a form's hidden fields have it; null where there is none: the rate is a new one. */
export function rateKeyOf(fields: Record<string, string | undefined>): RateKey | null {
  const { ofCountry = "", ofRegion = "", ofClass = TAX_CLASS_DEFAULT } = fields
  return ofCountry === "" ? null : { country: ofCountry, region: ofRegion || null, taxClass: ofClass }
}

export function rateFieldsOf({ country, region, taxClass }: RateKey): Record<string, string> {
  return { ofCountry: country, ofRegion: region ?? "", ofClass: taxClass }
}

export function rateQueryOf(key: RateKey): string {
  return new URLSearchParams(rateFieldsOf(key)).toString()
}

export function indexOfRate(rates: readonly TaxRate[], key: RateKey | null): number {
  if (!key) return -1
  return rates.findIndex(
    ({ country, region, taxClass }) =>
      country === key.country && region === key.region && taxClass === key.taxClass,
  )
}

/** The list with this rate in its place, or at its end. */
export function withRate(rates: readonly TaxRate[], rate: TaxRate, key: RateKey | null) {
  const index = indexOfRate(rates, key)
  return index === -1
    ? { rates: [...rates, rate], index: rates.length }
    : { rates: rates.with(index, rate), index }
}

/** The field that the API's word is about. A rate that is there twice is named by its later row, which may be another. */
export function rateFieldOf(apiField: string, index: number): string | null {
  if (/^rates\.\d+$/.test(apiField)) return "country"
  const name = apiField.startsWith(`rates.${index}.`) ? apiField.slice(`rates.${index}.`.length) : ""
  return ["country", "region", "taxClass", "percent"].includes(name) ? name : null
}
