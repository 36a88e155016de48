import type { OrderView } from "./contract.ts"

/**
 * An order on its way to Postgres: the whole of it at its newest version, so that late, doubled and reordered
 * messages do no harm. What happened in between stands in its history.
 */
export interface OrderSnapshot {
  /** The lane that waits for the acknowledgement. */
  lane: string
  order: OrderView
}

/** One message of the queue: many orders, at most `ORDER_MESSAGE_BYTES_MAX` as JSON. */
export interface OrderMessage {
  kind: "orders"
  snapshots: OrderSnapshot[]
}

/** The platform's limit is 128 KB a message; the rest is room for the envelope. */
export const ORDER_MESSAGE_BYTES_MAX = 120_000
