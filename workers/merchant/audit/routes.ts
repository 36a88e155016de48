import { createRoute, z } from "@hono/zod-openapi"
import { createRoutes } from "../../http/app.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import { allow } from "../api/authentication.ts"
import { isUuid } from "../api/ids.ts"
import { gatherLedgers } from "./gather.ts"
import { judge } from "./judge.ts"

export const auditRoutes = createRoutes()

const verdict = z.object({ ok: z.boolean(), checked: z.int(), says: z.string() })

const auditAnswer = z
  .object({
    promises: z.object({ P1: verdict, P2: verdict, P3: verdict, P4: verdict, P5: verdict }),
    differences: z.array(
      z.object({
        promise: z.string(),
        kind: z.string(),
        subjects: z.record(z.string(), z.string()),
        says: z.string(),
      }),
    ),
    notices: z
      .array(z.object({ kind: z.string(), subjects: z.record(z.string(), z.string()), says: z.string() }))
      .openapi({
        description: "What breaks no promise and wants a look: disputes, parked orders, payments left open",
      }),
    counts: z.object({
      skus: z.int(),
      holds: z.int(),
      intents: z.int(),
      captured: z.int(),
      orders: z.int(),
      ordersInPostgres: z.int(),
      passes: z.int(),
      differences: z.int(),
      notices: z.int(),
      pending: z
        .int()
        .openapi({ description: "On their way between the ledgers; look again in half a minute" }),
    }),
  })
  .openapi("SaleAudit")

const auditCall = createRoute({
  method: "get",
  path: "/merchant/api/sales/{saleId}/audit",
  tags: ["Merchant: sales"],
  summary: "Prove the sale's promises from its ledgers, or name every difference",
  description:
    "Joins the stock ledgers, the payment provider's books, the checkout lanes, the coupons, Postgres and the room's passes.",
  middleware: [allow("sales.audit")],
  request: { params: z.object({ saleId: z.string() }) },
  responses: {
    200: json(auditAnswer, "The verdicts"),
    ...problems("unauthorized", "forbidden", "sale_not_found", "temporarily_unavailable"),
  },
})

auditRoutes.openapi(auditCall, async (c) => {
  const { saleId } = c.req.valid("param")
  const ledgers = isUuid(saleId) ? await gatherLedgers(c.env, saleId) : null
  if (!ledgers) throw new ProblemError("sale_not_found")
  return c.json(judge(ledgers), 200)
})
