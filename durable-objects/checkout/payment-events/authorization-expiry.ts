import { z } from "zod"
import { metadata, readerOf, reference } from "./heard.ts"
import { AUTHORIZATION_RAN_OUT } from "./intents.ts"

/** `charge.expired`: the money that was set aside is free again, and can no longer be taken. */
export const readAuthorizationExpiry = readerOf(z.object({ payment_intent: reference, metadata }), () => ({
  type: "cancelled",
  declineMessage: AUTHORIZATION_RAN_OUT,
}))
