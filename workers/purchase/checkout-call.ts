import { settingsOf } from "../environment.ts"
import { directPost } from "../http/direct-call.ts"
import type { DirectCall } from "../http/direct-call.ts"
import { invalidRequestOf } from "../http/failure.ts"
import { readJson } from "../http/json-body.ts"
import { openCheckout } from "./open-checkout.ts"
import { refusalOf } from "./purchase.ts"
import { checkoutRequest } from "./schemas.ts"

/** `POST /api/checkouts`, which everybody with a hold sends within a minute, answered in front of the router. */
export const checkoutCall = directPost("/api/checkouts", answer)

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
