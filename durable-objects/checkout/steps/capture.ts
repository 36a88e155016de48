import type { Order } from "../order-row.ts"
import type { SagaParts } from "../saga.ts"
import { amountDiffers, refuseAmount } from "./amounts.ts"
import { whatBecameOf } from "./ask-provider.ts"
import { changeIfStill } from "./step.ts"
import type { StepResult } from "./step.ts"

/** Takes the money that was set aside, once it is known to be the order's amount. */
export async function capture(parts: SagaParts, order: Order): Promise<StepResult> {
  const { intentId, orderId } = order
  if (intentId === null) throw new Error(`order ${orderId} is authorized without an intent`)
  if (!order.amountChecked) return checkAmount(parts, order, intentId)
  const answer = await parts.payments.capture(intentId, orderId, order.attempts)
  const after = await whatBecameOf(parts.payments, intentId, answer)
  await parts.turn()
  if (after.outcome === "unavailable") return { retry: after.message }
  if (after.outcome === "refused") {
    const failed = { status: "payment_failed", payment: "failed", declineMessage: after.message } as const
    changeIfStill(parts, order, failed)
    return "done"
  }
  const { state } = after.intent
  if (state === "captured") {
    const confirmed = { status: "confirmed", payment: "captured", declineMessage: null } as const
    if (changeIfStill(parts, order, confirmed)) parts.confirmed(order)
    return "done"
  }
  if (state !== "cancelled") return { retry: `the intent is ${state} after its capture` }
  const declineMessage = "The payment was cancelled before it was taken."
  changeIfStill(parts, order, { status: "payment_failed", payment: "cancelled", declineMessage })
  return "done"
}

/** The authorization was heard of without its amount. */
async function checkAmount(parts: SagaParts, order: Order, intentId: string): Promise<StepResult> {
  const answer = await parts.payments.retrieve(intentId)
  if (answer.outcome !== "ok") return { retry: answer.message }
  const difference = amountDiffers(order, answer.intent)
  if (difference) refuseAmount(parts, order, "authorized", difference)
  else changeIfStill(parts, order, { amountChecked: true })
  return "done"
}
