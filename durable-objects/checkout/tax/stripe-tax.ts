import { failureOf, openStripe, paramOf } from "../stripe.ts"
import type { StripeSettings } from "../stripe.ts"
import { calculationParamsOf, isTaxable, readCalculation } from "./calculation.ts"
import type { TaxAnswer, TaxAsk, Taxes } from "./taxes.ts"

type Refusal = Extract<TaxAnswer, { outcome: "refused" }>

/** What Stripe says of an address that it cannot tax (https://docs.stripe.com/error-codes). */
const ADDRESS_CODES: ReadonlySet<string> = new Set([
  "customer_tax_location_invalid",
  "country_code_invalid",
  "country_unsupported",
  "postal_code_invalid",
  "state_unsupported",
])

/** Taxes as Stripe Tax works them out. */
export class StripeTaxes implements Taxes {
  private readonly settings: StripeSettings

  constructor(settings: StripeSettings) {
    this.settings = settings
  }

  async calculate(ask: TaxAsk): Promise<TaxAnswer> {
    const none = ask.lines.map(() => 0)
    if (!isTaxable(ask))
      return { outcome: "ok", calculationId: null, lineTaxCents: none, shippingTaxCents: 0 }
    const params = calculationParamsOf(ask)
    if (params === null) return refusal("amount", "amount_not_countable", `not in whole ${ask.currency}`)
    try {
      const calculations = openStripe(this.settings).tax.calculations
      const made = await calculations.create(
        { ...params, expand: ["line_items"] },
        { idempotencyKey: ask.askKey },
      )
      const read = readCalculation(ask, made)
      return typeof read === "string" ? refusal("account", "tax_answer_unfit", read) : read
    } catch (error) {
      const failure = failureOf(error)
      if (failure.outcome === "unavailable") return failure
      const isAddress = ADDRESS_CODES.has(failure.code) || paramOf(error).startsWith("customer_details")
      return refusal(isAddress ? "address" : "account", failure.code, failure.message)
    }
  }
}

/** What no shopper can mend is told to whoever reads the log: until it is mended, nothing is sold. */
function refusal(about: Refusal["about"], code: string, message: string): Refusal {
  if (about === "account")
    console.error(JSON.stringify({ level: "error", event: "tax_refused", code, message }))
  return { outcome: "refused", about, code, message }
}
