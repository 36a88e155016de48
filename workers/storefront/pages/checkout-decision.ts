import { isCountry } from "../words/countries.ts"
import type { CheckoutErrors, CheckoutFields } from "./checkout.tsx"

const FIELD_NAMES = ["email", "name", "line1", "line2", "city", "postalCode", "region", "country"] as const

/** Longest value of any field; the same as the contract's. */
const FIELD_LENGTH_MAX = 200

/** Reads the form as typed. Never throws: what is missing is empty. */
export function readFields(form: Record<string, unknown>): CheckoutFields {
  const text = (name: string): string => {
    const value = form[name]
    return typeof value === "string" ? value.trim() : ""
  }
  return {
    email: text("email"),
    name: text("name"),
    line1: text("line1"),
    line2: text("line2"),
    city: text("city"),
    postalCode: text("postalCode"),
    region: text("region"),
    country: text("country"),
  }
}

export const EMPTY_FIELDS: CheckoutFields = readFields({})

/** Says of each field what to do, not what is wrong with it. */
export function checkFields(fields: CheckoutFields): CheckoutErrors {
  const errors: CheckoutErrors = {}
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(fields.email))
    errors.email = "Enter an email address like name@example.com."
  if (fields.name === "") errors.name = "Enter the name that stands at the door."
  if (fields.line1 === "") errors.line1 = "Enter the street and number."
  if (fields.postalCode === "") errors.postalCode = "Enter the postal code."
  if (fields.city === "") errors.city = "Enter the town or city."
  if (!isCountry(fields.country)) errors.country = "Choose a country from the list."
  for (const name of FIELD_NAMES) {
    if (fields[name].length > FIELD_LENGTH_MAX)
      errors[name] = `Shorten this to ${FIELD_LENGTH_MAX} characters.`
  }
  return errors
}
