import { createRoute, z } from "@hono/zod-openapi"
import { COUPON_PAGE_MAX, COUPONS_MAX, PRICE_RULES_NAME } from "../../../durable-objects/prices/contract.ts"
import { couponCodeOf } from "../../../durable-objects/prices/coupon/contract.ts"
import type { CouponView } from "../../../durable-objects/prices/coupon/contract.ts"
import { createRoutes, limitBody } from "../../http/app.ts"
import { BODY_BYTES_MAX } from "../../http/body.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import { couponCode } from "../../purchase/schemas.ts"
import { forgetPriceRules } from "../../purchase/quote.ts"
import { allow } from "./authentication.ts"
import { couponAnswer, couponAnswerOf, couponBody, termsOf } from "./price-schemas.ts"

/** Codes that take something off an order. Each has an object of its own, which counts its uses. */
export const couponRoutes = createRoutes()

const tags = ["Merchant: coupons"]
const path = "/merchant/api/coupons/{code}"
const params = z.object({ code: couponCode })
/** A code that can't be one is simply not found. */
const known = z.object({ code: z.string() })
const content = { "application/json": { schema: couponBody } }
const body = { required: true, content }
const writing = { middleware: [allow("coupons.write"), limitBody(BODY_BYTES_MAX)] }

const listCall = createRoute({
  method: "get",
  path: "/merchant/api/coupons",
  tags,
  summary: "Coupons by their codes, a page at a time",
  middleware: [allow("coupons.read")],
  request: { query: z.object({ after: z.string().max(40).default("") }) },
  responses: {
    200: json(
      z.object({ coupons: z.array(couponAnswer), nextAfter: z.string().nullable() }),
      "Send nextAfter as `after` for more; null: there are no more",
    ),
    ...problems("unauthorized", "forbidden", "invalid_request"),
  },
})

couponRoutes.openapi(listCall, async (c) => {
  const { after } = c.req.valid("query")
  const codes = await c.env.PRICES.getByName(PRICE_RULES_NAME).couponCodes(after)
  const views = await Promise.all(codes.map((code) => c.env.COUPONS.getByName(code).read()))
  const coupons = views.flatMap((view) => (view ? [couponAnswerOf(view)] : []))
  const nextAfter = codes.length === COUPON_PAGE_MAX ? (codes.at(-1) ?? null) : null
  return c.json({ coupons, nextAfter }, 200)
})

const readCall = createRoute({
  method: "get",
  path,
  tags,
  summary: "A coupon and how often it is used",
  middleware: [allow("coupons.read")],
  request: { params: known },
  responses: {
    200: json(couponAnswer, "The coupon"),
    ...problems("unauthorized", "forbidden", "coupon_not_found"),
  },
})

couponRoutes.openapi(readCall, async (c) => {
  const code = knownCode(c.req.valid("param").code)
  return c.json(answerFor(await c.env.COUPONS.getByName(code).read()), 200)
})

const createCall = createRoute({
  method: "post",
  path,
  tags,
  summary: "Make a coupon",
  ...writing,
  request: { params, body },
  responses: {
    201: json(couponAnswer, "The coupon"),
    ...problems("bad_json", "unauthorized", "forbidden", "coupon_taken", "invalid_request"),
  },
})

couponRoutes.openapi(createCall, async (c) => {
  const { code } = c.req.valid("param")
  const terms = termsOf(code, c.req.valid("json"))
  // In the list first: what is listed and is not there is left out, what is there and not listed would be lost.
  if (!(await c.env.PRICES.getByName(PRICE_RULES_NAME).listCoupon(code))) {
    const message = `There are ${COUPONS_MAX} coupons, which is the most. Change one that has ended.`
    throw new ProblemError("invalid_request", { detail: message, errors: [{ field: "code", message }] })
  }
  const coupon = c.env.COUPONS.getByName(code)
  if (!(await coupon.create(terms))) throw new ProblemError("coupon_taken")
  forgetPriceRules()
  return c.json(couponAnswerOf((await coupon.read()) ?? { terms, uses: 0 }), 201)
})

const replaceCall = createRoute({
  method: "put",
  path,
  tags,
  summary: "Change a coupon's terms; uses stay counted, and orders keep what they were promised",
  ...writing,
  request: { params: known, body },
  responses: {
    200: json(couponAnswer, "The coupon"),
    ...problems("bad_json", "unauthorized", "forbidden", "coupon_not_found", "invalid_request"),
  },
})

couponRoutes.openapi(replaceCall, async (c) => {
  const code = knownCode(c.req.valid("param").code)
  const view = await c.env.COUPONS.getByName(code).replace(termsOf(code, c.req.valid("json")))
  return c.json(answerFor(view), 200)
})

const removeCall = createRoute({
  method: "delete",
  path,
  tags,
  summary: "End a coupon: it counts for no new order",
  middleware: [allow("coupons.write")],
  request: { params: known },
  responses: {
    200: json(z.object({ code: z.string() }), "It is gone; made again, it has its uses still"),
    ...problems("unauthorized", "forbidden", "coupon_not_found"),
  },
})

couponRoutes.openapi(removeCall, async (c) => {
  const code = knownCode(c.req.valid("param").code)
  if (!(await c.env.COUPONS.getByName(code).remove())) throw new ProblemError("coupon_not_found")
  return c.json({ code }, 200)
})

function answerFor(view: CouponView | null) {
  if (!view) throw new ProblemError("coupon_not_found")
  return couponAnswerOf(view)
}

function knownCode(typed: string): string {
  const code = couponCodeOf(typed)
  if (code === null) throw new ProblemError("coupon_not_found")
  return code
}
