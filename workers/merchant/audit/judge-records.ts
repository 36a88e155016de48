import type { RecordedOrder } from "../../../db/sale-orders.ts"
import type { OrderLine, OrderView } from "../../../durable-objects/checkout/contract.ts"
import { capturedByOrder } from "./judge-payments.ts"
import { PAID_STATUSES, SETTLING_MS } from "./ledgers.ts"
import type { Difference, DifferenceKind, Findings, Ledgers } from "./ledgers.ts"

/** P3: every order whose money was taken is in Postgres as its lane has it, and its units were sold to it. */
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
  const units = judgeUnits(ledgers)
  return {
    checked: findings.checked + units.checked,
    pending: findings.pending + units.pending,
    differences: [...findings.differences, ...units.differences],
  }
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

/** Units and orders, both ways: what was sold belongs to a paid order, and a paid order has its units. */
function judgeUnits({ saleId, nowMs, stock, lanes }: Ledgers): Findings {
  const findings: Findings = { checked: 0, differences: [], pending: 0 }
  const orders = new Map(lanes.map((order) => [order.orderId, order]))
  const sold = new Map<string, number>()
  for (const { sku, holds } of stock) {
    for (const { holdId, pool, state, orderId, quantity, returnedQuantity, endedAtMs } of holds) {
      if (state !== "sold") continue
      const order = orderId === null ? undefined : orders.get(orderId)
      if (order)
        sold.set(
          `${order.orderId} ${sku}`,
          (sold.get(`${order.orderId} ${sku}`) ?? 0) + quantity - returnedQuantity,
        )
      if (pool !== saleId || quantity === returnedQuantity) continue
      findings.checked += 1
      if (order && isPaid(order)) continue
      // Units are sold to an order just before its money is taken.
      if (endedAtMs === null || nowMs - endedAtMs < SETTLING_MS) findings.pending += 1
      else findings.differences.push(soldWithoutOrder(sku, holdId, orderId, order?.status))
    }
  }
  const read = new Set(stock.map(({ sku }) => sku))
  for (const order of lanes.filter(isPaid)) {
    for (const line of order.items.filter((item) => read.has(item.sku))) {
      findings.checked += 1
      const units = sold.get(`${order.orderId} ${line.sku}`) ?? 0
      const difference = judgeLine(order, line, units)
      if (difference === null) continue
      if (isYoung(order, nowMs)) findings.pending += 1
      else findings.differences.push(difference)
    }
  }
  return findings
}

function soldWithoutOrder(
  sku: string,
  holdId: string,
  orderId: string | null,
  status: string | undefined,
): Difference {
  const what =
    orderId === null
      ? "to no order"
      : status === undefined
        ? `to ${orderId}, an order that no lane has`
        : `to ${orderId}, which is ${status}`
  const subjects = { sku, holdId, ...(orderId !== null && { orderId }) }
  return difference(
    "sold_without_order",
    subjects,
    `The hold ${holdId} on ${sku} is sold ${what}. Return its units, unless the order can be found.`,
  )
}

/** What a line's order keeps of it must be what the ledgers say is sold to it. */
function judgeLine({ orderId }: OrderView, line: OrderLine, soldUnits: number): Difference | null {
  const { sku, quantity, returnedQuantity } = line
  if (soldUnits === quantity - returnedQuantity) return null
  if (returnedQuantity === 0 && soldUnits < quantity)
    return orderWithoutUnits(orderId, sku, quantity, soldUnits)
  const says = `The order ${orderId} says that ${returnedQuantity} of ${quantity} of ${sku} came back, and the ledger has ${soldUnits} sold to it. Count what came back, and have the rest returned or sold.`
  return difference("returned_units_differ", { orderId, sku }, says)
}

function orderWithoutUnits(orderId: string, sku: string, quantity: number, units: number): Difference {
  const says = `The order ${orderId} is paid for ${quantity} of ${sku}, but the ledger sold it ${units}. Sell it the rest, or refund it.`
  return difference("order_without_units", { orderId, sku }, says)
}

function difference(kind: DifferenceKind, subjects: Record<string, string>, says: string): Difference {
  return { promise: "P3", kind, subjects, says }
}

function isPaid({ status }: Pick<OrderView, "status">): boolean {
  return PAID_STATUSES.has(status)
}

function refundedCentsOf({ refunds }: OrderView): number {
  const succeeded = refunds.filter(({ status }) => status === "succeeded")
  return succeeded.reduce((sum, { amountCents }) => sum + amountCents, 0)
}

/** Its status, or its refunds, changed a moment ago. */
function isYoung({ history, createdAtMs, refunds }: OrderView, nowMs: number): boolean {
  const changedAtMs = Math.max(history.at(-1)?.atMs ?? createdAtMs, ...refunds.map(({ atMs }) => atMs))
  return nowMs - changedAtMs < SETTLING_MS
}
