import { giveBackAll, ledgersOf } from "../../stock/hold-items.ts"
import type { Order } from "../order-row.ts"
import type { SagaParts } from "../saga.ts"
import type { StepResult } from "./step.ts"

/** A checkout that died before it was an order: nobody was told of it, and what it may hold goes back. */
export async function abandon({ book, stock }: SagaParts, order: Order): Promise<StepResult> {
  const { holdId, orderId, subject } = order
  if (ledgersOf(holdId).length > 0) await giveBackAll(stock, holdId, subject)
  if (book.find(orderId)?.status === "created") book.forget(orderId)
  return "done"
}
