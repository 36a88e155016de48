import type { PaymentEvent } from "./contract.ts"
import type { Order } from "./order-row.ts"
import { changeFor, isTooEarly } from "./heard-payment.ts"
import type { SagaParts } from "./saga.ts"
import { amountDiffers, refuseAmount } from "./steps/amounts.ts"

/**
 * Acts on the webhooks that wait for an order, in the order in which they came. Those that do not fit it yet go on
 * waiting. True when the order stands otherwise than before.
 */
export function hear(parts: SagaParts, orderId: string): boolean {
  let moved = false
  for (const event of parts.inbox.waiting(orderId)) {
    const order = parts.book.find(orderId)
    if (order && mustWait(order, event)) continue
    try {
      if (order && act(parts, order, event)) moved = true
    } catch (error) {
      // One that cannot be applied must not hold up the order's steps for ever: it is shown instead.
      parts.book.park(orderId, "event_unfit", `${event.type} ${event.eventId}: ${String(error)}`, parts.now())
    }
    parts.inbox.markActed(event.eventId, parts.now())
  }
  return moved
}

/** It can come before the answer that says which intent is the order's. */
function mustWait(order: Order, event: PaymentEvent): boolean {
  return order.intentId === null || isTooEarly(order, event)
}

/** False where nothing follows from it. */
function act(parts: SagaParts, order: Order, event: PaymentEvent): boolean {
  const change = changeFor(order, event)
  if (!change) {
    tellRefunds(parts, order, event)
    return false
  }
  const said = amountSaid(event)
  const difference = said && amountDiffers(order, said)
  if (difference && change.status === "payment_authorized")
    refuseAmount(parts, order, event.type === "captured" ? "captured" : "authorized", difference)
  else parts.book.change(order.orderId, said ? { ...change, amountChecked: true } : change, parts.now())
  tellRefunds(parts, order, event)
  return true
}

/** Also of a refund that says nothing new of the order: its request may not know of it yet. */
function tellRefunds({ refundHeard }: SagaParts, order: Order, event: PaymentEvent): void {
  if (event.type !== "refund" || event.refundKey === undefined || order.intentId !== event.intentId) return
  refundHeard?.(order.orderId, event.refundKey, event.refund)
}

/** Null where an event does not say the amount; then it is asked for before the money is taken. */
function amountSaid(event: PaymentEvent): { amountCents: number; currency: string } | null {
  if (event.type !== "authorized" && event.type !== "captured") return null
  const { amountCents, currency } = event
  return amountCents === null || currency === null ? null : { amountCents, currency }
}
