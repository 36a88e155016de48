import { z } from "zod"
import { centsOf } from "../currency.ts"
import { readerOf, reference } from "./heard.ts"

/** `charge.dispute.created`, `.updated`, `.closed`. A dispute has metadata of its own and never the payment's. */
export const readDispute = readerOf(
  z.object({
    id: z.string().min(1),
    payment_intent: reference,
    amount: z.int().min(0),
    currency: z.string(),
    status: z.string().min(1),
  }),
  ({ id: disputeId, amount, currency, status }) => ({
    type: "dispute",
    dispute: { disputeId, status, amountCents: centsOf(amount, currency) },
  }),
)
