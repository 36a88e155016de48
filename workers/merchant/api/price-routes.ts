import { createRoute } from "@hono/zod-openapi"
import { PRICE_RULES_NAME } from "../../../durable-objects/prices/contract.ts"
import { createRoutes, limitBody } from "../../http/app.ts"
import { BODY_BYTES_MAX } from "../../http/body.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import { forgetPriceRules } from "../../purchase/quote.ts"
import { allow } from "./authentication.ts"
import {
  shippingAnswer,
  shippingAnswerOf,
  shippingBody,
  taxesAnswer,
  taxesAnswerOf,
  taxesBody,
  taxRulesOf,
} from "./price-schemas.ts"

/** What is asked for beside the goods: ways of shipping and taxes. A list is replaced whole. */
export const priceRoutes = createRoutes()

const tags = ["Merchant: prices"]
const readRefusals = problems("unauthorized", "forbidden")
const writeRefusals = problems("bad_json", "unauthorized", "forbidden", "prices_changed", "invalid_request")
const writing = { middleware: [allow("prices.write"), limitBody(BODY_BYTES_MAX)] }

const readShippingCall = createRoute({
  method: "get",
  path: "/merchant/api/prices/shipping",
  tags,
  summary: "Ways of shipping",
  middleware: [allow("prices.read")],
  responses: { 200: json(shippingAnswer, "In the order in which shoppers see them"), ...readRefusals },
})

priceRoutes.openapi(readShippingCall, async (c) => {
  const { version, shipping } = await c.env.PRICES.getByName(PRICE_RULES_NAME).read()
  return c.json(shippingAnswerOf(version, shipping), 200)
})

const putShippingCall = createRoute({
  method: "put",
  path: "/merchant/api/prices/shipping",
  tags,
  summary: "Set the ways of shipping",
  description:
    "Orders made before keep what they were asked. A change is known everywhere within 30 seconds. Without any method shipping costs nothing and nothing is refused for it.",
  ...writing,
  request: { body: { required: true, ...json(shippingBody, "All of them") } },
  responses: { 200: json(shippingAnswer, "As they are now"), ...writeRefusals },
})

priceRoutes.openapi(putShippingCall, async (c) => {
  const { methods, version: ifVersion = null } = c.req.valid("json")
  const rules = await c.env.PRICES.getByName(PRICE_RULES_NAME).putShipping(methods, ifVersion)
  if (!rules) throw new ProblemError("prices_changed")
  forgetPriceRules()
  return c.json(shippingAnswerOf(rules.version, rules.shipping), 200)
})

const readTaxesCall = createRoute({
  method: "get",
  path: "/merchant/api/prices/taxes",
  tags,
  summary: "Taxes",
  middleware: [allow("prices.read")],
  responses: { 200: json(taxesAnswer, "Rates, and whether prices include them"), ...readRefusals },
})

priceRoutes.openapi(readTaxesCall, async (c) => {
  const { version, taxes } = await c.env.PRICES.getByName(PRICE_RULES_NAME).read()
  return c.json(taxesAnswerOf(version, taxes), 200)
})

const putTaxesCall = createRoute({
  method: "put",
  path: "/merchant/api/prices/taxes",
  tags,
  summary: "Set the taxes",
  description:
    "A region's rate counts before its country's, a class of its own before `standard`. No rate: no tax. Rounded half up once for each line, on what is left after its discount. With `taxProvider: stripe` the rates rest, and a checkout is refused while Stripe does not answer.",
  ...writing,
  request: { body: { required: true, ...json(taxesBody, "All of them") } },
  responses: { 200: json(taxesAnswer, "As they are now"), ...writeRefusals },
})

priceRoutes.openapi(putTaxesCall, async (c) => {
  const body = c.req.valid("json")
  const prices = c.env.PRICES.getByName(PRICE_RULES_NAME)
  const rules = await prices.putTaxes(taxRulesOf(body), body.version ?? null)
  if (!rules) throw new ProblemError("prices_changed")
  forgetPriceRules()
  return c.json(taxesAnswerOf(rules.version, rules.taxes), 200)
})
