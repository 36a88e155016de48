import { z } from "zod"
import { centsOf } from "../currency.ts"
import { eventOf, reference } from "./heard.ts"
import type { EventReader } from "./heard.ts"

const disputeEvent = eventOf(
  z.object({
    id: z.string().min(1),
    payment_intent: reference,
    amount: z.int().min(0),
    currency: z.string(),
    status: z.string().min(1),
  }),
)

/** `charge.dispute.created`, `.updated`, `.closed`. A dispute has metadata of its own and never the payment's. */
export const readDispute: EventReader = (event) => {
  const read = disputeEvent.safeParse(event)
  if (!read.success) return null
  const { id: eventId, created, data } = read.data
  const { id: disputeId, payment_intent: intentId, amount, currency, status } = data.object
  return {
    eventId,
    intentId,
    orderId: null,
    atMs: created * 1000,
    news: { type: "dispute", dispute: { disputeId, status, amountCents: centsOf(amount, currency) } },
  }
}
