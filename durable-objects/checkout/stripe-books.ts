import { centsOf } from "./currency.ts"
import { openStripe } from "./stripe.ts"
import type { StripeSettings } from "./stripe.ts"

/** What else is read from Stripe's own books, beside the intents of a sale. */

/** Intents or refunds listed a page; Stripe's maximum. */
const PAGE_SIZE = 100

/** When each payment was last refunded, wholly or in part, by the intent's id. `sinceMs` bounds how far back it looks. */
export async function listRefundTimes(
  settings: StripeSettings,
  sinceMs: number,
): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  const created = { gte: Math.floor(sinceMs / 1000) }
  for await (const refund of openStripe(settings).refunds.list({ limit: PAGE_SIZE, created })) {
    const { payment_intent: intent } = refund
    const intentId = typeof intent === "string" ? intent : intent?.id
    if (intentId === undefined) continue
    times.set(intentId, Math.max(times.get(intentId) ?? 0, refund.created * 1000))
  }
  return times
}

/** A payment as the reconciler compares it. */
export interface RecentIntent {
  intentId: string
  orderId: string
  /** Stripe's own word. */
  status: string
  amountCents: number
  currency: string
}

/** Intents of orders made since then, newest first, `limit` at most. Those that were not made by Spillway are left out. */
export async function listRecentIntents(
  settings: StripeSettings,
  sinceMs: number,
  limit: number,
): Promise<{ intents: RecentIntent[]; isAll: boolean }> {
  const intents: RecentIntent[] = []
  let read = 0
  const created = { gte: Math.floor(sinceMs / 1000) }
  for await (const intent of openStripe(settings).paymentIntents.list({ limit: PAGE_SIZE, created })) {
    if (read === limit) return { intents, isAll: false }
    read += 1
    const { orderId } = intent.metadata
    if (orderId === undefined) continue
    const { id: intentId, status, amount, currency } = intent
    const amountCents = centsOf(amount, currency)
    intents.push({ intentId, orderId, status, amountCents, currency: currency.toUpperCase() })
  }
  return { intents, isAll: true }
}

/** Lets go of a payment that nobody has made, or that is only set aside. Throws when its state forbids it. */
export async function cancelIntent(settings: StripeSettings, intentId: string): Promise<void> {
  await openStripe(settings).paymentIntents.cancel(intentId)
}
