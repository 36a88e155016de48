/** The life of a PaymentIntent as a table. Terminal states have no way out. */
import type { IntentStatus } from "./records.ts"

export type IntentStep = "attach" | "ask" | "authorize" | "settle" | "fail" | "capture" | "cancel"

const PAYABLE = {
  attach: "requires_confirmation",
  ask: "requires_action",
  authorize: "requires_capture",
  settle: "succeeded",
  fail: "requires_payment_method",
  cancel: "canceled",
} as const

const TRANSITIONS: Readonly<Record<IntentStatus, Readonly<Partial<Record<IntentStep, IntentStatus>>>>> = {
  requires_payment_method: PAYABLE,
  requires_confirmation: PAYABLE,
  requires_action: PAYABLE,
  requires_capture: { capture: "succeeded", cancel: "canceled" },
  succeeded: {},
  canceled: {},
}

/** Whether the step may be taken from this status. */
export function mayTake(status: IntentStatus, step: IntentStep): boolean {
  return TRANSITIONS[status][step] !== undefined
}

/** The statuses from which the step may be taken, for messages. */
export function statusesBefore(step: IntentStep): string {
  const statuses = Object.keys(TRANSITIONS) as IntentStatus[]
  return statuses.filter((status) => mayTake(status, step)).join(", ")
}

/** The status after the step. Throws when the table has no such step: the decision should have refused it. */
export function nextStatus(status: IntentStatus, step: IntentStep): IntentStatus {
  const next = TRANSITIONS[status][step]
  if (next === undefined)
    throw new Error(
      `A payment intent cannot ${step} from ${status}; the decision before this must refuse it.`,
    )
  return next
}
