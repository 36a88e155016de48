import type { Context, TypedResponse } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import { CACHE_CONTROL } from "./cache-headers.ts"

/**
 * The one place where refusals become HTTP: every `code` a client may meet, with its status, its title and what to
 * do about it. Clients switch on `code`; the list is closed.
 */
export const PROBLEMS = {
  bad_json: [400, "The body is not JSON", "Send a JSON object with content-type application/json."],
  body_too_large: [400, "The body is too large", "Send fewer or shorter fields."],
  idempotency_key_required: [
    400,
    "Idempotency-Key is missing",
    "Send an Idempotency-Key header of 1 to 255 visible characters, new for each purchase.",
  ],
  signature_invalid: [400, "The signature does not match", "Check the webhook's signing secret."],
  unauthorized: [401, "Not signed in", "Send Authorization: Bearer with an API token of this shop."],
  forbidden: [403, "Not allowed", "This call needs a role that may do more."],
  cross_origin: [403, "Another site's page may not do this", "Make the call from the shop's own pages."],
  pass_required: [403, "A pass is needed", "Join the sale's line, and send the pass that it gives."],
  pass_invalid: [
    403,
    "The pass is not valid here",
    "Passes last some minutes and belong to one session and one sale. Ask for yours again.",
  ],
  ticket_invalid: [
    403,
    "The ticket is not valid here",
    "Tickets belong to one session and one sale. Join the line again.",
  ],
  challenge_required: [403, "A check is needed first", "Solve the sale's challenge, and send its answer."],
  not_found: [404, "There is nothing here", "Check the address."],
  product_not_found: [404, "No such product", "Check the product's address."],
  sale_not_found: [404, "No such sale", "Check the sale's id."],
  sku_not_found: [404, "No such SKU", "Check the SKU."],
  hold_not_found: [404, "No such hold", "Holds are seen only by the session that took them."],
  coupon_not_found: [404, "No such coupon", "Check the code."],
  order_not_found: [
    404,
    "No such order",
    "Orders are seen with their token, or by the session that made them.",
  ],
  dead_letter_not_found: [404, "No such dead letter", "See GET /merchant/api/dead-letters."],
  method_not_allowed: [
    405,
    "Not with this method",
    "See /api/openapi.json for what this address answers to.",
  ],
  sold_out: [409, "Sold out", "Units come back when holds run out. Watch the board."],
  limit_reached: [409, "The limit per customer is reached", "Ask for fewer."],
  sale_not_open: [409, "The sale is not open", "See opensAtMs and closesAtMs of the sale."],
  sale_over: [409, "The sale is over", "See /api/sales for the next one."],
  idempotency_key_reused: [
    409,
    "This Idempotency-Key came with another body before",
    "Use a new key for a new purchase.",
  ],
  request_in_flight: [
    409,
    "The same request is still being answered",
    "Try again in a moment with the same key.",
  ],
  already_paid: [409, "It is paid already", "Ask for a refund instead."],
  hold_in_use: [409, "The hold belongs to another checkout", "Go on with that checkout, or cancel it."],
  slug_taken: [409, "This slug is taken", "Choose another one."],
  sku_taken: [409, "This SKU is taken", "Choose another one."],
  insufficient_stock: [409, "Not enough stock", "Receive more units first, or ask for fewer."],
  replay_refused: [
    409,
    "Postgres still does not take it",
    "The dead letter stays, with the new reason. Remove the reason and replay it again.",
  ],
  coupon_used_up: [
    409,
    "The coupon has been used as often as it may be",
    "Leave it out, or use another one. One that is given back counts again.",
  ],
  coupon_taken: [409, "There is a coupon with this code", "Change that one, or choose another code."],
  not_shippable: [
    409,
    "This order cannot be sent",
    "Only paid orders are sent, and none whose money went back.",
  ],
  not_deliverable: [409, "This order was not sent", "Note its parcel first."],
  not_cancellable: [409, "This order was sent already", "Refund it instead."],
  not_parked: [409, "Nobody need look at this order", "It went on by itself, or somebody dealt with it."],
  parked_again: [
    409,
    "Something new happened to this order",
    "Read what it is parked for now, and deal with that.",
  ],
  nothing_to_try: [
    409,
    "No step of this order is left to be tried",
    "Do what its reason asks for, and mark it as dealt with.",
  ],
  prices_changed: [
    409,
    "The prices were changed meanwhile",
    "Read them again, and make your change to what they are now.",
  ],
  refund_exceeds_payment: [
    409,
    "That is more than is left of the payment",
    "Refunds that are under way count, too. Read the order, and ask for less.",
  ],
  refund_refused: [409, "The payment provider refuses the refund", "See the payment at the provider."],
  payment_refused: [
    409,
    "The payment provider does not take this order",
    "Nothing is held and nothing was charged. Choose something else.",
  ],
  hold_expired: [410, "The hold has run out", "Take a new one."],
  invalid_request: [422, "The request is not valid", "Mend the fields named in errors."],
  coupon_invalid: [
    422,
    "The coupon does not count for this order",
    "Check its code, when it is valid, and what it asks the order to come to. Nothing was taken from it.",
  ],
  shipping_unavailable: [
    422,
    "The order can't be shipped this way",
    "Choose another way of shipping, or another address.",
  ],
  mixed_currencies: [422, "The items are priced in different currencies", "Buy them one currency at a time."],
  invalid_sale: [422, "The sale breaks rules", "Mend the fields named in errors."],
  not_your_turn: [425, "Not your turn yet", "Your place is kept. Ask again after Retry-After."],
  slow_down: [429, "Too fast", "Ask again after Retry-After."],
  internal: [
    500,
    "Something broke here",
    "Try again with the same Idempotency-Key; quote the x-request-id if it goes on.",
  ],
  room_full: [503, "As many are inside as may be", "Your place is kept. Ask again after Retry-After."],
  payment_unavailable: [503, "Payments do not answer", "Your hold is kept. Try again after Retry-After."],
  temporarily_unavailable: [503, "Not available right now", "Try again after Retry-After."],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string, string]>

