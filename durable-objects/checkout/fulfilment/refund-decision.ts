import { REFUNDS_PER_ORDER_MAX } from "./contract.ts"
import type { OrderStatus } from "../contract.ts"
import type { RefundCommand, RefundRefusal, RefundStanding, ReturnedLine } from "./contract.ts"
import type { Order } from "../order-row.ts"
import type { RefundRequest } from "./refund-book.ts"

/** Statuses of orders whose money was taken. A refunded one is among them, so that its refunds replay. */
const PAID: ReadonlySet<OrderStatus> = new Set(["confirmed", "shipped", "delivered", "refunded"])

export type RefundDecision =
  | { decision: "replay"; request: RefundRequest }
  /** `amountCents` is 0 only for an order that cost nothing. */
  | { decision: "record"; sequence: number; content: string; amountCents: number; lines: ReturnedLine[] }
  | { decision: "refuse"; refusal: RefundRefusal }

/** Whether a refund may be recorded, and over how much. `requests` are all of the order's. */
export function decideRefund(
  order: Order,
  requests: readonly RefundRequest[],
  command: RefundCommand,
): RefundDecision {
  const content = contentOf(command)
  const earlier = requests.find((request) => request.idempotencyKey === command.idempotencyKey)
  if (earlier) {
    return earlier.content === content
      ? { decision: "replay", request: earlier }
      : { decision: "refuse", refusal: "idempotency_key_reused" }
  }
  if (requests.length >= REFUNDS_PER_ORDER_MAX) return { decision: "refuse", refusal: "too_many" }
  const leftCents = refundableCents(order, requests)
  const amountCents = command.amountCents ?? leftCents ?? 0
  const isFree =
    order.totalCents === 0 &&
    order.status !== "refunded" &&
    requests.every(({ state }) => state === "refused")
  if (leftCents === null || amountCents > leftCents || (amountCents === 0 && !isFree))
    return { decision: "refuse", refusal: "refund_exceeds_payment" }
  const lines = command.restock ? (command.lines ?? (amountCents === leftCents ? null : "needed")) : []
  if (lines === "needed") return { decision: "refuse", refusal: "lines_needed" }
  const left = unitsLeft(order, requests)
  const returned = lines === null ? allOf(left) : merged(lines)
  if (returned.some(({ sku, quantity }) => quantity > (left.get(sku) ?? 0)))
    return { decision: "refuse", refusal: "lines_exceed_order" }
  return { decision: "record", sequence: requests.length + 1, content, amountCents, lines: returned }
}

/** What is left of the money that was taken, refunds that are under way counted as gone; null when none was taken. */
export function refundableCents(order: Order, requests: readonly RefundRequest[]): number | null {
  if (!PAID.has(order.status)) return null
  const told = order.refunds.filter((refund) => refund.status !== "failed")
  const underWay = requests.filter(
    ({ state, refundId }) => refundId === null && (state === "asked" || state === "parked"),
  )
  return order.totalCents - sumOf(told) - sumOf(underWay)
}

/** How a refund stands, as the provider's newest word about it has it. */
export function standingOf(order: Order, request: RefundRequest): RefundStanding {
  const { refundId, amountCents, refusal, state } = request
  const told = order.refunds.find((refund) => refund.refundId === refundId)
  const nothingToMove = amountCents === 0 && state !== "refused" ? "succeeded" : "pending"
  return {
    refundId,
    amountCents,
    status: state === "refused" ? "failed" : (told?.status ?? nothingToMove),
    refusal,
  }
}

function sumOf(amounts: readonly { amountCents: number }[]): number {
  return amounts.reduce((sum, { amountCents }) => sum + amountCents, 0)
}

/** Units of each line that did not go back, and are not on their way back. */
function unitsLeft(order: Order, requests: readonly RefundRequest[]): Map<string, number> {
  const left = new Map(order.items.map((line) => [line.sku, line.quantity - line.returnedQuantity]))
  const underWay = requests.filter(({ state }) => state !== "settled" && state !== "refused")
  for (const { sku, quantity } of underWay.flatMap(({ lines }) => lines))
    left.set(sku, (left.get(sku) ?? 0) - quantity)
  return left
}

function allOf(left: ReadonlyMap<string, number>): ReturnedLine[] {
  return [...left].filter(([, quantity]) => quantity > 0).map(([sku, quantity]) => ({ sku, quantity }))
}

function merged(lines: readonly ReturnedLine[]): ReturnedLine[] {
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }))
}

function contentOf({ amountCents, restock, lines }: RefundCommand): string {
  return JSON.stringify([amountCents, restock, lines?.map(({ sku, quantity }) => [sku, quantity]) ?? null])
}
