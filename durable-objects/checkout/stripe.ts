import Stripe from "stripe"
import type { PaymentEvent } from "./contract.ts"
import { paymentEventOf } from "./payment-event.ts"
import type { Intent, IntentState, NewIntent, PaymentAnswer, Payments } from "./payments.ts"

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

/** Intents listed a page; Stripe's maximum. */
const LIST_PAGE_SIZE = 100

export function openStripe(settings: StripeSettings): Stripe {
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

  createIntent(intent: NewIntent, attempts: number): Promise<PaymentAnswer> {
    return answerOf(
      this.stripe.paymentIntents.create(
        {
          amount: intent.amountCents,
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
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    const status = error.statusCode ?? 0
    if (status === 0 || status === 409 || status === 429 || status >= 500)
      return { outcome: "unavailable", message: error.message }
    return { outcome: "refused", code: error.code ?? error.type, message: error.message }
  }
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
    amountCents: intent.amount,
    currency: intent.currency.toUpperCase(),
    declineMessage: intent.last_payment_error?.message ?? null,
  }
}

export type Webhook =
  | { outcome: "event"; event: PaymentEvent }
  /** Genuine, but of no consequence here. */
  | { outcome: "ignored" }
  | { outcome: "signature_invalid" }

const cryptoProvider = Stripe.createSubtleCryptoProvider()

/** Checks a webhook's signature over its raw body, and reads what a lane must know of it. */
export async function readWebhook(
  settings: StripeSettings,
  secret: string,
  rawBody: string,
  signature: string,
): Promise<Webhook> {
  let event: unknown
  try {
    event = await openStripe(settings).webhooks.constructEventAsync(
      rawBody,
      signature,
      secret,
      WEBHOOK_TOLERANCE_SECONDS,
      cryptoProvider,
    )
  } catch {
    return { outcome: "signature_invalid" }
  }
  const read = paymentEventOf(event)
  return read ? { outcome: "event", event: read } : { outcome: "ignored" }
}

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
      amountCents: intent.amount,
      capturedCents: intent.amount_received,
      refundedCents: charge?.amount_refunded ?? 0,
      currency: intent.currency.toUpperCase(),
      disputed: charge?.disputed ?? false,
      createdAtMs: intent.created * 1000,
    })
  }
  return found
}
