import { fnv1a } from "../fnv1a.ts"

/**
 * What the rest of Spillway may know of a checkout lane: a fixed number of objects, each with the orders whose id
 * hashes to it. A lane turns a hold into an order and settles it.
 */

export type OrderStatus =
  | "created"
  | "inventory_reserved"
  | "payment_authorized"
  | "confirmed"
  | "shipped"
  | "delivered"
  | "payment_failed"
  | "reservation_expired"
  | "cancelled"
  | "refunded"

/**
 * Stripe's view of the order's payment, as a shopper may read it. `requires_action`: the bank asks its customer, who may
 * still pay otherwise · `processing`: nothing is left for them to do.
 */
export type PaymentStatus =
  | "none"
  | "requires_payment"
  | "requires_action"
  | "processing"
  | "authorized"
  | "captured"
  | "failed"
  | "cancelled"
  | "refunded"

export interface OrderLine {
  sku: string
  quantity: number
  /** As the pool's terms had it at the moment of the hold. */
  unitPriceCents: number
  /** This line's part of the order's discount. */
  discountCents: number
  /** This line's tax: within its price, or on top of it (`pricesIncludeTax`). */
  taxCents: number
  /** Units that went back to the stock after they were sold. */
  returnedQuantity: number
}

/**
 * What the order's total is made of, in minor units:
 * `subtotal - discount + shipping`, and the tax on top of it where prices are without it.
 */
export interface OrderTotals {
  /** Unit prices times quantities. */
  subtotalCents: number
  discountCents: number
  shippingCents: number
  taxCents: number
  /** True: the tax is part of the prices, and not added to them. */
  pricesIncludeTax: boolean
}

export interface OrderRefund {
  refundId: string
  amountCents: number
  status: "pending" | "succeeded" | "failed"
  atMs: number
}

export interface Shipment {
  carrier: string
  trackingNumber: string
  atMs: number
}

/** A payment that the card's holder disputes, with the provider's word for where that stands. */
export interface Dispute {
  disputeId: string
  status: string
  amountCents: number
}

export interface ShippingAddress {
  name: string
  line1: string
  line2?: string | undefined
  city: string
  postalCode: string
  region?: string | undefined
  country: string
}

/** The way of shipping that was chosen, as it was called then. */
export interface ChosenShipping {
  id: string
  title: string
}

export interface OrderView {
  orderId: string
  orderNumber: string
  status: OrderStatus
  /** Grows by one with every change; Postgres keeps the row of the highest. */
  version: number
  history: { status: OrderStatus; atMs: number }[]
  items: OrderLine[]
  totals: OrderTotals
  totalCents: number
  currency: string
  email: string
  shippingAddress: ShippingAddress | null
  shippingMethod: ChosenShipping | null
  couponCode: string | null
  shipments: Shipment[]
  /** In the order they were first heard of; money counts as returned once one has succeeded. */
  refunds: OrderRefund[]
  /** Of several the one that asks most of the merchant. */
  dispute: Dispute | null
  saleId: string | null
  holdId: string
  holdExpiresAtMs: number
  payment: { status: PaymentStatus; intentId: string | null; declineMessage: string | null }
  createdAtMs: number
}

export interface OpenCheckout {
  orderId: string
  orderNumber: string
  /** Digest of the request's body: the same key with another body is refused. */
  requestDigest: string
  /** The session that buys; the only one that may read or cancel the order without its token. */
  subject: string
  email: string
  shippingAddress: ShippingAddress | null
  /** As `couponCodeOf` writes it. */
  couponCode?: string | undefined
  /** The id of a method; without one the cheapest that goes there. */
  shippingMethod?: string | undefined
  /** Either a hold taken before, or items to hold now (their pass was checked at the edge). */
  hold: { holdId: string } | { items: { sku: string; quantity: number }[]; saleId: string | null }
}

/** Refusals of a checkout, in order of precedence. Those of a hold keep their meaning (see the stock contract). */
export type CheckoutRefusal =
  | "idempotency_key_reused"
  | "overloaded"
  | "hold_not_found"
  | "hold_expired"
  | "hold_in_use"
  | "sku_not_found"
  | "sale_not_open"
  | "limit_reached"
  | "mixed_currencies"
  | "sold_out"
  | "coupon_invalid"
  | "coupon_used_up"
  | "shipping_unavailable"
  | "address_invalid"
  | "payment_unavailable"
  | "payment_refused"
  | "in_flight"

export type OpenOutcome =
  | { outcome: "opened"; replayed: boolean; order: OrderView; clientSecret: string }
  | { outcome: "refused"; refusal: CheckoutRefusal; skus: string[] }

export type CancelOutcome =
  | { outcome: "cancelled"; replayed: boolean; order: OrderView }
  | { outcome: "refused"; refusal: "not_found" | "already_paid" }

/** What a lane needs of a verified webhook; the rest of Stripe's event stays at the edge. */
export type PaymentEvent = { eventId: string; intentId: string; orderId: string; atMs: number } & PaymentNews

