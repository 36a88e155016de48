/**
 * What the rest of Spillway may know of the reconciler: one object that compares the books of lanes, ledgers, payment
 * provider, coupons and Postgres, mends what is safe to mend, and names the rest. It works while Postgres is away.
 */

/** There is one. */
export const RECONCILER = "reconciler"

/**
 * What may be wrong between the books.
 * `order_overdue` nobody took an order up in its time · `step_failing` a step of it fails · `order_parked` it was given up ·
 * `webhook_lost` a payment was made and its order has not heard · `refund_unheard` likewise of a refund · `captured_for_ended_order` money was taken for an order
 * that ended · `second_payment` an order has another payment that is open, or set aside · `captured_beside_order` or taken ·
 * `intent_without_order` a payment of an order that no lane has · `order_without_payment` the reverse ·
 * `hold_without_order` units are held for an order that no lane has · `sold_without_order` or sold to it ·
 * `coupon_use_without_order` a coupon counts for no order that stands · `coupon_not_counted` an order has a coupon that does
 * not count it · `coupon_beyond_limit` it counts more than it may ·
 * `outbox_not_drained` orders wait for Postgres · `postgres_behind` it has lost what it had reported.
 */
export type DriftKind =
  | "order_overdue"
  | "step_failing"
  | "order_parked"
  | "webhook_lost"
  | "refund_unheard"
  | "captured_for_ended_order"
  | "second_payment"
  | "captured_beside_order"
  | "intent_without_order"
  | "order_without_payment"
  | "hold_without_order"
  | "sold_without_order"
  | "coupon_use_without_order"
  | "coupon_not_counted"
  | "coupon_beyond_limit"
  | "outbox_not_drained"
  | "postgres_behind"

export interface Drift {
  kind: DriftKind
  subjects: Record<string, string>
  /** What is wrong, and what to do about it where it is not mended. */
  says: string
  /** `mended`: done, or set in motion · `failed`: it was tried · `left`: for somebody to decide. */
  mending: "mended" | "failed" | "left"
  firstSeenMs: number
}

export interface Reconciliation {
  startedAtMs: number
  endedAtMs: number
  /** Why it ran: by the clock, or because somebody asked. */
  reason: "clock" | "asked"
  drift: Drift[]
  /** Seen, and too young to say: on the way, or drift by the next run. */
  pending: number
  /** Books that could not be read, or not to their end, and why. */
  unread: string[]
}

/** What only a Worker can read of Postgres, and tells the reconciler. */
export interface PostgresReading {
  answers: boolean
  /** Sales that are not over, as far as it answers. */
  saleIds: string[]
  /** Orders that it had reported and does not have, or only in an older version. */
  behind: string[]
}

export interface ReconcilerApi {
  /** Compares at once; a run that is under way is waited for. From then on it runs by its own alarm too. */
  run(reason: "clock" | "asked", postgres: PostgresReading | null): Promise<Reconciliation>
  last(): Promise<Reconciliation | null>
}

/** How often it compares. */
export const RECONCILE_INTERVAL_MS = 30_000

/** What is seen in two runs so far apart is drift; before it, it may be on its way. With the interval: within a minute. */
export const SETTLING_MS = 20_000

/** How far back payments and orders are compared: longer than any hold lasts while it is paid. */
export const COMPARED_MS = 1_800_000

/** Differences that one run lists; beyond it the first ones say enough. */
export const DRIFT_MAX = 200
