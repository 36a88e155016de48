import { createRoute, z } from "@hono/zod-openapi"
import { openDatabase } from "../../../db/client.ts"
import type { Database } from "../../../db/client.ts"
import { isDatabaseAway } from "../../../db/failures.ts"
import { skuExists } from "../../../db/products.ts"
import { upsertStockLevels } from "../../../db/stock-levels.ts"
import type { StockCounts } from "../../../durable-objects/stock/contract.ts"
import { forget } from "../../catalog/page-cache.ts"
import { cleanText } from "../../catalog/text.ts"
import type { Env } from "../../environment.ts"
import { createRoutes, limitBody } from "../../http/app.ts"
import { BODY_BYTES_MAX } from "../../http/body.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import { allow } from "./authentication.ts"
import { isSku } from "./ids.ts"
import { stockOf } from "../../purchase/stock-objects.ts"

export const stockRoutes = createRoutes()

/** Units that one call moves, at most; above it a typing mistake is likelier than a delivery. */
const DELTA_MAX = 1_000_000

const tags = ["Merchant: stock"]
const params = z.object({ sku: z.string() })

export const stockChange = z
  .strictObject({
    delta: z
      .int()
      .min(-DELTA_MAX)
      .max(DELTA_MAX)
      .refine((delta) => delta !== 0, "A change of 0 units is none."),
    reason: cleanText(1, 200),
    idempotencyKey: cleanText(1, 200),
    warehouse: cleanText(1, 100).optional(),
  })
  .openapi("StockChange")

const count = z.int()
const stockAnswer = z
  .object({
    sku: z.string(),
    available: count,
    held: count,
    sold: count,
    received: count,
    pools: z.array(
      z.object({
        pool: z.string().openapi({ description: "`open`, or the sale's id" }),
        state: z.enum(["active", "paused", "closed"]),
        available: count,
        held: count,
        sold: count,
        received: count,
      }),
    ),
  })
  .openapi("StockCounts")

const changeCall = createRoute({
  method: "post",
  path: "/merchant/api/skus/{sku}/stock",
  tags,
  summary: "Receive units into the open pool, or take unsold ones out",
  description: "The same idempotencyKey with the same content changes nothing a second time.",
  middleware: [allow("stock.write"), limitBody(BODY_BYTES_MAX)],
  request: { params, body: { required: true, content: { "application/json": { schema: stockChange } } } },
  responses: {
    200: json(stockAnswer, "The ledger's counts afterwards"),
    ...problems(
      "unauthorized",
      "forbidden",
      "sku_not_found",
      "insufficient_stock",
      "idempotency_key_reused",
      "invalid_request",
    ),
  },
})

stockRoutes.openapi(changeCall, async (c) => {
  const { sku } = c.req.valid("param")
  const { delta, reason, idempotencyKey, warehouse } = c.req.valid("json")
  const db = openDatabase(c.env)
  if (!(await isKnown(c.env, db, sku))) throw new ProblemError("sku_not_found")
  const told = warehouse === undefined ? reason : `${warehouse}: ${reason}`
  const received = await stockOf(c.env)
    .root(sku)
    .receive({
      id: `receive:${idempotencyKey}`,
      delta,
      reason: told,
    })
  if (received.outcome === "refused") {
    throw new ProblemError(received.refusal === "reused" ? "idempotency_key_reused" : "insufficient_stock", {
      items: [{ sku, available: received.counts.available }],
    })
  }
  await publishLevels(db, sku, received.counts)
  return c.json(answerOf(sku, received.counts), 200)
})

const readCall = createRoute({
  method: "get",
  path: "/merchant/api/skus/{sku}/stock",
  tags,
  summary: "The ledger's counts per pool, from the ledger itself",
  middleware: [allow("stock.read")],
  request: { params },
  responses: {
    200: json(stockAnswer, "The counts"),
    ...problems("unauthorized", "forbidden", "sku_not_found"),
  },
})

stockRoutes.openapi(readCall, async (c) => {
  const { sku } = c.req.valid("param")
  if (!(await isKnown(c.env, openDatabase(c.env), sku))) throw new ProblemError("sku_not_found")
  return c.json(answerOf(sku, await stockOf(c.env).root(sku).counts()), 200)
})

/** Known to the catalog; while Postgres is away, known to the ledger, which has pools only for what the catalog had. */
async function isKnown(env: Env, db: Database, sku: string): Promise<boolean> {
  if (!isSku(sku)) return false
  try {
    return await skuExists(db, sku)
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    const { pools } = await stockOf(env).root(sku).counts()
    if (pools.length > 0) return true
    throw error
  }
}

/** The ledger's own message brings the levels too, a second later; this is for whoever looks right now. */
async function publishLevels(db: Database, sku: string, counts: StockCounts): Promise<void> {
  try {
    await upsertStockLevels(db, [{ sku, counts, atMs: Date.now() }])
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
  }
  forget()
}

function answerOf(sku: string, counts: StockCounts): z.infer<typeof stockAnswer> {
  const { available, held, sold, received, pools } = counts
  return { sku, available, held, sold, received, pools }
}
