import { randomUUID } from "node:crypto"
import Stripe from "stripe"
import { vi } from "vitest"
import type { PaymentEvent } from "../../durable-objects/checkout/contract.ts"
import { openStripe } from "../../durable-objects/checkout/stripe.ts"
import { readWebhook } from "../../durable-objects/checkout/stripe-webhooks.ts"
import type { StripeSettings } from "../../durable-objects/checkout/stripe.ts"

/** What shoppers, banks and merchants do at Stripe beside Spillway, and what Stripe tells of it. */
export class AtStripe {
  readonly settings: StripeSettings
  readonly stripe: Stripe
  private readonly since = Math.floor(Date.now() / 1000) - 1

  constructor(settings: StripeSettings) {
    this.settings = settings
    this.stripe = openStripe(settings)
  }

  /** As the browser would; Stripe's status afterwards, or the decline's code. */
  async confirm(intentId: string, card: string): Promise<string> {
    try {
      const { status } = await this.stripe.paymentIntents.confirm(intentId, {
        payment_method: card,
        return_url: "https://shop.example/orders/1",
      })
      return status
    } catch (error) {
      if (error instanceof Stripe.errors.StripeCardError) return error.code ?? "declined"
      throw error
    }
  }

  /**
   * The next thing that a lane would hear of a payment by this kind of event: the event as Stripe keeps it, signed as
   * Stripe signs, read as the edge reads. Waits for it, since events come a moment later.
   */
  heard(type: string, intentId: string): Promise<PaymentEvent[]> {
    const secret = `whsec_${randomUUID()}`
    return vi.waitFor(
      async () => {
        const { data } = await this.stripe.events.list({ type, created: { gte: this.since }, limit: 100 })
        const event = data.find((candidate) => intentOf(candidate) === intentId)
        if (!event) throw new Error(`no ${type} of ${intentId} yet`)
        const body = JSON.stringify(event)
        const signature = await this.stripe.webhooks.generateTestHeaderStringAsync({ payload: body, secret })
        const webhook = await readWebhook(this.settings, secret, body, signature)
        if (webhook.outcome !== "events") throw new Error(`${type} is ${webhook.outcome}`)
        return webhook.events
      },
      { timeout: 45_000, interval: 250 },
    )
  }
}

function intentOf(event: Stripe.Event): string | null {
  const object = event.data.object as { id?: string; payment_intent?: string | { id: string } | null }
  const reference = event.type.startsWith("payment_intent.") ? object.id : object.payment_intent
  return typeof reference === "object" ? (reference?.id ?? null) : (reference ?? null)
}
