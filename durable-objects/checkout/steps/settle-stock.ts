import { ledgersOf } from "../../stock/hold-items.ts"
import type { Order } from "../order-row.ts"
import type { SagaParts } from "../saga.ts"
import { changeIfStill } from "./step.ts"
import type { StepResult } from "./step.ts"

/** Sells all units of the order, or none: what was sold of it before one was gone is put back. */
export async function settleStock(parts: SagaParts, order: Order): Promise<StepResult> {
  const { holdId, orderId } = order
  const outcomes = await Promise.all(
    ledgersOf(holdId).map((ledger) => parts.stock.getByName(ledger).sell(holdId, orderId)),
  )
  await parts.turn()
  const allSold = outcomes.every(({ outcome }) => outcome === "sold")
  changeIfStill(parts, order, allSold ? { stock: "sold" } : { status: "reservation_expired" })
  return "done"
}
