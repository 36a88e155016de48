import type { Order } from "../order-row.ts"
import type { SagaParts } from "../saga.ts"
import { amountDiffers, refuseAmount } from "./amounts.ts"
import { changeIfStill } from "./step.ts"
import type { StepResult } from "./step.ts"

/** The hold has run out. A payment that was made and not heard of still counts; else the reservation ends. */
export async function checkPayment(parts: SagaParts, order: Order): Promise<StepResult> {
  if (order.intentId === null) {
    changeIfStill(parts, order, { status: "reservation_expired" })
    return "done"
  }
  const answer = await parts.payments.retrieve(order.intentId)
  if (answer.outcome === "unavailable") return { retry: answer.message }
  const state = answer.outcome === "ok" ? answer.intent.state : null
  if (state === "processing") return { retry: "the payment is still being processed" }
  if (answer.outcome === "ok" && (state === "authorized" || state === "captured")) {
    const difference = amountDiffers(order, answer.intent)
    const authorized = { status: "payment_authorized", payment: "authorized", amountChecked: true } as const
    if (difference) refuseAmount(parts, order, "authorized", difference)
    else changeIfStill(parts, order, authorized)
    return "done"
  }
  const declined = answer.outcome === "ok" ? answer.intent.declineMessage : null
  const status = declined ? "payment_failed" : "reservation_expired"
  changeIfStill(parts, order, { status, declineMessage: declined })
  return "done"
}
