import { createRoute, z } from "@hono/zod-openapi"
import type { Context } from "hono"
import { openDatabase } from "../../../db/client.ts"
import type { Database } from "../../../db/client.ts"
import { isDatabaseAway } from "../../../db/failures.ts"
import { markEnded, setAllotment } from "../../../db/sales.ts"
import type { SaleFacts, SaleOutcome, SaleRefusal } from "../../../durable-objects/room/contract.ts"
import { forget } from "../../catalog/page-cache.ts"
import type { App } from "../../http/app.ts"
import { createRoutes, limitBody } from "../../http/app.ts"
import { BODY_BYTES_MAX } from "../../http/body.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import type { ProblemCode } from "../../http/problem.ts"
import { allow } from "./authentication.ts"
import type { Permission } from "../permissions.ts"
import { isUuid } from "./ids.ts"
import { readLive } from "./live.ts"
import { liveAnswer, replenishBody, saleAnswer } from "./sale-schemas.ts"
import { answerOfFacts } from "./sales.ts"
import { soldOut } from "../../purchase/stock-objects.ts"

/** What is done to a sale on its day. The room decides; Postgres is told, and may be away. */
export const saleControlRoutes = createRoutes()

const tags = ["Merchant: sales"]
const params = z.object({ saleId: z.string() })

function controlCall(verb: "pause" | "resume" | "end", permission: Permission, summary: string) {
  return createRoute({
    method: "post",
    path: `/merchant/api/sales/{saleId}/${verb}`,
    tags,
    summary,
    middleware: [allow(permission)],
    request: { params },
    responses: {
      200: json(saleAnswer, "The sale"),
      ...problems("unauthorized", "forbidden", "sale_not_found", "sale_over"),
    },
  })
}

saleControlRoutes.openapi(
  controlCall("pause", "sales.pause", "Let nobody in for now; who is inside keeps pass and hold"),
  async (c) => {
    const facts = accepted(await roomOf(c, c.req.valid("param").saleId).pause())
    forget()
    return c.json(answerOfFacts(facts), 200)
  },
)

saleControlRoutes.openapi(controlCall("resume", "sales.pause", "Go on after a pause"), async (c) => {
  const facts = accepted(await roomOf(c, c.req.valid("param").saleId).resume())
  forget()
  return c.json(answerOfFacts(facts), 200)
})

saleControlRoutes.openapi(
  controlCall("end", "sales.end", "End the sale; unsold units go back to the open pool"),
  async (c) => {
    const { saleId } = c.req.valid("param")
    const facts = accepted(await roomOf(c, saleId).end())
    await tellPostgres(c, (db) => markEnded(db, saleId))
    return c.json(answerOfFacts(facts), 200)
  },
)

const replenishCall = createRoute({
  method: "post",
  path: "/merchant/api/sales/{saleId}/replenish",
  tags,
  summary: "Move more units from the open pool into the sale",
  middleware: [allow("sales.replenish"), limitBody(BODY_BYTES_MAX)],
  request: { params, body: { required: true, content: { "application/json": { schema: replenishBody } } } },
  responses: {
    200: json(saleAnswer, "The sale"),
    ...problems(
      "unauthorized",
      "forbidden",
      "sale_not_found",
      "sale_over",
      "insufficient_stock",
      "idempotency_key_reused",
      "invalid_request",
    ),
  },
})

saleControlRoutes.openapi(replenishCall, async (c) => {
  const { saleId } = c.req.valid("param")
  const { sku, units, idempotencyKey = crypto.randomUUID() } = c.req.valid("json")
  const room = roomOf(c, saleId)
  const read = await room.read()
  if (!read) throw new ProblemError("sale_not_found")
  if (!read.facts.items.some((item) => item.sku === sku)) {
    const message = `This sale does not sell ${sku}.`
    throw new ProblemError("invalid_request", { detail: message, errors: [{ field: "sku", message }] })
  }
  const facts = accepted(await room.replenish({ id: `${saleId}:replenish:${idempotencyKey}`, sku, units }))
  const allotment = facts.items.find((item) => item.sku === sku)?.allotment
  if (allotment !== undefined) await tellPostgres(c, (db) => setAllotment(db, saleId, sku, allotment))
  return c.json(answerOfFacts(facts), 200)
})

const liveCall = createRoute({
  method: "get",
  path: "/merchant/api/sales/{saleId}/live",
  tags,
  summary: "The dashboard's numbers, as they are now",
  middleware: [allow("sales.read")],
  request: { params },
  responses: {
    200: json(liveAnswer, "The numbers"),
    ...problems("unauthorized", "forbidden", "sale_not_found"),
  },
})

saleControlRoutes.openapi(liveCall, async (c) => {
  const { saleId } = c.req.valid("param")
  const live = isUuid(saleId) ? await readLive(c.env, saleId) : null
  if (!live) throw new ProblemError("sale_not_found")
  return c.json(live, 200)
})

function roomOf(c: Context<App>, saleId: string) {
  // An object is made by asking for it, so only what can be a sale's id is asked for.
  if (!isUuid(saleId)) throw new ProblemError("sale_not_found")
  return c.env.ROOM.getByName(saleId)
}

const REFUSALS: Record<SaleRefusal, ProblemCode> = {
  not_found: "sale_not_found",
  sale_over: "sale_over",
  insufficient_stock: "insufficient_stock",
  reused: "idempotency_key_reused",
  already_open: "invalid_sale",
  invalid_times: "invalid_sale",
}

/** The sale after a change that its room made. Units may have moved, so nothing of it counts as sold out for now. */
function accepted(outcome: SaleOutcome): SaleFacts {
  if (outcome.outcome === "refused") throw new ProblemError(REFUSALS[outcome.refusal])
  for (const { sku } of outcome.facts.items) soldOut.forget(sku)
  return outcome.facts
}

/** While Postgres is away the room's word stands, and the cron brings Postgres up to it. */
async function tellPostgres(c: Context<App>, write: (db: Database) => Promise<void>): Promise<void> {
  try {
    await write(openDatabase(c.env))
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
  }
  forget()
}
