import { createRoute, z } from "@hono/zod-openapi"
import { createRoutes } from "../../http/app.ts"
import { json, problems } from "../../http/documented.ts"
import { allow } from "../api/authentication.ts"
import { lastReconciliation, reconcile } from "./reconcile.ts"

export const reconciliationRoutes = createRoutes()

const reconciliation = z
  .object({
    startedAtMs: z.int(),
    endedAtMs: z.int(),
    reason: z.enum(["clock", "asked"]),
    drift: z.array(
      z.object({
        kind: z.string(),
        subjects: z.record(z.string(), z.string()),
        says: z.string(),
        mending: z.enum(["mended", "failed", "left"]),
        firstSeenMs: z.int(),
      }),
    ),
    pending: z
      .int()
      .openapi({ description: "Seen for the first time: on the way, or drift by the next run" }),
    unread: z.array(z.string()).openapi({ description: "Books that could not be read, and why" }),
  })
  .openapi("Reconciliation")

const tags = ["Merchant: operations"]
const path = "/merchant/api/reconcile"

const runCall = createRoute({
  method: "post",
  path,
  tags,
  summary: "Compare lanes, ledgers, payments, coupons and Postgres now, and mend what is safe to mend",
  description:
    "It also runs by itself every 30 seconds. Asked for, it drives orders once more whose steps fail, or that were given up.",
  middleware: [allow("operations.reconcile")],
  responses: { 200: json(reconciliation, "What was found"), ...problems("unauthorized", "forbidden") },
})

reconciliationRoutes.openapi(runCall, async (c) => c.json(await reconcile(c.env, "asked"), 200))

const lastCall = createRoute({
  method: "get",
  path,
  tags,
  summary: "What the last comparison found",
  middleware: [allow("sales.audit")],
  responses: {
    200: json(z.object({ last: reconciliation.nullable() }), "The last one; null before the first"),
    ...problems("unauthorized", "forbidden"),
  },
})

reconciliationRoutes.openapi(lastCall, async (c) => c.json({ last: await lastReconciliation(c.env) }, 200))
