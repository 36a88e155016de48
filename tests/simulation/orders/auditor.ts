import { couponUseOf } from "../../../durable-objects/checkout/books/contract.ts"
import { ORDER_TRANSITIONS } from "../../../durable-objects/checkout/order-machine.ts"
import type { OrderStatus, OrderView, ParkedOrder } from "../../../durable-objects/checkout/contract.ts"
import { judge } from "../../../workers/merchant/audit/judge.ts"
import { SETTLING_MS } from "../../../workers/merchant/audit/ledgers.ts"
import type { CouponLedger } from "../../../workers/merchant/audit/ledgers.ts"
import { COUPON } from "./coupons.ts"
import type { CouponStation } from "./coupons.ts"
import type { StockStation } from "./ledgers.ts"
import type { ProviderIntent } from "./provider-intent.ts"
import type { ProviderModel } from "./provider.ts"
import type { OrderRecords } from "./records.ts"
import type { Shopper } from "./shopper.ts"
import { taxOn } from "./taxes.ts"
import type { TaxModel } from "./taxes.ts"

/** All there is when a run has come to rest. */
export interface Books {
  saleId: string
  nowMs: number
  orders: OrderView[]
  provider: ProviderModel
  taxes: TaxModel
  stock: StockStation
  coupons: CouponStation
  /** As the audit reads it. */
  couponLedger: Omit<CouponLedger, "uncounted">
  records: OrderRecords
  shoppers: readonly Shopper[]
  /** Orders that somebody must look at, and why. */
  parked: readonly ParkedOrder[]
  /** Orders whose merchant asked for money to go back. */
  undone: ReadonlySet<string>
  /** Who was said to have left the sale with their goods. */
  left: readonly string[]
}

/** Orders whose shopper has the goods. */
const STANDING: ReadonlySet<OrderStatus> = new Set(["confirmed", "shipped", "delivered"])
const SETTLED: ReadonlySet<OrderStatus> = new Set([
  ...STANDING,
  "refunded",
  "cancelled",
  "payment_failed",
  "reservation_expired",
])

/**
 * What is wrong at the end of a run, one line each: by the audit that merchants have, and by sums of money and units that
 * are made here from the provider's own books and the ledgers' counts, without a line of the audit's code.
 */
export function differencesOf(books: Books): string[] {
  return [
    ...auditOf(books),
    ...moneyOf(books),
    ...unitsOf(books),
    ...couponsOf(books),
    ...taxesOf(books),
    ...recordsOf(books),
    ...parkedOf(books),
    ...leaversOf(books),
    ...books.orders.flatMap(pathOf),
    ...books.shoppers.flatMap(toldOf(books.orders)),
  ]
}

/** The real audit, on the ledgers as it reads them, long after everything has settled. */
function auditOf({ saleId, nowMs, orders, provider, stock, couponLedger, records }: Books): string[] {
  const payments = [...provider.intents.values()].map((intent) => ({
    intentId: intent.intentId,
    orderId: intent.orderId,
    status: intent.state === "authorized" ? "requires_capture" : intent.state,
    amountCents: intent.amountCents,
    capturedCents: intent.capturedCents,
    refundedCents: intent.refundedCents,
    currency: intent.currency,
    disputed: false,
    createdAtMs: intent.createdAtMs,
    refundedAtMs: null,
  }))
  const postgres = [...records.rows.values()].map((row) => ({ ...row, orderId: row.id }))
  const room = { passes: [], servedBefore: 0, servedAfter: 0, frontier: 0, readFromMs: nowMs }
  const ledgers = {
    saleId,
    nowMs: nowMs + 2 * SETTLING_MS,
    stock: stock.read(),
    payments,
    lanes: orders,
    coupons: [{ ...couponLedger, uncounted: uncountedOf(orders, couponLedger.uses) }],
    onTheWay: [],
    postgres,
    movedOn: new Set<string>(),
    room,
    parked: [],
  }
  const { differences, counts } = judge(ledgers)
  const pending = counts.pending > 0 ? [`the audit takes ${counts.pending} for under way`] : []
  return [...differences.map(({ kind, says }) => `audit: ${kind}: ${says}`), ...pending]
}

function uncountedOf(orders: readonly OrderView[], uses: readonly { useId: string }[]): string[] {
  const counted = new Set(uses.map(({ useId }) => useId))
  const standing = orders.filter(({ couponCode, status }) => couponCode !== null && STANDING.has(status))
  return standing.map(couponUseOf).filter((useId) => !counted.has(useId))
}

