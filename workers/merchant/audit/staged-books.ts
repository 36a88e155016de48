import type { RecordedOrder } from "../../../db/sale-orders.ts"
import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import { sampleOrder } from "../../../durable-objects/checkout/sample-order.ts"
import type { PassRecord } from "../../../durable-objects/room/contract.ts"
import type { HoldRecord, PoolCounts } from "../../../durable-objects/stock/contract.ts"
import { judge } from "./judge.ts"
import { SETTLING_MS } from "./ledgers.ts"
import type { Audit, Ledgers, PaymentRecord } from "./ledgers.ts"

/** For tests: the books of a sale with one order, and what is found when some of them say something else. */

export const NOW = 1_800_000_000_000
/** Long enough ago for every ledger to know. */
export const OLD = NOW - 2 * SETTLING_MS
export const SALE = "the-sale"

export function hold(changes: Partial<HoldRecord> = {}): HoldRecord {
  const ids = { holdId: "h1", pool: SALE, customer: "c1", orderId: "o1" }
  const units = { quantity: 2, returnedQuantity: 0, unitPriceCents: 500, currency: "EUR" }
  return {
    ...ids,
    ...units,
    state: "sold",
    createdAtMs: OLD - 1_000,
    expiresAtMs: OLD + 1_000,
    endedAtMs: OLD,
    ...changes,
  }
}

export function order(changes: Partial<OrderView> = {}): OrderView {
  return sampleOrder({
    history: [{ status: "confirmed", atMs: OLD }],
    saleId: SALE,
    holdExpiresAtMs: OLD,
    createdAtMs: OLD,
    ...changes,
  })
}

export function payment(changes: Partial<PaymentRecord> = {}): PaymentRecord {
  const amounts = { amountCents: 1_000, capturedCents: 1_000, refundedCents: 0, currency: "EUR" }
  const rest = { disputed: false, createdAtMs: OLD, refundedAtMs: null }
  return { intentId: "pi_1", orderId: "o1", status: "succeeded", ...amounts, ...rest, ...changes }
}

export function recorded(changes: Partial<RecordedOrder> = {}): RecordedOrder {
  const { orderId, status, version, totalCents, currency, items } = order()
  return {
    orderId,
    status,
    version,
    totalCents,
    currency,
    items,
    refundedCents: 0,
    paymentIntentId: "pi_1",
    createdAtMs: OLD,
    ...changes,
  }
}

export function pass(changes: Partial<PassRecord> = {}): PassRecord {
  const times = { issuedAtMs: OLD, expiresAtMs: NOW, endedAtMs: null }
  return { ticketId: "t1", passId: "p1", rank: 1, frontier: 2, cap: 2, ...times, ...changes }
}

export const SALE_POOL: PoolCounts = {
  pool: SALE,
  state: "active",
  received: 10,
  available: 8,
  held: 0,
  sold: 2,
  archivedSold: 0,
}
export const OPEN: PoolCounts = {
  pool: "open",
  state: "active",
  received: 5,
  available: 5,
  held: 0,
  sold: 0,
  archivedSold: 0,
}

export function ledger(
  pool: Partial<PoolCounts> = {},
  holds: HoldRecord[] = [hold()],
  still = true,
): Ledgers["stock"][number] {
  const pools = [OPEN, { ...SALE_POOL, ...pool }]
  return {
    sku: "A",
    perCustomerLimit: 2,
    lanes: [],
    still,
    holds,
    counts: { received: 15, available: 13, held: 0, sold: 2, version: 9, pools },
  }
}

/** One order, sold, captured and written: every promise kept. */
export function ledgers(changes: Partial<Ledgers> = {}): Ledgers {
  const room = { passes: [pass()], servedBefore: 1, servedAfter: 1, frontier: 2, readFromMs: NOW }
  const books = {
    stock: [ledger()],
    payments: [payment()],
    lanes: [order()],
    coupons: [],
    onTheWay: [],
    postgres: [recorded()],
    movedOn: new Set<string>(),
    parked: [],
    room,
  }
  return { saleId: SALE, nowMs: NOW, ...books, ...changes }
}

export function kindsOf(changes: Partial<Ledgers>): string[] {
  return judge(ledgers(changes)).differences.map(({ promise, kind }) => `${promise} ${kind}`)
}

export function brokenOf({ promises }: Audit): string[] {
  return Object.entries(promises).flatMap(([promise, { ok }]) => (ok ? [] : [promise]))
}
