import { ORDER_MESSAGE_BYTES_MAX } from "./contract.ts"
import type { OrderMessage, OrderSnapshot } from "./contract.ts"

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