/** Money: who has the goods has paid their total once; who has not has paid nothing, or has it back. */
function moneyOf({ orders, provider, undone: byMerchant }: Books): string[] {
  const known = new Map(orders.map((order) => [order.orderId, order]))
  const wrong: string[] = []
  const byOrder = Map.groupBy(provider.intents.values(), ({ orderId }) => orderId)
  for (const [orderId, intents] of byOrder) {
    const order = known.get(orderId)
    const captures = intents.reduce((sum, { captures }) => sum + captures, 0)
    if (captures > 1) wrong.push(`${orderId} was charged ${captures} times`)
    const kept = intents.reduce((sum, intent) => sum + intent.capturedCents - intent.refundedCents, 0)
    const due = order && STANDING.has(order.status) ? order.totalCents - returnedOf(order) : 0
    if (kept !== due) wrong.push(`${orderId} is ${order?.status}, and the provider keeps ${kept}, not ${due}`)
    const aside = intents.filter(({ state }) => state === "authorized").map(({ intentId }) => intentId)
    const undone = intents.some(
      ({ capturedBy, refundedByLaneCents }) => capturedBy === "lane" && refundedByLaneCents > 0,
    )
    if (undone && !byMerchant.has(orderId))
      wrong.push(`${orderId} was paid, its lane took the money, and sent it back`)
    if (aside.length > 0)
      wrong.push(`${orderId} is ${order?.status}, and money is still set aside by ${aside.join()}`)
  }
  for (const order of orders) {
    const due = STANDING.has(order.status) && order.totalCents > 0
    if (due && !byOrder.has(order.orderId))
      wrong.push(`${order.orderId} is ${order.status} and was never paid`)
  }
  return wrong
}

function returnedOf({ refunds }: OrderView): number {
  return refunds.reduce((sum, { status, amountCents }) => sum + (status === "succeeded" ? amountCents : 0), 0)
}

/** Parked is what the provider never did and never answered, and nothing else. */
function parkedOf({ parked, provider: { unmade } }: Books): string[] {
  const unanswered = parked.filter(({ as }) => as === "refund_unanswered")
  const known = new Set(unanswered.map(({ order }) => order.orderId))
  const strange = parked.filter(({ as, order }) => as !== "refund_unanswered" || !unmade.has(order.orderId))
  return [
    ...strange.map(({ order, as, why }) => `parked: ${order.orderId}: ${as}: ${why}`),
    ...[...unmade]
      .filter((orderId) => !known.has(orderId))
      .map((orderId) => `${orderId} has a refund that was never made, and is not parked`),
  ]
}

/** Units: what is gone from the shelf is what orders have that stand, or were paid and refunded without a return. */
function unitsOf({ orders, stock }: Books): string[] {
  return stock.skus.flatMap((sku) => {
    const { received, available, held, sold } = stock.countsOf(sku)
    const lines = orders
      .filter(({ status }) => STANDING.has(status) || status === "refunded")
      .flatMap(({ items }) => items.filter((line) => line.sku === sku))
    const gone = lines.reduce((sum, { quantity, returnedQuantity }) => sum + quantity - returnedQuantity, 0)
    const is = { received, available, held, sold }
    const should = { received: stock.receivedOf(sku), available: received - gone, held: 0, sold: gone }
    const says = `${sku} has ${JSON.stringify(is)}, and should have ${JSON.stringify(should)}`
    return JSON.stringify(is) === JSON.stringify(should) ? [] : [says]
  })
}

/** Where Stripe works taxes out, each order has them and no others, and each payment names the calculation it is of. */
function taxesOf({ orders, provider, taxes, coupons }: Books): string[] {
  const untaxed = orders.filter(({ items, totals }) => {
    const due = items.map(({ quantity, unitPriceCents, discountCents }) =>
      coupons.isTaxed ? taxOn(quantity * unitPriceCents - discountCents) : 0,
    )
    const isRight = items.every(({ taxCents }, index) => taxCents === due[index])
    return !isRight || totals.taxCents !== due.reduce((sum, cents) => sum + cents, 0)
  })
  const unnamed = [...provider.intents.values()].filter(({ taxCalculationId, orderId, amountCents }) => {
    if (!coupons.isTaxed) return taxCalculationId !== null
    const calculation = taxes.calculations.get(taxCalculationId ?? "")
    return calculation?.orderId !== orderId || calculation.totalCents !== amountCents
  })
  return [
    ...untaxed.map(({ orderId }) => `${orderId} has another tax than was worked out`),
    ...unnamed.map(({ intentId }) => `${intentId} is of another calculation of tax`),
  ]
}

