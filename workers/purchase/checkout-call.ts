import { settingsOf } from "../environment.ts"
import type { Env } from "../environment.ts"
import { DirectCall, isPostTo } from "../http/direct-call.ts"
import { invalidRequestOf } from "../http/failure.ts"
import { readJson } from "../http/json-body.ts"
import { openCheckout, refusalOf } from "./purchase.ts"
import { checkoutRequest } from "./schemas.ts"

/** `POST /api/checkouts`, which everybody with a hold sends within a minute, answered in front of the router. */
export const CHECKOUT_PATH = "/api/checkouts"

export function isCheckoutCall(request: Request): boolean {
  return isPostTo(CHECKOUT_PATH, request)
}

/** Answers the call, whatever comes. */
export function answerCheckoutCall(
  request: Request,
  env: Env,
  ctx: Pick<ExecutionContext, "waitUntil">,
  requestId?: string,
): Promise<Response> {
  const call = new DirectCall(request, env, ctx, requestId)
  return call.answer(CHECKOUT_PATH, () => answer(call))
}

async function answer(call: DirectCall): Promise<Response> {
  const keyed = await call.readKeyed()
  if ("refusal" in keyed) return call.refuse(keyed.refusal)
  const read = readJson(call.headers.get("content-type"), keyed.text)
  if (!read.ok) return call.refuse(read.refusal)
  const parsed = checkoutRequest.safeParse(read.body)
  if (!parsed.success) return call.refuse(invalidRequestOf(parsed.error.issues))
  const { data: body } = parsed
  const { email, shippingAddress = null, saleId = null, pass = null, couponCode, shippingMethod } = body
  const hold = body.holdId !== undefined ? { holdId: body.holdId } : { items: body.items ?? [], saleId, pass }
  const { idempotencyKey } = keyed
  const asked = { idempotencyKey, body, email, shippingAddress, couponCode, shippingMethod, hold }
  const result = await openCheckout(call, asked)
  if (result.outcome === "refused") return call.refuse(refusalOf(result))
  const { order, clientSecret, orderToken, replayed } = result
  const { STRIPE_PUBLISHABLE_KEY: publishableKey } = await settingsOf(call.env)
  const { orderId, orderNumber, status, totalCents, totals, currency, holdExpiresAtMs } = order
  const opened = {
    orderId,
    orderNumber,
    status,
    totalCents,
    totals,
    shippingMethod: order.shippingMethod,
    couponCode: order.couponCode,
    currency,
    clientSecret,
    publishableKey,
    holdExpiresAtMs,
    orderToken,
  }
  return call.json(replayed ? 200 : 201, JSON.stringify(opened))
}
