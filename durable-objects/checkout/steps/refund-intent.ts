import type { OrderRefund } from "../contract.ts"
import type { Order } from "../order-row.ts"
import { withRefund } from "../heard-payment.ts"
import type { SagaParts } from "../saga.ts"
import type { StepResult } from "./step.ts"

/** Failures under one key before the next is taken: the provider repeats a 500 under its key for a day. */
const FAILURES_PER_KEY = 3

/**
 * The order had ended, and its money was taken nevertheless (by hand, or by a call that was answered too late). What is
 * left of it goes back: a part may have gone by hand.
 */
export async function refundIntent(parts: SagaParts, order: Order): Promise<StepResult> {
  const { intentId, orderId, currency, attempts } = order
  if (intentId === null) throw new Error(`order ${orderId} has no intent whose money could go back`)
  const books = await readBooks(parts, intentId)
  if ("retry" in books) return books
  const { refunds, refundedCents, leftCents: amountCents } = books
  const failed = [...order.refunds, ...refunds].find(({ status }) => status === "failed")
  if (amountCents === 0) {
    note(parts, orderId, refunds, { payment: "refunded" })
    return "done"
  }
  if (failed) return { park: `refund ${failed.refundId} failed, and the order had ended` }
  const refundKey = keyFor(refundedCents, attempts)
  const answer = await parts.payments.refund({ refundKey, intentId, orderId, amountCents, currency })
  if (answer.outcome === "unavailable") return { retry: answer.message }
  if (answer.outcome === "refused") {
    const after = await readBooks(parts, intentId)
    if ("retry" in after) return after
    return after.leftCents === amountCents
      ? { park: `the provider refuses the refund: ${answer.message}` }
      : { retry: `${amountCents} were asked for, and ${after.leftCents} are left` }
  }
  const refund = { ...answer.refund, atMs: parts.now() }
  const told = refund.status === "failed" ? {} : ({ payment: "refunded" } as const)
  note(parts, orderId, [...refunds, refund], told)
  return "done"
}

/** The payment's refunds as the provider has them, and what they leave. A refund that is under way is gone, one that failed is not. */
async function readBooks(
  { payments }: SagaParts,
  intentId: string,
): Promise<{ refunds: OrderRefund[]; refundedCents: number; leftCents: number } | { retry: string }> {
  const payment = await payments.retrieve(intentId)
  if (payment.outcome !== "ok") return { retry: payment.message }
  const made = await payments.refundsOf(intentId)
  if (made.outcome !== "ok") return { retry: made.message }
  const { refunds } = made
  const gone = refunds.filter(({ status }) => status !== "failed")
  const refundedCents = gone.reduce((sum, { amountCents }) => sum + amountCents, 0)
  return { refunds, refundedCents, leftCents: payment.intent.capturedCents - refundedCents }
}

/** Their webhooks may have been here first, and then know as much. */
function note(
  { book, now }: SagaParts,
  orderId: string,
  made: readonly OrderRefund[],
  change: { payment?: "refunded" },
): void {
  const known = book.find(orderId)?.refunds ?? []
  const refunds = made.reduce<OrderRefund[]>((all, refund) => withRefund(all, refund) ?? all, known)
  book.change(orderId, { refunds, ...change }, now())
}

/**
 * Another amount is another request, so the key says what had gone back before. No two keys give the money back twice:
 * each asks for all that is left, and the provider gives back no more than it took.
 */
function keyFor(refundedCents: number, attempts: number): string {
  return `ended-${refundedCents}-${Math.floor(attempts / FAILURES_PER_KEY)}`
}
