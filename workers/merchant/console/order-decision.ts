import type { OrderStatus } from "../../../durable-objects/checkout/contract.ts"
import { minorDigitsOf } from "../../../durable-objects/checkout/currency.ts"
import type { Role } from "../../environment.ts"
import { formatMoney } from "../../storefront/words/money.ts"
import type { MerchantOrder } from "../orders/schemas.ts"
import { mayDo } from "../permissions.ts"

/** What the console's pages of orders say and offer, without any request. */

export const STATUS_WORDS: Record<OrderStatus, string> = {
  created: "Begun",
  inventory_reserved: "Held, not paid",
  payment_authorized: "Payment approved",
  confirmed: "Paid, to be sent",
  shipped: "Sent",
  delivered: "Delivered",
  payment_failed: "Payment failed",
  reservation_expired: "Hold ran out",
  cancelled: "Cancelled",
  refunded: "Refunded",
}

/** What the list may be asked for, in the order in which an order comes by it. */
export const LISTED_STATUSES = [
  "confirmed",
  "shipped",
  "delivered",
  "refunded",
  "inventory_reserved",
  "payment_authorized",
  "cancelled",
  "payment_failed",
  "reservation_expired",
] as const satisfies readonly OrderStatus[]

export interface OrderActions {
  ship: boolean
  deliver: boolean
  /** `cancel` of an unpaid order, `refund` of one that is paid and was not sent. */
  withdraw: "cancel" | "refund" | null
  refund: boolean
}

/** What may be done to an order by someone of this role. The lane has the last word. */
export function actionsFor(order: MerchantOrder, role: Role): OrderActions {
  const { status } = order
  const fulfils = mayDo(role, "orders.fulfil")
  const refunds = mayDo(role, "orders.refund")
  const paid = status === "confirmed" || status === "shipped" || status === "delivered"
  const left = leftCents(order) > 0
  return {
    ship: fulfils && (status === "confirmed" || status === "shipped") && (left || order.totalCents === 0),
    deliver: fulfils && status === "shipped",
    withdraw: !refunds
      ? null
      : status === "inventory_reserved"
        ? "cancel"
        : status === "confirmed"
          ? "refund"
          : null,
    refund: refunds && paid && left,
  }
}

/** What is left of the payment once every refund that is done or under way is through. */
export function leftCents({ totalCents, refunds }: Pick<MerchantOrder, "totalCents" | "refunds">): number {
  const gone = refunds.filter((refund) => refund.status !== "failed")
  return totalCents - gone.reduce((sum, refund) => sum + refund.amountCents, 0)
}

export interface RefundForm {
  /** As typed, so that nothing is lost. */
  amount: string
  /** Units that came back, as typed, by SKU. */
  back: Record<string, string>
  errors: Record<string, string>
  /** Null when something is wrong. */
  refund: { amountCents: number; lines: { sku: string; quantity: number }[] } | null
}

/** Reads the refund's form: an amount in the currency's units (empty: all that is left), and units by SKU. */
export function readRefundForm(fields: Record<string, string>, order: MerchantOrder): RefundForm {
  const amount = fields["amount"]?.trim() ?? ""
  const left = leftCents(order)
  const errors: Record<string, string> = {}
  const amountCents = amount === "" ? left : centsOf(amount, order.currency)
  if (amountCents === null || amountCents === 0)
    errors["amount"] = `An amount as in ${formatMoney(left, order.currency)}, without the currency.`
  else if (amountCents > left) errors["amount"] = `At most ${formatMoney(left, order.currency)} is left.`
  const back: Record<string, string> = {}
  const lines: { sku: string; quantity: number }[] = []
  for (const { sku, quantity, returnedQuantity } of order.items) {
    const name = `back.${sku}`
    const typed = fields[name]?.trim() ?? ""
    back[sku] = typed
    const units = /^\d{1,4}$/.test(typed === "" ? "0" : typed) ? Number(typed) : null
    if (units === null || units > quantity - returnedQuantity)
      errors[name] = `A whole number from 0 to ${quantity - returnedQuantity}.`
    else if (units > 0) lines.push({ sku, quantity: units })
  }
  const isRight = Object.keys(errors).length === 0 && amountCents !== null
  return { amount, back, errors, refund: isRight ? { amountCents, lines } : null }
}

/** Minor units of "12.50" or "12,50"; null for what is no amount of the currency. */
export function centsOf(text: string, currency: string): number | null {
  const digits = minorDigitsOf(currency)
  const parts = /^(\d{1,8})(?:[.,](\d{1,4}))?$/.exec(text.trim())
  const fraction = parts?.[2] ?? ""
  if (!parts || fraction.length > digits) return null
  return Number(`${parts[1]}${fraction.padEnd(digits, "0")}`)
}
