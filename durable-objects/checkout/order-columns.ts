import type { SqlValue } from "../sqlite.ts"
import type { Order, OrderChange } from "./order-row.ts"

/** What a change writes, beside the row's place in its steps. */
type WrittenField = keyof OrderChange | "status" | "history" | "version"

/** Where each of these fields is kept, and as what. */
export const COLUMNS: Record<WrittenField, { column: string; valueOf: (order: Order) => SqlValue }> = {
  status: { column: "status", valueOf: ({ status }) => status },
  history: { column: "history", valueOf: ({ history }) => JSON.stringify(history) },
  version: { column: "version", valueOf: ({ version }) => version },
  holdId: { column: "hold_id", valueOf: ({ holdId }) => holdId },
  holdExpiresAtMs: { column: "hold_expires_at_ms", valueOf: ({ holdExpiresAtMs }) => holdExpiresAtMs },
  saleId: { column: "sale_id", valueOf: ({ saleId }) => saleId },
  items: { column: "items", valueOf: ({ items }) => JSON.stringify(items) },
  totals: { column: "totals", valueOf: ({ totals }) => JSON.stringify(totals) },
  totalCents: { column: "total_cents", valueOf: ({ totalCents }) => totalCents },
  shippingMethod: { column: "shipping_method", valueOf: ({ shippingMethod }) => jsonOf(shippingMethod) },
  couponCode: { column: "coupon_code", valueOf: ({ couponCode }) => couponCode },
  shipments: { column: "shipments", valueOf: ({ shipments }) => JSON.stringify(shipments) },
  refunds: { column: "refunds", valueOf: ({ refunds }) => JSON.stringify(refunds) },
  disputes: {
    column: "dispute",
    valueOf: ({ disputes }) => (disputes.length === 0 ? null : JSON.stringify(disputes)),
  },
  currency: { column: "currency", valueOf: ({ currency }) => currency },
  stock: { column: "stock", valueOf: ({ stock }) => stock },
  payment: { column: "payment", valueOf: ({ payment }) => payment },
  intentId: { column: "intent_id", valueOf: ({ intentId }) => intentId },
  clientSecret: { column: "client_secret", valueOf: ({ clientSecret }) => clientSecret },
  declineMessage: { column: "decline_message", valueOf: ({ declineMessage }) => declineMessage },
  holdExtendedAtMs: { column: "hold_extended_at_ms", valueOf: ({ holdExtendedAtMs }) => holdExtendedAtMs },
  amountChecked: { column: "amount_checked", valueOf: ({ amountChecked }) => (amountChecked ? 1 : 0) },
}

function jsonOf(value: object | null): string | null {
  return value && JSON.stringify(value)
}
