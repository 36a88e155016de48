import type { RecordedOrder } from "../../../db/sale-orders.ts"
import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import { capturedByOrder } from "./judge-payments.ts"
import { isPaid, ON_THE_WAY_MS, SETTLING_MS } from "./ledgers.ts"
import type { Difference, DifferenceKind, Findings, Ledgers } from "./ledgers.ts"

/**
 * P3: every order whose money was taken is in Postgres, and whatever Postgres has is as the lane has it. What a lane still
 * sends is on its way, for a while; what it does not send was reported by Postgres, so if it is not there it is lost.
 */
export function judgeRecords(ledgers: Ledgers): Findings {
  const findings: Findings = { checked: 0, differences: [], pending: 0 }
  const recorded = new Map(ledgers.postgres.map((order) => [order.orderId, order]))
  const lanes = new Map(ledgers.lanes.map((order) => [order.orderId, order]))
  const captured = capturedByOrder(ledgers.payments)
  const paid = new Set([...captured.keys(), ...ledgers.lanes.filter(isPaid).map(({ orderId }) => orderId)])
  const sent = new Map(ledgers.onTheWay.map(({ orderId, sinceMs }) => [orderId, sinceMs]))
  for (const orderId of new Set([...paid, ...recorded.keys()])) {
    findings.checked += 1
    const order = lanes.get(orderId)
    const row = recorded.get(orderId)
    const sinceMs = sent.get(orderId) ?? null
    const difference = row ? judgeRow(order, row, ledgers.nowMs) : missing(orderId, sinceMs)
    if (difference === null) continue
    const isOnTheWay = sinceMs !== null && ledgers.nowMs - sinceMs < ON_THE_WAY_MS
    if (isOnTheWay || ledgers.movedOn.has(orderId)) findings.pending += 1
    else findings.differences.push(difference)
  }
  return findings
}

function missing(orderId: string, sinceMs: number | null): Difference {
  const where =
    sinceMs === null
      ? "Postgres had reported it, or parked it: look among the dead letters, and have its lane send it again."
      : `Its lane sends it since ${sinceMs}: look at the queue and its consumer.`
  return difference(
    "order_missing_in_postgres",
    { orderId },
    `The order ${orderId} is paid and not in Postgres. ${where}`,
  )
}

function judgeRow(order: OrderView | undefined, row: RecordedOrder, nowMs: number): Difference | null {
  const { orderId, version, createdAtMs } = row
  const subjects = { orderId }
  if (!order) {
    if (nowMs - createdAtMs < SETTLING_MS) return null // Made since the lanes were read.
    const says = `The order ${orderId} is in Postgres, and no lane has it. Find out who wrote it; Spillway writes orders from lanes only.`
    return difference("order_only_in_postgres", subjects, says)
  }
  if (version > order.version) {
    const says = `Postgres has version ${version} of the order ${orderId}, and its lane version ${order.version}. The lane has lost what it knew; restore it.`
    return difference("order_newer_in_postgres", subjects, says)
  }
  const differs =
    version < order.version ? [`version ${order.version} and ${version}`] : differing(order, row)
  if (differs.length === 0) return null
  const says = `The order ${orderId} differs between its lane and Postgres: ${differs.join("; ")}. The lane is right; have it sent again.`
  return difference("order_differs_in_postgres", subjects, says)
}

/** What two books of the same version say otherwise. */
function differing(order: OrderView, row: RecordedOrder): string[] {
  const differs: string[] = []
  const compare = (what: string, here: string | number | null, there: string | number | null) => {
    if (here !== there) differs.push(`${what} ${here} and ${there}`)
  }
  compare("status", order.status, row.status)
  compare("total", `${order.totalCents} ${order.currency}`, `${row.totalCents} ${row.currency}`)
  compare("refunded", refundedCentsOf(order), row.refundedCents)
  compare("items", linesOf(order), linesOf(row))
  compare("payment", order.payment.intentId, row.paymentIntentId)
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
