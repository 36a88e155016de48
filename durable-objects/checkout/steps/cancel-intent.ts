import type { Order } from "../order-row.ts"
import type { SagaParts } from "../saga.ts"
import { whatBecameOf } from "./ask-provider.ts"
import type { StepResult } from "./step.ts"

/** Lets go of money that is not taken. Where it turns out to have been taken all the same, that is noted: it goes back. */
export async function cancelIntent(parts: SagaParts, order: Order): Promise<StepResult> {
  const { intentId, orderId } = order
  if (intentId === null) throw new Error(`order ${orderId} has no intent that could be cancelled`)
  const answer = await parts.payments.cancel(intentId, orderId, order.attempts)
  const after = await whatBecameOf(parts.payments, intentId, answer)
  if (after.outcome === "unavailable") return { retry: after.message }
  const state = after.outcome === "ok" ? after.intent.state : null
  if (state !== "cancelled" && state !== "captured")
    return { retry: `the intent could not be cancelled: ${state ?? ("message" in after && after.message)}` }
  parts.book.change(orderId, { payment: state }, parts.now())
  return "done"
}
