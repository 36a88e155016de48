import type { OrderPlace } from "../../../db/order-list.ts"

const PLACE = /^([0-9]{1,15})\.(ord_[A-Za-z0-9_-]{22})$/

/** A cursor of the order list: the place it goes on from. */
export function cursorOf({ createdAtMs, orderId }: OrderPlace): string {
  return `${createdAtMs}.${orderId}`
}

/** Null for what is no cursor of this list. */
export function placeOf(cursor: string): OrderPlace | null {
  const parts = PLACE.exec(cursor)
  return parts?.[1] && parts[2] ? { createdAtMs: Number(parts[1]), orderId: parts[2] } : null
}
