import type { OrderStatus, OrderView } from "../../../durable-objects/checkout/contract.ts"
import type { Step } from "../components/steps.tsx"

/** What the order page says first. `settling` goes on by itself until it is known. */
export interface OrderSaying {
  tone: "yes" | "settling" | "open" | "no"
  title: string
  words: string
}

/**
 * `cameFromPayment`: the shopper has just paid, and the provider's word may not be here yet. Then nothing on this page
 * may sound like a failure: who reads "not paid" after paying pays again.
 */
export function sayOrder(order: OrderView, cameFromPayment: boolean, nowMs: number): OrderSaying {
  if (order.status === "payment_authorized") return settling()
  if (order.status === "created" || order.status === "inventory_reserved") {
    if (isPaymentUnderWay(order) || cameFromPayment) return settling()
    return order.holdExpiresAtMs > nowMs ? unpaid() : runOut()
  }
  if (isMoneyComingBack(order)) return moneyBack()
  if (order.status === "payment_failed") return failed(order.payment.declineMessage)
  return SETTLED[order.status]
}

type SettledStatus = Exclude<
  OrderStatus,
  "created" | "inventory_reserved" | "payment_authorized" | "payment_failed"
>

const SETTLED: Record<SettledStatus, OrderSaying> = {
  confirmed: {
    tone: "yes",
    title: "Yes, it’s yours.",
    words:
      "Your payment went through and your order is confirmed. Nothing more to do: this page shows where it stands.",
  },
  shipped: { tone: "yes", title: "It’s on its way.", words: "Your order has left us." },
  delivered: {
    tone: "yes",
    title: "It has arrived.",
    words: "Your order was delivered. We hope it pleases you for long.",
  },
  reservation_expired: {
    tone: "no",
    title: "The hold has run out.",
    words:
      "The piece went back to the shelf before the payment was done. You were not charged; if your bank shows a reserved amount, it is being let go.",
  },
  cancelled: {
    tone: "no",
    title: "Given back.",
    words: "This order was cancelled and you were charged nothing for it.",
  },
  refunded: {
    tone: "no",
    title: "Refunded.",
    words: "The money is on its way back. Banks take up to ten days to show it.",
  },
}

function failed(declineMessage: string | null): OrderSaying {
  return {
    tone: "no",
    title: "The payment did not go through.",
    words: declineMessage
      ? `The bank says: ${declineMessage} You were not charged.`
      : "You were not charged. The piece went back to the shelf.",
  }
}

/** Taken all the same for an order that had ended: nobody is told that they were charged nothing. */
function isMoneyComingBack({ status, payment }: OrderView): boolean {
  const ended = status === "cancelled" || status === "payment_failed" || status === "reservation_expired"
  return ended && (payment.status === "captured" || payment.status === "refunded")
}

function moneyBack(): OrderSaying {
  return {
    tone: "no",
    title: "The order had ended, and your money goes back.",
    words:
      "Your payment was taken after this order was over. All of it is on its way back. Banks take up to ten days to show it.",
  }
}

function settling(): OrderSaying {
  return {
    tone: "settling",
    title: "Your payment is being settled.",
    words:
      "This takes a few seconds. There is nothing to do, and please do not pay again: this page goes on by itself.",
  }
}

function runOut(): OrderSaying {
  return {
    tone: "settling",
    title: "The hold’s time is over.",
    words:
      "We are closing this order. That takes a moment, and you are charged nothing that you did not approve.",
  }
}

function unpaid(): OrderSaying {
  return {
    tone: "open",
    title: "Held for you, not paid yet.",
    words: "Your piece is held until the time below is over.",
  }
}

export function isPaymentUnderWay(order: OrderView): boolean {
  return (
    order.payment.status === "processing" ||
    order.payment.status === "authorized" ||
    order.payment.status === "captured"
  )
}

const STEP_TITLES: Record<OrderStatus, string> = {
  created: "Ordered",
  inventory_reserved: "Set aside for you",
  payment_authorized: "Payment approved by your bank",
  confirmed: "Confirmed and paid",
  shipped: "Sent",
  delivered: "Delivered",
  payment_failed: "Payment did not go through",
  reservation_expired: "Hold ran out",
  cancelled: "Cancelled",
  refunded: "Refunded",
}

const GOOD_WAY: readonly OrderStatus[] = [
  "inventory_reserved",
  "payment_authorized",
  "confirmed",
  "shipped",
  "delivered",
]
const LOST: readonly OrderStatus[] = ["payment_failed", "reservation_expired", "cancelled", "refunded"]

/** The steps that were, dated; then the ones to come while the order is on its good way. */
export function stepsOf(order: OrderView): Step[] {
  const last = order.history.at(-1)?.status
  const past = order.history.map((entry): Step => {
    const lost = LOST.includes(entry.status)
    return {
      title: STEP_TITLES[entry.status],
      atMs: entry.atMs,
      state: lost ? "lost" : entry.status === last ? "current" : "done",
    }
  })
  if (last === undefined || LOST.includes(last)) return past
  const ahead = GOOD_WAY.slice(GOOD_WAY.indexOf(last) + 1).map((status): Step => ({
    title: STEP_TITLES[status],
    state: "ahead",
  }))
  return [...past, ...ahead]
}
