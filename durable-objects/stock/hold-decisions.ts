import { HOLD_EXTENSION_MAX_MS } from "./contract.ts"
import type {
  ExtendOutcome,
  HoldCommand,
  HoldOutcome,
  HoldRecord,
  NumberedHold,
  PoolState,
  PoolTerms,
} from "./contract.ts"

/** The answer to a hold's command that came again, or came with other content. */
export function replayOf(earlier: HoldRecord, command: HoldCommand): HoldOutcome {
  const same =
    earlier.pool === command.pool &&
    earlier.customer === command.customer &&
    earlier.quantity === command.quantity
  if (!same) return { outcome: "refused", refusal: "reused" }
  const { state, quantity, unitPriceCents, currency, expiresAtMs } = earlier
  return { outcome: "held", replayed: true, state, quantity, unitPriceCents, currency, expiresAtMs }
}

/** A sale of which some units came back still stands for the others. */
export function isAllBack({ quantity, returnedQuantity }: HoldRecord): boolean {
  return returnedQuantity === quantity
}

/** Whether a running hold's end may be moved; else what is to be answered. */
export function decideExtension(
  { extended, expiresAtMs }: NumberedHold,
  untilMs: number,
): "extend" | ExtendOutcome {
  if (extended)
    return expiresAtMs === untilMs
      ? { outcome: "extended", replayed: true, expiresAtMs }
      : { outcome: "refused", refusal: "extended_before" }
  if (untilMs <= expiresAtMs) return { outcome: "extended", replayed: true, expiresAtMs }
  return untilMs - expiresAtMs > HOLD_EXTENSION_MAX_MS
    ? { outcome: "refused", refusal: "too_long" }
    : "extend"
}

/** Whether a pool sells now: it is active, and the time is in its window. */
export function isOpen(state: PoolState, { opensAtMs, closesAtMs }: PoolTerms, nowMs: number): boolean {
  const hasOpened = opensAtMs === null || nowMs >= opensAtMs
  return state === "active" && hasOpened && (closesAtMs === null || nowMs < closesAtMs)
}

/** The id under which an expired hold's units are taken again. */
export function retakenHoldId(holdId: string): string {
  return `${holdId}!late`
}
