import type { OrderStatus, OrderView } from "../contract.ts"

/**
 * What the audit and the reconciler ask of a lane's books beside its orders: how the attempts stand that coupons were
 * counted for, and what is on its way to Postgres. Nothing of it changes anything.
 */

/**
 * How an attempt stands that a coupon's use was counted for. `living` its order stands, or is being opened · `returning`
 * it is over, and its lane is telling the coupon · `over` it is, and nobody tells the coupon any more · `unknown` the lane
 * has no such order: it was forgotten, or never was.
 */
export type AttemptStanding = "living" | "returning" | "over" | "unknown"

/** An order that stands and names a coupon: its use must count. */
export interface CouponOrder {
  orderId: string
  code: string
  useId: string
}

/** An order that Postgres is not known to have in this version, and since when something of it is on its way. */
export interface OnTheWay {
  orderId: string
  version: number
  sinceMs: number
}

export interface LaneBooksApi {
  /** How the attempts stand, in the order in which they are asked. */
  attempts(uses: { useId: string; code: string }[]): Promise<AttemptStanding[]>
  /** Orders of since then that stand and name a coupon: the newest `ORDER_PAGE_MAX`. */
  couponOrders(sinceMs: number): Promise<CouponOrder[]>
  /** By their ids: a page of `ORDER_PAGE_MAX` after the one given. */
  onTheWay(afterOrderId: string): Promise<OnTheWay[]>
}

/** Statuses that end an order, or undo it: its coupon may be used again. */
export const GIVES_COUPON_BACK: ReadonlySet<OrderStatus> = new Set([
  "cancelled",
  "payment_failed",
  "reservation_expired",
  "refunded",
])

/** One attempt at one order: a checkout that was refused and comes again under its key is another use. */
export function couponUseOf(order: Pick<OrderView, "orderId" | "createdAtMs">): string {
  return `${order.orderId}:${order.createdAtMs}`
}

/** Whose use it is, read back from its name. */
export function attemptOf(useId: string): { orderId: string; createdAtMs: number } {
  const end = useId.lastIndexOf(":")
  return { orderId: useId.slice(0, end), createdAtMs: Number(useId.slice(end + 1)) }
}
