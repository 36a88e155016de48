import type { OrderLine, OrderView } from "../../../durable-objects/checkout/contract.ts"
import type { HoldRecord } from "../../../durable-objects/stock/contract.ts"
import { isPaid, isYoung, SETTLING_MS } from "./ledgers.ts"
import type { Difference, DifferenceKind, Findings, Ledgers } from "./ledgers.ts"

/**
 * P3, of units and orders, both ways: what was sold belongs to a paid order which has a line of it at that price, and a
 * paid order has its units.
 */
export function judgeUnits({ saleId, nowMs, stock, lanes }: Ledgers): Findings {
  const findings: Findings = { checked: 0, differences: [], pending: 0 }
  const orders = new Map(lanes.map((order) => [order.orderId, order]))
  const soldUnits = new Map<string, number>()
  for (const { sku, holds } of stock) {
    for (const hold of holds) {
      const { pool, state, orderId, quantity, returnedQuantity, endedAtMs } = hold
      if (state !== "sold") continue
      const order = orderId === null ? undefined : orders.get(orderId)
      const key = `${orderId} ${sku}`
      soldUnits.set(key, (soldUnits.get(key) ?? 0) + quantity - returnedQuantity)
      // The open pool serves other orders too; of them nothing was read.
      if ((pool !== saleId && !order) || quantity === returnedQuantity) continue
      findings.checked += 1
      const difference = judgeSold(sku, hold, order)
      if (difference === null) continue
      // Units are sold to an order just before its money is taken.
      if (endedAtMs === null || nowMs - endedAtMs < SETTLING_MS) findings.pending += 1
      else findings.differences.push(difference)
    }
  }
  const read = new Set(stock.map(({ sku }) => sku))
  for (const order of lanes.filter(isPaid)) {
    for (const line of order.items.filter((item) => read.has(item.sku))) {
      findings.checked += 1
      const difference = judgeLine(order, line, soldUnits.get(`${order.orderId} ${line.sku}`) ?? 0)
      if (difference === null) continue
      if (isYoung(order, nowMs)) findings.pending += 1
      else findings.differences.push(difference)
    }
  }
  return findings
}

/** What the ledger sold, as the order it was sold to has it. */
function judgeSold(sku: string, hold: HoldRecord, order: OrderView | undefined): Difference | null {
  const { holdId, orderId, unitPriceCents, currency } = hold
  if (!order || !isPaid(order)) return soldWithoutOrder(sku, hold, order?.status)
  const subjects = { sku, holdId, orderId: order.orderId }
  const line = order.items.find((item) => item.sku === sku)
  if (!line)
    return difference(
      "sold_beside_order",
      subjects,
      `The hold ${holdId} on ${sku} is sold to ${orderId}, which has no line of it. Return its units, unless they were sent.`,
    )
  if (line.unitPriceCents === unitPriceCents && order.currency === currency) return null
  return difference(
    "price_differs",
    subjects,
    `The order ${orderId} pays ${line.unitPriceCents} ${order.currency} for one of ${sku}, and it was held for it at ${unitPriceCents} ${currency}. Refund what is too much, or ask for the rest.`,
  )
}

function soldWithoutOrder(
  sku: string,
  { holdId, orderId }: HoldRecord,
  status: string | undefined,
): Difference {
  const what =
    orderId === null
      ? "to no order"
      : status === undefined
        ? `to ${orderId}, an order that no lane has`
        : `to ${orderId}, which is ${status}`
  return difference(
    "sold_without_order",
    { sku, holdId, ...(orderId !== null && { orderId }) },
    `The hold ${holdId} on ${sku} is sold ${what}. Return its units, unless the order can be found.`,
  )
}

/** What a line's order keeps of it must be what the ledgers say is sold to it. */
function judgeLine({ orderId }: OrderView, line: OrderLine, soldUnits: number): Difference | null {
  const { sku, quantity, returnedQuantity } = line
  if (soldUnits === quantity - returnedQuantity) return null
  if (returnedQuantity === 0 && soldUnits < quantity)
    return difference(
      "order_without_units",
      { orderId, sku },
      `The order ${orderId} is paid for ${quantity} of ${sku}, but the ledger sold it ${soldUnits}. Sell it the rest, or refund it.`,
    )
  return difference(
    "returned_units_differ",
    { orderId, sku },
    `The order ${orderId} says that ${returnedQuantity} of ${quantity} of ${sku} came back, and the ledger has ${soldUnits} sold to it. Count what came back, and have the rest returned or sold.`,
  )
}

function difference(kind: DifferenceKind, subjects: Record<string, string>, says: string): Difference {
  return { promise: "P3", kind, subjects, says }
}
