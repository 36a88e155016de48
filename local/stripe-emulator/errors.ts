/** Stripe's error shapes. Decisions return a `Failure`; reading parameters throws it, because nothing has begun yet. */

/** The `error` member of a refused answer, named as Stripe names it. */
export interface ApiError {
  type: "invalid_request_error" | "card_error" | "idempotency_error" | "api_error"
  message: string
  code?: string
  decline_code?: string
  param?: string
  charge?: string
  payment_intent?: object
  payment_method?: object
  doc_url?: string
}

/** A refusal with its HTTP status. */
export interface Failure {
  status: number
  error: ApiError
}

/** Thrown while a request is being read, before any of its work has begun. Never stored under an idempotency key. */
export class RequestFailure extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.error.message)
    this.failure = failure
  }
}

interface Details {
  status?: number
  code?: string
  param?: string
}

/** An `invalid_request_error`, 400 unless told otherwise. */
export function invalidRequest(message: string, { status = 400, code, param }: Details = {}): Failure {
  const error: ApiError = { type: "invalid_request_error", message }
  if (code !== undefined) {
    error.code = code
    error.doc_url = `https://stripe.com/docs/error-codes/${code.replaceAll("_", "-")}`
  }
  if (param !== undefined) error.param = param
  return { status, error }
}

/** 404: no object of this kind has this id. */
export function resourceMissing(kind: string, id: string, param: string): Failure {
  return invalidRequest(`No such ${kind}: '${id}'`, { status: 404, code: "resource_missing", param })
}

/** 400: the intent's state does not allow what was asked. `intent` is the intent as the caller may see it. */
export function unexpectedState(message: string, intent: object): Failure {
  const failure = invalidRequest(message, { code: "payment_intent_unexpected_state" })
  failure.error.payment_intent = intent
  return failure
}

/** 402: the card itself is at fault, found while reading its details. */
export function cardDetailsRefused(code: string, message: string, param: string): Failure {
  return { status: 402, error: { type: "card_error", code, message, param } }
}

/** 500 in Stripe's words. */
export function internalError(): Failure {
  return {
    status: 500,
    error: {
      type: "api_error",
      message: "An unknown error occurred. If it persists, look at the log of the emulator.",
    },
  }
}

/** 429 in Stripe's words. */
export function tooManyRequests(): Failure {
  return invalidRequest(
    "Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.",
    { status: 429, code: "rate_limit" },
  )
}
