import type { StockObjects } from "../stock/hold-items.ts"
import type { OpenCheckout, OpenOutcome } from "./contract.ts"
import type { OrderBook } from "./order-book.ts"
import { viewOf } from "./order-row.ts"
import type { Order } from "./order-row.ts"
import { holdIdOf, reserve } from "./reserve.ts"
import type { Saga } from "./saga.ts"
import { plainLine, plainTotals, totalOf } from "./totals.ts"

/**
 * An order that is being driven is looked at again after this long, should its driver have died. While the driver lives
 * this costs one look, so it need not be longer than a slow provider takes.
 */
export const DRIVE_LEASE_MS = 10_000

export interface OpenParts {
  book: OrderBook
  stock: StockObjects
  saga: Saga
  now: () => number
}

/** From a hold to an order that waits for its payment. `earlier` is what an earlier attempt left behind. */
export async function openCheckout(
  { book, stock, saga, now }: OpenParts,
  command: OpenCheckout,
  earlier: Order | null,
): Promise<OpenOutcome> {
  const { orderId } = command
  if (!earlier) {
    const { orderNumber, requestDigest, subject, email, shippingAddress } = command
    const holdId = await holdIdOf(stock, command)
    book.insert(
      { orderId, orderNumber, requestDigest, subject, email, shippingAddress, holdId },
      now(),
      now() + DRIVE_LEASE_MS,
    )
  }
  if (!earlier || earlier.status === "created") {
    const reservation = await reserve(stock, command)
    if (reservation.outcome === "refused") {
      book.forget(orderId)
      return reservation
    }
    const { currency, saleId, holdExpiresAtMs } = reservation
    const items = reservation.items.map(plainLine)
    const totals = plainTotals(items)
    book.change(
      orderId,
      {
        status: "inventory_reserved",
        items,
        totals,
        totalCents: totalOf(totals),
        currency,
        saleId,
        holdExpiresAtMs,
      },
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
