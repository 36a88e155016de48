import { giveBackAll } from "../stock/hold-items.ts"
import type { StockObjects } from "../stock/hold-items.ts"
import type { CheckoutRefusal, OpenCheckout, OpenOutcome } from "./contract.ts"
import { couponUseOf } from "./books/contract.ts"
import type { OrderBook } from "./order-book.ts"
import { viewOf } from "./order-row.ts"
import type { Order } from "./order-row.ts"
import { reserveAndPrice } from "./price-order.ts"
import type { Prices } from "./price-order.ts"
import { holdIdOf } from "./reserve.ts"
import type { Saga } from "./saga.ts"
import type { CalculationBook } from "./tax/calculation-book.ts"
import { totalOf } from "./totals.ts"

/**
 * An order that is being driven is looked at again after this long, should its driver have died. While the driver lives
 * this costs one look, so it need not be longer than a slow provider takes.
 */
export const DRIVE_LEASE_MS = 10_000

/**
 * The most that one order may come to, in minor units: Stripe's maximum for a charge, eight digits
 * (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
 */
export const TOTAL_CENTS_MAX = 99_999_999

export interface OpenParts {
  book: OrderBook
  stock: StockObjects
  prices: Prices
  /** Keeps which calculation an order's tax is from. */
  calculations: Pick<CalculationBook, "put">
  /** Resolves when what is written next goes with what the lane's other orders write. */
  turn: () => Promise<void>
  /** Of an order that is had exclusively. */
  saga: Pick<Saga, "driveHeld">
  now: () => number
}

/** From a hold to an order that waits for its payment. `earlier` is what an earlier attempt left behind. */
export async function openCheckout(
  { book, stock, prices, calculations, saga, turn, now }: OpenParts,
  command: OpenCheckout,
  earlier: Order | null,
): Promise<OpenOutcome> {
  const { orderId } = command
  const createdAtMs = earlier?.createdAtMs ?? (await insertOrder({ book, stock, turn, now }, command))
  if (!earlier || earlier.status === "created") {
    const useId = couponUseOf({ orderId, createdAtMs })
    const reservation = await reserveAndPrice({ stock, prices }, command, useId)
    await turn()
    if (reservation.outcome === "refused") {
      // Of a coupon that is used up, the same request may still be on its way a second time, and find one given back.
      book.forget(orderId, reservation.refusal === "coupon_invalid" ? "refused" : "perhaps_counted")
      return reservation
    }
    const { outcome: _, taxCalculationId, ...priced } = reservation
    const totalCents = totalOf(priced.totals)
    if (totalCents > TOTAL_CENTS_MAX) {
      await letGo({ book, stock }, command)
      return { outcome: "refused", refusal: "payment_refused", skus: [] }
    }
    book.change(orderId, { status: "inventory_reserved", ...priced, totalCents }, now())
    if (taxCalculationId !== null) calculations.put(orderId, taxCalculationId)
  }
  await saga.driveHeld(orderId)
  return outcomeOf(book.find(orderId), earlier)
}

/**
 * What can never be paid is over: its units go back, also those of a hold that was brought along, as they do when the
 * provider refuses the payment.
 */
async function letGo(
  { book, stock }: Pick<OpenParts, "book" | "stock">,
  command: OpenCheckout,
): Promise<void> {
  await giveBackAll(stock, await holdIdOf(stock, command), command.subject)
  book.forget(command.orderId)
}

/** An order that costs nothing has no secret: it is confirmed, and nothing is left to pay. */
function outcomeOf(order: Order | null, earlier: Order | null): OpenOutcome {
  if (!order || !isOpened(order)) return { outcome: "refused", refusal: refusalOf(order), skus: [] }
  const replayed = earlier !== null && isOpened(earlier)
  return { outcome: "opened", replayed, order: viewOf(order), clientSecret: order.clientSecret ?? "" }
}

function isOpened({ clientSecret, totalCents, stock, status }: Order): boolean {
  return clientSecret !== null || (totalCents === 0 && stock === "sold" && status !== "created")
}

function refusalOf(order: Order | null): CheckoutRefusal {
  if (order?.status === "payment_failed") return "payment_refused"
  return order?.status === "reservation_expired" ? "hold_expired" : "payment_unavailable"
}

/** The order's row stands before anything is reserved for it, so that what a crash leaves behind is given back. */
async function insertOrder(
  { book, stock, turn, now }: Pick<OpenParts, "book" | "stock" | "turn" | "now">,
  command: OpenCheckout,
): Promise<number> {
  const holdId = await holdIdOf(stock, command)
  await turn()
  const nowMs = now()
  book.insert({ ...command, holdId, couponCode: command.couponCode ?? null }, nowMs, nowMs + DRIVE_LEASE_MS)
  return nowMs
}
