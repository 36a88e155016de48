import type { Order } from "../order-row.ts"
import { withRefund } from "../heard-payment.ts"
import type { SagaParts } from "../saga.ts"
import type { StepResult } from "./step.ts"

/** Under this key an order that ended unpaid gives money back; it has one such refund, however often it is asked for. */
const REFUND_KEY = "ended"

/** The order had ended, and its money was taken nevertheless (by hand, or by a call that was answered too late). */
export async function refundIntent(parts: SagaParts, order: Order): Promise<StepResult> {
  const { intentId, orderId, currency } = order
  if (intentId === null) throw new Error(`order ${orderId} has no intent whose money could go back`)
  const failed = order.refunds.find(({ status }) => status === "failed")
  if (failed) return { park: `refund ${failed.refundId} failed, and the order had ended` }
  const read = await parts.payments.retrieve(intentId)
  if (read.outcome !== "ok") return { retry: read.message }
  const amountCents = read.intent.capturedCents
  const answer = await parts.payments.refund({
    refundKey: REFUND_KEY,
    intentId,
    orderId,
    amountCents,
    currency,
  })
  if (answer.outcome === "unavailable") return { retry: answer.message }
  if (answer.outcome === "refused") return { park: `the provider refuses the refund: ${answer.message}` }
  const refund = { ...answer.refund, atMs: parts.now() }
  const known = parts.book.find(orderId)?.refunds ?? []
  // Its webhook may have been here first, and then knows as much.
  const refunds = withRefund(known, refund) ?? known
  parts.book.change(
    orderId,
    { refunds, ...(refund.status !== "failed" && { payment: "refunded" }) },
    parts.now(),
  )
  return "done"
}