/** Hazard 22: the coupon counts for the orders that stand, for no others, and never too often. */
function couponsOf({ orders, coupons }: Books): string[] {
  const standing = orders.filter(({ couponCode, status }) => couponCode !== null && STANDING.has(status))
  const wrong =
    coupons.uses === standing.length ? [] : [`${coupons.uses} uses of the coupon, ${standing.length} orders`]
  if (standing.length > (COUPON.usesMax ?? Infinity)) wrong.push(`${standing.length} orders have the coupon`)
  const undiscounted = standing.filter(
    ({ totals }) => totals.discountCents !== Math.round(totals.subtotalCents / 10),
  )
  return [...wrong, ...undiscounted.map(({ orderId }) => `${orderId} has the coupon and no tenth off`)]
}

/** Postgres has every order, whole, at its newest version, and no other. */
function recordsOf({ orders, records }: Books): string[] {
  const known = new Set(orders.map(({ orderId }) => orderId))
  const strangers = [...records.rows.keys()].filter((orderId) => !known.has(orderId))
  const wrong = orders.flatMap((order) => {
    const row = records.rows.get(order.orderId)
    if (!row) return [`${order.orderId} is not in Postgres`]
    const differs =
      row.version !== order.version ||
      row.status !== order.status ||
      row.totalCents !== order.totalCents ||
      row.refundedCents !== returnedOf(order) ||
      JSON.stringify(row.history) !== JSON.stringify(order.history)
    return differs
      ? [
          `${order.orderId} is ${order.status} at ${order.version}, in Postgres ${row.status} at ${row.version}`,
        ]
      : []
  })
  return [...wrong, ...strangers.map((orderId) => `${orderId} is in Postgres, and no lane has it`)]
}

/** The room was told of none that has not bought. */
function leaversOf({ left, orders, shoppers }: Books): string[] {
  const paid = new Set(
    orders
      .filter(({ history }) => history.some(({ status }) => status === "confirmed"))
      .map(({ orderId }) => orderId),
  )
  const buyers = new Set(
    shoppers.filter(({ wish }) => paid.has(wish.orderId)).map(({ wish }) => wish.customer),
  )
  return left
    .filter((customer) => !buyers.has(customer))
    .map((customer) => `the room was told that ${customer} has bought`)
}

/** The status moved along the table and came to an end. */
function pathOf({ orderId, history, status }: OrderView): string[] {
  const path = history.map((entry) => entry.status)
  const isPath = path.every((to, index) => {
    const from = path[index - 1]
    return from === undefined ? to === "created" : ORDER_TRANSITIONS[from].includes(to)
  })
  const wrong =
    isPath && path.at(-1) === status ? [] : [`${orderId} went ${path.join(" -> ")} and is ${status}`]
  return SETTLED.has(status) ? wrong : [...wrong, `${orderId} rests as ${status}`]
}

/** Nobody who was told "confirmed" has no order, and nobody's order goes back to what it was. */
function toldOf(orders: readonly OrderView[]): (shopper: Shopper) => string[] {
  const known = new Map(orders.map((order) => [order.orderId, order]))
  return ({ told, wish: { orderId } }) => {
    const order = known.get(orderId)
    const sorted = told.toSorted((a, b) => a.version - b.version)
    const inOrder = told.every(({ version }, index) => version === sorted[index]?.version)
    const wrong = inOrder
      ? []
      : [`${orderId} was told in versions ${told.map(({ version }) => version).join()}`]
    if (told.length > 0 && !order) return [...wrong, `${orderId} was told of and is gone`]
    const statuses = new Set(order?.history.map(({ status }) => status))
    const strange = told.filter(({ status }) => !statuses.has(status))
    return [...wrong, ...strange.map(({ status }) => `${orderId} was told as ${status}, which it never was`)]
  }
}

/** The intents an order had beside its own, which nobody was ever shown; they may stay open and never hold money. */
export function secondIntentsOf(provider: ProviderModel): ProviderIntent[] {
  const byOrder = Map.groupBy(provider.intents.values(), ({ orderId }) => orderId)
  return [...byOrder.values()].flatMap((intents) => intents.slice(1))
}
