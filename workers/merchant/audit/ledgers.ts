import type { RecordedOrder } from "../../../db/sale-orders.ts"
import type { OnTheWay } from "../../../durable-objects/checkout/books/contract.ts"
import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import type { LedgerIntent } from "../../../durable-objects/checkout/stripe-books.ts"
import type { CouponExcess } from "../../../durable-objects/prices/coupon/contract.ts"
import type { StandingUse } from "../../../durable-objects/reconciler/coupon-uses.ts"
import type { PassRecord } from "../../../durable-objects/room/contract.ts"
import type { HoldRecord, StockCounts } from "../../../durable-objects/stock/contract.ts"
import type { LaneCounts } from "../../../durable-objects/stock/lease/contract.ts"

/** All that the audit judges from: what each ledger says of one sale, side by side. */
export interface Ledgers {
  saleId: string
  /** When the last of the ledgers was read. */
  nowMs: number
  stock: StockLedger[]
  payments: PaymentRecord[]
  /** Orders as their lanes have them. */
  lanes: OrderView[]
  coupons: CouponLedger[]
  /** What lanes have sent, or are about to send, to Postgres, which has not reported it: read after them, before it. */
  onTheWay: OnTheWay[]
  postgres: RecordedOrder[]
  /** Orders that Postgres has newer than they were read in their lanes, for they went on meanwhile. */
  movedOn: ReadonlySet<string>
  /** Orders of the sale that their lanes gave up on. */
  parked: { orderId: string; why: string }[]
  room: RoomLedger
}

interface RoomLedger {
  passes: PassRecord[]
  /** What the board counted before and after the passes were read; the same when nobody came meanwhile. */
  servedBefore: number
  servedAfter: number
  frontier: number
  /** When the first pass was read, by the room's clock: places that came free since are not in all that was read. */
  readFromMs: number
}

export interface StockLedger {
  sku: string
  /** Units that one customer may have of it in this sale, as the sale has it now. */
  perCustomerLimit: number
  counts: StockCounts
  /** The sale's pool in each lane that has units of it; empty where it has one lane. */
  lanes: { lane: number; books: LaneCounts | null }[]
  /** Holds of the sale's pool, and of the open pool, from which a payment that came late may be served. */
  holds: HoldRecord[]
  /** False when the ledger went on changing while its holds were read: then they cannot add up to the counts. */
  still: boolean
}

/** A coupon that an order of the sale names, and all that it counts, also for other sales. */
export interface CouponLedger {
  code: string
  uses: StandingUse[]
  /** Uses that it does not count, of orders of the sale that stand. */
  uncounted: string[]
  excess: CouponExcess[]
}

/** One payment intent, as the provider's own books have it. What was refunded counts from when it is asked for until it has failed. */
export interface PaymentRecord extends LedgerIntent {
  /** When the last refund of it was asked for; null when there was none. */
  refundedAtMs: number | null
}

/** The promises as the project numbers them. */
export type PromiseId = "P1" | "P2" | "P3" | "P4" | "P5"

export interface Difference {
  promise: PromiseId
  kind: DifferenceKind
  /** What it is about: order, intent, hold, ticket, SKU and pool, as far as they are known. */
  subjects: Record<string, string>
  /** What is wrong, and what to do about it. */
  says: string
}

/** What breaks no promise and wants a look all the same. */
export interface Notice {
  kind: "disputed" | "dispute_unknown_to_order" | "order_parked" | "second_open_payment" | "limit_exceeded"
  subjects: Record<string, string>
  says: string
}

/** Every kind of difference that the audit knows. */
export type DifferenceKind =
  | "counts_do_not_add_up"
  | "count_negative"
  | "holds_do_not_match_counts"
  | "leases_do_not_add_up"
  | "lane_differs_from_root"
  | "captured_twice"
  | "captured_amount_differs"
  | "captured_beside_order"
  | "captured_without_order"
  | "captured_but_not_confirmed"
  | "confirmed_but_not_captured"
  | "totals_do_not_add_up"
  | "refund_unknown_to_order"
  | "refund_not_at_provider"
  | "refunded_but_not_returned"
  | "returned_but_not_refunded"
  | "authorized_twice"
  | "coupon_use_without_order"
  | "coupon_not_counted"
  | "coupon_beyond_limit"
  | "set_aside_for_ended_order"
  | "set_aside_and_not_settled"
  | "set_aside_without_order"
  | "order_missing_in_postgres"
  | "order_differs_in_postgres"
  | "order_newer_in_postgres"
  | "order_only_in_postgres"
  | "sold_without_order"
  | "order_without_units"
  | "sold_beside_order"
  | "price_differs"
  | "returned_units_differ"
  | "admitted_before_turn"
  | "frontier_fell"
  | "beyond_cap"
  | "served_differs"
  | "hold_outlived_its_time"
  | "hold_ended_late"

/** What one promise's judge found. */
export interface Findings {
  checked: number
  differences: Difference[]
  /** Subjects that are on their way and will be right soon, or show as differences by then. */
  pending: number
}

export interface Verdict {
  ok: boolean
  checked: number
  says: string
}

export interface Audit {
  promises: Record<PromiseId, Verdict>
  differences: Difference[]
  notices: Notice[]
  counts: {
    skus: number
    holds: number
    intents: number
    captured: number
    orders: number
    ordersInPostgres: number
    passes: number
    differences: number
    notices: number
    /** On their way between the ledgers; look again in half a minute. */
    pending: number
  }
}

/**
 * How long Postgres may lack what a lane still sends it, and answer. A lane that lost its queue and its memory with its
 * machine asks with one order first, sends again after a minute at the latest, and may lose that too.
 */
export const ON_THE_WAY_MS = 180_000

/** How long the ledgers may differ while an order is being settled. */
export const SETTLING_MS = 30_000

/** Orders whose money was taken. */
export const PAID_STATUSES: ReadonlySet<string> = new Set(["confirmed", "shipped", "delivered", "refunded"])

export function isPaid({ status }: Pick<OrderView, "status">): boolean {
  return PAID_STATUSES.has(status)
}

/** Its status, or its refunds, changed a moment ago. */
export function isYoung({ history, createdAtMs, refunds }: OrderView, nowMs: number): boolean {
  const changedAtMs = Math.max(history.at(-1)?.atMs ?? createdAtMs, ...refunds.map(({ atMs }) => atMs))
  return nowMs - changedAtMs < SETTLING_MS
}
