import { PAID_STATUSES, SETTLING_MS } from "./ledgers.ts"
import type { Difference, DifferenceKind, Findings, Ledgers, PaymentRecord } from "./ledgers.ts"

/** What the lanes and Postgres together know of an order. */
interface KnownOrder {
  orderId: string
  status: string
  totalCents: number
  currency: string
  /** The payment that it goes by. */
  intentId: string | null
  /** When it last changed; null when only Postgres has it. */
  changedAtMs: number | null
}

/** P2: an order has at most one captured payment, of its own total, and only orders that stand have one. */
export function judgePayments(ledgers: Ledgers): Findings {
  const orders = knownOrders(ledgers)
  const captured = capturedByOrder(ledgers.payments)
  const taken = new Set(
    ledgers.payments.filter(({ capturedCents }) => capturedCents > 0).map(({ intentId }) => intentId),
  )
  const findings: Findings = { checked: ledgers.payments.length, differences: [], pending: 0 }
  for (const [orderId, intents] of captured) {
    const kept = intents.filter(({ capturedCents, refundedCents }) => refundedCents < capturedCents)
    if (kept.length > 1) findings.differences.push(capturedTwice(orderId, kept))
    for (const intent of intents) {
      const order = orders.get(orderId)
      if (isSettling(order, ledgers.nowMs)) findings.pending += 1
      else findings.differences.push(...judgeCapture(intent, order, kept.length > 1))
    }
  }
  for (const order of orders.values()) {
    findings.checked += 1
    if (!PAID_STATUSES.has(order.status) || order.totalCents === 0) continue
    if (order.intentId !== null && taken.has(order.intentId)) continue
    // The provider's books were read first, so a capture of this very moment is not in them.
    if (order.changedAtMs !== null && ledgers.nowMs - order.changedAtMs < SETTLING_MS) {
      findings.pending += 1
      continue
    }
    findings.differences.push({
      promise: "P2",
      kind: "confirmed_but_not_captured",
      subjects: { orderId: order.orderId },
      says: `The order ${order.orderId} is ${order.status}, but the provider has captured nothing for it. Do not ship it; capture its payment or cancel it.`,
    })
  }
  return findings
}

function judgeCapture(intent: PaymentRecord, order: KnownOrder | undefined, isNamed: boolean): Difference[] {
  const { intentId, orderId, capturedCents, refundedCents, currency } = intent
  const difference = (kind: DifferenceKind, says: string): Difference => ({
    promise: "P2",
    kind,
    subjects: { orderId, intentId },
    says,
  })
  const settledAgain = refundedCents >= capturedCents // The money went back: nobody was charged for nothing.
  if (!order) {
    if (settledAgain) return []
    return [
      difference(
        "captured_without_order",
        `${capturedCents} ${currency} were captured with ${intentId}, and there is no order ${orderId || "(none named)"}. Refund it.`,
      ),
    ]
  }
  if (!PAID_STATUSES.has(order.status)) {
    if (settledAgain) return []
    return [
      difference(
        "captured_but_not_confirmed",
        `${capturedCents} ${currency} were captured with ${intentId}, but the order ${orderId} is ${order.status}. Refund it.`,
      ),
    ]
  }
  // A refund of the order's own payment gives nothing back of another one, however well that one's amount fits.
  if (intentId !== order.intentId && !isNamed) {
    if (settledAgain) return []
    return [
      difference(
        "captured_beside_order",
        `${capturedCents} ${currency} were captured with ${intentId}, but the order ${orderId} goes by ${order.intentId ?? "no payment"}. Refund ${intentId}.`,
      ),
    ]
  }
  if (capturedCents !== order.totalCents || currency !== order.currency) {
    return [
      difference(
        "captured_amount_differs",
        `${capturedCents} ${currency} were captured with ${intentId}, but the order ${orderId} comes to ${order.totalCents} ${order.currency}. Refund what is too much, or ask for the rest.`,
      ),
    ]
  }
  return []
}

function capturedTwice(orderId: string, intents: readonly PaymentRecord[]): Difference {
  const ids = intents.map(({ intentId }) => intentId).join(", ")
  return {
    promise: "P2",
    kind: "captured_twice",
    subjects: { orderId, intentIds: ids },
    says: `The order ${orderId} has ${intents.length} captured payments: ${ids}. Refund all but one.`,
  }
}

/** An order that is not yet paid and has just changed may have its capture in the provider's books already. */
function isSettling(order: KnownOrder | undefined, nowMs: number): boolean {
  if (!order || order.changedAtMs === null || PAID_STATUSES.has(order.status)) return false
  return order.status === "payment_authorized" && nowMs - order.changedAtMs < SETTLING_MS
}

/** Captured payments by their order, without those that were given back whole beside another one. */
export function capturedByOrder(payments: readonly PaymentRecord[]): Map<string, PaymentRecord[]> {
  const byOrder = new Map<string, PaymentRecord[]>()
  for (const payment of payments) {
    if (payment.capturedCents === 0) continue
    byOrder.set(payment.orderId, [...(byOrder.get(payment.orderId) ?? []), payment])
  }
  for (const [orderId, captured] of byOrder) {
    const kept = captured.filter(({ capturedCents, refundedCents }) => refundedCents < capturedCents)
    if (captured.length > 1 && kept.length > 0) byOrder.set(orderId, kept)
  }
  return byOrder
}

function knownOrders({ lanes, postgres }: Ledgers): Map<string, KnownOrder> {
  const orders = new Map<string, KnownOrder>()
  for (const { orderId, status, totalCents, currency, paymentIntentId: intentId } of postgres) {
    orders.set(orderId, { orderId, status, totalCents, currency, intentId, changedAtMs: null })
  }
  for (const { orderId, status, totalCents, currency, payment, history, createdAtMs } of lanes) {
    orders.set(orderId, {
      orderId,
      status,
      totalCents,
      currency,
      intentId: payment.intentId,
      changedAtMs: history.at(-1)?.atMs ?? createdAtMs,
    })
  }
  return orders
}
