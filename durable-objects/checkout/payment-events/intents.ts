import { z } from "zod"
import { centsOf } from "../currency.ts"
import type { PaymentNews } from "../contract.ts"
import { eventOf } from "./heard.ts"
import type { EventReader } from "./heard.ts"

const amount = z.int().min(0).optional()

const intentEvent = eventOf(
  z.object({
    id: z.string().min(1),
    metadata: z.object({ orderId: z.string().min(1) }),
    amount_capturable: amount,
    amount_received: amount,
    currency: z.string().optional(),
    cancellation_reason: z.string().nullish(),
    last_payment_error: z.object({ message: z.string().optional() }).nullish(),
  }),
)

type IntentObject = z.infer<typeof intentEvent>["data"]["object"]

/** An intent that names no order is none of ours, so nothing is looked up for it. */
function readerOf(newsOf: (intent: IntentObject) => PaymentNews): EventReader {
  return (event) => {
    const read = intentEvent.safeParse(event)
    if (!read.success) return null
    const { id: eventId, created, data } = read.data
    const { id: intentId, metadata } = data.object
    return { eventId, intentId, orderId: metadata.orderId, atMs: created * 1000, news: newsOf(data.object) }
  }
}

function moneyOf(providerAmount: number | undefined, currency: string | undefined) {
  if (providerAmount === undefined || currency === undefined) return { amountCents: null, currency: null }
  return { amountCents: centsOf(providerAmount, currency), currency: currency.toUpperCase() }
}

/** `payment_intent.amount_capturable_updated` */
export const readAuthorized = readerOf((intent) => ({
  type: "authorized",
  ...moneyOf(intent.amount_capturable, intent.currency),
}))

/** `payment_intent.succeeded` */
export const readCaptured = readerOf((intent) => ({
  type: "captured",
  ...moneyOf(intent.amount_received, intent.currency),
}))

/** `payment_intent.payment_failed` */
export const readFailed = readerOf((intent) => ({
  type: "failed",
  declineMessage: intent.last_payment_error?.message ?? null,
}))

/** What a shopper is told when the bank kept the money aside for as long as it does, and nobody took it. */
export const AUTHORIZATION_RAN_OUT = "The bank's approval ran out before the payment was taken."

/** `payment_intent.canceled`: by us, at Stripe's dashboard, or by itself when the authorization ran out. */
export const readCancelled = readerOf((intent) => ({
  type: "cancelled",
  declineMessage: intent.cancellation_reason === "automatic" ? AUTHORIZATION_RAN_OUT : null,
}))

/** `payment_intent.requires_action`: the bank asks its customer, as 3-D Secure does. */
export const readRequiresAction = readerOf(() => ({ type: "requires_action" }))

/** `payment_intent.processing` */
export const readProcessing = readerOf(() => ({ type: "processing" }))
