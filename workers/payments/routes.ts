import { createRoute, z } from "@hono/zod-openapi"
import { laneOf } from "../../durable-objects/checkout/contract.ts"
import type { PaymentEvent } from "../../durable-objects/checkout/contract.ts"
import { readWebhook } from "../../durable-objects/checkout/stripe.ts"
import { settingsOf } from "../environment.ts"
import { createRoutes } from "../http/app.ts"
import { json, problems } from "../http/documented.ts"
import { problem } from "../http/problem.ts"
import { soldOut } from "../purchase/stock-objects.ts"

const webhookRoute = createRoute({
  method: "post",
  path: "/webhooks/stripe",
  summary: "Stripe's webhooks: signed, answered once recorded",
  request: { headers: z.object({ "stripe-signature": z.string().optional() }) },
  responses: {
    200: json(z.object({ recorded: z.boolean() }), "Recorded, or of no consequence here"),
    ...problems("signature_invalid", "temporarily_unavailable"),
  },
})

export const paymentRoutes = createRoutes()

/** Events after which an order may give its units back. */
const FREES_UNITS: ReadonlySet<PaymentEvent["type"]> = new Set(["failed", "cancelled", "refunded"])

/** The raw body is what is signed, so it is read as it came; the lane stores the event before Stripe is answered. */
paymentRoutes.openapi(webhookRoute, async (c) => {
  const { STRIPE_WEBHOOK_SECRET, CHECKOUT_LANES } = await settingsOf(c.env)
  const webhook = await readWebhook(
    c.env,
    STRIPE_WEBHOOK_SECRET,
    await c.req.text(),
    c.req.header("stripe-signature") ?? "",
  )
  if (webhook.outcome === "signature_invalid") return problem(c, "signature_invalid")
  if (webhook.outcome === "ignored") return c.json({ recorded: false }, 200)
  const lane = c.env.CHECKOUT.getByName(laneOf(webhook.event.orderId, CHECKOUT_LANES))
  const result = await lane.recordPaymentEvent(webhook.event)
  // Which SKUs come back is the lane's to know: all are looked at again.
  if (FREES_UNITS.has(webhook.event.type)) soldOut.forgetAll()
  return result === "recorded" ? c.json({ recorded: true }, 200) : problem(c, "temporarily_unavailable")
})
