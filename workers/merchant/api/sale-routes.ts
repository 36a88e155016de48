import { createRoute, z } from "@hono/zod-openapi"
import { openDatabase } from "../../../db/client.ts"
import { createRoutes, limitBody } from "../../http/app.ts"
import { BODY_BYTES_MAX } from "../../http/body.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import type { FieldError } from "../../http/problem.ts"
import { allow } from "./authentication.ts"
import { isUuid } from "./ids.ts"
import { saleAnswer, saleBody, saleChangeBody, saleList } from "./sale-schemas.ts"
import { createSale, readSale, readSales, rewriteSale } from "./sales.ts"

export const saleRoutes = createRoutes()

const tags = ["Merchant: sales"]
const params = z.object({ saleId: z.string() })

const createCall = createRoute({
  method: "post",
  path: "/merchant/api/sales",
  tags,
  summary: "Schedule a sale",
  description:
    "Moves the allotments out of the open pool. A sale that breaks rules is refused with every one of them.",
  middleware: [allow("sales.schedule"), limitBody(BODY_BYTES_MAX)],
  request: { body: { required: true, content: { "application/json": { schema: saleBody } } } },
  responses: {
    201: json(saleAnswer, "The sale"),
    ...problems("unauthorized", "forbidden", "slug_taken", "invalid_request", "invalid_sale"),
  },
})

saleRoutes.openapi(createCall, async (c) => {
  const created = await createSale(c.env, openDatabase(c.env), crypto.randomUUID(), c.req.valid("json"))
  if (created.outcome === "created")
    return c.json(created.sale, 201, { location: `/merchant/api/sales/${created.sale.saleId}` })
  throw created.refusal === "slug_taken" ? new ProblemError("slug_taken") : invalidSale(created.errors)
})

const listCall = createRoute({
  method: "get",
  path: "/merchant/api/sales",
  tags,
  summary: "All sales, the one that opens last first",
  middleware: [allow("sales.read")],
  responses: { 200: json(saleList, "The sales"), ...problems("unauthorized", "forbidden") },
})

saleRoutes.openapi(listCall, async (c) => c.json({ items: await readSales(c.env, openDatabase(c.env)) }, 200))

const readCall = createRoute({
  method: "get",
  path: "/merchant/api/sales/{saleId}",
  tags,
  summary: "One sale",
  middleware: [allow("sales.read")],
  request: { params },
  responses: {
    200: json(saleAnswer, "The sale"),
    ...problems("unauthorized", "forbidden", "sale_not_found"),
  },
})

saleRoutes.openapi(readCall, async (c) => {
  const { saleId } = c.req.valid("param")
  const sale = isUuid(saleId) ? await readSale(c.env, openDatabase(c.env), saleId) : null
  if (!sale) throw new ProblemError("sale_not_found")
  return c.json(sale, 200)
})

const changeCall = createRoute({
  method: "put",
  path: "/merchant/api/sales/{saleId}",
  tags,
  summary: "Change title, times or admission",
  description: "Once the sale has opened, of its times only the close may move.",
  middleware: [allow("sales.change"), limitBody(BODY_BYTES_MAX)],
  request: { params, body: { required: true, content: { "application/json": { schema: saleChangeBody } } } },
  responses: {
    200: json(saleAnswer, "The sale"),
    ...problems(
      "unauthorized",
      "forbidden",
      "sale_not_found",
      "sale_over",
      "invalid_request",
      "invalid_sale",
    ),
  },
})

saleRoutes.openapi(changeCall, async (c) => {
  const { saleId } = c.req.valid("param")
  if (!isUuid(saleId)) throw new ProblemError("sale_not_found")
  const changed = await rewriteSale(c.env, openDatabase(c.env), saleId, c.req.valid("json"))
  if (changed.outcome === "changed") return c.json(changed.sale, 200)
  throw changed.refusal === "invalid_sale" ? invalidSale(changed.errors) : new ProblemError(changed.refusal)
})

function invalidSale(errors: FieldError[]): ProblemError {
  return new ProblemError("invalid_sale", {
    detail: errors.map(({ field, message }) => `${field}: ${message}`).join(" "),
    errors,
  })
}
