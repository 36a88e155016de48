import type { PaymentEvent } from "./contract.ts"
import type { Heard } from "./payment-events/heard.ts"
import { readEvent } from "./payment-events/read.ts"
import { refundNewsOf } from "./payment-events/refunds.ts"
import { cryptoProvider, failureOf, openStripe, refundsOf } from "./stripe.ts"
import type { StripeSettings } from "./stripe.ts"

/** What Stripe tells by itself, and what must be asked to understand it. */

/** Seconds a webhook's timestamp may be old (Stripe's own default). */
const WEBHOOK_TOLERANCE_SECONDS = 300

type StripeClient = ReturnType<typeof openStripe>

export type Webhook =
  | { outcome: "events"; orderId: string; events: PaymentEvent[] }
  /** Genuine, but of no consequence here. */
  | { outcome: "ignored" }
  /** Genuine, but Stripe did not say which order it is about; it must come again. */
  | { outcome: "unavailable" }
  | { outcome: "signature_invalid" }

/** Checks a webhook's signature over its raw body, and reads what a lane must know of it. */
export async function readWebhook(
  settings: StripeSettings,
  secret: string,
  rawBody: string,
  signature: string,
): Promise<Webhook> {
  const stripe = openStripe(settings)
  let event: unknown
  try {
    event = await stripe.webhooks.constructEventAsync(
      rawBody,
      signature,
      secret,
      WEBHOOK_TOLERANCE_SECONDS,
      cryptoProvider,
    )
  } catch {
    return { outcome: "signature_invalid" }
  }
  const heard = readEvent(event)
  if (heard === null) return { outcome: "ignored" }
  try {
    const orderId = heard.orderId ?? (await orderOf(stripe, heard.intentId))
    if (orderId === null) return { outcome: "ignored" }
    return { outcome: "events", orderId, events: await eventsOf(stripe, heard, orderId) }
  } catch (error) {
    const failure = failureOf(error)
    // A payment of another account that shares the endpoint: nobody here will ever know it.
    const unknown = failure.outcome === "refused" && failure.code === "resource_missing"
    return { outcome: unknown ? "ignored" : "unavailable" }
  }
}

/** The order that an intent was made for; null for one that Spillway did not make. */
async function orderOf(stripe: StripeClient, intentId: string): Promise<string | null> {
  return (await stripe.paymentIntents.retrieve(intentId)).metadata["orderId"] ?? null
}

/** One event, or one for each refund of the payment, with an id that is the same each time. */
async function eventsOf(stripe: StripeClient, heard: Heard, orderId: string): Promise<PaymentEvent[]> {
  const { eventId, intentId, atMs, news } = heard
  if (news !== "ask_refunds") return [{ eventId, intentId, orderId, atMs, ...news }]
  const refunds = await refundsOf(stripe, intentId)
  return refunds.map(refundNewsOf).map((refundNews) => ({
    eventId: `${eventId}:${refundNews.refund.refundId}:${refundNews.refund.status}`,
    intentId,
    orderId,
    atMs,
    ...refundNews,
  }))
}
