import { couponCodeOf } from "../../../durable-objects/prices/coupon/contract.ts"
import type { CouponOutcome } from "../../../durable-objects/prices/coupon/contract.ts"
import type { HoldQuote } from "../../purchase/quote.ts"
import { countryName, isCountry } from "../words/countries.ts"
import { formatMoney } from "../words/money.ts"
import { formatMoment } from "../words/time.ts"
import type { CheckoutErrors, CheckoutFields } from "./checkout.tsx"

const FIELD_NAMES = [
  "email",
  "name",
  "line1",
  "line2",
  "city",
  "postalCode",
  "region",
  "country",
  "couponCode",
] as const

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
    couponCode: text("couponCode"),
    shippingMethod: text("shippingMethod"),
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
  Object.assign(errors, checkCoupon(fields.couponCode))
  for (const name of FIELD_NAMES) {
    if (fields[name].length > FIELD_LENGTH_MAX)
      errors[name] = `Shorten this to ${FIELD_LENGTH_MAX} characters.`
  }
  return errors
}

const NO_SUCH_COUPON = "There is no such coupon. Check its letters, or leave it out."

/** Whether what was typed can be a code at all. */
export function checkCoupon(typed: string): CheckoutErrors {
  return typed === "" || couponCodeOf(typed) !== null ? {} : { couponCode: NO_SUCH_COUPON }
}

/** What a quote refuses, beside the field that it is about. */
export function errorsOf(
  { shippingRefused, couponRefused }: Pick<HoldQuote, "shippingRefused" | "couponRefused">,
  fields: Pick<CheckoutFields, "country">,
): CheckoutErrors {
  const errors: CheckoutErrors = {}
  if (couponRefused) errors.couponCode = sayCoupon(couponRefused)
  if (shippingRefused)
    errors.shippingMethod = `This can't be shipped to ${countryName(fields.country)}. Choose another country, or give it back.`
  return errors
}

/** Why a coupon does not count, and what it would take. */
function sayCoupon({ refusal, terms }: Extract<CouponOutcome, { outcome: "refused" }>): string {
  switch (refusal) {
    case "unknown":
      return NO_SUCH_COUPON
    case "not_begun":
      return terms?.startsAtMs
        ? `This coupon counts from ${formatMoment(terms.startsAtMs, "UTC")} on. Leave it out until then.`
        : NO_SUCH_COUPON
    case "ended":
      return "This coupon has ended. Leave it out."
    case "other_currency":
      return "This coupon counts for another currency. Leave it out."
    case "below_minimum":
      return terms?.minimum
        ? `This coupon counts from ${formatMoney(terms.minimum.cents, terms.minimum.currency)} on. Leave it out.`
        : NO_SUCH_COUPON
    case "used_up":
      return "This coupon has been used as often as it may be. Leave it out."
    case "used_by_customer":
      return "You have used this coupon before. Leave it out."
  }
}
