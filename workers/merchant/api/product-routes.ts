import { createRoute, z } from "@hono/zod-openapi"
import { openDatabase } from "../../../db/client.ts"
import { findProductRecord, listProductRecords } from "../../../db/products.ts"
import { CURSOR_LENGTH_MAX, decodeCursor, encodeCursor } from "../../catalog/cursor.ts"
import { LIMIT_DEFAULT, pageLimit } from "../../catalog/schemas.ts"
import { createRoutes, limitBody } from "../../http/app.ts"
import { BODY_BYTES_MAX } from "../../http/body.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import { allow } from "./authentication.ts"
import { isUuid } from "./ids.ts"
import { productBody, productPage, productRecord, removal } from "./product-schemas.ts"
import { createProduct, removeProduct, rewriteProduct } from "./products.ts"

export const productRoutes = createRoutes()

const tags = ["Merchant: products"]
const params = z.object({ id: z.string() })
const body = { required: true, content: { "application/json": { schema: productBody } } }
const guards = [allow("products.write"), limitBody(BODY_BYTES_MAX)]

/** The order that this list's cursors belong to. */
const ORDER = "created"

const listCall = createRoute({
  method: "get",
  path: "/merchant/api/products",
  tags,
  summary: "Products of every status, the newest first",
  middleware: [allow("products.read")],
  request: {
    query: z.strictObject({
      cursor: z.string().max(CURSOR_LENGTH_MAX).optional(),
      limit: pageLimit.optional(),
    }),
  },
  responses: {
    200: json(productPage, "One page"),
    ...problems("unauthorized", "forbidden", "invalid_request"),
  },
})

productRoutes.openapi(listCall, async (c) => {
  const { cursor, limit = LIMIT_DEFAULT } = c.req.valid("query")
  const after = cursor === undefined ? null : decodeCursor(ORDER, cursor)
  if (cursor !== undefined && after === null) {
    const message = "This is no nextCursor of this list. Begin again without it."
    throw new ProblemError("invalid_request", { detail: message, errors: [{ field: "cursor", message }] })
  }
  const rows = await listProductRecords(openDatabase(c.env), { after, limit })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const nextCursor = last && rows.length > limit ? encodeCursor(ORDER, last) : null
  return c.json({ items: items.map(({ product }) => product), nextCursor }, 200)
})

const createCall = createRoute({
  method: "post",
  path: "/merchant/api/products",
  tags,
  summary: "Add a product",
  middleware: guards,
  request: { body },
  responses: {
    201: json(productRecord, "The product"),
    ...problems("unauthorized", "forbidden", "slug_taken", "sku_taken", "invalid_request"),
  },
})

productRoutes.openapi(createCall, async (c) => {
  const created = await createProduct(c.env, openDatabase(c.env), crypto.randomUUID(), c.req.valid("json"))
  if (created.outcome === "refused") throw new ProblemError(created.refusal)
  return c.json(created.product, 201, { location: `/merchant/api/products/${created.product.id}` })
})

const readCall = createRoute({
  method: "get",
  path: "/merchant/api/products/{id}",
  tags,
  summary: "One product",
  middleware: [allow("products.read")],
  request: { params },
  responses: {
    200: json(productRecord, "The product"),
    ...problems("unauthorized", "forbidden", "product_not_found"),
  },
})

productRoutes.openapi(readCall, async (c) => {
  const { id } = c.req.valid("param")
  const product = isUuid(id) ? await findProductRecord(openDatabase(c.env), id) : null
  if (!product) throw new ProblemError("product_not_found")
  return c.json(product, 200)
})

const replaceCall = createRoute({
  method: "put",
  path: "/merchant/api/products/{id}",
  tags,
  summary: "Write a product anew",
  description:
    "Fields that are left out become empty. Variants that were sold, are held or are in a sale cannot be left out.",
  middleware: guards,
  request: { params, body },
  responses: {
    200: json(productRecord, "The product"),
    ...problems(
      "unauthorized",
      "forbidden",
      "product_not_found",
      "slug_taken",
      "sku_taken",
      "invalid_request",
    ),
  },
})

productRoutes.openapi(replaceCall, async (c) => {
  const { id } = c.req.valid("param")
  if (!isUuid(id)) throw new ProblemError("product_not_found")
  const replaced = await rewriteProduct(c.env, openDatabase(c.env), id, c.req.valid("json"))
  if (replaced.outcome === "replaced") return c.json(replaced.product, 200)
  if (replaced.refusal === "not_found") throw new ProblemError("product_not_found")
  if (replaced.refusal === "variants_needed") {
    const message = `Orders, holds or sales need ${replaced.skus.join(", ")}. Keep these variants, or archive the product.`
    throw new ProblemError("invalid_request", { detail: message, errors: [{ field: "variants", message }] })
  }
  throw new ProblemError(replaced.refusal)
})

const removeCall = createRoute({
  method: "delete",
  path: "/merchant/api/products/{id}",
  tags,
  summary: "Delete a product, or archive it once orders or sales speak of it",
  middleware: [allow("products.write")],
  request: { params },
  responses: {
    200: json(removal, "What became of it"),
    ...problems("unauthorized", "forbidden", "product_not_found"),
  },
})

productRoutes.openapi(removeCall, async (c) => {
  const { id } = c.req.valid("param")
  const outcome = isUuid(id) ? await removeProduct(c.env, openDatabase(c.env), id) : null
  if (!outcome) throw new ProblemError("product_not_found")
  return c.json({ id, outcome }, 200)
})