/**
 * What became of a payment. `authorized` money is set aside, `captured` money is taken; amount and currency are null
 * where the event did not say them · `failed` an attempt, another may follow · `cancelled` the intent, for good ·
 * `requires_action` the bank asks its customer · `refund` one refund as it stands · `dispute` likewise.
 * `refundKey` names the request that the refund answers; one that was made at the provider has none.
 */
export type PaymentNews =
  | { type: "authorized" | "captured"; amountCents: number | null; currency: string | null }
  | { type: "failed" | "cancelled"; declineMessage: string | null }
  | { type: "requires_action" | "processing" }
  | { type: "refund"; refund: OrderRefund; refundKey?: string }
  | { type: "dispute"; dispute: Dispute }

export interface OrderVersion {
  orderId: string
  version: number
}

/** Most orders one page of the audit's reading returns. */
export const ORDER_PAGE_MAX = 500

/**
 * Why an order is parked, which is to say that somebody must look at it. `step_failing`: a step failed for about a day ·
 * `payment_mismatch`: its payment was not of its amount, and was not taken · `refund_failed`: money that was taken for an
 * order which had ended could not go back · `refund_unanswered`: a merchant's refund was tried for as long as it may be ·
 * `event_unfit`: a webhook could not be applied to it.
 */
export type ParkedAs =
  | "step_failing"
  | "payment_mismatch"
  | "refund_failed"
  | "refund_unanswered"
  | "event_unfit"

export interface ParkedOrder {
  order: OrderView
  as: ParkedAs
  why: string
  /** When it was first said to be parked for this. */
  atMs: number
  /** Whether a step is left that may be tried. Where none is, only somebody's word takes it off the list. */
  canTryAgain: boolean
}

/** As much of an order as other books are compared with. */
export interface OrderBrief {
  orderId: string
  status: OrderStatus
  totalCents: number
  intentId: string | null
  refunds: OrderRefund[]
}

/** What stands still in a lane. */
export interface LaneReview {
  /** Orders whose time has passed, and nobody took them up. */
  overdue: string[]
  /** Orders whose step fails, with why; they are tried again by themselves. */
  failing: { orderId: string; why: string }[]
  parked: { orderId: string; why: string }[]
  outbox: { orders: number; oldestMs: number | null }
}

/** Orders of one kind that a review names, at most: more of them have the same cause. */
export const REVIEW_ORDERS_MAX = 100

export interface LaneCounts {
  /** Orders that Postgres is not known to have in their newest version. */
  outboxDepth: number
  /** When the oldest of them changed; null when there are none. */
  outboxOldestMs: number | null
  byStatus: Partial<Record<OrderStatus, number>>
  /** Orders that somebody must look at. */
  parked: number
  /** Captured money of the sale's orders, in minor units. */
  revenueCents: number
  /**
   * How long webhooks took to come, a smoothed mean in milliseconds, to a second as the provider stamps them; null until
   * one has come to this lane's instance.
   */
  webhookLagMs: number | null
}

export interface CheckoutApi {
  open(command: OpenCheckout): Promise<OpenOutcome>
  cancel(orderId: string, subject: string): Promise<CancelOutcome>
  /** The order and the subject it belongs to; null when the lane has none. */
  read(orderId: string): Promise<{ order: OrderView; subject: string; clientSecret: string | null } | null>
  /** Answers after the event is stored; what follows from it happens afterwards, as soon as it fits its order. */
  recordPaymentEvent(event: PaymentEvent): Promise<void>
  /** The pipeline says that Postgres has these orders at these versions (or newer ones). */
  acknowledge(versions: OrderVersion[]): Promise<void>
  orders(page: { saleId: string; afterOrderId: string }): Promise<OrderView[]>
  counts(saleId: string | null): Promise<LaneCounts>
  /** Orders that somebody must look at, by id: a page of `ORDER_PAGE_MAX` after the one given. */
  parked(afterOrderId: string): Promise<ParkedOrder[]>
  /** What stands still; orders that were due before `beforeMs` count as overdue. */
  review(beforeMs: number): Promise<LaneReview>
  /** Those of the orders that the lane has. */
  knows(orderIds: string[]): Promise<OrderBrief[]>
  /** Orders of since then that Postgres has reported, at their versions: the newest `ORDER_PAGE_MAX`. */
  reported(sinceMs: number): Promise<OrderVersion[]>
  /** Takes the orders up at once, whatever their time. */
  driveAgain(orderIds: string[]): Promise<void>
  /** Sends the orders to Postgres once more; null: all that wait for it. */
  sendAgain(orderIds: string[] | null): Promise<void>
}

/** The name of the lane object that keeps an order: a hash of its id over a number of lanes that never changes. */
export function laneOf(orderId: string, lanes: number): string {
  return laneName(fnv1a(orderId) % lanes)
}

export function laneName(index: number): string {
  return `lane-${index}`
}
