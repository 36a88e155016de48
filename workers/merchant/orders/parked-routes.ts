import { createRoute, z } from "@hono/zod-openapi"
import type { Context } from "hono"
import { laneName } from "../../../durable-objects/checkout/contract.ts"
import type { OrderParking } from "../../../durable-objects/checkout/parking/contract.ts"
import { settingsOf } from "../../environment.ts"
import type { App } from "../../http/app.ts"
import { createRoutes, limitBody } from "../../http/app.ts"
import { BODY_BYTES_MAX } from "../../http/body.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import { isOrderId, laneFor } from "../../purchase/orders.ts"
import { allow } from "../api/authentication.ts"
import {
  dealtWithBody,
  listedParkedOf,
  parkedPage,
  parkingAnswer,
  parkingAnswerOf,
} from "./parked-schemas.ts"

/** Orders that somebody must look at. They are in their lanes, so they are here while Postgres is away. */
export const parkedRoutes = createRoutes()

const tags = ["Merchant: orders"]
const params = z.object({ orderId: z.string() })
const LIST = "/merchant/api/parked-orders"
const PATH = `${LIST}/{orderId}`

/** Orders of one page; as many wait in a shop where one part of it is down for long. */
const PAGE_MAX = 100
const ORDER_ID_LENGTH_MAX = 64

const listCall = createRoute({
  method: "get",
  path: LIST,
  tags,
  summary: "Orders that somebody must look at, by their ids, a page at a time",
  middleware: [allow("orders.read")],
  request: { query: z.object({ after: z.string().max(ORDER_ID_LENGTH_MAX).default("") }) },
  responses: {
    200: json(parkedPage, "Send nextAfter as `after` for more; null: there are no more"),
    ...problems("unauthorized", "forbidden", "invalid_request"),
  },
})

parkedRoutes.openapi(listCall, async (c) => {
  const { after } = c.req.valid("query")
  const { CHECKOUT_LANES } = await settingsOf(c.env)
  const pages = await Promise.all(
    Array.from({ length: CHECKOUT_LANES }, (_, lane) =>
      c.env.CHECKOUT.getByName(laneName(lane)).parked(after),
    ),
  )
  // Each lane gave its first ones, so the first of all are among them.
  const all = pages
    .flat()
    .map(listedParkedOf)
    .toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1))
  const items = all.slice(0, PAGE_MAX)
  return c.json({ items, nextAfter: all.length > PAGE_MAX ? (items.at(-1)?.orderId ?? null) : null }, 200)
})

const readCall = createRoute({
  method: "get",
  path: PATH,
  tags,
  summary: "What an order is parked for, and what it was parked for before",
  middleware: [allow("orders.read")],
  request: { params },
  responses: {
    200: json(parkingAnswer, "As its lane has it now"),
    ...problems("unauthorized", "forbidden", "order_not_found"),
  },
})

parkedRoutes.openapi(readCall, async (c) => {
  return c.json(parkingAnswerOf(await readParking(c, c.req.valid("param").orderId)), 200)
})

const tryAgainCall = createRoute({
  method: "post",
  path: `${PATH}/try-again`,
  tags,
  summary: "Try the step of an order once more that was given up",
  description:
    "At once, and once: it leaves the list when the step is done, and stays with the new reason when it fails.",
  middleware: [allow("orders.unpark")],
  request: { params },
  responses: {
    200: json(parkingAnswer, "It is due; what comes of it is seen a moment later"),
    ...problems("unauthorized", "forbidden", "order_not_found", "not_parked", "nothing_to_try"),
  },
})

parkedRoutes.openapi(tryAgainCall, async (c) => {
  const { orderId } = c.req.valid("param")
  const parking = await readParking(c, orderId)
  if (!parking.parked) throw new ProblemError("not_parked")
  if (!parking.parked.canTryAgain) throw new ProblemError("nothing_to_try")
  await (await laneFor(c.env, orderId)).driveAgain([orderId])
  return c.json(parkingAnswerOf(parking), 200)
})

const dealtWithCall = createRoute({
  method: "post",
  path: `${PATH}/dealt-with`,
  tags,
  summary: "Take an order off the list of those that somebody must look at",
  description:
    "The order stays as it is; who did it, when and the note are kept with it. It comes back when something new parks it. Saying it again of the same parking changes nothing.",
  middleware: [allow("orders.unpark"), limitBody(BODY_BYTES_MAX)],
  request: { params, body: { required: true, content: { "application/json": { schema: dealtWithBody } } } },
  responses: {
    200: json(parkingAnswer, "The order is off the list"),
    ...problems(
      "bad_json",
      "unauthorized",
      "forbidden",
      "order_not_found",
      "not_parked",
      "parked_again",
      "invalid_request",
    ),
  },
})

parkedRoutes.openapi(dealtWithCall, async (c) => {
  const { orderId } = c.req.valid("param")
  const { parkedAtMs, name, note } = c.req.valid("json")
  if (!isOrderId(orderId)) throw new ProblemError("order_not_found")
  const by = { role: c.get("role") ?? "", name }
  const dealt = await (await laneFor(c.env, orderId)).dealWithParking({ orderId, parkedAtMs, by, note })
  if (dealt.outcome === "done") return c.json(parkingAnswerOf(dealt.parking), 200)
  throw new ProblemError(dealt.refusal === "not_found" ? "order_not_found" : dealt.refusal)
})

async function readParking(c: Context<App>, orderId: string): Promise<OrderParking> {
  const parking = isOrderId(orderId) ? await (await laneFor(c.env, orderId)).parking(orderId) : null
  if (!parking) throw new ProblemError("order_not_found")
  return parking
}
