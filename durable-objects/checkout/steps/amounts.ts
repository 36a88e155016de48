import type { Order } from "../order-row.ts"
import type { SagaParts } from "../saga.ts"
import { changeIfStill } from "./step.ts"

export interface Amount {
  amountCents: number
  currency: string
}

/** What differs between a payment and its order, in words; null when nothing does. */
export function amountDiffers(
  { totalCents, currency }: Pick<Order, "totalCents" | "currency">,
  paid: Amount,
) {
  return paid.amountCents === totalCents && paid.currency === currency
    ? null
    : `the payment is of ${paid.amountCents} ${paid.currency}, the order of ${totalCents} ${currency}`
}

/** A payment of another amount is never taken: the order ends, its money is let go of, and somebody must look at it. */
export function refuseAmount(
  parts: SagaParts,
  order: Order,
  payment: "requires_payment" | "authorized" | "captured",
  difference: string,
): void {
  const declineMessage = "The payment is not of the order's amount."
  changeIfStill(parts, order, { status: "payment_failed", payment, declineMessage })
  parts.book.park(order.orderId, "payment_mismatch", difference, parts.now())
}
