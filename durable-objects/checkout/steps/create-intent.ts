import type { Order } from "../order-row.ts"
import type { SagaParts } from "../saga.ts"
import { amountDiffers, refuseAmount } from "./amounts.ts"
import { changeIfStill } from "./step.ts"
import type { StepResult } from "./step.ts"

/** Asks for the order's money. */
export async function createIntent(parts: SagaParts, order: Order): Promise<StepResult> {
  const { orderId, orderNumber, saleId, totalCents, currency, email } = order
  const taxCalculationId = parts.taxCalculationOf?.(orderId) ?? null
  const money = { amountCents: totalCents, currency, taxCalculationId }
  const intent = { orderId, orderNumber, saleId, email, ...money }
  const answer = await parts.payments.createIntent(intent, order.attempts)
  await parts.turn()
  if (answer.outcome === "unavailable") return { retry: answer.message }
  if (answer.outcome === "refused") {
    const declineMessage = answer.message
    changeIfStill(parts, order, { status: "payment_failed", payment: "failed", declineMessage })
    return "done"
  }
  const { intentId, clientSecret } = answer.intent
  const difference = amountDiffers(order, answer.intent)
  // A cancellation may have come in between; the intent is noted all the same, so that it is let go of.
  const noted = { intentId, payment: "requires_payment" } as const
  const after = parts.book.change(orderId, difference ? noted : { ...noted, clientSecret }, parts.now())
  if (difference) refuseAmount(parts, after, "requires_payment", difference)
  return "done"
}
