import { createRoute, z } from "@hono/zod-openapi"
import { laneOf } from "../../durable-objects/checkout/contract.ts"
import type { PaymentEvent } from "../../durable-objects/checkout/contract.ts"
import { readWebhook } from "../../durable-objects/checkout/stripe-webhooks.ts"
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
const FREES_UNITS: ReadonlySet<PaymentEvent["type"]> = new Set(["failed", "cancelled", "refund"])

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
  if (webhook.outcome === "unavailable") return problem(c, "temporarily_unavailable")
  const { orderId, events } = webhook
  const lane = c.env.CHECKOUT.getByName(laneOf(orderId, CHECKOUT_LANES))
  await Promise.all(events.map((event) => lane.recordPaymentEvent(event)))
  // Which SKUs come back is the lane's to know: all are looked at again.
  if (events.some(({ type }) => FREES_UNITS.has(type))) soldOut.forgetAll()
  return c.json({ recorded: true }, 200)
})
