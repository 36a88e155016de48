import { giveBackAll, ledgersOf } from "../../stock/hold-items.ts"
import type { Order } from "../order-row.ts"
import type { SagaParts } from "../saga.ts"
import type { StepResult } from "./step.ts"

/**
 * Puts all units of the order back on sale, sold or held. A sale of an earlier driver may still be on its way: the hold is
 * given up first, so that none is sold after it, and what was sold before it is returned then.
 */
export async function giveBack({ book, stock, now }: SagaParts, order: Order): Promise<StepResult> {
  const { holdId, orderId, subject } = order
  await giveBackAll(stock, holdId, subject, mayHaveSold(order) ? orderId : undefined)
  await Promise.all(ledgersOf(holdId).map((ledger) => stock.getByName(ledger).returnUnits(holdId, orderId)))
  book.change(orderId, { stock: "given_back" }, now())
  return "done"
}

/** An order whose payment was never authorized asked for no sale, and giving up its hold would cost a row when it has run out. */
function mayHaveSold({ history }: Order): boolean {
  return history.some(({ status }) => status === "payment_authorized")
}
