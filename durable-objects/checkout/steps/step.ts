import type { Order, OrderChange } from "../order-row.ts"
import type { OrderStatus } from "../contract.ts"
import type { SagaParts } from "../saga.ts"

/** `retry`: why it must be tried again · `park`: why nobody but a person can go on. */
export type StepResult = "done" | { retry: string } | { park: string }

/**
 * Writes a step's result, unless the order's status moved while the step was on its way. Then it is false, and the next
 * step is decided from there.
 */
export function changeIfStill(
  { book, now }: SagaParts,
  { orderId, status }: Order,
  change: OrderChange & { status?: OrderStatus },
): boolean {
  const still = book.find(orderId)?.status === status
  if (still) book.change(orderId, change, now())
  return still
}
