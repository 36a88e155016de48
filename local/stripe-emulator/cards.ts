/** Stripe's test cards as data: what each token or number does when it is charged. */

/** Why a charge is declined, in Stripe's codes. */
export interface Decline {
  code: string
  declineCode: string
  message: string
}

/** What comes of a charge that succeeds, once its money moves. */
export type Sequel =
  | "refund_pends"
  | "refund_fails"
  | "disputed_fraudulent"
  | "disputed_not_received"
  | "inquired"

/** What happens when the card is charged. */
export type CardOutcome =
  | { kind: "succeeds"; sequel?: Sequel }
  | { kind: "declines"; decline: Decline }
  | { kind: "authenticates"; afterwards: "succeeds" | Decline }

/** A test card. `number` is public test data, not a secret. */
export interface TestCard {
  brand: string
  number: string
  outcome: CardOutcome
}

const GENERIC: Decline = {
  code: "card_declined",
  declineCode: "generic_decline",
  message: "Your card was declined.",
}

function succeedsWith(sequel: Sequel): CardOutcome {
  return { kind: "succeeds", sequel }
}

function decline(code: string, declineCode: string, message: string): CardOutcome {
  return { kind: "declines", decline: { code, declineCode, message } }
}

const SUCCEEDS: CardOutcome = { kind: "succeeds" }
const AUTHENTICATES: CardOutcome = { kind: "authenticates", afterwards: "succeeds" }

