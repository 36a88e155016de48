import { ORDER_MESSAGE_BYTES_MAX } from "./order-message.ts"
import type { OrderMessage, OrderSnapshot } from "./order-message.ts"

/**
 * The queues of orders, by their bindings. One queue takes 5,000 messages a second (published); a lane always uses the
 * same one, so that an order's versions stay on one way.
 */
export const ORDER_QUEUES = ["ORDERS_0", "ORDERS_1", "ORDERS_2", "ORDERS_3"] as const

/** The queue of a lane, by the number in its name. Throws for a name that is no lane's. */
export function queueOf(lane: string): (typeof ORDER_QUEUES)[number] {
  const [, number] = /^lane-(\d+)$/.exec(lane) ?? []
  const queue = ORDER_QUEUES[Number(number) % ORDER_QUEUES.length]
  if (!queue) throw new Error(`"${lane}" is no checkout lane's name: "lane-" and a number`)
  return queue
}

/** Orders in one message, at most; the consumer writes a batch of messages in one statement. */
const ORDERS_PER_MESSAGE_MAX = 100

const encoder = new TextEncoder()

/** Packs orders into as few queue messages as the platform's limits allow, in their order. */
export function packMessages(snapshots: readonly OrderSnapshot[]): OrderMessage[] {
  const messages: OrderMessage[] = []
  let bytes = Infinity
  for (const snapshot of snapshots) {
    const size = encoder.encode(JSON.stringify(snapshot)).length + 1
    const last = messages.at(-1)
    if (!last || bytes + size > ORDER_MESSAGE_BYTES_MAX || last.snapshots.length >= ORDERS_PER_MESSAGE_MAX) {
      messages.push({ kind: "orders", snapshots: [snapshot] })
      bytes = size
    } else {
      last.snapshots.push(snapshot)
      bytes += size
    }
  }
  return messages
}

/** An order that Postgres has not reported within this time is sent again; then within twice it, and so on. */
export const OUTBOX_RESEND_MS = 15_000

/** So rarely an order is sent at last: once a minute, of which a queue hardly knows. */
export const OUTBOX_RESEND_MAX_MS = 60_000

/** How long an order that was sent `sends` times before waits for its acknowledgement before it is sent again. */
export function resendAfterMs(sends: number): number {
  // The exponent is bounded where the maximum has long been reached, so that no number overflows.
  return Math.min(OUTBOX_RESEND_MAX_MS, OUTBOX_RESEND_MS * 2 ** Math.min(sends, 10))
}

/** Orders sent to the queue in one go. */
export const OUTBOX_BATCH_MAX = 500

/**
 * Orders of a lane that are sent and not acknowledged, at most: about a megabyte in the queue. With a second or two from
 * lane to Postgres and back it lets through 500 orders a second, more than a lane ever opens.
 */
export const OUTBOX_WINDOW_MAX = 1_000

/** While nothing comes back, one order is sent this often; whether Postgres is back is known that soon. */
export const OUTBOX_PROBE_MS = 10_000

/** What is known of the way to Postgres when a lane is about to send. */
export interface OutboxStanding {
  nowMs: number
  /** When this instance last heard of an order that is written; null when it has not yet. */
  heardAtMs: number | null
  /** Something that was sent should have been acknowledged by now. */
  isOverdue: boolean
  underWay: { orders: number; overdueAtMs: number | null }
}

/**
 * How many orders may be sent now, and when to look again. What is sent and not answered is bounded by a window. Where
 * answers are overdue and none came lately, Postgres is taken to be away, and one order at a time asks whether it is back.
 */
export function allowanceOf({ nowMs, heardAtMs, isOverdue, underWay }: OutboxStanding): {
  orders: number
  againAtMs: number
} {
  const isSilent = isOverdue && (heardAtMs === null || nowMs - heardAtMs >= OUTBOX_RESEND_MS)
  if (isSilent) return { orders: 1, againAtMs: nowMs + OUTBOX_PROBE_MS }
  const room = OUTBOX_WINDOW_MAX - underWay.orders
  if (room > 0) return { orders: Math.min(room, OUTBOX_BATCH_MAX), againAtMs: nowMs }
  return { orders: 0, againAtMs: underWay.overdueAtMs ?? nowMs }
}
