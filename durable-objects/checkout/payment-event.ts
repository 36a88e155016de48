import { z } from "zod"
import type { PaymentEvent } from "./contract.ts"

/**
 * What a lane must know of a webhook. Only what is read is checked: Stripe adds fields as it likes, and an event of
 * another shape or kind is of no consequence here.
 */

const metadata = z.object({ orderId: z.string().min(1) })

const intentEvent = z.object({
  id: z.string().min(1),
  created: z.int(),
  type: z.enum([
    "payment_intent.amount_capturable_updated",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
  ]),
  data: z.object({
    object: z.object({
      id: z.string().min(1),
      metadata,
      last_payment_error: z.object({ message: z.string().optional() }).nullish(),
    }),
  }),
})

const refundEvent = z.object({
  id: z.string().min(1),
  created: z.int(),
  type: z.literal("charge.refunded"),
  data: z.object({
    object: z.object({
      metadata,
      payment_intent: z.union([z.string().min(1), z.object({ id: z.string().min(1) })]),
      // A refund of a part leaves the order as it is; so does an authorization that was let go of, which Stripe also
      // reports as refunded though nothing had been taken.
      refunded: z.literal(true),
      captured: z.literal(true),
    }),
  }),
})

const EVENT_TYPES = {
  "payment_intent.amount_capturable_updated": "authorized",
  "payment_intent.succeeded": "captured",
  "payment_intent.payment_failed": "failed",
  "payment_intent.canceled": "cancelled",
} as const satisfies Record<string, PaymentEvent["type"]>

/** Null for what is none of a lane's business. */
export function paymentEventOf(event: unknown): PaymentEvent | null {
  const ofIntent = intentEvent.safeParse(event)
  if (ofIntent.success) {
    const { id: eventId, created, type, data } = ofIntent.data
    const { id: intentId, metadata: facts, last_payment_error: error } = data.object
    const declineMessage = error?.message ?? null
    return {
      eventId,
      type: EVENT_TYPES[type],
      intentId,
      orderId: facts.orderId,
      atMs: created * 1000,
      declineMessage,
    }
  }
  const ofRefund = refundEvent.safeParse(event)
  if (!ofRefund.success) return null
  const { id: eventId, created, data } = ofRefund.data
  const { payment_intent: intent, metadata: facts } = data.object
  const intentId = typeof intent === "string" ? intent : intent.id
  return {
    eventId,
    type: "refunded",
    intentId,
    orderId: facts.orderId,
    atMs: created * 1000,
    declineMessage: null,
  }
}
