import Stripe from "stripe"
import type { PaymentEvent } from "./contract.ts"
import { centsOf, providerAmountOf } from "./currency.ts"
import type { Heard } from "./payment-events/heard.ts"
import { readEvent } from "./payment-events/read.ts"
import { readRefund, refundNewsOf } from "./payment-events/refunds.ts"
import type {
  Intent,
  IntentState,
  NewIntent,
  NewRefund,
  PaymentAnswer,
  Payments,
  RefundAnswer,
  RefundsAnswer,
} from "./payments.ts"

/** The only importer of Stripe's SDK. Card data never comes here: intents and their states only. */

export interface StripeSettings {
  STRIPE_SECRET_KEY: string
  /** Empty for Stripe itself; the local stack sets the emulator's address. */
  STRIPE_API_BASE: string
}

/** Longer than Stripe takes to authorize, shorter than a shopper waits. */
const REQUEST_TIMEOUT_MS = 15_000

/** Retries of the SDK itself, each with the same idempotency key; beyond them the lane's alarm tries again. */
const NETWORK_RETRIES_MAX = 1

/** Seconds a webhook's timestamp may be old (Stripe's own default). */
const WEBHOOK_TOLERANCE_SECONDS = 300

/** Intents or refunds listed a page; Stripe's maximum. */
const LIST_PAGE_SIZE = 100

let opened: { settings: StripeSettings; stripe: Stripe } | null = null

/** One client for as long as the settings stay the same: it keeps no connection of any one request. */
export function openStripe({ STRIPE_SECRET_KEY, STRIPE_API_BASE }: StripeSettings): Stripe {
  const known = opened?.settings
  if (opened && known?.STRIPE_SECRET_KEY === STRIPE_SECRET_KEY && known.STRIPE_API_BASE === STRIPE_API_BASE)
    return opened.stripe
  const settings = { STRIPE_SECRET_KEY, STRIPE_API_BASE }
  opened = { settings, stripe: newStripe(settings) }
  return opened.stripe
}

function newStripe(settings: StripeSettings): Stripe {
  const base = settings.STRIPE_API_BASE ? new URL(settings.STRIPE_API_BASE) : null
  return new Stripe(settings.STRIPE_SECRET_KEY, {
    httpClient: Stripe.createFetchHttpClient(),
    timeout: REQUEST_TIMEOUT_MS,
    maxNetworkRetries: NETWORK_RETRIES_MAX,
    telemetry: false,
    ...(base && {
      host: base.hostname,
      port: base.port || (base.protocol === "https:" ? 443 : 80),
      protocol: base.protocol === "https:" ? "https" : "http",
    }),
  })
}

export class StripePayments implements Payments {
  private readonly stripe: Stripe

  constructor(settings: StripeSettings) {
    this.stripe = openStripe(settings)
  }

  async createIntent(intent: NewIntent, attempts: number): Promise<PaymentAnswer> {
    const amount = providerAmountOf(intent.amountCents, intent.currency)
    if (amount === null) return notCountable(intent)
    return answerOf(
      this.stripe.paymentIntents.create(
        {
          amount,
          currency: intent.currency.toLowerCase(),
          capture_method: "manual",
          automatic_payment_methods: { enabled: true },
          description: `Order ${intent.orderNumber}`,
          receipt_email: intent.email,
          metadata: { orderId: intent.orderId, ...(intent.saleId && { saleId: intent.saleId }) },
        },
        { idempotencyKey: keyFor(intent.orderId, "intent", attempts) },
      ),
    )
  }

  capture(intentId: string, orderId: string, attempts: number): Promise<PaymentAnswer> {
    return answerOf(
      this.stripe.paymentIntents.capture(
        intentId,
        {},
        { idempotencyKey: keyFor(orderId, "capture", attempts) },
      ),
    )
  }

  cancel(intentId: string, orderId: string, attempts: number): Promise<PaymentAnswer> {
    return answerOf(
      this.stripe.paymentIntents.cancel(
        intentId,
        {},
        { idempotencyKey: keyFor(orderId, "cancel", attempts) },
      ),
    )
  }

  retrieve(intentId: string): Promise<PaymentAnswer> {
    return answerOf(this.stripe.paymentIntents.retrieve(intentId))
  }

  /** The key never moves on: a second refund under another key would give the money back twice. */
  async refund({ refundKey, intentId, orderId, amountCents, currency }: NewRefund): Promise<RefundAnswer> {
    const amount = providerAmountOf(amountCents, currency)
    if (amount === null) return notCountable({ amountCents, currency })
    try {
      const refund = await this.stripe.refunds.create(
        { payment_intent: intentId, amount, metadata: { orderId, refundKey } },
        { idempotencyKey: `${orderId}:refund:${refundKey}` },
      )
      return { outcome: "ok", refund: readRefund(refund) }
    } catch (error) {
      const made = wasReplayed(error) ? await this.refundMade(intentId, refundKey) : null
      return made ?? failureOf(error)
    }
  }

  async refundsOf(intentId: string): Promise<RefundsAnswer> {
    try {
      return { outcome: "ok", refunds: (await refundsOf(this.stripe, intentId)).map(readRefund) }
    } catch (error) {
      return failureOf(error)
    }
  }

  /** Stripe repeats a 500 under its key for a day, whether or not the work behind it was done: its books say which. */
  private async refundMade(intentId: string, refundKey: string): Promise<RefundAnswer | null> {
    try {
      const refunds = await refundsOf(this.stripe, intentId)
      const made = refunds.find(({ metadata }) => metadata?.["refundKey"] === refundKey)
      return made ? { outcome: "ok", refund: readRefund(made) } : null
    } catch (error) {
      return failureOf(error)
    }
  }
}

