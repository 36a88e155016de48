import { z } from "zod"
import { eventOf, metadata, reference } from "./heard.ts"
import type { EventReader } from "./heard.ts"
import { AUTHORIZATION_RAN_OUT } from "./intents.ts"

const chargeEvent = eventOf(z.object({ payment_intent: reference, metadata }))

/** `charge.expired`: the money that was set aside is free again, and can no longer be taken. */
export const readAuthorizationExpiry: EventReader = (event) => {
  const read = chargeEvent.safeParse(event)
  if (!read.success) return null
  const { id: eventId, created, data } = read.data
  return {
    eventId,
    intentId: data.object.payment_intent,
    orderId: data.object.metadata?.orderId ?? null,
    atMs: created * 1000,
    news: { type: "cancelled", declineMessage: AUTHORIZATION_RAN_OUT },
  }
}
