import { giveBackAll, ledgersOf } from "../../stock/hold-items.ts"
import type { Order } from "../order-row.ts"
import type { SagaParts } from "../saga.ts"
import type { StepResult } from "./step.ts"

/** Puts all units of the order back on sale, sold or held. */
export async function giveBack({ book, stock, now }: SagaParts, order: Order): Promise<StepResult> {
  const { holdId, orderId, subject } = order
  await Promise.all(ledgersOf(holdId).map((ledger) => stock.getByName(ledger).returnUnits(holdId, orderId)))
  await giveBackAll(stock, holdId, subject)
  book.change(orderId, { stock: "given_back" }, now())
  return "done"
}
