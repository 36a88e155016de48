import type { LaneReview, OrderBrief, OrderStatus, PaymentEvent } from "../checkout/contract.ts"
import { withRefund } from "../checkout/heard-payment.ts"
import type { BookedRefund, RecentIntent } from "../checkout/stripe-books.ts"
import type { Drift, PostgresReading } from "./contract.ts"
import { inCoupons } from "./coupon-drift.ts"
import type { CouponReading } from "./read-coupons.ts"

/** A hold that serves an order, as its ledger has it. */
export interface ClaimedHold {
  ledger: string
  holdId: string
  customer: string
  orderId: string
  state: "held" | "sold"
}

/** All that one run has read, side by side. */
export interface Reading {
  nowMs: number
  reason: "clock" | "asked"
  intents: RecentIntent[]
  refunds: BookedRefund[]
  holds: ClaimedHold[]
  /** Of the orders that intents and holds name: those that lanes have. */
  orders: ReadonlyMap<string, OrderBrief>
  /** Orders of lanes that did not answer: nothing is known of them. */
  unknowable: ReadonlySet<string>
  lanes: { lane: string; review: LaneReview }[]
  coupons: CouponReading
  /** As a Worker last read it; null when that is too long ago to count. */
  postgres: PostgresReading | null
}

/** What is done about a difference; each may be done twice. */
export type Mend =
  | { mend: "drive_again"; orderId: string }
  | { mend: "tell_lane"; event: PaymentEvent }
  | { mend: "cancel_intent"; intentId: string }
  | { mend: "release_hold"; hold: ClaimedHold }
  | { mend: "give_coupon_back"; code: string; useId: string }
  | { mend: "send_again"; orderId: string }
  /** Everything that waits in the lane. */
  | { mend: "send_all"; lane: string }

export type Sighting = Pick<Drift, "kind" | "subjects" | "says"> & { mend: Mend | null }

const PAID: ReadonlySet<OrderStatus> = new Set(["confirmed", "shipped", "delivered", "refunded"])
const ENDED: ReadonlySet<OrderStatus> = new Set(["payment_failed", "reservation_expired", "cancelled"])

/** Orders whose payment is about to be made; a later one without a payment costs nothing, and will have none. */
const MAY_LEARN: ReadonlySet<OrderStatus> = new Set(["created", "inventory_reserved"])

/** Stripe's words for payments that were not made. */
const NOT_MADE: ReadonlySet<string> = new Set([
  "requires_payment_method",
  "requires_confirmation",
  "requires_action",
])

/** Orders wait about a second for Postgres. */
const OUTBOX_LATE_MS = 30_000

/** Every difference between the books, whether it is young or old. */
export function findDrift(reading: Reading): Sighting[] {
  return [
    ...inLanes(reading),
    ...inPayments(reading),
    ...inRefunds(reading),
    ...inHolds(reading),
    ...inCoupons(reading.coupons, reading.nowMs),
    ...inPostgres(reading),
  ]
}

function inLanes({ lanes, nowMs, reason, postgres }: Reading): Sighting[] {
  return lanes.flatMap(({ lane, review }) => {
    const { overdue, failing, parked, outbox } = review
    const drive = (orderId: string): Mend => ({ mend: "drive_again", orderId })
    const sightings: Sighting[] = overdue.map((orderId) => ({
      kind: "order_overdue",
      subjects: { orderId, lane },
      says: `The order ${orderId} was due and nobody took it up. It is taken up now.`,
      mend: drive(orderId),
    }))
    for (const { orderId, why } of failing)
      sightings.push({
        kind: "step_failing",
        subjects: { orderId, lane },
        says: `A step of the order ${orderId} fails: ${why}. It is tried again by itself, at most a minute later.`,
        // Each try counts toward giving up, so only who asks for it has one more.
        mend: reason === "asked" ? drive(orderId) : null,
      })
    for (const { orderId, why } of parked)
      sightings.push({
        kind: "order_parked",
        subjects: { orderId, lane },
        says: `The order ${orderId} was given up: ${why}. Find out why; asking for a reconciliation drives it once more.`,
        mend: reason === "asked" ? drive(orderId) : null,
      })
    if (outbox.oldestMs !== null && nowMs - outbox.oldestMs > OUTBOX_LATE_MS)
      sightings.push({
        kind: "outbox_not_drained",
        subjects: { lane },
        says: postgres?.answers
          ? `${outbox.orders} orders of ${lane} wait for Postgres, which answers. They are sent again.`
          : `${outbox.orders} orders of ${lane} wait for Postgres, which is not known to answer. None is lost; they go when it is back.`,
        // Into a queue that nobody empties, sending again only adds copies.
        mend: postgres?.answers ? { mend: "send_all", lane } : null,
      })
    return sightings
  })
}

function inPayments({ intents, orders, unknowable, nowMs }: Reading): Sighting[] {
  return intents.flatMap((intent): Sighting[] => {
    if (unknowable.has(intent.orderId)) return []
    const order = orders.get(intent.orderId)
    if (!order) return withoutOrder(intent)
    if (order.intentId === intent.intentId) return ofOrder(intent, order, nowMs)
    return beside(intent, order)
  })
}

