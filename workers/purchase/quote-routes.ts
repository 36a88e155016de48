import { createRoute, z } from "@hono/zod-openapi"
import { COUPON_REFUSALS } from "../../durable-objects/prices/coupon/contract.ts"
import { createRoutes } from "../http/app.ts"
import { json, problems } from "../http/documented.ts"
import { problem } from "../http/problem.ts"
import { readHold } from "./purchase.ts"
import { limitQuotes, quote } from "./quote.ts"
import {
  chosenShipping,
  couponCode,
  email,
  heldItems,
  shippingAddress,
  shippingMethodId,
  totals,
} from "./schemas.ts"

/** What a hold would come to, for pages that are not the shop's own. */
export const quoteRoutes = createRoutes()

const { country, region } = shippingAddress.shape

const quoteRequest = z
  .strictObject({
    holdId: z.string().min(1).max(1_024),
    country: country.optional().openapi({ description: "Without it nothing is said of shipping" }),
    region,
    shippingMethod: shippingMethodId.optional(),
    couponCode: couponCode.optional(),
    email: email.optional().openapi({ description: "For coupons that count by customer" }),
  })
  .openapi("QuoteRequest")

const quoteAnswer = z
  .object({
    items: z.array(heldItems.element.extend({ discountCents: z.int(), taxCents: z.int() })),
    totals,
    totalCents: z.int(),
    currency: z.string(),
    shippingMethods: z
      .array(z.object({ id: z.string(), title: z.string(), priceCents: z.int() }))
      .openapi({ description: "The ways that go there, with what they cost" }),
    shippingMethod: chosenShipping,
    taxLater: z.boolean().openapi({
      description: "Tax is worked out when the checkout is opened: the totals are without it",
    }),
    shippingRefused: z.boolean().openapi({
      description: "It does not go there, or not this way: the totals are without shipping",
    }),
    couponRefused: z.enum(COUPON_REFUSALS).nullable().openapi({
      description: "Why the coupon does not count: the totals are without it",
    }),
  })
  .openapi("Quote")

const quoteCall = createRoute({
  method: "post",
  path: "/api/quotes",
  summary: "What a hold would come to; nothing is reserved",
  description: "The order's own figures count: rules and coupons may change until it is opened.",
  request: { body: { required: true, ...json(quoteRequest, "A hold, and what is known of the rest") } },
  responses: {
    200: json(quoteAnswer, "The sum and what it is made of"),
    ...problems("bad_json", "invalid_request", "hold_not_found", "hold_expired", "slow_down"),
  },
})

quoteRoutes.openapi(quoteCall, async (c) => {
  const { holdId, ...asked } = c.req.valid("json")
  await limitQuotes(c)
  const hold = await readHold(c, holdId)
  if (!hold) return problem(c, "hold_not_found")
  if (hold.state === "released" || hold.state === "expired") return problem(c, "hold_expired")
  const quoted = await quote(c.env, {
    items: hold.items,
    currency: hold.currency,
    country: asked.country ?? null,
    region: asked.region ?? null,
    shippingMethod: asked.shippingMethod ?? null,
    couponCode: asked.couponCode ?? null,
    email: asked.email ?? null,
  })
  const { items, totals: made, totalCents, shippingOffers, shippingMethod } = quoted
  const answer = {
    items,
    totals: made,
    totalCents,
    currency: hold.currency,
    shippingMethods: shippingOffers,
    shippingMethod,
    taxLater: quoted.taxLater,
    shippingRefused: quoted.shippingRefused,
    couponRefused: quoted.couponRefused?.refusal ?? null,
  }
  return c.json(answer, 200)
})
