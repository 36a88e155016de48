import type { PaymentNews } from "./contract.ts"
import { centsOf } from "./currency.ts"
import { refundNewsOf } from "./payment-events/refunds.ts"
import { LIST_PAGE_SIZE, openStripe } from "./stripe.ts"
import type { StripeSettings } from "./stripe.ts"

/** What is read from Stripe's own books, for the audit and the reconciler. */

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

/** A refund as the reconciler compares it: what a lane would have been told of it. */
export interface BookedRefund {
  intentId: string
  orderId: string
  news: Extract<PaymentNews, { type: "refund" }>
}

/** Which part of a list is read: since when, and behind which entry, newest first. */
export interface ListPart {
  sinceMs: number
  afterId: string | null
}

/** What was read of a list. `lastId`: its last entry, behind which the next reading goes on; null for an empty list. */
export interface Listed<Entry> {
  entries: Entry[]
  isAll: boolean
  lastId: string | null
}

/** Intents of orders, `limit` entries of the list at most. Those that were not made by Spillway are left out. */
export async function listIntents(
  settings: StripeSettings,
  part: ListPart,
  limit: number,
): Promise<Listed<RecentIntent>> {
  const listed = await readUpTo(openStripe(settings).paymentIntents.list(paramsOf(part)), limit)
  return { ...listed, entries: listed.entries.flatMap(recentIntentOf) }
}

export async function readIntent(settings: StripeSettings, intentId: string): Promise<RecentIntent[]> {
  return recentIntentOf(await openStripe(settings).paymentIntents.retrieve(intentId))
}

/** Refunds of orders, whoever made them, `limit` entries of the list at most. Their payments say whose they are. */
export async function listRefunds(
  settings: StripeSettings,
  part: ListPart,
  limit: number,
): Promise<Listed<BookedRefund>> {
  const list = openStripe(settings).refunds.list({ ...paramsOf(part), expand: ["data.payment_intent"] })
  const listed = await readUpTo(list, limit)
  const entries = listed.entries.flatMap((refund): BookedRefund[] => {
    const { payment_intent: intent } = refund
    const orderId = typeof intent === "object" ? intent?.metadata["orderId"] : undefined
    if (typeof intent !== "object" || intent === null || orderId === undefined) return []
    return [{ intentId: intent.id, orderId, news: refundNewsOf(refund) }]
  })
  return { ...listed, entries }
}

function paramsOf({ sinceMs, afterId }: ListPart) {
  const created = { gte: Math.floor(sinceMs / 1000) }
  return { limit: LIST_PAGE_SIZE, created, ...(afterId !== null && { starting_after: afterId }) }
}

async function readUpTo<Entry extends { id: string }>(
  list: AsyncIterable<Entry>,
  limit: number,
): Promise<Listed<Entry>> {
  const entries: Entry[] = []
  for await (const entry of list) {
    if (entries.length === limit) return { entries, isAll: false, lastId: entries.at(-1)?.id ?? null }
    entries.push(entry)
  }
  return { entries, isAll: true, lastId: entries.at(-1)?.id ?? null }
}

function recentIntentOf(intent: {
  id: string
  status: string
  amount: number
  currency: string
  metadata: Record<string, string>
}): RecentIntent[] {
  const { id: intentId, status, amount, currency, metadata } = intent
  const orderId = metadata["orderId"]
  if (orderId === undefined) return []
  const amountCents = centsOf(amount, currency)
  return [{ intentId, orderId, status, amountCents, currency: currency.toUpperCase() }]
}

/** Lets go of a payment that nobody has made, or that is only set aside. Throws when its state forbids it. */
export async function cancelIntent(settings: StripeSettings, intentId: string): Promise<void> {
  await openStripe(settings).paymentIntents.cancel(intentId)
}