const CARDS: readonly { tokens: readonly string[]; card: TestCard }[] = [
  {
    tokens: ["pm_card_visa", "pm_card_us"],
    card: { brand: "visa", number: "4242424242424242", outcome: SUCCEEDS },
  },
  { tokens: ["pm_card_visa_debit"], card: { brand: "visa", number: "4000056655665556", outcome: SUCCEEDS } },
  {
    tokens: ["pm_card_mastercard"],
    card: { brand: "mastercard", number: "5555555555554444", outcome: SUCCEEDS },
  },
  {
    tokens: ["pm_card_mastercard_debit"],
    card: { brand: "mastercard", number: "5200828282828210", outcome: SUCCEEDS },
  },
  {
    tokens: ["pm_card_mastercard_prepaid"],
    card: { brand: "mastercard", number: "5105105105105100", outcome: SUCCEEDS },
  },
  { tokens: ["pm_card_amex"], card: { brand: "amex", number: "378282246310005", outcome: SUCCEEDS } },
  {
    tokens: ["pm_card_discover"],
    card: { brand: "discover", number: "6011111111111117", outcome: SUCCEEDS },
  },
  { tokens: ["pm_card_diners"], card: { brand: "diners", number: "3056930009020004", outcome: SUCCEEDS } },
  { tokens: ["pm_card_jcb"], card: { brand: "jcb", number: "3566002020360505", outcome: SUCCEEDS } },
  {
    tokens: ["pm_card_unionpay"],
    card: { brand: "unionpay", number: "6200000000000005", outcome: SUCCEEDS },
  },
  {
    tokens: ["pm_card_pendingRefund"],
    card: { brand: "visa", number: "4000000000007726", outcome: succeedsWith("refund_pends") },
  },
  {
    tokens: ["pm_card_refundFail"],
    card: { brand: "visa", number: "4000000000005126", outcome: succeedsWith("refund_fails") },
  },
  {
    tokens: ["pm_card_createDispute"],
    card: { brand: "visa", number: "4000000000000259", outcome: succeedsWith("disputed_fraudulent") },
  },
  {
    tokens: ["pm_card_createDisputeProductNotReceived"],
    card: { brand: "visa", number: "4000000000002685", outcome: succeedsWith("disputed_not_received") },
  },
  {
    tokens: ["pm_card_createDisputeInquiry"],
    card: { brand: "visa", number: "4000000000001976", outcome: succeedsWith("inquired") },
  },
  {
    tokens: ["pm_card_chargeDeclined", "pm_card_visa_chargeDeclined"],
    card: { brand: "visa", number: "4000000000000002", outcome: { kind: "declines", decline: GENERIC } },
  },
  {
    tokens: ["pm_card_chargeCustomerFail"],
    card: { brand: "visa", number: "4000000000000341", outcome: { kind: "declines", decline: GENERIC } },
  },
  {
    tokens: ["pm_card_chargeDeclinedInsufficientFunds", "pm_card_visa_chargeDeclinedInsufficientFunds"],
    card: {
      brand: "visa",
      number: "4000000000009995",
      outcome: decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    },
  },
  {
    tokens: ["pm_card_chargeDeclinedLostCard", "pm_card_visa_chargeDeclinedLostCard"],
    card: {
      brand: "visa",
      number: "4000000000009987",
      outcome: decline("card_declined", "lost_card", "Your card was declined."),
    },
  },
  {
    tokens: ["pm_card_chargeDeclinedStolenCard", "pm_card_visa_chargeDeclinedStolenCard"],
    card: {
      brand: "visa",
      number: "4000000000009979",
      outcome: decline("card_declined", "stolen_card", "Your card was declined."),
    },
  },
  {
    tokens: ["pm_card_chargeDeclinedFraudulent", "pm_card_radarBlock"],
    card: {
      brand: "visa",
      number: "4100000000000019",
      outcome: decline("card_declined", "fraudulent", "Your card was declined."),
    },
  },
  {
    tokens: [
      "pm_card_chargeDeclinedVelocityLimitExceeded",
      "pm_card_visa_chargeDeclinedVelocityLimitExceeded",
    ],
    card: {
      brand: "visa",
      number: "4000000000006975",
      outcome: decline(
        "card_declined",
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
      ),
    },
  },
  {
    tokens: ["pm_card_chargeDeclinedExpiredCard"],
    card: {
      brand: "visa",
      number: "4000000000000069",
      outcome: decline("expired_card", "expired_card", "Your card has expired."),
    },
  },
  {
    tokens: ["pm_card_chargeDeclinedIncorrectCvc"],
    card: {
      brand: "visa",
      number: "4000000000000127",
      outcome: decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    },
  },
  {
    tokens: ["pm_card_chargeDeclinedProcessingError"],
    card: {
      brand: "visa",
      number: "4000000000000119",
      outcome: decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
      ),
    },
  },
  {
    tokens: ["pm_card_authenticationRequired"],
    card: { brand: "visa", number: "4000002760003184", outcome: AUTHENTICATES },
  },
  {
    tokens: ["pm_card_authenticationRequiredOnSetup"],
    card: { brand: "visa", number: "4000002500003155", outcome: AUTHENTICATES },
  },
  {
    tokens: ["pm_card_threeDSecure2Required", "pm_card_threeDSecureRequired"],
    card: { brand: "visa", number: "4000000000003220", outcome: AUTHENTICATES },
  },
  {
    tokens: ["pm_card_threeDSecureRequiredChargeDeclined"],
    card: {
      brand: "visa",
      number: "4000008400001629",
      outcome: { kind: "authenticates", afterwards: GENERIC },
    },
  },
  {
    tokens: ["pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"],
    card: {
      brand: "visa",
      number: "4000008260003178",
      outcome: {
        kind: "authenticates",
        afterwards: {
          code: "card_declined",
          declineCode: "insufficient_funds",
          message: "Your card has insufficient funds.",
        },
      },
    },
  },
]

/** The decline of an off-session charge whose card wants its owner present. */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: "authentication_required",
  declineCode: "authentication_required",
  message: "Your card was declined. This transaction requires authentication.",
}

/** Any card that is not one of the test cards, in test mode. */
export const LIVE_CARD_IN_TEST_MODE: Decline = {
  code: "card_declined",
  declineCode: "test_mode_live_card",
  message:
    "Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.",
}

const BY_TOKEN = new Map(CARDS.flatMap(({ tokens, card }) => tokens.map((token) => [token, card] as const)))
const BY_NUMBER = new Map(CARDS.map(({ card }) => [card.number, card] as const))

/** The card behind a `pm_card_…` token. */
export function cardOfToken(token: string): TestCard | undefined {
  return BY_TOKEN.get(token)
}

/** The card with this number, digits only. */
export function cardOfNumber(digits: string): TestCard | undefined {
  return BY_NUMBER.get(digits)
}

/** Whether the check digit is right. Digits only. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return digits.length > 0 && sum % 10 === 0
}
