import type { OrderLine, OrderView } from "./contract.ts"
import { plainLine, plainTotals, totalOf } from "./totals.ts"

/** For tests: a line at its plain price. */
export function sampleLine(sku: string, quantity: number, unitPriceCents: number): OrderLine {
  return plainLine({ sku, quantity, unitPriceCents })
}

/** For tests: an order that was paid, of two units at 500; totals follow from the lines unless they are given. */
export function sampleOrder(changes: Partial<OrderView> = {}): OrderView {
  const { items = [sampleLine("A", 2, 500)], totals = plainTotals(items) } = changes
  return {
    orderId: "o1",
    orderNumber: "1",
    status: "confirmed",
    version: 4,
    history: [{ status: "confirmed", atMs: 1 }],
    items,
    totals,
    totalCents: totalOf(totals),
    currency: "EUR",
    email: "a@b.example",
    shippingAddress: null,
    shippingMethod: null,
    couponCode: null,
    shipments: [],
    refunds: [],
    dispute: null,
    saleId: null,
    holdId: "h1",
    holdExpiresAtMs: 1,
    payment: { status: "captured", intentId: "pi_1", declineMessage: null },
    createdAtMs: 1,
    ...changes,
  }
}
