import type { ParkedAs, ParkedOrder } from "../contract.ts"

/** What the rest of Spillway may know of orders that somebody must look at, beside the list of them (`parked`). */

/** Somebody's word that what an order was parked for is seen to. The order itself stays as it is. */
export interface DealParking {
  orderId: string
  /** The parking that was looked at (`atMs`): one that came since is not dealt with unseen. */
  parkedAtMs: number
  /** What may be known of them: the role they signed in with, and the name they gave. */
  by: { role: string; name: string }
  note: string
}

/** A parking that was dealt with: what it was, by whom, when, and what they said of it. */
export interface DealtParking extends Omit<DealParking, "orderId"> {
  as: ParkedAs
  why: string
  atMs: number
}

export interface OrderParking {
  orderId: string
  orderNumber: string
  /** Null: it is on nobody's list. */
  parked: ParkedOrder | null
  /** The newest first, `DEALT_PARKINGS_SHOWN_MAX` at most. */
  dealtWith: DealtParking[]
}

export type DealOutcome =
  | { outcome: "done"; replayed: boolean; parking: OrderParking }
  | { outcome: "refused"; refusal: "not_found" | "not_parked" | "parked_again" }

/** Each was written by a person; more of one order nobody reads. */
export const DEALT_PARKINGS_SHOWN_MAX = 20

export interface ParkingApi {
  /** What one order is parked for, and was; null when the lane has none. */
  parking(orderId: string): Promise<OrderParking | null>
  /** Takes an order off the list of those that somebody must look at. It comes back when something new parks it. */
  dealWithParking(deal: DealParking): Promise<DealOutcome>
}
