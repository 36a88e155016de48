import { createRoute, z } from "@hono/zod-openapi"
import { TICKET_PAGE_MAX } from "../../durable-objects/arrivals/contract.ts"
import type { DrawDocument } from "../../waiting-room/draw.ts"
import { ARRIVAL_SHARDS } from "../../waiting-room/draw.ts"
import type { TicketProof } from "../../waiting-room/draw-check.ts"
import { packTicketId } from "../../waiting-room/ticket-tree.ts"
import type { Env } from "../environment.ts"
import { createRoutes } from "../http/app.ts"
import { CACHE_CONTROL } from "../http/cache-headers.ts"
import { json, problems } from "../http/documented.ts"
import { problem } from "../http/problem.ts"
import { readRoom } from "./board.ts"
import { drawView, proofView, ticketPage } from "./draw-schemas.ts"
import { shardOf } from "./gathered-ids.ts"

/** Everything that anybody needs to check a sale's draw. Public, and the same for everybody. */

const saleId = z.object({ saleId: z.string() })

const ticketId = z
  .string()
  .refine((text) => packTicketId(text) !== null, "a ticket's id: 22 characters of base64url")

const drawRoute = createRoute({
  method: "get",
  path: "/api/sales/{saleId}/draw",
  summary: "A sale's draw: what it is bound to, and once drawn, all to check it with",
  request: { params: saleId },
  responses: { 200: json(drawView, "The draw"), ...problems("sale_not_found", "temporarily_unavailable") },
})

const proofRoute = createRoute({
  method: "get",
  path: "/api/sales/{saleId}/draw/proof",
  summary: "Whether a ticket was sealed before the bell, with the path from it to its shard's root",
  request: { params: saleId, query: z.object({ ticketId }) },
  responses: {
    200: json(proofView, "The proof"),
    ...problems("sale_not_found", "invalid_request", "temporarily_unavailable"),
  },
})

const ticketsRoute = createRoute({
  method: "get",
  path: "/api/sales/{saleId}/draw/tickets",
  summary: "The ids of all tickets that were sealed, by shard",
  request: {
    params: saleId,
    query: z.object({
      shard: z.coerce
        .number()
        .int()
        .min(0)
        .max(ARRIVAL_SHARDS - 1),
      after: z.union([z.literal(""), ticketId]).default(""),
    }),
  },
  responses: {
    200: json(ticketPage, "Ids in the order of their bytes"),
    ...problems("sale_not_found", "invalid_request", "temporarily_unavailable"),
  },
})

export const drawRoutes = createRoutes()

drawRoutes.openapi(drawRoute, async (c) => {
  const room = await readRoom(c.env, c.req.valid("param").saleId)
  if (!room) return problem(c, "sale_not_found")
  const { draw } = room.facts
  return c.json(draw, 200, { "cache-control": cacheControlOf(draw) })
})

drawRoutes.openapi(proofRoute, async (c) => {
  const room = await readRoom(c.env, c.req.valid("param").saleId)
  if (!room) return problem(c, "sale_not_found")
  const { draw } = room.facts
  const proof = await findProof(c.env, draw, c.req.valid("query").ticketId)
  if (!proof) return problem(c, "temporarily_unavailable", { detail: "The sealed tickets do not answer." })
  return c.json(proof, 200, { "cache-control": cacheControlOf(draw) })
})

drawRoutes.openapi(ticketsRoute, async (c) => {
  const room = await readRoom(c.env, c.req.valid("param").saleId)
  if (!room) return problem(c, "sale_not_found")
  const { draw } = room.facts
  const { shard, after } = c.req.valid("query")
  try {
    const ticketIds = draw.tickets ? await shardOf(c.env, draw.saleId, shard).tickets(after) : []
    const last = ticketIds.length === TICKET_PAGE_MAX ? (ticketIds.at(-1) ?? null) : null
    return c.json({ shard, ticketIds, nextAfter: last }, 200, { "cache-control": cacheControlOf(draw) })
  } catch (error) {
    warnSilent(draw.saleId, error)
    return problem(c, "temporarily_unavailable", { detail: "The sealed tickets do not answer." })
  }
})

/** Once drawn it stays. */
function cacheControlOf(draw: DrawDocument): string {
  return draw.lotKey === undefined ? CACHE_CONTROL.board : CACHE_CONTROL.drawn
}

/** Which shard has a ticket nobody has written down, so all are asked. Null when one that may have it does not answer. */
async function findProof(env: Env, draw: DrawDocument, ticketId: string): Promise<TicketProof | null> {
  const shards = draw.tickets?.shards ?? []
  const answers = await Promise.all(
    shards.map(async ({ count }, shard) => {
      if (count === 0) return null
      try {
        const proof = await shardOf(env, draw.saleId, shard).proof(ticketId)
        return proof && { ticketId, inTree: true, shard, ...proof }
      } catch (error) {
        warnSilent(draw.saleId, error)
        return "silent" as const
      }
    }),
  )
  const found = answers.find((answer) => answer !== null && answer !== "silent")
  if (found) return found
  return answers.includes("silent") ? null : { ticketId, inTree: false }
}

function warnSilent(saleId: string, error: unknown): void {
  console.warn(JSON.stringify({ level: "warn", event: "arrivals_away", saleId, message: String(error) }))
}
