import { createRoute, z } from "@hono/zod-openapi"
import type { Context } from "hono"
import { openDatabase } from "../../../db/client.ts"
import { listOrders } from "../../../db/order-list.ts"
import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import type {
  FulfilOutcome,
  RefundRefusal,
  WithdrawOutcome,
} from "../../../durable-objects/checkout/fulfilment/contract.ts"
import { LIMIT_DEFAULT } from "../../catalog/schemas.ts"
import type { App } from "../../http/app.ts"
import { createRoutes, limitBody } from "../../http/app.ts"
import { BODY_BYTES_MAX } from "../../http/body.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import type { ProblemCode } from "../../http/problem.ts"
import { leaveSale } from "../../purchase/leave-sale.ts"
import { isOrderId, laneFor } from "../../purchase/orders.ts"
import { soldOut } from "../../purchase/stock-objects.ts"
import { allow } from "../api/authentication.ts"
import { cursorOf, placeOf } from "./place.ts"
import {
  merchantOrder,
  merchantOrderOf,
  orderPage,
  orderQuery,
  refundAnswer,
  refundAnswerOf,
  refundBody,
  shipBody,
} from "./schemas.ts"

/** Orders as merchants see and settle them. The list is Postgres'; one order, and all that is done to it, its lane's. */
export const orderRoutes = createRoutes()

const tags = ["Merchant: orders"]
const params = z.object({ orderId: z.string() })
const PATH = "/merchant/api/orders/{orderId}"

const listCall = createRoute({
  method: "get",
  path: "/merchant/api/orders",
  tags,
  summary: "Orders, the newest first",
  description: "From Postgres: an order is here about a second after it changed.",
  middleware: [allow("orders.read")],
  request: { query: orderQuery },
  responses: {
    200: json(orderPage, "One page"),
    ...problems("unauthorized", "forbidden", "invalid_request", "temporarily_unavailable"),
  },
})

orderRoutes.openapi(listCall, async (c) => {
  const query = c.req.valid("query")
  const { status = null, saleId = null, email = null, orderNumber = null, limit = LIMIT_DEFAULT } = query
  const after = query.cursor === undefined ? null : placeOf(query.cursor)
  if (query.cursor !== undefined && after === null)
    throw refusedField("cursor", "This is no nextCursor of this list. Begin again without it.")
  const filter = { status, saleId, email, orderNumber }
  const rows = await listOrders(openDatabase(c.env), filter, { after, limit })
  const items = rows.slice(0, limit) as z.infer<typeof orderPage>["items"]
  const last = items.at(-1)
  return c.json({ items, nextCursor: last && rows.length > limit ? cursorOf(last) : null }, 200)
})

const readCall = createRoute({
  method: "get",
  path: PATH,
  tags,
  summary: "One order, as its lane has it now",
  middleware: [allow("orders.read")],
  request: { params },
  responses: {
    200: json(merchantOrder, "The order"),
    ...problems("unauthorized", "forbidden", "order_not_found"),
  },
})

orderRoutes.openapi(readCall, async (c) => {
  const { orderId } = c.req.valid("param")
  const found = await (await laneOf(c, orderId)).read(orderId)
  if (!found) throw new ProblemError("order_not_found")
  return c.json(merchantOrderOf(found.order), 200)
})

const shipCall = createRoute({
  method: "post",
  path: `${PATH}/ship`,
  tags,
  summary: "Note a parcel that left",
  description: "The same parcel again changes nothing; another one is a further parcel of the order.",
  middleware: [allow("orders.fulfil"), limitBody(BODY_BYTES_MAX)],
  request: { params, body: { required: true, content: { "application/json": { schema: shipBody } } } },
  responses: {
    200: json(merchantOrder, "The order"),
    ...problems("unauthorized", "forbidden", "order_not_found", "not_shippable", "invalid_request"),
  },
})

orderRoutes.openapi(shipCall, async (c) => {
  const { orderId } = c.req.valid("param")
  const lane = await laneOf(c, orderId)
  return c.json(done(await lane.ship({ orderId, ...c.req.valid("json") }), "not_shippable"), 200)
})

const deliverCall = createRoute({
  method: "post",
  path: `${PATH}/deliver`,
  tags,
  summary: "Note that the order arrived",
  middleware: [allow("orders.fulfil")],
  request: { params },
  responses: {
    200: json(merchantOrder, "The order"),
    ...problems("unauthorized", "forbidden", "order_not_found", "not_deliverable"),
  },
})

orderRoutes.openapi(deliverCall, async (c) => {
  const { orderId } = c.req.valid("param")
  return c.json(done(await (await laneOf(c, orderId)).deliver(orderId), "not_deliverable"), 200)
})

