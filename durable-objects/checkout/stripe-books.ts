import { centsOf } from "./currency.ts"
import { LIST_PAGE_SIZE, openStripe } from "./stripe.ts"
import type { StripeSettings } from "./stripe.ts"

/** What is read from Stripe's own books, to compare them with others. */

export interface LedgerIntent {
  intentId: string
  orderId: string
  status: string
  amountCents: number
  capturedCents: number
  refundedCents: number
  currency: string
  /** Whether the card's holder disputes it, or did. */
  disputed: boolean
  createdAtMs: number
}

/** Every intent of a sale, as Stripe's own books have it, for the audit. `sinceMs` bounds how far back it looks. */
export async function listSaleIntents(
  settings: StripeSettings,
  saleId: string,
  sinceMs: number,
): Promise<LedgerIntent[]> {
  const found: LedgerIntent[] = []
  const pages = openStripe(settings).paymentIntents.list({
    limit: LIST_PAGE_SIZE,
    created: { gte: Math.floor(sinceMs / 1000) },
    expand: ["data.latest_charge"],
  })
  for await (const intent of pages) {
    if (intent.metadata["saleId"] !== saleId) continue
    const charge = typeof intent.latest_charge === "object" ? intent.latest_charge : null
    found.push({
      intentId: intent.id,
      orderId: intent.metadata["orderId"] ?? "",
      status: intent.status,
      amountCents: centsOf(intent.amount, intent.currency),
      capturedCents: centsOf(intent.amount_received, intent.currency),
      refundedCents: centsOf(charge?.amount_refunded ?? 0, intent.currency),
      currency: intent.currency.toUpperCase(),
      disputed: charge?.disputed ?? false,
      createdAtMs: intent.created * 1000,
    })
  }
  return found
}

/** When each payment was last refunded, wholly or in part, by the intent's id. `sinceMs` bounds how far back it looks. */
export async function listRefundTimes(
  settings: StripeSettings,
  sinceMs: number,
): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  const created = { gte: Math.floor(sinceMs / 1000) }
  for await (const refund of openStripe(settings).refunds.list({ limit: LIST_PAGE_SIZE, created })) {
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
  for await (const intent of openStripe(settings).paymentIntents.list({ limit: LIST_PAGE_SIZE, created })) {
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
