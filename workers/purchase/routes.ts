import { createRoute, z } from "@hono/zod-openapi"
import type { Context } from "hono"
import type { OrderView } from "../../durable-objects/checkout/contract.ts"
import { createRoutes } from "../http/app.ts"
import type { App } from "../http/app.ts"
import { json, problems } from "../http/documented.ts"
import { idempotencyKeyHeader } from "../http/idempotency-key.ts"
import { problem } from "../http/problem.ts"
import { checkoutCall } from "./checkout-call.ts"
import { holdCall } from "./hold-call.ts"
import { cancelCheckout, readOrder } from "./orders.ts"
import { giveBack, readHold } from "./purchase.ts"
import {
  checkoutAnswer,
  checkoutRequest,
  holdAnswer,
  holdRequest,
  holdState,
  orderAnswer,
  orderStatus,
} from "./schemas.ts"

const holdId = z.object({ holdId: z.string() })
const orderId = z.object({ orderId: z.string() })

const holdRefusals = [
  "bad_json",
  "idempotency_key_required",
  "invalid_request",
  "pass_required",
  "pass_invalid",
  "sale_not_found",
  "sku_not_found",
  "sold_out",
  "limit_reached",
  "mixed_currencies",
  "sale_not_open",
  "idempotency_key_reused",
  "slow_down",
] as const

const takeHoldRoute = createRoute({
  method: "post",
  path: holdCall.path,
  summary: "Take a hold: all items or none",
  request: { headers: idempotencyKeyHeader, body: { required: true, ...json(holdRequest, "What to hold") } },
  responses: {
    201: json(holdAnswer, "Held"),
    200: json(holdAnswer, "Held before, with the same key"),
    ...problems(...holdRefusals),
  },
})

const readHoldRoute = createRoute({
  method: "get",
  path: "/api/holds/{holdId}",
  summary: "A hold, to its session",
  request: { params: holdId },
  responses: { 200: json(holdState, "The hold"), ...problems("hold_not_found") },
})

const giveBackRoute = createRoute({
  method: "delete",
  path: "/api/holds/{holdId}",
  summary: "Give a hold back",
  request: { params: holdId },
  responses: {
    200: json(z.object({ holdId: z.string(), state: z.literal("released") }), "Given back"),
    ...problems("hold_not_found", "already_paid"),
  },
})

const openCheckoutRoute = createRoute({
  method: "post",
  path: checkoutCall.path,
  summary: "Open a checkout from a hold, or hold and check out in one call",
  request: {
    headers: idempotencyKeyHeader,
    body: { required: true, ...json(checkoutRequest, "Who buys what") },
  },
  responses: {
    201: json(checkoutAnswer, "An order that waits for its payment"),
    200: json(checkoutAnswer, "Opened before, with the same key"),
    ...problems(
      ...holdRefusals,
      "hold_not_found",
      "hold_expired",
      "hold_in_use",
      "request_in_flight",
      "coupon_invalid",
      "coupon_used_up",
      "shipping_unavailable",
      "payment_unavailable",
      "payment_refused",
    ),
  },
})

const cancelled = z.object({ orderId: z.string(), status: orderStatus })

const cancelCheckoutRoute = createRoute({
  method: "delete",
  path: "/api/checkouts/{orderId}",
  summary: "Cancel before payment and give the hold back",
  request: { params: orderId },
  responses: { 200: json(cancelled, "Cancelled"), ...problems("order_not_found", "already_paid") },
})

const readOrderRoute = createRoute({
  method: "get",
  path: "/api/orders/{orderId}",
  summary: "An order, to its session or with its token",
  request: { params: orderId },
  responses: { 200: json(orderAnswer, "The order"), ...problems("order_not_found") },
})

export const purchaseRoutes = createRoutes()

// Answered in front of the router; what comes here wrote the path in another way.
for (const [route, call] of [
  [takeHoldRoute, holdCall],
  [openCheckoutRoute, checkoutCall],
] as const) {
  purchaseRoutes.openAPIRegistry.registerPath(route)
  purchaseRoutes.post(call.path, (c) => call.answer(c.req.raw, c.env, c.executionCtx, c.get("requestId")))
}

purchaseRoutes.openapi(readHoldRoute, async (c) => {
  const hold = await readHold(c, c.req.valid("param").holdId)
  if (!hold) return problem(c, "hold_not_found")
  const items = hold.items.map(({ sku, quantity, unitPriceCents }) => ({ sku, quantity, unitPriceCents }))
  return c.json({ ...hold, items }, 200)
})

purchaseRoutes.openapi(giveBackRoute, async (c) => {
  const { holdId } = c.req.valid("param")
  const result = await giveBack(c, holdId)
  return result.outcome === "refused"
    ? problem(c, result.refusal)
    : c.json({ holdId, state: "released" as const }, 200)
})

purchaseRoutes.openapi(cancelCheckoutRoute, async (c) => {
  const { orderId } = c.req.valid("param")
  const result = await cancelCheckout(c, orderId)
  if (result.outcome === "cancelled") return c.json({ orderId, status: result.order.status }, 200)
  return problem(c, result.refusal === "not_found" ? "order_not_found" : "already_paid")
})

purchaseRoutes.openapi(readOrderRoute, async (c) => {
  const access = await readOrder(c, c.req.valid("param").orderId, bearerOf(c))
  return access ? c.json(orderAnswerOf(access.order), 200) : problem(c, "order_not_found")
})

function orderAnswerOf(order: OrderView) {
  const {
    orderId,
    orderNumber,
    status,
    history,
    items,
    totalCents,
    totals,
    shippingMethod,
    couponCode,
    currency,
    saleId,
    holdExpiresAtMs,
    payment,
    shipments,
    refunds,
  } = order
  return {
    orderId,
    orderNumber,
    status,
    history,
    items,
    totalCents,
    totals,
    shippingMethod,
    couponCode,
    currency,
    payment: { status: payment.status, message: payment.declineMessage },
    shipments,
    refunds: refunds.map(({ amountCents, status: stands, atMs }) => ({ amountCents, status: stands, atMs })),
    saleId,
    holdExpiresAtMs,
  }
}

function bearerOf(c: Context<App>): string | null {
  return c.req.header("authorization")?.match(/^Bearer (.+)$/i)?.[1] ?? null
}
