import type {
  CheckoutRefusal,
  OpenOutcome,
  OrderView,
  ShippingAddress,
} from "../../durable-objects/checkout/contract.ts"
import { ledgersOf } from "../../durable-objects/stock/hold-items.ts"
import type { Item } from "../../durable-objects/stock/hold-items.ts"
import { partsOfName } from "../../durable-objects/stock/lease/names.ts"
import type { ProblemCode } from "../http/problem.ts"
import { limitCalls } from "../http/rate-limit.ts"
import { bearerOf, ensureSession } from "../http/session.ts"
import type { Visit } from "../http/visit.ts"
import { admittedBy } from "../line/line.ts"
import { laneFor, signOrderToken } from "./orders.ts"
import { HOLD_ID_LENGTH_MAX, refusalAtGate, refused } from "./purchase.ts"
import type { PurchaseRefused } from "./purchase.ts"
import { bodyDigest, orderIdFor } from "./request-key.ts"
import { soldOut } from "./stock-objects.ts"

export interface CheckoutRequest {
  idempotencyKey: string
  /** The validated body, for telling a replay from another request. */
  body: unknown
  email: string
  shippingAddress: ShippingAddress | null
  couponCode?: string | undefined
  shippingMethod?: string | undefined
  hold: { holdId: string } | { items: readonly Item[]; saleId: string | null; pass: string | null }
}

export type CheckoutResult =
  | { outcome: "opened"; replayed: boolean; order: OrderView; clientSecret: string; orderToken: string }
  | PurchaseRefused

const PROBLEM_OF_CHECKOUT: Record<CheckoutRefusal, ProblemCode> = {
  idempotency_key_reused: "idempotency_key_reused",
  overloaded: "slow_down",
  hold_not_found: "hold_not_found",
  hold_expired: "hold_expired",
  hold_in_use: "hold_in_use",
  sku_not_found: "sku_not_found",
  sale_not_open: "sale_not_open",
  limit_reached: "limit_reached",
  mixed_currencies: "mixed_currencies",
  sold_out: "sold_out",
  coupon_invalid: "coupon_invalid",
  coupon_used_up: "coupon_used_up",
  shipping_unavailable: "shipping_unavailable",
  address_invalid: "invalid_request",
  payment_unavailable: "payment_unavailable",
  payment_refused: "payment_refused",
  in_flight: "request_in_flight",
}

/** Whether a checkout took units or gave some back: a made-up one must not make the edge forget what is sold out. */
function hasMovedUnits(hold: CheckoutRequest["hold"], outcome: OpenOutcome): boolean {
  if (outcome.outcome === "opened") return "items" in hold && !outcome.replayed
  return outcome.refusal === "payment_refused" || ("items" in hold && hold.items.length > 1)
}

function skusOf(hold: CheckoutRequest["hold"]): string[] {
  return "holdId" in hold
    ? ledgersOf(hold.holdId).map((ledger) => partsOfName(ledger).sku)
    : hold.items.map((item) => item.sku)
}

/** Turns a hold into an order that waits for its payment. */
export async function openCheckout(visit: Visit, request: CheckoutRequest): Promise<CheckoutResult> {
  const { env } = visit
  const { hold, email, shippingAddress, couponCode, shippingMethod } = request
  const gate = "holdId" in hold || hold.saleId === null ? null : { saleId: hold.saleId, pass: hold.pass }
  const admitted = gate && (await admittedWith(visit, gate))
  // A pass is bound to its session, so it says whose it is.
  const subject = admitted ?? (await ensureSession(visit))
  await limitCalls(env, "checkout", subject)
  if (gate && admitted === null) return refused(await refusalAtGate(env, gate.saleId, gate.pass))
  if ("holdId" in hold && hold.holdId.length > HOLD_ID_LENGTH_MAX) return refused("hold_not_found")
  const { orderId, orderNumber } = await orderIdFor(subject, request.idempotencyKey)
  const requestDigest = await bodyDigest(request.body)
  const lane = await laneFor(env, orderId)
  let unitsMoved = true // Who is not answered may have taken some, or given some back.
  let outcome: OpenOutcome
  try {
    outcome = await lane.open({
      orderId,
      orderNumber,
      requestDigest,
      subject,
      email,
      shippingAddress,
      couponCode,
      shippingMethod,
      hold: "holdId" in hold ? hold : { items: [...hold.items], saleId: hold.saleId },
    })
    unitsMoved = hasMovedUnits(hold, outcome)
  } finally {
    if (unitsMoved) for (const sku of skusOf(hold)) soldOut.forget(sku)
  }
  if (outcome.outcome === "refused") return refused(PROBLEM_OF_CHECKOUT[outcome.refusal], outcome.skus)
  return { ...outcome, orderToken: await signOrderToken(env, orderId) }
}

async function admittedWith(
  visit: Visit,
  { saleId, pass }: { saleId: string; pass: string | null },
): Promise<string | null> {
  return pass === null ? null : admittedBy(visit.env, { saleId, pass, bearer: bearerOf(visit) })
}
