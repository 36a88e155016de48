import type { OrderRefund, OrderView } from "../contract.ts"

/** What a merchant may do with an order: commands of its lane, each of which may come again without harm. */

export interface ReturnedLine {
  sku: string
  quantity: number
}

/** Money that a merchant gives back. The same `idempotencyKey` with the same content is the same refund. */
export interface RefundCommand {
  orderId: string
  idempotencyKey: string
  /** In minor units; null gives back all that is left. */
  amountCents: number | null
  /** Whether units go back to the stock. */
  restock: boolean
  /** Which units came back; null means all that are left, and needs all the money that is left with it. */
  lines: ReturnedLine[] | null
}

/** A refund that was asked for here, and how far it came. `refundId` is the provider's, once it has answered. */
export interface RefundStanding {
  refundId: string | null
  amountCents: number
  status: OrderRefund["status"]
  /** Why it was refused, or is not tried any more; else null. */
  refusal: string | null
}

/**
 * Refusals of a refund, in order of precedence. `lines_needed`: a part of the money says nothing of which units came
 * back. `lines_exceed_order`: more units than the order has left. `too_many`: `REFUNDS_PER_ORDER_MAX`.
 */
export type RefundRefusal =
  | "not_found"
  | "idempotency_key_reused"
  | "too_many"
  | "refund_exceeds_payment"
  | "lines_needed"
  | "lines_exceed_order"

export type RefundOutcome =
  | { outcome: "taken"; replayed: boolean; order: OrderView; refund: RefundStanding }
  | { outcome: "refused"; refusal: RefundRefusal }

export type FulfilOutcome =
  | { outcome: "done"; replayed: boolean; order: OrderView }
  | { outcome: "refused"; refusal: "not_found" | "not_allowed" | "too_many" }

/** `settling`: its payment is being taken right now, ask again in a moment. `not_allowed`: it was sent. */
export type WithdrawOutcome =
  | { outcome: "done"; replayed: boolean; order: OrderView; refund: RefundStanding | null }
  | { outcome: "refused"; refusal: "not_found" | "settling" | "not_allowed" }

/** Parcels of one order, and refunds of one order, at most: an order is one row. */
export const SHIPMENTS_PER_ORDER_MAX = 20
export const REFUNDS_PER_ORDER_MAX = 50

export interface FulfilmentApi {
  /** A parcel has left. The same parcel again changes nothing; another one is a further parcel of the order. */
  ship(command: { orderId: string; carrier: string; trackingNumber: string }): Promise<FulfilOutcome>
  deliver(orderId: string): Promise<FulfilOutcome>
  /** The merchant withdraws an order: unpaid it is cancelled, paid and not sent it is refunded, and its units go back. */
  withdraw(orderId: string): Promise<WithdrawOutcome>
  /** Recorded before the provider is asked, and asked until it answers; `taken` does not wait for more than one try. */
  refund(command: RefundCommand): Promise<RefundOutcome>
}
