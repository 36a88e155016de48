/** Does what has come due, one transaction each. */
import type { Desk } from "./desk.ts"
import { writeChange } from "./desk.ts"
import { expireAuthorization, settleRefund } from "./due-decisions.ts"
import type { DueRecord } from "./record-store.ts"
import type { Change } from "./change.ts"

/** How often it is looked for, in milliseconds. */
export const DUE_EVERY_MS = 1_000

/** Records read at once. */
const BATCH_SIZE = 100

function changeOf(desk: Desk, due: DueRecord, nowMs: number): Change {
  if (due.kind === "intent") {
    const { latestChargeId } = due.record
    const charge = latestChargeId === null ? undefined : desk.records.get("charge", latestChargeId)
    return expireAuthorization(due.record, charge, { nowMs, mint: desk.mint })
  }
  const intent = desk.records.get("intent", due.record.intentId)
  const charge = desk.records.get("charge", due.record.chargeId)
  if (intent === undefined || charge === undefined)
    throw new Error(`${due.record.id} refunds a payment that does not exist.`)
  return settleRefund(due.record, intent, charge)
}

/** Returns once nothing is due any more. */
export function settleDue(desk: Desk, nowMs: number): void {
  for (;;) {
    const batch = desk.records.due(nowMs, BATCH_SIZE)
    if (batch.length === 0) return
    for (const due of batch) {
      desk.records.transaction(() =>
        writeChange(desk, { nowMs, requestId: null, idempotencyKey: null }, changeOf(desk, due, nowMs)),
      )
    }
  }
}