/** All of them, however many pages: what is left out would count as not given back. */
async function refundsOf(stripe: Stripe, intentId: string): Promise<Stripe.Refund[]> {
  const refunds: Stripe.Refund[] = []
  for await (const refund of stripe.refunds.list({ payment_intent: intentId, limit: LIST_PAGE_SIZE }))
    refunds.push(refund)
  return refunds
}

/** The same at every try, so it is a refusal. Amounts are in minor units. */
function notCountable({ amountCents, currency }: { amountCents: number; currency: string }) {
  return {
    outcome: "refused",
    code: "amount_not_countable",
    message: `Payments in ${currency} cannot be made to the fraction: ${amountCents} must be rounded first.`,
  } as const
}

/** Failures under one idempotency key before the next key is taken. */
const FAILURES_PER_KEY = 3

/**
 * The same request keeps its key, so that an answer that was lost comes again. But Stripe also stores a 500 under its
 * key and repeats it for a day: after a few failures the key counts as spent. A second capture or cancellation of the
 * same intent is refused by its state, and of two intents only the one the order knows is ever shown to a shopper.
 */
function keyFor(orderId: string, action: "intent" | "capture" | "cancel", attempts: number): string {
  return `${orderId}:${action}:${Math.floor(attempts / FAILURES_PER_KEY)}`
}

async function answerOf(request: Promise<Stripe.PaymentIntent>): Promise<PaymentAnswer> {
  try {
    return { outcome: "ok", intent: intentOf(await request) }
  } catch (error) {
    return failureOf(error)
  }
}

/** A failure that Stripe kept from an earlier request with the same key. */
function wasReplayed(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeError &&
    (error.statusCode ?? 0) >= 500 &&
    error.headers?.["idempotent-replayed"] === "true"
  )
}

/** Throws what is not the provider's answer. */
function failureOf(error: unknown): Exclude<PaymentAnswer, { outcome: "ok" }> {
  if (!(error instanceof Stripe.errors.StripeError)) throw error
  const status = error.statusCode ?? 0
  if (status === 0 || status === 409 || status === 429 || status >= 500)
    return { outcome: "unavailable", message: error.message }
  return { outcome: "refused", code: error.code ?? error.type, message: error.message }
}

const INTENT_STATES: Record<string, IntentState> = {
  requires_payment_method: "requires_payment",
  requires_confirmation: "requires_payment",
  requires_action: "requires_payment",
  processing: "processing",
  requires_capture: "authorized",
  succeeded: "captured",
  canceled: "cancelled",
}

function intentOf(intent: Stripe.PaymentIntent): Intent {
  const state = INTENT_STATES[intent.status]
  if (!state) throw new Error(`Stripe says an intent is ${intent.status}, which this version does not know`)
  return {
    intentId: intent.id,
    state,
    clientSecret: intent.client_secret,
    amountCents: centsOf(intent.amount, intent.currency),
    capturedCents: centsOf(intent.amount_received, intent.currency),
    currency: intent.currency.toUpperCase(),
    declineMessage: intent.last_payment_error?.message ?? null,
  }
}

export type Webhook =
  | { outcome: "events"; orderId: string; events: PaymentEvent[] }
  /** Genuine, but of no consequence here. */
  | { outcome: "ignored" }
  /** Genuine, but Stripe did not say which order it is about; it must come again. */
  | { outcome: "unavailable" }
  | { outcome: "signature_invalid" }

const cryptoProvider = Stripe.createSubtleCryptoProvider()

/** Checks a webhook's signature over its raw body, and reads what a lane must know of it. */
export async function readWebhook(
  settings: StripeSettings,
  secret: string,
  rawBody: string,
  signature: string,
): Promise<Webhook> {
  const stripe = openStripe(settings)
  let event: unknown
  try {
    event = await stripe.webhooks.constructEventAsync(
      rawBody,
      signature,
      secret,
      WEBHOOK_TOLERANCE_SECONDS,
      cryptoProvider,
    )
  } catch {
    return { outcome: "signature_invalid" }
  }
  const heard = readEvent(event)
  if (heard === null) return { outcome: "ignored" }
  try {
    const orderId = heard.orderId ?? (await orderOf(stripe, heard.intentId))
    if (orderId === null) return { outcome: "ignored" }
    return { outcome: "events", orderId, events: await eventsOf(stripe, heard, orderId) }
  } catch (error) {
    const failure = failureOf(error)
    // A payment of another account that shares the endpoint: nobody here will ever know it.
    const unknown = failure.outcome === "refused" && failure.code === "resource_missing"
    return { outcome: unknown ? "ignored" : "unavailable" }
  }
}

/** The order that an intent was made for; null for one that Spillway did not make. */
async function orderOf(stripe: Stripe, intentId: string): Promise<string | null> {
  return (await stripe.paymentIntents.retrieve(intentId)).metadata["orderId"] ?? null
}

/** One event, or one for each refund of the payment, with an id that is the same each time. */
async function eventsOf(stripe: Stripe, heard: Heard, orderId: string): Promise<PaymentEvent[]> {
  const { eventId, intentId, atMs, news } = heard
  if (news !== "ask_refunds") return [{ eventId, intentId, orderId, atMs, ...news }]
  const refunds = await refundsOf(stripe, intentId)
  return refunds.map(refundNewsOf).map((refundNews) => ({
    eventId: `${eventId}:${refundNews.refund.refundId}:${refundNews.refund.status}`,
    intentId,
    orderId,
    atMs,
    ...refundNews,
  }))
}
