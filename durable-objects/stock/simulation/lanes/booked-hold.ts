import type { HoldState, PoolState, PoolTerms } from "../../contract.ts"
import type { Running } from "./free-units.ts"

/** A hold as the auditor wrote it down. */
export interface BookedHold extends Running {
  holdId: string
  customer: string
  unitPriceCents: number
  currency: string
  state: HoldState
  orderId: string | null
  /** Its command came again since its object started, so it is no longer one attempt's alone. */
  askedAgain: boolean
  createdAtMs: number
  /** When it was to end before it was extended. */
  firstExpiresAtMs: number
  extended: boolean
  /** Units that came back after they were sold. */
  returned: number
  /** The late sale of a hold that had ended. */
  late: { orderId: string; atMs: number; returned: number } | null
  /** A late payment was refused because of its customer's limit. */
  metLimit: boolean
}

export interface HeardPool {
  terms: PoolTerms
  state: PoolState
  termsVersion: number
  held: number
  sold: number
}

/** By the order that it names: it has ended unsold, and no payment that comes late has it. */
export function isGivenUp({ state, orderId }: BookedHold): boolean {
  return (state === "released" || state === "expired") && orderId !== null
}

export const ANY = Symbol("any answer")

export function refused(refusal: string) {
  return { outcome: "refused", refusal }
}

export function told({ state, quantity, unitPriceCents, currency, expiresAtMs }: BookedHold) {
  return { state, quantity, unitPriceCents, currency, expiresAtMs }
}

export function isOpen({ state, terms }: HeardPool, nowMs: number): boolean {
  if (state !== "active") return false
  return (
    (terms.opensAtMs === null || nowMs >= terms.opensAtMs) &&
    (terms.closesAtMs === null || nowMs < terms.closesAtMs)
  )
}

export function matches(expected: unknown, found: unknown): boolean {
  if (typeof expected !== "object" || typeof found !== "object" || !expected || !found)
    return Object.is(expected, found)
  const fields = Object.entries(expected)
  if (fields.length !== Object.keys(found).length) return false
  return fields.every(([field, value]) => Object.is(value, (found as Record<string, unknown>)[field]))
}