const cancelCall = createRoute({
  method: "post",
  path: `${PATH}/cancel`,
  tags,
  summary: "Withdraw an order that was not sent",
  description:
    "Unpaid it is cancelled. Paid it is refunded, and its units go back to the stock. Saying it again changes nothing.",
  middleware: [allow("orders.refund")],
  request: { params },
  responses: {
    200: json(merchantOrder, "The order"),
    ...problems(
      "unauthorized",
      "forbidden",
      "order_not_found",
      "not_cancellable",
      "refund_refused",
      "payment_unavailable",
    ),
  },
})

orderRoutes.openapi(cancelCall, async (c) => {
  const { orderId } = c.req.valid("param")
  const lane = await laneOf(c, orderId)
  const withdrawn = await lane.withdraw(orderId)
  const order = orderAfter(withdrawn)
  if (order.status === "cancelled" && order.saleId !== null && !isReplay(withdrawn)) {
    // Its shopper may still be inside the sale, where their place goes to the next.
    const found = await lane.read(orderId)
    if (found)
      c.executionCtx.waitUntil(leaveSale(c.env, order.saleId, { subject: found.subject, items: order.items }))
  }
  return c.json(merchantOrderOf(order), 200)
})

const refundCall = createRoute({
  method: "post",
  path: `${PATH}/refund`,
  tags,
  summary: "Give money back, and take units back where they came back",
  description:
    "Recorded before Stripe is asked. While Stripe does not answer, the refund is `pending` without a refundId, and goes on by itself. The same idempotencyKey with the same content is the same refund.",
  middleware: [allow("orders.refund"), limitBody(BODY_BYTES_MAX)],
  request: { params, body: { required: true, content: { "application/json": { schema: refundBody } } } },
  responses: {
    200: json(refundAnswer, "The order, and the refund as it stands"),
    ...problems(
      "unauthorized",
      "forbidden",
      "order_not_found",
      "idempotency_key_reused",
      "refund_exceeds_payment",
      "refund_refused",
      "invalid_request",
    ),
  },
})

orderRoutes.openapi(refundCall, async (c) => {
  const { orderId } = c.req.valid("param")
  const { amountCents = null, restock = false, lines = null, idempotencyKey } = c.req.valid("json")
  const lane = await laneOf(c, orderId)
  const result = await lane.refund({ orderId, idempotencyKey, amountCents, restock, lines })
  if (result.outcome === "refused") throw REFUND_REFUSALS[result.refusal]()
  const { order, refund } = result
  if (refund.refusal !== null) throw new ProblemError("refund_refused", { detail: refund.refusal })
  forgetSoldOut(order)
  return c.json(refundAnswerOf(order, refund), 200)
})

const REFUND_REFUSALS: Record<RefundRefusal, () => ProblemError> = {
  not_found: () => new ProblemError("order_not_found"),
  idempotency_key_reused: () => new ProblemError("idempotency_key_reused"),
  too_many: () => refusedField("amountCents", "This order has as many refunds as one can have."),
  refund_exceeds_payment: () => new ProblemError("refund_exceeds_payment"),
  lines_needed: () =>
    refusedField("lines", "A part of the money does not say which units came back. Name them in lines."),
  lines_exceed_order: () => refusedField("lines", "The order has fewer units left than that."),
}

function isReplay(withdrawn: WithdrawOutcome): boolean {
  return withdrawn.outcome === "done" && withdrawn.replayed
}

function orderAfter(withdrawn: WithdrawOutcome): OrderView {
  if (withdrawn.outcome === "done") {
    const { order, refund } = withdrawn
    if (refund && refund.refusal !== null)
      throw new ProblemError("refund_refused", { detail: refund.refusal })
    forgetSoldOut(order)
    return order
  }
  if (withdrawn.refusal === "not_found") throw new ProblemError("order_not_found")
  if (withdrawn.refusal === "not_allowed") throw new ProblemError("not_cancellable")
  const detail = "Its payment is being taken right now. Ask again in a moment."
  throw new ProblemError("payment_unavailable", { detail })
}

function done(outcome: FulfilOutcome, refusal: ProblemCode): MerchantOrderAnswer {
  if (outcome.outcome === "done") return merchantOrderOf(outcome.order)
  if (outcome.refusal === "too_many")
    throw refusedField("trackingNumber", "This order has as many parcels as one can have.")
  throw new ProblemError(outcome.refusal === "not_found" ? "order_not_found" : refusal)
}

type MerchantOrderAnswer = ReturnType<typeof merchantOrderOf>

/** Units may be for sale again, so what this isolate remembers of them is not true any more. */
function forgetSoldOut({ items }: OrderView): void {
  for (const { sku } of items) soldOut.forget(sku)
}

function refusedField(field: string, message: string): ProblemError {
  return new ProblemError("invalid_request", { detail: message, errors: [{ field, message }] })
}

/** An object is made by asking for it, so only what can be an order's id is asked for. */
function laneOf(c: Context<App>, orderId: string): ReturnType<typeof laneFor> {
  if (!isOrderId(orderId)) throw new ProblemError("order_not_found")
  return laneFor(c.env, orderId)
}
