/** Signing webhooks and deciding when to try again. Pure. */
import { createHmac } from "node:crypto"
import type { EndpointRecord, EventType } from "./records.ts"

/** The wait after the first failure, in milliseconds. */
export const RETRY_START_MS = 500
/** The longest wait between two attempts, in milliseconds. */
export const RETRY_CAP_MS = 60_000
/** Stripe tries for three days; this many attempts at the longest wait, less the jitter, take about as long. */
export const MAX_DELIVERY_ATTEMPTS = 5_760

/** `Stripe-Signature` for this body. `atSeconds` is epoch seconds: receivers refuse old ones. */
export function signatureHeader(rawBody: string, secret: string, atSeconds: number): string {
  const signature = createHmac("sha256", secret).update(`${atSeconds}.${rawBody}`).digest("hex")
  return `t=${atSeconds},v1=${signature}`
}

/** What to do after the given number of failed attempts. `random` is in [0, 1): half of the wait is jitter. */
export function afterFailure(
  attempts: number,
  random: number,
): { kind: "retry"; waitMs: number } | { kind: "give_up" } {
  if (attempts >= MAX_DELIVERY_ATTEMPTS) return { kind: "give_up" }
  const fullMs = Math.min(RETRY_CAP_MS, RETRY_START_MS * 2 ** Math.min(attempts - 1, 20))
  return { kind: "retry", waitMs: Math.round(fullMs * (0.5 + random / 2)) }
}

/** Whether this endpoint asked for this type of event. */
export function listensTo(endpoint: EndpointRecord, type: EventType): boolean {
  return endpoint.enabledEvents.includes("*") || endpoint.enabledEvents.includes(type)
}
