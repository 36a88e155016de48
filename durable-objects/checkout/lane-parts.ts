import { Breaker } from "../payment-gate/breaker.ts"
import type { PaymentGateApi } from "../payment-gate/contract.ts"
import { PRICE_RULES_NAME } from "../prices/contract.ts"
import type { PriceRulesApi } from "../prices/contract.ts"
import type { CouponApi } from "../prices/coupon/contract.ts"
import { RulesCopy } from "../prices/rules-copy.ts"
import type { RoomApi } from "../room/contract.ts"
import type { StockLane } from "../stock/lease/lane-object.ts"
import { Ledgers } from "../stock/ledgers.ts"
import type { StockObject } from "../stock/object.ts"
import { orNullAfter } from "../within.ts"
import type { OrderMessage } from "./order-message.ts"
import { CouponReturns } from "./coupon-returns.ts"
import { Fulfilment } from "./fulfilment/fulfilment.ts"
import { RefundBook } from "./fulfilment/refund-book.ts"
import { GatedPayments } from "./gated-payments.ts"
import { GateReports } from "./gate-reports.ts"
import { InboxBook } from "./inbox-book.ts"
import { LaneReviewer } from "./lane-review.ts"
import type { OpenParts } from "./open-checkout.ts"
import { OrderBook } from "./order-book.ts"
import type { Order } from "./order-row.ts"
import { OutboxBook } from "./outbox-book.ts"
import { OutboxSender } from "./outbox-sender.ts"
import { queueOf } from "./outbox.ts"
import type { ORDER_QUEUES } from "./outbox.ts"
import { ParkingBook } from "./parking/parking-book.ts"
import type { Payments } from "./payments.ts"
import { Saga } from "./saga.ts"
import { CalculationBook } from "./tax/calculation-book.ts"
import type { Taxes } from "./tax/taxes.ts"
import { WriteTurns } from "./write-turns.ts"

/** What a lane needs of its environment. */
export interface CheckoutBindings extends Record<(typeof ORDER_QUEUES)[number], Queue<OrderMessage>> {
  STOCK: DurableObjectNamespace<StockObject>
  STOCK_LANES: DurableObjectNamespace<StockLane>
  ROOM: DurableObjectNamespace<RoomApi & Rpc.DurableObjectBranded>
  PRICES: DurableObjectNamespace<PriceRulesApi & Rpc.DurableObjectBranded>
  COUPONS: DurableObjectNamespace<CouponApi & Rpc.DurableObjectBranded>
  PAYMENT_GATE: DurableObjectNamespace<PaymentGateApi & Rpc.DurableObjectBranded>
  STRIPE_SECRET_KEY: string
  STRIPE_API_BASE: string
}

/** What a lane is made of. */
export interface LaneParts {
  /** All or nothing, as the object's storage has it. */
  atomically: <Result>(work: () => Result) => Result
  book: OrderBook
  inbox: InboxBook
  outbox: OutboxBook
  sender: OutboxSender
  couponReturns: CouponReturns
  reviewer: LaneReviewer
  parkings: ParkingBook
  saga: Saga
  turn: () => Promise<void>
  fulfilment: Fulfilment
  /** What opening a checkout takes. */
  opening: OpenParts
}

interface LaneHooks {
  /** Whom orders are paid with. */
  provider: Payments
  /** Who works out taxes that the shop has no rates for. */
  taxes: Taxes
  /** Sets the alarm to what is due first. */
  arm: () => Promise<void>
}

/** Puts a lane together, around its storage and whom its orders are paid with. */
export function assembleLane(ctx: DurableObjectState, env: CheckoutBindings, hooks: LaneHooks): LaneParts {
  const { sql } = ctx.storage
  const outbox = new OutboxBook(sql)
  const book = new OrderBook(sql, outbox)
  const atomically = <Result>(work: () => Result): Result =>
    book.orForget(() => ctx.storage.transactionSync(work))
  const inbox = new InboxBook(sql)
  const calculations = new CalculationBook(sql)
  const stock = new Ledgers(env)
  const payments = gatedPayments(ctx, env, hooks)
  const turns = new WriteTurns(ctx.storage)
  const turn = () => turns.next()
  const common = { book, stock, turn, now: Date.now, random: Math.random }
  const saga = new Saga({
    ...common,
    inbox,
    payments,
    taxCalculationOf: (orderId) => calculations.find(orderId),
    awayUntilMs: () => payments.awayUntilMs(),
    confirmed: (order) => ctx.waitUntil(leaveSale(env, order)),
    refundHeard: (...heard) => {
      if (fulfilment.hear(...heard)) ctx.waitUntil(hooks.arm())
    },
  })
  const fulfilment = new Fulfilment({
    ...common,
    saga,
    requests: new RefundBook(sql),
    payments,
    receive: (sku, units) => stock.root(sku).receive(units),
    atomically,
  })
  return {
    atomically,
    turn,
    book,
    inbox,
    outbox,
    sender: new OutboxSender({
      outbox,
      transaction: atomically,
      send: async (messages) =>
        void (await env[queueOf(nameOf(ctx))].sendBatch(messages.map((body) => ({ body })))),
      lane: () => nameOf(ctx),
      now: Date.now,
    }),
    couponReturns: new CouponReturns(sql),
    reviewer: new LaneReviewer(sql),
    parkings: new ParkingBook(sql, book),
    saga,
    fulfilment,
    opening: { ...common, saga, calculations, prices: pricesOf(env, payments) },
  }
}

function gatedPayments(
  ctx: DurableObjectState,
  env: CheckoutBindings,
  { provider: inner, taxes }: LaneHooks,
): GatedPayments {
  const gate = new GateReports(env.PAYMENT_GATE, ctx.id.name ?? "")
  return new GatedPayments({
    inner,
    taxes,
    breaker: new Breaker(),
    ended: (tally) => ctx.waitUntil(gate.add(tally)),
    now: Date.now,
    orNullAfter,
  })
}

function pricesOf({ PRICES, COUPONS }: CheckoutBindings, taxes: Taxes): OpenParts["prices"] {
  const copy = new RulesCopy()
  return {
    rules: () => copy.get(() => PRICES.getByName(PRICE_RULES_NAME).read(), Date.now),
    couponOf: (code) => COUPONS.getByName(code),
    taxes,
  }
}

function nameOf({ id: { name } }: DurableObjectState): string {
  if (name === undefined) throw new Error("a checkout lane is reached by its name")
  return name
}

/** The buyer's place in the sale is free. When this is lost it comes free by itself, with the end of their pass. */
async function leaveSale(
  { ROOM }: Pick<CheckoutBindings, "ROOM">,
  { saleId, subject, items }: Order,
): Promise<void> {
  if (saleId === null) return
  const units = items.reduce((sum, { quantity }) => sum + quantity, 0)
  try {
    await ROOM.getByName(saleId).leave({ subject, atMs: Date.now(), units, end: "bought" })
  } catch (error) {
    console.warn(JSON.stringify({ level: "warn", event: "sale_not_left", saleId, message: String(error) }))
  }
}
