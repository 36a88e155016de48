import type { Ledgers, Notice } from "./ledgers.ts"

/** Payments that may still be made. */
const OPEN_STATUSES: ReadonlySet<string> = new Set([
  "requires_payment_method",
  "requires_confirmation",
  "requires_action",
])

/** What breaks no promise, and somebody should look at all the same: disputes, parked orders, payments left open, limits. */
export function noticesOf(ledgers: Ledgers): Notice[] {
  return [...disputes(ledgers), ...parked(ledgers), ...openPayments(ledgers), ...beyondLimits(ledgers)]
}

function disputes({ payments, lanes }: Ledgers): Notice[] {
  const orders = new Map(lanes.map((order) => [order.orderId, order]))
  return payments.flatMap(({ intentId, orderId, disputed }): Notice[] => {
    const dispute = orders.get(orderId)?.dispute ?? null
    if (dispute !== null) {
      const { disputeId, status, amountCents } = dispute
      const says = `The payment of ${orderId} is disputed over ${amountCents} (${disputeId}, ${status}). Answer it at the provider before its time runs out.`
      return [{ kind: "disputed", subjects: { orderId, intentId, disputeId }, says }]
    }
    if (!disputed) return []
    const says = `The payment ${intentId} of ${orderId} is disputed, and its order has not heard of it. Look at it at the provider.`
    return [{ kind: "dispute_unknown_to_order", subjects: { orderId, intentId }, says }]
  })
}

function parked({ parked: orders }: Ledgers): Notice[] {
  return orders.map(({ orderId, why }) => ({
    kind: "order_parked",
    subjects: { orderId },
    says: `The order ${orderId} was given up: ${why}. Find out why; POST /merchant/api/reconcile drives it once more.`,
  }))
}

/** Only the payment that an order knows is ever shown to its shopper, so a second one stays open and harmless. */
function openPayments({ payments, lanes }: Ledgers): Notice[] {
  const orders = new Map(lanes.map((order) => [order.orderId, order]))
  return payments.flatMap(({ intentId, orderId, status }): Notice[] => {
    const order = orders.get(orderId)
    if (!order || order.payment.intentId === intentId || !OPEN_STATUSES.has(status)) return []
    const says = `The order ${orderId} has a second open payment, ${intentId}, beside ${order.payment.intentId ?? "none"}. Nobody was shown it; cancel it.`
    return [{ kind: "second_open_payment", subjects: { orderId, intentId }, says }]
  })
}

/** No difference, for a limit may have been lowered since. Who has the units is named by the holds, not by the session. */
function beyondLimits({ saleId, stock }: Ledgers): Notice[] {
  return stock.flatMap(({ sku, perCustomerLimit, holds }) => {
    const standing = holds.filter(
      ({ pool, state }) => pool === saleId && (state === "held" || state === "sold"),
    )
    return [...Map.groupBy(standing, ({ customer }) => customer).values()].flatMap((mine): Notice[] => {
      const units = mine.reduce((sum, hold) => sum + hold.quantity - hold.returnedQuantity, 0)
      if (units <= perCustomerLimit) return []
      const holdIds = mine.map(({ holdId }) => holdId).join(", ")
      const says = `One customer has ${units} of ${sku}, and ${perCustomerLimit} are allowed. If the limit was not lowered since, look at the holds ${holdIds}.`
      return [{ kind: "limit_exceeded", subjects: { sku, holdIds }, says }]
    })
  })
}
