import type { RecordedOrder } from "../../../db/sale-orders.ts"
import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import { capturedByOrder } from "./judge-payments.ts"
import { isPaid, isYoung, PAID_STATUSES, SETTLING_MS } from "./ledgers.ts"
import type { Difference, DifferenceKind, Findings, Ledgers } from "./ledgers.ts"

/** P3: every order whose money was taken is in Postgres as its lane has it. */
export function judgeRecords(ledgers: Ledgers): Findings {
  const findings: Findings = { checked: 0, differences: [], pending: 0 }
  const recorded = new Map(ledgers.postgres.map((order) => [order.orderId, order]))
  const lanes = new Map(ledgers.lanes.map((order) => [order.orderId, order]))
  const captured = capturedByOrder(ledgers.payments)
  const paid = new Set([...captured.keys(), ...ledgers.lanes.filter(isPaid).map(({ orderId }) => orderId)])
  for (const orderId of paid) {
    findings.checked += 1
    const order = lanes.get(orderId)
    const inPostgres = recorded.get(orderId)
    const difference = judgeRecord(orderId, order, inPostgres)
    if (!difference) continue
    if (order && isYoung(order, ledgers.nowMs)) findings.pending += 1
    else findings.differences.push(difference)
  }
  for (const order of ledgers.postgres) {
    if (lanes.has(order.orderId)) continue
    if (ledgers.nowMs - order.createdAtMs < SETTLING_MS) continue // Made since the lanes were read.
    findings.differences.push(
      difference(
        "order_only_in_postgres",
        { orderId: order.orderId },
        `The order ${order.orderId} is in Postgres, and no lane has it. Find out who wrote it; Spillway writes orders from lanes only.`,
      ),
    )
  }
  return findings
}

function judgeRecord(
  orderId: string,
  order: OrderView | undefined,
  inPostgres: RecordedOrder | undefined,
): Difference | null {
  if (!inPostgres) {
    return difference(
      "order_missing_in_postgres",
      { orderId },
      `The order ${orderId} is paid and not in Postgres. Look for it among the dead letters, and have its lane send it again.`,
    )
  }
  if (!order || !isPaid(order)) return null // What the payment says of it is P2's to judge.
  const differs = differing(order, inPostgres)
  if (differs.length === 0) return null
  return difference(
    "order_differs_in_postgres",
    { orderId },
    `The order ${orderId} differs between its lane and Postgres: ${differs.join("; ")}. The lane is right; have it sent again.`,
  )
}

function differing(order: OrderView, inPostgres: RecordedOrder): string[] {
  const differs: string[] = []
  // Shipping and delivery may be known to either first; that it stands is what counts.
  if (!PAID_STATUSES.has(inPostgres.status)) differs.push(`status ${order.status} and ${inPostgres.status}`)
  if (order.totalCents !== inPostgres.totalCents || order.currency !== inPostgres.currency) {
    differs.push(
      `total ${order.totalCents} ${order.currency} and ${inPostgres.totalCents} ${inPostgres.currency}`,
    )
  }
  const refundedCents = refundedCentsOf(order)
  if (refundedCents !== inPostgres.refundedCents)
    differs.push(`refunded ${refundedCents} and ${inPostgres.refundedCents}`)
  if (linesOf(order) !== linesOf(inPostgres))
    differs.push(`items ${linesOf(order)} and ${linesOf(inPostgres)}`)
  return differs
}

function linesOf({ items }: Pick<RecordedOrder, "items">): string {
  const lines = items.map(
    ({ sku, quantity, unitPriceCents, returnedQuantity }) =>
      `${quantity} × ${sku} at ${unitPriceCents}${returnedQuantity === 0 ? "" : `, ${returnedQuantity} returned`}`,
  )
  return lines.toSorted().join(", ")
}

function difference(kind: DifferenceKind, subjects: Record<string, string>, says: string): Difference {
  return { promise: "P3", kind, subjects, says }
}

function refundedCentsOf({ refunds }: OrderView): number {
  const succeeded = refunds.filter(({ status }) => status === "succeeded")
  return succeeded.reduce((sum, { amountCents }) => sum + amountCents, 0)
}
