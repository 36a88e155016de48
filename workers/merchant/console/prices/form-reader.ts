import { minorDigitsOf } from "../../../../durable-objects/checkout/currency.ts"
import { PRICE_CENTS_MAX } from "../../api/product-schemas.ts"
import { centsOf } from "../order-decision.ts"

/** A form as it was typed, so that nothing is lost, and what is wrong with it, by field. */
export interface TypedForm {
  values: Record<string, string>
  errors: Record<string, string>
}

/** What was typed, and what it means; null when something is wrong with it. */
export interface ReadForm<Body> extends TypedForm {
  body: Body | null
}

/** Reads a form's fields one by one, and collects what is wrong. What is empty is null. */
export class FormReader {
  readonly values: Record<string, string> = {}
  readonly errors: Record<string, string> = {}
  private readonly fields: Readonly<Record<string, string>>

  constructor(fields: Readonly<Record<string, string>>) {
    this.fields = fields
  }

  text(name: string): string {
    const typed = this.fields[name]?.trim() ?? ""
    this.values[name] = typed
    return typed
  }

  needed(name: string, message: string): string {
    const typed = this.text(name)
    if (typed === "") this.complain(name, message)
    return typed
  }

  code(name: string, pattern: RegExp, message: string): string | null {
    const typed = this.text(name).toUpperCase()
    if (typed === "") return null
    if (!pattern.test(typed)) this.complain(name, message)
    return typed
  }

  /** An amount in the currency's units, as minor units. */
  money(name: string, currency: string): number | null {
    const typed = this.text(name)
    if (typed === "") return null
    const cents = centsOf(typed, currency)
    if (cents === null)
      this.complain(name, `An amount as ${amountOf(1_250, currency)}, without the currency.`)
    else if (cents > PRICE_CENTS_MAX) this.complain(name, `At most ${amountOf(PRICE_CENTS_MAX, currency)}.`)
    return cents
  }

  whole(name: string, min: number, max: number): number | null {
    const typed = this.text(name)
    if (typed === "") return null
    const count = /^\d{1,10}$/.test(typed) ? Number(typed) : Number.NaN
    if (count >= min && count <= max) return count
    this.complain(name, `A whole number from ${min} to ${max}, without points or commas.`)
    return null
  }

  /** "8.875" or "8,875": at most 100, and with three digits behind the point at most. */
  percent(name: string): number | null {
    const typed = this.text(name)
    if (typed === "") return null
    const percent = /^\d{1,3}([.,]\d{1,3})?$/.test(typed) ? Number(typed.replace(",", ".")) : Number.NaN
    if (percent <= 100) return percent
    this.complain(name, "From 0 to 100, with three digits behind the point at most: 19, 8.875.")
    return null
  }

  /** A day and a time in UTC, as epoch milliseconds. */
  moment(name: string): number | null {
    const typed = this.text(name)
    if (typed === "") return null
    const atMs = momentOf(typed)
    if (atMs === null) this.complain(name, "A day and a time, as 2027-05-31 18:00.")
    return atMs
  }

  complain(name: string, message: string): void {
    this.errors[name] ??= message
  }

  /** The form with its meaning, unless something is wrong. */
  done<Body>(body: Body): ReadForm<Body> {
    const { values, errors } = this
    return { values, errors, body: Object.keys(errors).length === 0 ? body : null }
  }
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)$/

function momentOf(typed: string): number | null {
  const [, day, time] = MOMENT.exec(typed) ?? []
  const atMs = Date.parse(`${day}T${time}Z`)
  // The 31st of February is read as a day of March by some.
  return Number.isNaN(atMs) || !new Date(atMs).toISOString().startsWith(day ?? " ") ? null : atMs
}

/** As a field for day and time has it, in UTC: to the minute, and finer only where it is. */
export function momentText(atMs: number | null): string {
  if (atMs === null) return ""
  return new Date(atMs)
    .toISOString()
    .slice(0, -1)
    .replace(/\.000$/, "")
    .replace(/:00$/, "")
}

/** "12.50" for 1,250 cents of a currency with two digits: as it is typed. */
export function amountOf(cents: number | null, currency: string): string {
  if (cents === null) return ""
  return (cents / 10 ** minorDigitsOf(currency)).toFixed(minorDigitsOf(currency))
}

export const COUNTRY_PATTERN = /^[A-Z]{2}$/
export const COUNTRY_ADVICE = "Two letters, as in ISO 3166: DE, FR, US."

/** Currencies are read before the amounts that are in them. Where it is not known, amounts have two digits. */
export function readCurrency(form: FormReader, isNeeded: boolean): string {
  const currency = form.code("currency", /^[A-Z]{3}$/, "Three letters, as in ISO 4217: EUR, USD, JPY.") ?? ""
  if (currency === "" && isNeeded) form.complain("currency", "In which currency? EUR, USD, JPY.")
  return currency
}

/** Adds what the API found wrong to the fields it is about. What is about none of them is returned in words. */
export function addRefusals(
  form: TypedForm,
  refused: { detail: string; errors: readonly { field: string; message: string }[] },
  fieldOf: (apiField: string) => string | null,
): string | null {
  const left: string[] = []
  for (const { field, message } of refused.errors) {
    const name = fieldOf(field)
    if (name === null) left.push(message)
    else form.errors[name] ??= message
  }
  if (refused.errors.length === 0) return refused.detail
  return left.length === 0 ? null : left.join(" ")
}
