import type { OrderStatus, PaymentStatus } from "./contract.ts"

/** Which status follows which. A status without followers is terminal. */
export const ORDER_TRANSITIONS: Record<OrderStatus, readonly OrderStatus[]> = {
  created: ["inventory_reserved"],
  inventory_reserved: ["payment_authorized", "payment_failed", "reservation_expired", "cancelled"],
  payment_authorized: ["confirmed", "payment_failed", "reservation_expired", "cancelled"],
  confirmed: ["shipped", "refunded"],
  shipped: ["delivered", "refunded"],
  delivered: ["refunded"],
  payment_failed: [],
  reservation_expired: [],
  cancelled: [],
  refunded: [],
}

export function mayBecome(from: OrderStatus, to: OrderStatus): boolean {
  return ORDER_TRANSITIONS[from].includes(to)
}

/** Where the order's units are: still in its hold, sold to it, or no longer its own. */
export type StockStanding = "held" | "sold" | "given_back"

/** What the next step is decided from. */
export interface Standing {
  status: OrderStatus
  stock: StockStanding
  payment: PaymentStatus
  intentId: string | null
  holdExpiresAtMs: number
}

/**
 * What the saga does next.
 * `create_intent` asks for money · `settle_stock` sells the held units, now that the money is set aside ·
 * `capture` takes it · `check_payment` asks the provider what became of an intent whose hold has run out ·
 * `cancel_intent` lets go of money that is not taken · `give_back` puts the units back · `abandon` ends a checkout
 * that died before it held anything · `wait` until something is heard or the time given · `rest` nothing is left to do.
 */
export type Step =
  | {
      step:
        | "create_intent"
        | "settle_stock"
        | "capture"
        | "check_payment"
        | "cancel_intent"
        | "give_back"
        | "abandon"
        | "rest"
    }
  | { step: "wait"; untilMs: number }

/** A shopper who confirms in the hold's last second is still heard: the payment is asked after this long. */
export const PAYMENT_GRACE_MS = 2_000

/** The saga, as a function of where the order stands. Every step moves the standing on, or is tried again. */
export function nextStep(standing: Standing, nowMs: number): Step {
  switch (standing.status) {
    case "created":
      return { step: "abandon" }
    case "inventory_reserved":
      return stepBeforePayment(standing, nowMs)
    case "payment_authorized":
      return { step: standing.stock === "sold" ? "capture" : "settle_stock" }
    case "cancelled":
    case "payment_failed":
    case "reservation_expired":
      return stepAfterFailure(standing)
    case "confirmed":
    case "shipped":
    case "delivered":
    case "refunded":
      return { step: "rest" }
  }
}

function stepBeforePayment(standing: Standing, nowMs: number): Step {
  const deadlineMs = standing.holdExpiresAtMs + PAYMENT_GRACE_MS
  if (nowMs >= deadlineMs) return { step: "check_payment" }
  if (standing.intentId === null) return { step: "create_intent" }
  return { step: "wait", untilMs: deadlineMs }
}

/** Units first, they are what others wait for; then the money, which is only set aside and never taken here. */
function stepAfterFailure(standing: Standing): Step {
  if (standing.stock !== "given_back") return { step: "give_back" }
  if (standing.intentId !== null && standing.payment !== "cancelled") return { step: "cancel_intent" }
  return { step: "rest" }
}
