import type { HoldItemsRefusal } from "../../durable-objects/stock/hold-items.ts"
import type { FieldError, ProblemCode } from "../http/problem.ts"

/** What the ledgers' refusals of a hold are called towards clients. */
export const PROBLEM_OF_HOLD: Record<HoldItemsRefusal, ProblemCode> = {
  mixed_currencies: "mixed_currencies",
  overloaded: "slow_down",
  reused: "idempotency_key_reused",
  unknown_pool: "sku_not_found",
  not_open: "sale_not_open",
  limit_reached: "limit_reached",
  sold_out: "sold_out",
}

/** The one thing that is found wrong with a checkout after it was read. */
const UNTAXED_ADDRESS = {
  field: "shippingAddress",
  message:
    "Tax cannot be worked out for this address. Send one, and check its country, postal code and state or region.",
}

/** The fields that a refusal is about, beside its code. */
export function fieldErrorsOf(refusal: ProblemCode): { errors?: FieldError[] } {
  return refusal === "invalid_request" ? { errors: [UNTAXED_ADDRESS] } : {}
}
