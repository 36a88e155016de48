import { z } from "zod"
import { eventMessage } from "./message.ts"
import type { EventBody } from "./message.ts"

/** What of a message can fail by itself: each order, a ledger's levels, a ledger's ended holds. */
export type Piece = {
  /** As it came. Sent once more by itself, it is a message with this piece alone. */
  sent: unknown
} & ({ body: EventBody } | { body: null; reason: string; order: UnreadOrder | null })

/** All that is needed of an order that is not understood, to tell its lane that it is parked. */
type UnreadOrder = z.infer<typeof unreadSnapshot>["order"] & { lane: string }

const envelope = z.looseObject({ kind: z.literal("orders"), snapshots: z.array(z.unknown()).min(1) })

const unreadSnapshot = z.looseObject({
  lane: z.string().regex(/^lane-\d+$/),
  order: z.looseObject({ orderId: z.string().min(1), version: z.int().min(1) }),
})

/** The pieces of a message. One that is not understood takes none of the others with it. */
export function readPieces(sent: unknown): Piece[] {
  const orders = envelope.safeParse(sent)
  if (!orders.success) return [readPiece(sent)]
  return orders.data.snapshots.map((snapshot) => readPiece({ kind: "orders", snapshots: [snapshot] }))
}

function readPiece(sent: unknown): Piece {
  const parsed = eventMessage.safeParse(sent)
  if (parsed.success) return { sent, body: parsed.data }
  const snapshot = unreadSnapshot.safeParse(envelope.safeParse(sent).data?.snapshots[0])
  const order = snapshot.success ? { ...snapshot.data.order, lane: snapshot.data.lane } : null
  return { sent, body: null, reason: parsed.error.message, order }
}

/** The same for the same content, so that a piece that comes again is parked once. Null: it can't be told. */
export function keyOf(piece: Piece): string | null {
  const { body } = piece
  if (body === null) return piece.order && `order:${piece.order.orderId}:${piece.order.version}`
  if (body.kind === "stock_holds") return `stock_holds:${body.ledger ?? body.sku}:${body.holds[0]?.holdId}`
  if (body.kind === "stock_levels") return `stock_levels:${body.sku}:${body.counts.version}`
  return body.snapshots.map(({ order }) => `order:${order.orderId}:${order.version}`).join(",")
}
