import type { OrderVersion } from "../../durable-objects/checkout/contract.ts"
import { plainTotals } from "../../durable-objects/checkout/totals.ts"
import type { OrderRecord } from "../../db/order-records.ts"
import type { EventBody, OrdersMessage, StockHoldsMessage, StockLevelsMessage } from "./message.ts"

/** What a batch of messages comes to: the rows to write, and who waits to hear that they are written. */
export interface WritePlan {
  orders: OrderRecord[]
  stockLevels: StockLevelsMessage[]
  stockHolds: StockHoldsMessage[]
  /** Versions to acknowledge, by lane. */
  lanes: Map<string, OrderVersion[]>
}

/** Of each order only the newest version is written; every version that came is acknowledged. */
export function planWrites(messages: readonly EventBody[]): WritePlan {
  const newest = new Map<string, OrderRecord>()
  const lanes = new Map<string, OrderVersion[]>()
  const stockLevels: StockLevelsMessage[] = []
  const stockHolds: StockHoldsMessage[] = []
  for (const message of messages) {
    if (message.kind === "stock_levels") {
      stockLevels.push(message)
      continue
    }
    if (message.kind === "stock_holds") {
      stockHolds.push(message)
      continue
    }
    for (const { lane, order } of message.snapshots) {
      const known = newest.get(order.orderId)
      if (!known || known.version < order.version) newest.set(order.orderId, recordOf(order))
      const versions = lanes.get(lane) ?? []
      versions.push({ orderId: order.orderId, version: order.version })
      lanes.set(lane, versions)
    }
  }
  return { orders: [...newest.values()], stockLevels, stockHolds, lanes }
}

function recordOf(order: OrdersMessage["snapshots"][number]["order"]): OrderRecord {
  const { totals = plainTotals(order.items) } = order
  const refunded = order.refunds.filter((refund) => refund.status === "succeeded")
  return {
    id: order.orderId,
    orderNumber: order.orderNumber,
    status: order.status,
    version: order.version,
    subtotalCents: totals.subtotalCents,
    discountCents: totals.discountCents,
    shippingCents: totals.shippingCents,
    taxCents: totals.taxCents,
    totalCents: order.totalCents,
    refundedCents: refunded.reduce((sum, refund) => sum + refund.amountCents, 0),
    currency: order.currency,
    email: order.email,
    saleId: order.saleId,
    holdId: order.holdId,
    paymentIntentId: order.payment.intentId,
    paymentStatus: order.payment.status,
    shippingAddress: order.shippingAddress,
    shippingMethod: order.shippingMethod,
    couponCode: order.couponCode,
    shipments: order.shipments,
    refunds: order.refunds,
    dispute: order.dispute,
    history: order.history,
    createdAtMs: order.createdAtMs,
    items: order.items,
  }
}
