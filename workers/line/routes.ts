import { createRoute, z } from "@hono/zod-openapi"
import type { Context } from "hono"
import { listSales } from "../catalog/sales-list.ts"
import type { SaleSummary } from "../catalog/sales-list.ts"
import { createRoutes } from "../http/app.ts"
import type { App } from "../http/app.ts"
import { CACHE_CONTROL } from "../http/cache-headers.ts"
import { json, problems } from "../http/documented.ts"
import { problem } from "../http/problem.ts"
import { visitOf } from "../http/visit.ts"
import { readRoom } from "./board.ts"
import { readJoinRequest } from "./join-body.ts"
import { refusalOfJoin } from "./join-call.ts"
import { enterSale, joinLine, readChallenge } from "./line.ts"
import { viewOfFacts, viewOfSummary } from "./sale-view.ts"
import {
  boardView,
  challengeView,
  joinRequest,
  passRequest,
  passView,
  saleList,
  saleView,
  ticketView,
} from "./schemas.ts"
import type { SaleView } from "./schemas.ts"

/** Any text: what is no sale's id is no sale. */
const saleId = z.object({ saleId: z.string() })

/** Rooms that one list asks; sales beyond it are told by the clock alone. */
const ROOMS_ASKED_MAX = 24

const listRoute = createRoute({
  method: "get",
  path: "/api/sales",
  summary: "Sales that run or come, then those that ended lately",
  responses: { 200: json(saleList, "The sales"), ...problems("temporarily_unavailable") },
})

const saleRoute = createRoute({
  method: "get",
  path: "/api/sales/{saleId}",
  summary: "A sale's public facts",
  request: { params: saleId },
  responses: { 200: json(saleView, "The sale"), ...problems("sale_not_found", "temporarily_unavailable") },
})

const boardRoute = createRoute({
  method: "get",
  path: "/api/sales/{saleId}/board",
  summary: "The board that every waiting browser reads",
  request: { params: saleId },
  responses: { 200: json(boardView, "The board"), ...problems("sale_not_found", "temporarily_unavailable") },
})

const challengeRoute = createRoute({
  method: "get",
  path: "/api/sales/{saleId}/challenge",
  summary: "What the sale asks of this session before it may join",
  request: { params: saleId },
  responses: {
    200: json(challengeView, "What to answer"),
    ...problems("sale_not_found", "temporarily_unavailable"),
  },
})

export const lineRoutes = createRoutes()

/** Described only: `readJoinRequest` reads it. */
lineRoutes.openAPIRegistry.register("JoinRequest", joinRequest)

const joinRoute = createRoute({
  method: "post",
  path: "/api/sales/{saleId}/tickets",
  summary: "Join the line",
  description:
    "Before the bell all stand in one lottery, from the moment the sale is scheduled; after it, first come, first served. In a sale of mode first_come the line's opening is what the bell is here; in a draw nobody joins after the bell.",
  request: {
    params: saleId,
    body: {
      required: false,
      description: "Where the sale asks for it, or for an invitation",
      content: { "application/json": { schema: { $ref: "#/components/schemas/JoinRequest" } } },
    },
  },
  responses: {
    201: json(ticketView, "A place in the line"),
    200: json(ticketView, "The place this session has already"),
    ...problems("bad_json", "ticket_invalid", "challenge_required", "sale_not_found", "sale_over"),
    ...problems("invalid_request", "body_too_large"),
    ...problems("temporarily_unavailable"),
  },
})

const enterRoute = createRoute({
  method: "post",
  path: "/api/sales/{saleId}/passes",
  summary: "Exchange a ticket whose turn has come",
  request: { params: saleId, body: { required: true, ...json(passRequest, "The ticket") } },
  responses: {
    201: json(passView, "A pass"),
    200: json(passView, "The pass this ticket has already"),
    ...problems("bad_json", "ticket_invalid", "sale_not_found", "sale_over", "invalid_request"),
    ...problems("not_your_turn", "slow_down", "room_full", "temporarily_unavailable"),
  },
})

lineRoutes.openapi(listRoute, async (c) => {
  const sales = await listSales(c)
  const running = sales.filter((sale) => sale.state !== "ended").slice(0, ROOMS_ASKED_MAX)
  const asked = new Set(running.map((sale) => sale.saleId))
  const items = await Promise.all(
    sales.map(async (sale) =>
      asked.has(sale.saleId) ? viewFromRoom(c, sale) : viewOfSummary(sale, Date.now()),
    ),
  )
  return c.json({ items }, 200, { "cache-control": CACHE_CONTROL.sale })
})

lineRoutes.openapi(saleRoute, async (c) => {
  const room = await readRoom(c.env, c.req.valid("param").saleId)
  if (!room) return problem(c, "sale_not_found")
  return c.json(viewOfFacts(room.facts), 200, { "cache-control": CACHE_CONTROL.sale })
})

lineRoutes.openapi(boardRoute, async (c) => {
  const room = await readRoom(c.env, c.req.valid("param").saleId)
  if (!room) return problem(c, "sale_not_found")
  return c.json(room.board, 200, { "cache-control": CACHE_CONTROL.board })
})

lineRoutes.openapi(challengeRoute, async (c) => {
  const challenge = await readChallenge(visitOf(c), c.req.valid("param").saleId)
  return challenge ? c.json(challenge, 200) : problem(c, "sale_not_found")
})

lineRoutes.openapi(joinRoute, async (c) => {
  const joined = await joinLine(visitOf(c), c.req.valid("param").saleId, await readJoinRequest(c.req.raw))
  if (joined.outcome === "refused") {
    const { code, members } = refusalOfJoin(joined)
    return problem(c, code, members)
  }
  const { ticket, ticketId, arrivedAtMs, replayed } = joined
  return c.json({ ticket, ticketId, arrivedAtMs }, replayed ? 200 : 201)
})

lineRoutes.openapi(enterRoute, async (c) => {
  const entered = await enterSale(visitOf(c), c.req.valid("param").saleId, c.req.valid("json").ticket)
  if (entered.outcome === "refused") {
    const retryAfterSeconds = entered.retryAfterMs / 1_000
    return problem(c, entered.refusal, retryAfterSeconds > 0 ? { retryAfterSeconds } : {})
  }
  const { pass, expiresAtMs, replayed } = entered
  return c.json({ pass, expiresAtMs }, replayed ? 200 : 201)
})

/** A list is shown even while a room is away. */
async function viewFromRoom(c: Context<App>, sale: SaleSummary): Promise<SaleView> {
  const room = await readRoom(c.env, sale.saleId).catch(() => null)
  return room ? viewOfFacts(room.facts) : viewOfSummary(sale, Date.now())
}