function withoutOrder(intent: RecentIntent): Sighting[] {
  const { intentId, orderId, status, amountCents, currency } = intent
  if (status === "canceled") return []
  const what = isCaptured(intent) ? "was taken" : "may be, or is, set aside"
  return [
    {
      kind: "intent_without_order",
      subjects: { intentId, orderId },
      // Another shop, or another environment of this one, may share the account.
      says: `${amountCents} ${currency} ${what} with ${intentId}, and no lane has its order ${orderId}. If no other shop uses this account, cancel or refund it.`,
      mend: null,
    },
  ]
}

function ofOrder(intent: RecentIntent, order: OrderBrief, nowMs: number): Sighting[] {
  const { intentId, status } = intent
  const { orderId } = order
  const subjects = { orderId, intentId }
  const isMade = status === "requires_capture" || isCaptured(intent)
  const mend: Mend = { mend: "tell_lane", event: paymentEventOf(intent, nowMs) }
  if (order.status === "inventory_reserved" && isMade)
    return [
      {
        kind: "webhook_lost",
        subjects,
        says: `The payment ${intentId} of ${orderId} was made, and its order has not heard of it. It is told now.`,
        mend,
      },
    ]
  if (ENDED.has(order.status) && isCaptured(intent))
    return [
      {
        kind: "captured_for_ended_order",
        subjects,
        says: `Money was taken with ${intentId}, and its order ${orderId} is ${order.status}. Its lane is told; if it stays so, refund it.`,
        mend,
      },
    ]
  if (PAID.has(order.status) && order.totalCents > 0 && !isCaptured(intent))
    return [
      {
        kind: "order_without_payment",
        subjects,
        says: `The order ${orderId} is ${order.status}, and its payment ${intentId} is ${status}. Do not ship it; find out what became of its money.`,
        mend: null,
      },
    ]
  return []
}

/** The same id each time: a lane that has heard it once acts once. */
function paymentEventOf(intent: RecentIntent, atMs: number): PaymentEvent {
  const { intentId, orderId, amountCents, currency } = intent
  const type = isCaptured(intent) ? "captured" : "authorized"
  return { eventId: `reconciled:${intentId}:${type}`, type, intentId, orderId, atMs, amountCents, currency }
}

/** What went back, or failed to, and the order does not know of. A payment beside the order's own is none of its refunds'. */
function inRefunds({ refunds, orders, nowMs }: Reading): Sighting[] {
  return refunds.flatMap(({ intentId, orderId, news }): Sighting[] => {
    const order = orders.get(orderId)
    const { refundId, amountCents, status } = news.refund
    if (!order || order.intentId !== intentId || withRefund(order.refunds, news.refund) === null) return []
    const eventId = `reconciled:${refundId}:${status}`
    return [
      {
        kind: "refund_unheard",
        subjects: { orderId, intentId, refundId },
        says: `The refund ${refundId} of ${amountCents} is ${status}, and its order ${orderId} has not heard of it. It is told now.`,
        mend: { mend: "tell_lane", event: { eventId, intentId, orderId, atMs: nowMs, ...news } },
      },
    ]
  })
}

/** A payment of a known order that the order does not go by. Only the one that it goes by is ever shown to a shopper. */
function beside(intent: RecentIntent, order: OrderBrief): Sighting[] {
  const { intentId, status, amountCents, currency } = intent
  const { orderId } = order
  // An order without an intent may be about to learn of this one: the same request answers with it.
  if (order.intentId === null && MAY_LEARN.has(order.status)) return []
  const subjects = { orderId, intentId }
  const cancel: Mend = { mend: "cancel_intent", intentId }
  if (status === "requires_capture")
    return [
      {
        kind: "second_payment",
        subjects,
        says: `${amountCents} ${currency} are set aside with ${intentId}, and the order ${orderId} goes by ${order.intentId ?? "none"}. There is nothing to pay with it; it is cancelled.`,
        mend: cancel,
      },
    ]
  if (NOT_MADE.has(status))
    return [
      {
        kind: "second_payment",
        subjects,
        says: `The order ${orderId} has a second payment, ${intentId}, which is ${status}. It is cancelled.`,
        mend: cancel,
      },
    ]
  if (!isCaptured(intent)) return []
  return [
    {
      kind: "captured_beside_order",
      subjects,
      says: `Money was taken with ${intentId}, and the order ${orderId} goes by ${order.intentId ?? "none"}. Refund ${intentId}.`,
      mend: null,
    },
  ]
}

function inHolds({ holds, orders, unknowable }: Reading): Sighting[] {
  return holds.flatMap((hold): Sighting[] => {
    const { ledger, holdId, orderId, state } = hold
    if (orders.has(orderId) || unknowable.has(orderId)) return []
    const subjects = { ledger, holdId, orderId }
    if (state === "held") {
      const says = `The hold ${holdId} serves ${orderId}, an order that no lane has. It is given back.`
      return [{ kind: "hold_without_order", subjects, says, mend: { mend: "release_hold", hold } }]
    }
    const says = `The hold ${holdId} is sold to ${orderId}, an order that no lane has. Return its units, unless the order can be found.`
    return [{ kind: "sold_without_order", subjects, says, mend: null }]
  })
}

function inPostgres({ postgres }: Reading): Sighting[] {
  return (postgres?.behind ?? []).map((orderId) => ({
    kind: "postgres_behind",
    subjects: { orderId },
    says: `Postgres had reported the order ${orderId}, and does not have it in that version any more. It is sent again.`,
    mend: { mend: "send_again", orderId },
  }))
}

function isCaptured({ status }: RecentIntent): boolean {
  return status === "succeeded"
}
