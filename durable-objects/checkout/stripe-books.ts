import { openStripe } from "./stripe.ts"
import type { StripeSettings } from "./stripe.ts"

/** What else is read from Stripe's own books, beside the intents of a sale. */

/** Refunds listed a page; Stripe's maximum. */
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
