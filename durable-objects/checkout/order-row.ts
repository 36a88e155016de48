import { foremostOf } from "./disputes.ts"
import { plainTotals } from "./totals.ts"
import type {
  ChosenShipping,
  Dispute,
  OrderLine,
  OrderRefund,
  OrderStatus,
  OrderTotals,
  OrderView,
  ParkedAs,
  PaymentStatus,
  Shipment,
  ShippingAddress,
} from "./contract.ts"
import type { Standing, StepName, StockStanding } from "./order-machine.ts"

/** An order as its lane keeps it: what is shown, and what the saga needs beside it. */
export interface Order extends Standing {
  orderId: string
  orderNumber: string
  requestDigest: string
  subject: string
  email: string
  shippingAddress: ShippingAddress | null
  holdId: string
  saleId: string | null
  items: OrderLine[]
  totals: OrderTotals
  totalCents: number
  currency: string
  shippingMethod: ChosenShipping | null
  couponCode: string | null
  shipments: Shipment[]
  refunds: OrderRefund[]
  disputes: Dispute[]
  version: number
  history: { status: OrderStatus; atMs: number }[]
  clientSecret: string | null
  declineMessage: string | null
  /** Whether amount and currency of the payment were found to be the order's, since it was made. */
  amountChecked: boolean
  /** The step that is being taken, or that is to be tried again, and since when. */
  step: StepName | null
  stepStartedAtMs: number | null
  parked: Parking | null
  createdAtMs: number
}

/** An order that somebody must look at. */
export interface Parking {
  as: ParkedAs
  why: string
  atMs: number
}

/** What a step may change beside the status. */
export type OrderChange = Partial<
  Pick<
    Order,
    | "holdId"
    | "holdExpiresAtMs"
    | "saleId"
    | "items"
    | "totals"
    | "totalCents"
    | "shippingMethod"
    | "couponCode"
    | "shipments"
    | "refunds"
    | "disputes"
    | "currency"
    | "stock"
    | "payment"
    | "intentId"
    | "clientSecret"
    | "declineMessage"
    | "holdExtendedAtMs"
    | "amountChecked"
  >
>

/** A row of `orders`. */
export interface OrderRow extends Record<string, string | number | null> {
  order_id: string
  order_number: string
  request_digest: string
  subject: string
  email: string
  shipping_address: string | null
  hold_id: string
  hold_expires_at_ms: number
  sale_id: string | null
  items: string
  totals: string | null
  total_cents: number
  shipping_method: string | null
  coupon_code: string | null
  shipments: string
  refunds: string
  dispute: string | null
  currency: string
  status: OrderStatus
  version: number
  history: string
  stock: StockStanding
  payment: PaymentStatus
  intent_id: string | null
  client_secret: string | null
  decline_message: string | null
  attempts: number
  amount_checked: number
  hold_extended_at_ms: number | null
  step: StepName | null
  step_started_at_ms: number | null
  parked_as: ParkedAs | null
  parked_why: string | null
  parked_at_ms: number | null
  created_at_ms: number
}

/** What is known of an order when its checkout begins. */
export type OrderBegun = Pick<
  Order,
  "orderId" | "orderNumber" | "requestDigest" | "subject" | "email" | "shippingAddress" | "holdId"
> & { couponCode?: string | null }

/** An order before anything is reserved for it. */
export function newOrder(begun: OrderBegun, nowMs: number): Order {
  const { orderId, orderNumber, requestDigest, subject, email, shippingAddress, holdId } = begun
  return {
    orderId,
    orderNumber,
    requestDigest,
    subject,
    email,
    shippingAddress,
    holdId,
    couponCode: begun.couponCode ?? null,
    holdExpiresAtMs: 0,
    saleId: null,
    items: [],
    totals: plainTotals([]),
    totalCents: 0,
    currency: "",
    shippingMethod: null,
    shipments: [],
    refunds: [],
    disputes: [],
    status: "created",
    version: 1,
    history: [{ status: "created", atMs: nowMs }],
    stock: "held",
    payment: "none",
    intentId: null,
    clientSecret: null,
    declineMessage: null,
    attempts: 0,
    amountChecked: false,
    holdExtendedAtMs: null,
    step: null,
    stepStartedAtMs: null,
    parked: null,
    createdAtMs: nowMs,
  }
}

/** What may leave the lane: no secret, no digest, no subject. */
export function viewOf(order: Order): OrderView {
  return {
    orderId: order.orderId,
    orderNumber: order.orderNumber,
    status: order.status,
    version: order.version,
    history: order.history,
    items: order.items,
    totals: order.totals,
    totalCents: order.totalCents,
    currency: order.currency,
    email: order.email,
    shippingAddress: order.shippingAddress,
    shippingMethod: order.shippingMethod,
    couponCode: order.couponCode,
    shipments: order.shipments,
    refunds: order.refunds,
    dispute: foremostOf(order.disputes),
    saleId: order.saleId,
    holdId: order.holdId,
    holdExpiresAtMs: order.holdExpiresAtMs,
    payment: { status: order.payment, intentId: order.intentId, declineMessage: order.declineMessage },
    createdAtMs: order.createdAtMs,
  }
}

export function orderOf(row: OrderRow): Order {
  const items = linesOf(row.items)
  return {
    orderId: row.order_id,
    orderNumber: row.order_number,
    requestDigest: row.request_digest,
    subject: row.subject,
    email: row.email,
    shippingAddress: parsed<ShippingAddress>(row.shipping_address),
    holdId: row.hold_id,
    holdExpiresAtMs: row.hold_expires_at_ms,
    saleId: row.sale_id,
    items,
    totals: row.totals === null ? plainTotals(items) : (JSON.parse(row.totals) as OrderTotals),
    totalCents: row.total_cents,
    currency: row.currency,
    shippingMethod: parsed<ChosenShipping>(row.shipping_method),
    couponCode: row.coupon_code,
    shipments: JSON.parse(row.shipments) as Shipment[],
    refunds: JSON.parse(row.refunds) as OrderRefund[],
    disputes: disputesOf(row.dispute),
    status: row.status,
    version: row.version,
    history: JSON.parse(row.history) as Order["history"],
    stock: row.stock,
    payment: row.payment,
    intentId: row.intent_id,
    clientSecret: row.client_secret,
    declineMessage: row.decline_message,
    attempts: row.attempts,
    amountChecked: row.amount_checked === 1,
    holdExtendedAtMs: row.hold_extended_at_ms,
    step: row.step,
    stepStartedAtMs: row.step_started_at_ms,
    parked: parkingOf(row),
    createdAtMs: row.created_at_ms,
  }
}

function parkingOf({ parked_as: as, parked_why: why, parked_at_ms: atMs }: OrderRow): Parking | null {
  return as === null || atMs === null ? null : { as, why: why ?? "", atMs }
}

function parsed<Value>(json: string | null): Value | null {
  return json === null ? null : (JSON.parse(json) as Value)
}

/** One that was written before several were kept stands by itself. */
function disputesOf(json: string | null): Dispute[] {
  return [parsed<Dispute | Dispute[]>(json) ?? []].flat()
}

/** Lines that were written before there were discounts, taxes and returns have none. */
function linesOf(json: string): OrderLine[] {
  const lines = JSON.parse(json) as (Omit<OrderLine, "discountCents" | "taxCents" | "returnedQuantity"> &
    Partial<OrderLine>)[]
  return lines.map((line) => ({ discountCents: 0, taxCents: 0, returnedQuantity: 0, ...line }))
}
