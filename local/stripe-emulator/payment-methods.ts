/** Turning what a caller says about a card into a payment method. Only the last four digits are ever kept. */
import { LIVE_CARD_IN_TEST_MODE, cardOfNumber, cardOfToken, passesLuhn } from "./cards.ts"
import type { TestCard } from "./cards.ts"
import type { Caller } from "./api-key.ts"
import { RequestFailure, cardDetailsRefused, invalidRequest } from "./errors.ts"
import type { Moment } from "./change.ts"
import type { ParamReader } from "./params.ts"
import type { PaymentMethodRecord } from "./records.ts"

interface Expiry {
  month: number
  year: number
}

function newMethod(
  card: TestCard,
  expiry: Expiry,
  billingDetails: Record<string, unknown>,
  moment: Moment,
): PaymentMethodRecord {
  return {
    id: moment.mint("pm"),
    brand: card.brand,
    last4: card.number.slice(-4),
    expMonth: expiry.month,
    expYear: expiry.year,
    outcome: card.outcome,
    billingDetails,
    createdAtMs: moment.nowMs,
  }
}

/** A fresh payment method for a `pm_card_…` token; `undefined` for any other text. */
export function methodOfToken(token: string, moment: Moment): PaymentMethodRecord | undefined {
  const card = cardOfToken(token)
  if (card === undefined) return undefined
  const year = new Date(moment.nowMs).getUTCFullYear() + 1
  return newMethod(card, { month: 8, year }, {}, moment)
}

function readExpiry(card: ParamReader, nowMs: number): Expiry {
  const month = card.integer("exp_month")
  const year = card.integer("exp_year")
  if (month === undefined || month < 1 || month > 12) {
    throw new RequestFailure(
      cardDetailsRefused(
        "invalid_expiry_month",
        "Your card's expiration month is invalid.",
        card.name("exp_month"),
      ),
    )
  }
  if (year === undefined || year < 0) {
    throw new RequestFailure(
      cardDetailsRefused(
        "invalid_expiry_year",
        "Your card's expiration year is invalid.",
        card.name("exp_year"),
      ),
    )
  }
  const today = new Date(nowMs)
  const fullYear = year < 100 ? 2000 + year : year
  const monthsLeft = (fullYear - today.getUTCFullYear()) * 12 + (month - 1 - today.getUTCMonth())
  // Stripe takes cards for up to fifty years ahead; beyond that a typing error is likelier.
  if (monthsLeft < 0 || monthsLeft > 50 * 12) {
    throw new RequestFailure(
      cardDetailsRefused(
        "invalid_expiry_year",
        "Your card's expiration year is invalid.",
        card.name("exp_year"),
      ),
    )
  }
  return { month, year: fullYear }
}

function readNumber(card: ParamReader): TestCard {
  const digits = card.requiredText("number").replaceAll(/[\s-]/g, "")
  if (!/^\d{12,19}$/.test(digits)) {
    throw new RequestFailure(
      cardDetailsRefused(
        "invalid_number",
        "The card number is not a valid credit card number.",
        card.name("number"),
      ),
    )
  }
  if (!passesLuhn(digits)) {
    throw new RequestFailure(
      cardDetailsRefused("incorrect_number", "Your card number is incorrect.", card.name("number")),
    )
  }
  const known = cardOfNumber(digits)
  if (known !== undefined) return known
  const failure = cardDetailsRefused(
    LIVE_CARD_IN_TEST_MODE.code,
    LIVE_CARD_IN_TEST_MODE.message,
    card.name("number"),
  )
  failure.error.decline_code = LIVE_CARD_IN_TEST_MODE.declineCode
  throw new RequestFailure(failure)
}

function refuseRawCardFromMerchant(): never {
  throw new RequestFailure(
    invalidRequest(
      "Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://stripe.com/docs/testing.",
      { status: 402 },
    ),
  )
}

/**
 * Reads `type=card`, `card[number]`, `card[exp_month]`, `card[exp_year]`, `card[cvc]`, `billing_details[…]`.
 * Throws a `RequestFailure`: 402 `card_error` for the card, 400 for the form. Like at Stripe, a number may come only
 * from a browser: a merchant's server that sends one is doing what it must never do.
 */
export function readPaymentMethod(params: ParamReader, caller: Caller, moment: Moment): PaymentMethodRecord {
  const type = params.requiredText("type")
  if (type !== "card")
    throw new RequestFailure(
      invalidRequest(`Invalid type: the emulator knows card, not ${type}`, { param: params.name("type") }),
    )
  const billingDetails = params.anything("billing_details") ?? {}
  params.accept(
    "allow_redisplay",
    "metadata",
    "guid",
    "muid",
    "sid",
    "payment_user_agent",
    "referrer",
    "time_on_page",
    "client_attribution_metadata",
  )
  const card = params.object("card")
  if (card === undefined)
    throw new RequestFailure(
      invalidRequest("Missing required param: card.", {
        code: "parameter_missing",
        param: params.name("card"),
      }),
    )
  const token = card.text("token")
  if (token !== undefined) {
    const method = methodOfToken(token.replace(/^tok_/, "pm_card_"), moment)
    if (method === undefined)
      throw new RequestFailure(
        invalidRequest(`No such token: '${token}'`, { code: "resource_missing", param: card.name("token") }),
      )
    return { ...method, billingDetails }
  }
  if (caller === "merchant") refuseRawCardFromMerchant()
  const testCard = readNumber(card)
  const expiry = readExpiry(card, moment.nowMs)
  const cvc = card.text("cvc")
  const cvcLength = testCard.brand === "amex" ? /^\d{3,4}$/ : /^\d{3}$/
  if (cvc !== undefined && !cvcLength.test(cvc)) {
    throw new RequestFailure(
      cardDetailsRefused("invalid_cvc", "Your card's security code is invalid.", card.name("cvc")),
    )
  }
  return newMethod(testCard, expiry, billingDetails, moment)
}
