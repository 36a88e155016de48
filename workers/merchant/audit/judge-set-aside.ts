import type { OrderStatus, OrderView } from "../../../durable-objects/checkout/contract.ts"
import { SETTLING_MS } from "./ledgers.ts"
import type { Difference, DifferenceKind, Findings, Ledgers, PaymentRecord } from "./ledgers.ts"

/** Orders that ended without being paid: their money is let go of. */
const ENDED: ReadonlySet<OrderStatus> = new Set(["cancelled", "payment_failed", "reservation_expired"])

/**
 * How long money may be set aside for an order that is neither paid nor over, counted from its hold's end, or from when
 * it last changed: the minute in which a late payment is settled, and another for a lane that has to be taken up again.
 */
export const UNSETTLED_MS = 120_000

/**
 * P2, of money that is set aside and not taken: it is an order's own, and the order is about to take it or to let it go.
 * What stands beside that blocks its shopper's money for a week, and nobody sells them anything for it.
 */
export function judgeSetAside({ lanes, payments, nowMs }: Ledgers): Findings {
  const orders = new Map(lanes.map((order) => [order.orderId, order]))
  const findings: Findings = { checked: 0, differences: [], pending: 0 }
  for (const payment of payments) {
    if (payment.status !== "requires_capture") continue
    findings.checked += 1
    const found = judgeOne(payment, orders.get(payment.orderId), nowMs)
    if (found === "pending") findings.pending += 1
    else if (found !== null) findings.differences.push(found)
  }
  return findings
}

function judgeOne(
  payment: PaymentRecord,
  order: OrderView | undefined,
  nowMs: number,
): Difference | "pending" | null {
  const { intentId, orderId, createdAtMs } = payment
  if (!order)
    return nowMs - createdAtMs < SETTLING_MS
      ? "pending"
      : difference(
          "set_aside_without_order",
          payment,
          `no lane has the order ${orderId || "(none named)"}. Cancel ${intentId}.`,
        )
  const { status, history, holdExpiresAtMs } = order
  if (order.payment.intentId !== intentId)
    return nowMs - createdAtMs < SETTLING_MS
      ? "pending"
      : difference(
          "authorized_twice",
          payment,
          `the order ${orderId} is paid with ${order.payment.intentId ?? "none"}. Cancel ${intentId}.`,
        )
  const changedAtMs = history.at(-1)?.atMs ?? order.createdAtMs
  if (ENDED.has(status))
    return nowMs - changedAtMs < SETTLING_MS
      ? "pending"
      : difference(
          "set_aside_for_ended_order",
          payment,
          `the order ${orderId} is ${status}. Cancel ${intentId}, and find out why its lane did not.`,
        )
  if (status !== "inventory_reserved" && status !== "payment_authorized") return null // P2 asks why it was not captured.
  // An order that waits for its payment may wait until its hold has ended; one that has it settles at once.
  const sinceMs = status === "inventory_reserved" ? Math.max(holdExpiresAtMs, changedAtMs) : changedAtMs
  return nowMs - sinceMs < UNSETTLED_MS
    ? "pending"
    : difference(
        "set_aside_and_not_settled",
        payment,
        `the order ${orderId} is ${status} since ${nowMs - changedAtMs} ms. POST /merchant/api/reconcile drives it; if it stays so, cancel it.`,
      )
}

function difference(kind: DifferenceKind, payment: PaymentRecord, but: string): Difference {
  const { intentId, orderId, amountCents, currency } = payment
  return {
    promise: "P2",
    kind,
    subjects: { orderId, intentId },
    says: `${amountCents} ${currency} are set aside with ${intentId}, but ${but}`,
  }
}
