import type { Order } from "../order-row.ts"
import type { SagaParts } from "../saga.ts"
import { changeIfStill } from "./step.ts"
import type { StepResult } from "./step.ts"

/** An order that costs nothing has no payment to wait for; the provider is never asked. */
export async function authorizeFree(parts: SagaParts, order: Order): Promise<StepResult> {
  changeIfStill(parts, order, { status: "payment_authorized" })
  return "done"
}

/** Its units are sold, and there is nothing to take. */
export async function confirmFree(parts: SagaParts, order: Order): Promise<StepResult> {
  if (changeIfStill(parts, order, { status: "confirmed" })) parts.confirmed(order)
  return "done"
}