export type ProblemCode = keyof typeof PROBLEMS

export interface FieldError {
  /** Where in the request: `items.0.quantity`, or a header's name. */
  field: string
  message: string
}

export interface ProblemMembers {
  detail?: string
  errors?: FieldError[]
  /** Seconds. 429 and 503 have it always (1 unless told); 425 says when to ask again. */
  retryAfterSeconds?: number
  items?: unknown[]
  /** With `challenge_required`: what to answer, as `GET /api/sales/{saleId}/challenge` gives it. */
  challenge?: object
}

const RETRY_AFTER_DEFAULT_SECONDS = 1

/** A response of any status that a typed route may return beside its own: its body is described once, by `Problem`. */
export type ProblemResponse = Response & TypedResponse<never, never, never>

/** A refusal as it goes out: an RFC 9457 problem document with its status and headers. */
export interface ProblemDocument {
  status: ContentfulStatusCode
  headers: Record<string, string>
  body: string
}

export function problemDocument(code: ProblemCode, members: ProblemMembers = {}): ProblemDocument {
  const [status, title, advice] = PROBLEMS[code]
  const { retryAfterSeconds, detail, ...rest } = members
  const headers: Record<string, string> = {
    "content-type": "application/problem+json",
    "cache-control": CACHE_CONTROL.never,
  }
  if (retryAfterSeconds !== undefined || status === 429 || status === 503 || status === 425) {
    headers["retry-after"] = String(Math.max(1, Math.ceil(retryAfterSeconds ?? RETRY_AFTER_DEFAULT_SECONDS)))
  }
  const type = `https://spillway.dev/problems/${code}`
  return {
    status,
    headers,
    body: JSON.stringify({ type, title, status, code, detail: detail ?? advice, ...rest }),
  }
}

/** The answer to a request that a Hono handler refuses. */
export function problem(c: Context, code: ProblemCode, members: ProblemMembers = {}): ProblemResponse {
  const { status, headers, body } = problemDocument(code, members)
  return c.body(body, status, headers) as Response as ProblemResponse
}

/** A refusal found too deep to be returned. The error handler answers with it. */
export class ProblemError extends Error {
  override name = "ProblemError"
  readonly code: ProblemCode
  readonly members: ProblemMembers

  constructor(code: ProblemCode, members: ProblemMembers = {}) {
    super(members.detail ?? PROBLEMS[code][1])
    this.code = code
    this.members = members
  }
}
