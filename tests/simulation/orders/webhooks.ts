import type { PaymentEvent, PaymentNews } from "../../../durable-objects/checkout/contract.ts"
import type { Network } from "./network.ts"

/** A webhook is repeated until it is answered; this often, doubling its pause, and then never again. */
const DELIVERIES_MAX = 8
const REDELIVERY_FIRST_MS = 1_000
/** Webhooks that never come at all, and those that come twice though they were answered. */
const DROPPED_SHARE = 0.08
const DOUBLED_SHARE = 0.15
/** How long a webhook may take to be sent. */
const WEBHOOK_DELAY_MAX_MS = 3_000

/** A provider's webhooks: late, in any order, twice or never. */
export class Webhooks {
  /** Takes one event to its lane; false when it was not answered. */
  deliver: (event: PaymentEvent) => Promise<boolean> = () => Promise.resolve(true)
  private readonly network: Network
  private events = 0

  constructor(network: Network) {
    this.network = network
  }

  tell({ intentId, orderId }: { intentId: string; orderId: string }, news: PaymentNews): void {
    const { network } = this
    const event: PaymentEvent = {
      eventId: `evt_${++this.events}`,
      intentId,
      orderId,
      atMs: network.nowMs,
      ...news,
    }
    const faulty = network.faultShare > 0
    // A refund's word is the only one there is of it: nobody asks for refunds of a paid order that were made by hand.
    if (faulty && news.type !== "refund" && network.chance.hits(DROPPED_SHARE))
      return network.count("webhooks dropped")
    this.send(event, 0)
    if (faulty && network.chance.hits(DOUBLED_SHARE)) this.send(event, 0)
  }

  private send(event: PaymentEvent, deliveries: number): void {
    const delayMs =
      this.network.chance.between(0, WEBHOOK_DELAY_MAX_MS) +
      deliveries * REDELIVERY_FIRST_MS * 2 ** deliveries
    this.network.after(delayMs, `webhook ${event.type}`, () => {
      void this.deliver(event).then((isAnswered) => {
        if (!isAnswered && deliveries < DELIVERIES_MAX) this.send(event, deliveries + 1)
      })
    })
  }
}
