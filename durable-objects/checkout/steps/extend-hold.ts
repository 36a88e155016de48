import { ledgersOf } from "../../stock/hold-items.ts"
import { HOLD_EXTENSION_MS } from "../order-machine.ts"
import type { Order } from "../order-row.ts"
import type { SagaParts } from "../saga.ts"
import type { StepResult } from "./step.ts"

/**
 * Gives a payment that is under way more time, once. Where a ledger cannot, the order keeps the end it had: its units may
 * still be there when the payment comes.
 */
export async function extendHold({ book, stock, now }: SagaParts, order: Order): Promise<StepResult> {
  const { holdId, orderId } = order
  const untilMs = order.holdExpiresAtMs + HOLD_EXTENSION_MS
  const outcomes = await Promise.all(
    ledgersOf(holdId).map((ledger) => stock.getByName(ledger).extend(holdId, orderId, untilMs)),
  )
  const extended = outcomes.every(({ outcome }) => outcome === "extended")
  const holdExpiresAtMs = extended ? untilMs : order.holdExpiresAtMs
  book.change(orderId, { holdExpiresAtMs, holdExtendedAtMs: now() }, now())
  return "done"
}
