import { createRoute, z } from "@hono/zod-openapi"
import { createRoutes } from "../http/app.ts"
import { CACHE_CONTROL } from "../http/cache-headers.ts"
import { json, problems } from "../http/documented.ts"
import { ProblemError } from "../http/problem.ts"
import { listProducts, readProduct } from "./catalog.ts"
import { answerMedia } from "./media.ts"
import { productList, productQuery, productView } from "./schemas.ts"

/** The public catalog: nothing personal, so every answer may be kept by whoever stands in between. */
export const catalogRoutes = createRoutes()

const listCall = createRoute({
  method: "get",
  path: "/api/products",
  tags: ["Catalog"],
  summary: "Active products, with facets",
  request: { query: productQuery },
  responses: {
    200: json(productList, "One page of products"),
    ...problems("invalid_request", "temporarily_unavailable"),
  },
})

catalogRoutes.openapi(listCall, async (c) => {
  const list = await listProducts(c, c.req.valid("query"))
  return c.json(list, 200, { "cache-control": CACHE_CONTROL.catalog })
})

const readCall = createRoute({
  method: "get",
  path: "/api/products/{slug}",
  tags: ["Catalog"],
  summary: "One product with its variants",
  request: { params: z.object({ slug: z.string() }) },
  responses: {
    200: json(productView, "The product"),
    ...problems("product_not_found", "temporarily_unavailable"),
  },
})

catalogRoutes.openapi(readCall, async (c) => {
  const product = await readProduct(c, c.req.valid("param").slug)
  if (!product) throw new ProblemError("product_not_found")
  return c.json(product, 200, { "cache-control": CACHE_CONTROL.catalog })
})

const mediaCall = createRoute({
  method: "get",
  path: "/media/{key}",
  tags: ["Catalog"],
  summary: "A picture, by the hash of its content",
  request: { params: z.object({ key: z.string() }) },
  responses: {
    200: { description: "The picture" },
    304: { description: "The one that the client has is the one" },
    ...problems("not_found"),
  },
})

catalogRoutes.openapi(mediaCall, (c) => answerMedia(c, c.req.valid("param").key))
