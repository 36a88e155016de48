import type { OrderLine, OrderRefund, OrderView } from "../../../durable-objects/checkout/contract.ts"
import { PAID_STATUSES, SETTLING_MS } from "./ledgers.ts"
import type { Difference, DifferenceKind, Findings, Ledgers, PaymentRecord } from "./ledgers.ts"

/**
 * P2, of what an order's money is made of and what went back of it: totals add up, refunds are the same in the order
 * and in the provider's books. What a capture comes to is `judge-payments.ts`', what is set aside `judge-set-aside.ts`'.
 */
export function judgeMoney(ledgers: Ledgers): Findings {
  const findings: Findings = { checked: 0, differences: [], pending: 0 }
  const payments = new Map(ledgers.payments.map((payment) => [payment.intentId, payment]))
  for (const order of ledgers.lanes) {
    findings.checked += 1
    findings.differences.push(...judgeTotals(order))
    const payment = payments.get(order.payment.intentId ?? "")
    if (!payment || !PAID_STATUSES.has(order.status)) continue
    const difference = judgeRefunds(order, payment)
    if (difference === null) continue
    if (isBeingRefunded(order, payment, ledgers.nowMs)) findings.pending += 1
    else findings.differences.push(difference)
  }
  return findings
}

/** `total = subtotal - discount + shipping`, and the tax where prices are without it; and the lines say the same. */
function judgeTotals({ orderId, items, totals, totalCents, couponCode }: OrderView): Difference[] {
  const { subtotalCents, discountCents, shippingCents, taxCents, pricesIncludeTax } = totals
  const wrong: string[] = []
  const expect = (what: string, found: number, expected: number) => {
    if (found !== expected) wrong.push(`${what} is ${found} and should be ${expected}`)
  }
  const sum = (of: (line: OrderLine) => number) => items.reduce((total, line) => total + of(line), 0)
  expect(
    "the subtotal",
    subtotalCents,
    sum((line) => line.quantity * line.unitPriceCents),
  )
  expect(
    "the discount",
    discountCents,
    sum(({ discountCents: part }) => part),
  )
  // Shipping may be taxed too, and is on no line.
  const lineTax = sum((line) => line.taxCents)
  if (shippingCents === 0 || taxCents < lineTax) expect("the tax", taxCents, lineTax)
  const added = pricesIncludeTax ? 0 : taxCents
  expect("the total", totalCents, subtotalCents - discountCents + shippingCents + added)
  if (discountCents < 0 || discountCents > subtotalCents) wrong.push(`the discount is ${discountCents}`)
  if (discountCents > 0 && couponCode === null) wrong.push(`the discount of ${discountCents} has no coupon`)
  if (shippingCents < 0 || taxCents < 0) wrong.push("shipping or tax is below zero")
  if (wrong.length === 0) return []
  return [
    difference(
      "totals_do_not_add_up",
      { orderId },
      `The order ${orderId} does not add up: ${wrong.join("; ")}. Work out what its shopper owes, and refund what is too much.`,
    ),
  ]
}

function judgeRefunds(order: OrderView, payment: PaymentRecord): Difference | null {
  const { orderId, status, refunds } = order
  const { intentId, refundedCents, capturedCents, currency } = payment
  const subjects = { orderId, intentId }
  // The provider counts a refund from when it is asked for until it has failed.
  const knownCents = sumOf(refunds.filter((refund) => refund.status !== "failed"))
  if (refundedCents > knownCents)
    return difference(
      "refund_unknown_to_order",
      subjects,
      `${refundedCents} ${currency} of ${intentId} went back, and the order ${orderId} knows of ${knownCents}. Have the provider send its webhook again, or write the refund down.`,
    )
  if (refundedCents < knownCents)
    return difference(
      "refund_not_at_provider",
      subjects,
      `The order ${orderId} says that ${knownCents} ${currency} went back, and the provider has ${refundedCents} of ${intentId}. The shopper waits for the rest; refund it.`,
    )
  const succeededCents = sumOf(refunds.filter((refund) => refund.status === "succeeded"))
  if (status === "refunded" && succeededCents < capturedCents && refundedCents < capturedCents)
    return difference(
      "refunded_but_not_returned",
      subjects,
      `The order ${orderId} is refunded, but ${refundedCents} of ${capturedCents} ${currency} went back. Refund the rest.`,
    )
  if (status !== "refunded" && capturedCents > 0 && succeededCents >= capturedCents)
    return difference(
      "returned_but_not_refunded",
      subjects,
      `All of the ${capturedCents} ${currency} of ${orderId} went back, and the order is ${status}. Do not ship it.`,
    )
  return null
}

/** A refund of this moment is known to one of the two first. */
function isBeingRefunded({ refunds }: OrderView, payment: PaymentRecord, nowMs: number): boolean {
  const lastMs = Math.max(payment.refundedAtMs ?? 0, ...refunds.map(({ atMs }) => atMs))
  return nowMs - lastMs < SETTLING_MS
}

function sumOf(refunds: readonly OrderRefund[]): number {
  return refunds.reduce((sum, { amountCents }) => sum + amountCents, 0)
}

function difference(kind: DifferenceKind, subjects: Record<string, string>, says: string): Difference {
  return { promise: "P2", kind, subjects, says }
}
