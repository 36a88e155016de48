import type { OrderRefund, OrderStatus, PaymentEvent } from "./contract.ts"
import { withDispute } from "./disputes.ts"
import type { Order, OrderChange } from "./order-row.ts"

type Change = OrderChange & { status?: OrderStatus }

/** Orders whose money was taken and whose goods are the shopper's. */
const PAID: ReadonlySet<OrderStatus> = new Set(["confirmed", "shipped", "delivered"])

/** Orders that ended without being paid. */
const ENDED_UNPAID: ReadonlySet<OrderStatus> = new Set(["cancelled", "payment_failed", "reservation_expired"])

/** Payments of which nothing newer is known than that the bank asks its customer. */
const MAY_BE_ASKED: ReadonlySet<Order["payment"]> = new Set(["requires_payment", "failed"])

/**
 * What a payment event changes, in whatever order events come: an authorization counts only before payment, a decline
 * never overwrites a payment, and an event of another intent is none of this order's. Null: nothing.
 */
export function changeFor(order: Order, event: PaymentEvent): Change | null {
  if (order.intentId !== event.intentId) return null
  switch (event.type) {
    case "authorized":
      return order.status === "inventory_reserved"
        ? { status: "payment_authorized", payment: "authorized" }
        : null
    case "captured":
      return afterCapture(order)
    case "failed":
      return order.status === "inventory_reserved"
        ? { payment: "failed", declineMessage: event.declineMessage ?? "The payment was declined." }
        : null
    case "cancelled":
      return afterCancellation(order, event.declineMessage)
    case "requires_action":
      return order.status === "inventory_reserved" && MAY_BE_ASKED.has(order.payment)
        ? { payment: "requires_action" }
        : null
    case "processing":
      return order.status === "inventory_reserved" && order.payment !== "processing"
        ? { payment: "processing" }
        : null
    case "refund":
      return afterRefund(order, event.refund)
    case "dispute": {
      const disputes = withDispute(order.disputes, event.dispute)
      return disputes && { disputes }
    }
  }
}

/** A refund can be told before the capture, or even the authorization, was heard of; it is heard when the order is paid. */
export function isTooEarly(order: Order, event: PaymentEvent): boolean {
  const isUnpaid = order.status === "inventory_reserved" || order.status === "payment_authorized"
  return event.type === "refund" && order.intentId === event.intentId && isUnpaid
}

/** Money that was taken for an order that has ended is owed to the shopper: noted, so that it goes back. */
function afterCapture(order: Order): Change | null {
  if (order.status === "inventory_reserved") return { status: "payment_authorized", payment: "authorized" }
  const noted = order.payment === "captured" || order.payment === "refunded"
  return ENDED_UNPAID.has(order.status) && !noted ? { payment: "captured" } : null
}

/**
 * Also of an authorization that ran out before it was captured. Then the payment's own standing is left as it is: the
 * saga asks for the cancellation itself, and so learns it if the money was taken after all.
 */
function afterCancellation(order: Order, declineMessage: string | null): Change | null {
  const told = declineMessage === null ? {} : { declineMessage }
  if (order.status === "inventory_reserved")
    return { status: "payment_failed", payment: "cancelled", ...told }
  return order.status === "payment_authorized" ? { status: "payment_failed", ...told } : null
}

/** Where a refund stands, the later the higher: one that was paid out may still come back as failed. */
const REFUND_RANKS: Record<OrderRefund["status"], number> = { pending: 0, succeeded: 1, failed: 2 }

/** The order's refunds with what was heard of one; null when that says nothing new. */
export function withRefund(refunds: readonly OrderRefund[], heard: OrderRefund): OrderRefund[] | null {
  const known = refunds.find(({ refundId }) => refundId === heard.refundId)
  if (!known) return [...refunds, heard]
  if (REFUND_RANKS[heard.status] <= REFUND_RANKS[known.status]) return null
  return refunds.map((refund) => (refund === known ? { ...known, status: heard.status } : refund))
}

/** Money that went back, in minor units. */
export function returnedCentsOf(refunds: readonly OrderRefund[]): number {
  return refunds.reduce((sum, { status, amountCents }) => sum + (status === "succeeded" ? amountCents : 0), 0)
}

/** The order once more is known of one of its refunds, by an event or by the answer to our own request. Null: nothing new. */
export function afterRefund(order: Order, heard: OrderRefund): Change | null {
  const refunds = withRefund(order.refunds, heard)
  if (refunds === null) return null
  const whole = order.totalCents > 0 && returnedCentsOf(refunds) >= order.totalCents
  if (whole && PAID.has(order.status)) return { refunds, status: "refunded", payment: "refunded" }
  if (whole) return { refunds, payment: "refunded" }
  // The bank sent it back: the order stays as it was told to the shopper, and its payment says that the money is here.
  if (heard.status === "failed" && order.payment === "refunded") return { refunds, payment: "captured" }
  return { refunds }
}
