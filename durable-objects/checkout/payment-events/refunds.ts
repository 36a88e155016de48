import { z } from "zod"
import type { OrderRefund, PaymentNews } from "../contract.ts"
import { centsOf } from "../currency.ts"
import { metadata, readerOf, reference } from "./heard.ts"

/** https://docs.stripe.com/api/refunds/object#refund_object-status. A cancelled refund gave nothing back either. */
const REFUND_STATUSES = {
  pending: "pending",
  requires_action: "pending",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "failed",
} as const satisfies Record<string, OrderRefund["status"]>

const refundObject = z.object({
  id: z.string().min(1),
  amount: z.int().min(0),
  currency: z.string(),
  created: z.int(),
  status: z
    .enum(Object.keys(REFUND_STATUSES) as (keyof typeof REFUND_STATUSES)[])
    .transform((status) => REFUND_STATUSES[status]),
})

function orderRefundOf(refund: z.infer<typeof refundObject>): OrderRefund {
  const { id: refundId, amount, currency, status, created } = refund
  return { refundId, amountCents: centsOf(amount, currency), status, atMs: created * 1000 }
}

/** A refund as Stripe answers with it. Throws for one that this version does not understand. */
export function readRefund(refund: unknown): OrderRefund {
  return orderRefundOf(refundObject.parse(refund))
}

const keyedRefund = refundObject.extend({ metadata })

/** What a lane is told of a refund, whoever made it. Throws for one that this version does not understand. */
export function refundNewsOf(refund: unknown): RefundNews {
  return newsOf(keyedRefund.parse(refund))
}

type RefundNews = Extract<PaymentNews, { type: "refund" }>

function newsOf(refund: z.infer<typeof keyedRefund>): RefundNews {
  const refundKey = refund.metadata?.refundKey
  return { type: "refund", refund: orderRefundOf(refund), ...(refundKey !== undefined && { refundKey }) }
}

/**
 * `refund.created`, `refund.updated`, `refund.failed`: one refund as it stands. Stripe sends them for every refund since
 * its version 2024-10-28, whoever made it.
 */
export const readRefundEvent = readerOf(keyedRefund.extend({ payment_intent: reference }), newsOf)

/**
 * `charge.refunded`, of a part or of the whole. The charge says how much came back and not by which refunds, and webhook
 * endpoints older than `refund.created` get nothing else.
 */
export const readChargeRefunded = readerOf(
  z.object({
    payment_intent: reference,
    metadata,
    // An authorization that was let go of is reported as refunded too, though nothing had been taken.
    captured: z.literal(true),
  }),
  () => "ask_refunds",
)
