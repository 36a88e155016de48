import type { z } from "@hono/zod-openapi"
import { SHIPPING_BANDS_MAX } from "../../../../durable-objects/prices/contract.ts"
import { WEIGHT_GRAMS_MAX } from "../../api/product-schemas.ts"
import type { shippingAnswer } from "../../api/price-schemas.ts"
import { amountOf, COUNTRY_ADVICE, COUNTRY_PATTERN, FormReader, readCurrency } from "./form-reader.ts"
import type { ReadForm, TypedForm } from "./form-reader.ts"

export type Shipping = z.infer<typeof shippingAnswer>
export type ShippingMethod = Shipping["methods"][number]

/** Rows for weights that a form has at least, and empty ones below those that are used. */
const ROWS_MIN = 3
const ROWS_SPARE = 2

export interface ShippingForm extends ReadForm<ShippingMethod> {
  /** Rows of weights that are shown. */
  rows: number
  /** The row each band was typed in: empty rows are no bands. */
  rowOfBand: number[]
}

/** The form for a method that is there, or an empty one. */
export function shippingFormOf(method: ShippingMethod | null): TypedForm & { rows: number } {
  const bands = method?.bands ?? []
  const currency = method?.currency ?? ""
  const values: Record<string, string> = {
    title: method?.title ?? "",
    id: method?.id ?? "",
    countries: method?.countries.join(", ") ?? "",
    currency,
    freeFrom: amountOf(method?.freeFromCents ?? null, currency),
  }
  bands.forEach(({ upToGrams, priceCents }, row) => {
    values[`upTo.${row}`] = upToGrams === null ? "" : String(upToGrams)
    values[`price.${row}`] = amountOf(priceCents, currency)
  })
  return { values, errors: {}, rows: rowsFor(bands.length) }
}

/** `id`: that of the method which is changed; null: of a new one, which may do without and is named after its title. */
export function readShippingForm(fields: Record<string, string>, id: string | null): ShippingForm {
  const form = new FormReader(fields)
  const title = form.needed("title", "What shoppers read: “Parcel”, “By courier”.")
  const typedId = id ?? form.text("id")
  // In the order of the page, in which mistakes are listed.
  const countries = readCountries(form)
  const currency = readCurrency(form, true)
  const freeFromCents = form.money("freeFrom", currency)
  const { bands, rowOfBand } = readBands(form, currency)
  if (bands.length === 0) form.complain("price.0", "What it costs. 0 is a price, too.")
  const methodId = typedId === "" ? idOf(title) : typedId
  return {
    ...form.done({ id: methodId, title, countries, currency, bands, freeFromCents }),
    rows: rowsFor((rowOfBand.at(-1) ?? -1) + 1),
    rowOfBand,
  }
}

function readBands(form: FormReader, currency: string) {
  const bands: ShippingMethod["bands"] = []
  const rowOfBand: number[] = []
  for (let row = 0; row < SHIPPING_BANDS_MAX; row++) {
    const upToGrams = form.whole(`upTo.${row}`, 1, WEIGHT_GRAMS_MAX)
    const priceCents = form.money(`price.${row}`, currency)
    if (form.values[`upTo.${row}`] === "" && form.values[`price.${row}`] === "") continue
    if (form.values[`price.${row}`] === "") form.complain(`price.${row}`, "What it costs up to this weight.")
    bands.push({ upToGrams, priceCents: priceCents ?? 0 })
    rowOfBand.push(row)
  }
  return { bands, rowOfBand }
}

function readCountries(form: FormReader): string[] {
  const typed = form.text("countries").toUpperCase()
  const countries = [...new Set(typed.split(/[\s,;]+/).filter((part) => part !== ""))]
  const wrong = countries.filter((country) => !COUNTRY_PATTERN.test(country))
  if (wrong.length > 0) form.complain("countries", `${COUNTRY_ADVICE} Not: ${wrong.slice(0, 3).join(", ")}.`)
  return countries
}

/** "By courier, in a day" is `by-courier-in-a-day`. */
function idOf(title: string): string {
  return title
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+/g, "")
    .slice(0, 40)
    .replaceAll(/-+$/g, "")
}

function rowsFor(used: number): number {
  return Math.min(SHIPPING_BANDS_MAX, Math.max(ROWS_MIN, used + ROWS_SPARE))
}

/** The field that the API's word is about, where the form's method is the one at `index` of the list. */
export function shippingFieldOf(
  apiField: string,
  index: number,
  rowOfBand: readonly number[],
): string | null {
  const prefix = `methods.${index}.`
  if (!apiField.startsWith(prefix)) return null
  const [part = "", band, of] = apiField.slice(prefix.length).split(".")
  if (part === "bands") return `${of === "upToGrams" ? "upTo" : "price"}.${rowOfBand[Number(band)] ?? 0}`
  if (part === "freeFromCents") return "freeFrom"
  return ["id", "title", "countries", "currency"].includes(part) ? part : null
}

/** The list with this method in its place, or at its end. */
export function withMethod(methods: readonly ShippingMethod[], method: ShippingMethod, id: string | null) {
  const index = methods.findIndex((each) => each.id === id)
  return index === -1
    ? { methods: [...methods, method], index: methods.length }
    : { methods: methods.with(index, method), index }
}
