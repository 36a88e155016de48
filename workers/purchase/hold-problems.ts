import type { HoldItemsRefusal } from "../../durable-objects/stock/hold-items.ts"
import type { ProblemCode } from "../http/problem.ts"

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
