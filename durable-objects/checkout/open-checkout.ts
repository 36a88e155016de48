import type { StockObjects } from "../stock/hold-items.ts"
import type { OpenCheckout, OpenOutcome } from "./contract.ts"
import { couponUseOf } from "./coupon-returns.ts"
import type { OrderBook } from "./order-book.ts"
import { viewOf } from "./order-row.ts"
import type { Order } from "./order-row.ts"
import { reserveAndPrice } from "./price-order.ts"
import type { Prices } from "./price-order.ts"
import { holdIdOf } from "./reserve.ts"
import type { Saga } from "./saga.ts"
import { totalOf } from "./totals.ts"

/**
 * An order that is being driven is looked at again after this long, should its driver have died. While the driver lives
 * this costs one look, so it need not be longer than a slow provider takes.
 */
export const DRIVE_LEASE_MS = 10_000

export interface OpenParts {
  book: OrderBook
  stock: StockObjects
  prices: Prices
  saga: Saga
  now: () => number
}

/** From a hold to an order that waits for its payment. `earlier` is what an earlier attempt left behind. */
export async function openCheckout(
  { book, stock, prices, saga, now }: OpenParts,
  command: OpenCheckout,
  earlier: Order | null,
): Promise<OpenOutcome> {
  const { orderId } = command
  const createdAtMs = earlier?.createdAtMs ?? (await insertOrder({ book, stock, now }, command))
  if (!earlier || earlier.status === "created") {
    const useId = couponUseOf({ orderId, createdAtMs })
    const reservation = await reserveAndPrice({ stock, prices }, command, useId)
    if (reservation.outcome === "refused") {
      const { refusal } = reservation
      const ofCoupon = refusal === "coupon_invalid" || refusal === "coupon_used_up"
      book.forget(orderId, ofCoupon ? "refused" : "perhaps_counted")
      return reservation
    }
    const { outcome: _, ...priced } = reservation
    book.change(
      orderId,
      { status: "inventory_reserved", ...priced, totalCents: totalOf(priced.totals) },
      now(),
    )
    book.schedule(orderId, now() + DRIVE_LEASE_MS)
  }
  await saga.drive(orderId)
  const order = book.find(orderId)
  if (!order?.clientSecret) {
    const refusal = order?.status === "payment_failed" ? "payment_refused" : "payment_unavailable"
    return { outcome: "refused", refusal, skus: [] }
  }
  return {
    outcome: "opened",
    replayed: earlier !== null && earlier.clientSecret !== null,
    order: viewOf(order),
    clientSecret: order.clientSecret,
  }
}

/** The order's row stands before anything is reserved for it, so that what a crash leaves behind is given back. */
async function insertOrder(
  { book, stock, now }: Pick<OpenParts, "book" | "stock" | "now">,
  command: OpenCheckout,
): Promise<number> {
  const { orderId, orderNumber, requestDigest, subject, email, shippingAddress } = command
  const holdId = await holdIdOf(stock, command)
  const nowMs = now()
  book.insert(
    {
      orderId,
      orderNumber,
      requestDigest,
      subject,
      email,
      shippingAddress,
      holdId,
      couponCode: command.couponCode ?? null,
    },
    nowMs,
    nowMs + DRIVE_LEASE_MS,
  )
  return nowMs
}
