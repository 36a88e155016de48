import { createRoute, z } from "@hono/zod-openapi"
import { openDatabase } from "../../../db/client.ts"
import { findDeadLetter, listDeadLetters, markReplayed } from "../../../db/dead-letters.ts"
import type { DeadLetterRow } from "../../../db/dead-letters.ts"
import { createRoutes } from "../../http/app.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import { recorderOf } from "../../order-pipeline/consumer.ts"
import { replayLetter } from "../../order-pipeline/replay.ts"
import { allow } from "./authentication.ts"

/** What could not be written to Postgres, and another try once its reason is gone. */
export const deadLetterRoutes = createRoutes()

const LETTERS_LISTED_MAX = 500
const LETTERS_LISTED_DEFAULT = 100

const tags = ["Merchant: dead letters"]
const params = z.object({ id: z.string() })

const summaryFields = {
  id: z.int(),
  messageId: z.string().openapi({ description: "What it is of, such as `order:{orderId}:{version}`" }),
  reason: z.string(),
  attempts: z.int(),
  firstFailedAtMs: z.int(),
  lastFailedAtMs: z.int(),
  replayedAtMs: z.int().nullable().openapi({ description: "Null: it waits to be replayed" }),
}
const summary = z.object(summaryFields).openapi("DeadLetterSummary")
const letter = z
  .object({ ...summaryFields, body: z.unknown().openapi({ description: "The message as it came" }) })
  .openapi("DeadLetter")

const listCall = createRoute({
  method: "get",
  path: "/merchant/api/dead-letters",
  tags,
  summary: "What waits to be replayed, oldest first",
  middleware: [allow("dead_letters.read")],
  request: {
    query: z.object({
      after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).openapi({
        description: "The last id of the page before",
      }),
      limit: z.coerce.number().int().min(1).max(LETTERS_LISTED_MAX).default(LETTERS_LISTED_DEFAULT),
      all: z
        .enum(["true", "false"])
        .default("false")
        .openapi({ description: "Those that were replayed, too" }),
    }),
  },
  responses: {
    200: json(
      z.object({ deadLetters: z.array(summary), nextAfter: z.int().nullable() }),
      "A page; the next one comes after nextAfter",
    ),
    ...problems("unauthorized", "forbidden", "invalid_request", "temporarily_unavailable"),
  },
})

deadLetterRoutes.openapi(listCall, async (c) => {
  const { after, limit, all } = c.req.valid("query")
  const rows = await listDeadLetters(openDatabase(c.env), { afterId: after, limit, all: all === "true" })
  const nextAfter = rows.length === limit ? (rows.at(-1)?.id ?? null) : null
  return c.json({ deadLetters: rows.map(summaryOf), nextAfter }, 200)
})

const readCall = createRoute({
  method: "get",
  path: "/merchant/api/dead-letters/{id}",
  tags,
  summary: "A dead letter with its whole message",
  middleware: [allow("dead_letters.read")],
  request: { params },
  responses: {
    200: json(letter, "The letter"),
    ...problems("unauthorized", "forbidden", "dead_letter_not_found", "temporarily_unavailable"),
  },
})

deadLetterRoutes.openapi(readCall, async (c) => {
  const row = await letterOf(openDatabase(c.env), c.req.valid("param").id)
  return c.json({ ...summaryOf(row), body: row.body }, 200)
})

const replayCall = createRoute({
  method: "post",
  path: "/merchant/api/dead-letters/{id}/replay",
  tags,
  summary: "Write it now",
  description: "It lands once, however often this is called; of an order the newest version stays.",
  middleware: [allow("dead_letters.replay")],
  request: { params },
  responses: {
    200: json(z.object({ id: z.int(), replayedAtMs: z.int() }), "Its rows are in Postgres"),
    ...problems(
      "unauthorized",
      "forbidden",
      "dead_letter_not_found",
      "replay_refused",
      "temporarily_unavailable",
    ),
  },
})

deadLetterRoutes.openapi(replayCall, async (c) => {
  const db = openDatabase(c.env)
  const row = await letterOf(db, c.req.valid("param").id)
  if (!row.replayedAt) {
    const replayed = await replayLetter(row, recorderOf(c.env))
    if (replayed.outcome === "refused") throw new ProblemError("replay_refused", { detail: replayed.reason })
  }
  const replayedAt = row.replayedAt ?? (await markReplayed(db, row.id))
  return c.json({ id: row.id, replayedAtMs: replayedAt.getTime() }, 200)
})

async function letterOf(db: ReturnType<typeof openDatabase>, text: string): Promise<DeadLetterRow> {
  const id = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null
  const row = id === null ? null : await findDeadLetter(db, id)
  if (!row) throw new ProblemError("dead_letter_not_found")
  return row
}

function summaryOf(row: Omit<DeadLetterRow, "body">): z.infer<typeof summary> {
  const { id, messageId, reason, attempts, firstFailedAt, lastFailedAt, replayedAt } = row
  return {
    id,
    messageId,
    reason,
    attempts,
    firstFailedAtMs: firstFailedAt.getTime(),
    lastFailedAtMs: lastFailedAt.getTime(),
    replayedAtMs: replayedAt?.getTime() ?? null,
  }
}
