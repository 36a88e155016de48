import { MemorySql } from "../memory-sql.ts"
import { NO_RULES } from "../prices/contract.ts"
import type { PriceRules } from "../prices/contract.ts"
import type { CouponApi, CouponTerms } from "../prices/coupon/contract.ts"
import { CouponBook } from "../prices/coupon/coupon-book.ts"
import { COUPON_MIGRATIONS } from "../prices/coupon/schema.ts"
import { applyMigrations } from "../sqlite.ts"
import type { HoldCommand, PoolTerms } from "../stock/contract.ts"
import type { StockObjects } from "../stock/hold-items.ts"
import { Ledger } from "../stock/ledger.ts"
import { STOCK_MIGRATIONS } from "../stock/schema.ts"
import type { OpenCheckout, OpenOutcome } from "./contract.ts"
import { CouponReturns } from "./coupon-returns.ts"
import { InboxBook } from "./inbox-book.ts"
import { openCheckout } from "./open-checkout.ts"
import type { OpenParts } from "./open-checkout.ts"
import { OrderBook } from "./order-book.ts"
import { OutboxBook } from "./outbox-book.ts"
import type { NewIntent } from "./payments.ts"
import { PLAIN_PRICES } from "./sample-prices.ts"
import { Saga } from "./saga.ts"
import type { SagaParts } from "./saga.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"
import { CalculationBook } from "./tax/calculation-book.ts"
import type { TaxAnswer, TaxAsk } from "./tax/taxes.ts"

export const PRICE = 2_000
export const UNITS = 100
export const ADDRESS = { name: "A", line1: "B 1", city: "C", postalCode: "1", country: "DE" }

export const SINGLE_USE: CouponTerms = {
  code: "ONCE",
  discount: { kind: "percent", ratePer100k: 25_000 },
  minimum: null,
  startsAtMs: null,
  endsAtMs: null,
  usesMax: 1,
  usesPerCustomerMax: null,
}

export const RULES: PriceRules = {
  version: 1,
  hasCoupons: true,
  shipping: [
    {
      id: "parcel",
      title: "Parcel",
      countries: ["DE"],
      currency: "EUR",
      bands: [{ upToGrams: null, priceCents: 490 }],
      freeFromCents: null,
    },
  ],
  taxes: {
    taxProvider: "rates",
    taxCodes: [],
    pricesIncludeTax: false,
    homeCountry: null,
    shippingTaxClass: "standard",
    rates: [{ country: "DE", region: null, taxClass: "standard", ratePer100k: 19_000 }],
  },
}

/** A lane with one SKU and the coupon `ONCE`, on a clock that moves a millisecond with each look. */
export class Shop {
  nowMs = 1_000_000
  rules = NO_RULES
  /** Makes the next call of the coupon fail, before or after it did what it was asked. */
  fault: "before" | "after" | null = null
  /** What Stripe Tax says, and what it was asked. */
  tax: (ask: TaxAsk) => TaxAnswer = () => {
    throw new Error("nobody asks for taxes here")
  }
  readonly taxAsks: TaxAsk[] = []
  /** What payments were asked for. */
  readonly intents: NewIntent[] = []
  readonly sql = new MemorySql()
  readonly book: OrderBook
  readonly returns: CouponReturns
  readonly ledger: Ledger
  readonly coupon: CouponBook
  readonly calculations: CalculationBook
  private readonly parts: OpenParts
  private readonly saga: Saga

  constructor() {
    const couponSql = new MemorySql()
    applyMigrations(couponSql, COUPON_MIGRATIONS)
    this.coupon = new CouponBook(couponSql)
    this.coupon.create(SINGLE_USE, 0)
    const stockSql = new MemorySql()
    applyMigrations(stockSql, STOCK_MIGRATIONS)
    this.ledger = new Ledger(stockSql)
    this.setGoods(undefined)
    this.ledger.receive({ id: "first", delta: UNITS, reason: "" }, 0)
    applyMigrations(this.sql, CHECKOUT_MIGRATIONS)
    this.book = new OrderBook(this.sql, new OutboxBook(this.sql))
    this.returns = new CouponReturns(this.sql)
    const { book, now } = this
    const stock = this.openStock()
    this.calculations = new CalculationBook(this.sql)
    const { calculations } = this
    const parts = {
      book,
      inbox: new InboxBook(this.sql),
      stock,
      payments: paymentsNotedIn(this.intents),
      taxCalculationOf: (orderId: string) => calculations.find(orderId),
      confirmed: () => undefined,
      turn: NO_WAIT,
      now,
      random: () => 0.5,
    }
    this.saga = new Saga(parts)
    const prices = {
      rules: () => Promise.resolve(this.rules),
      couponOf: (code: string) => this.couponOf(code),
      taxes: {
        calculate: async (ask: TaxAsk) => {
          this.taxAsks.push(ask)
          return this.tax(ask)
        },
      },
    }
    this.parts = { book, stock, prices, calculations, saga: this.saga, turn: NO_WAIT, now }
  }

  readonly now = () => this.nowMs++

  setGoods(goods: PoolTerms["goods"]): void {
    this.ledger.setOpenTerms({
      unitPriceCents: PRICE,
      currency: "EUR",
      perCustomerLimit: null,
      holdSeconds: 600,
      opensAtMs: null,
      closesAtMs: null,
      goods,
    })
  }

  open(command: OpenCheckout): Promise<OpenOutcome> {
    return openCheckout(this.parts, command, this.book.find(command.orderId))
  }

  hold(holdKey: string): string {
    const holdId = `${holdKey}~A`
    this.ledger.hold({ holdId, pool: "open", customer: "s", quantity: 2 }, this.now())
    return holdId
  }

  cancel(orderId: string): void {
    this.book.change(orderId, { status: "cancelled" }, this.now())
  }

  /** Authorized, settled, captured. */
  pay(orderId: string): void {
    this.book.change(orderId, { status: "payment_authorized", payment: "authorized" }, this.now())
    this.book.change(orderId, { stock: "sold" }, this.now())
    this.book.change(orderId, { status: "confirmed", payment: "captured" }, this.now())
  }

  refund(orderId: string): void {
    this.book.change(orderId, { status: "refunded", payment: "refunded" }, this.now())
  }

  deliverReturns(): Promise<void> {
    return this.returns.deliver(
      (code) => this.couponOf(code),
      this.now,
      () => 0.5,
    )
  }

  uses(): number {
    return this.coupon.read()?.uses ?? 0
  }

  /** As the alarm does after the lane died. */
  drive(orderId: string): Promise<void> {
    return this.saga.drive(orderId)
  }

  private couponOf(code: string): Pick<CouponApi, "reserve" | "giveBack"> {
    const ask = async <Answer>(work: () => Answer): Promise<Answer> => {
      await Promise.resolve()
      const fault = this.fault
      this.fault = null
      if (fault === "before") throw new Error("lost on the way there")
      const answer = work()
      if (fault === "after") throw new Error("lost on the way back")
      return answer
    }
    if (code !== "ONCE") return PLAIN_PRICES.couponOf(code)
    return {
      reserve: (use) => ask(() => this.coupon.reserve(use, this.now())),
      giveBack: (useId) => ask(() => this.coupon.giveBack(useId)),
    }
  }

  private openStock(): StockObjects {
    const { ledger, now } = this
    const calls = {
      hold: async (asked: HoldCommand) => ledger.hold(asked, now()),
      undo: async (holdId: string, customer: string) => ledger.undo(holdId, customer),
      release: async (holdId: string, customer: string, orderId?: string) =>
        ledger.release(holdId, customer, now(), orderId),
      claim: async (holdId: string, customer: string, orderId: string) =>
        ledger.claim(holdId, customer, orderId, now()),
      sell: async (holdId: string, orderId: string) => ledger.sell(holdId, orderId, now()),
      extend: async (holdId: string, orderId: string, untilMs: number) =>
        ledger.extend(holdId, orderId, untilMs, now()),
      returnUnits: async (holdId: string, orderId: string) => ledger.returnUnits(holdId, orderId),
      readHold: async (holdId: string, customer: string) => {
        const hold = ledger.findHold(holdId)
        return hold?.customer === customer ? { ...hold, goods: ledger.goodsOf(hold.pool) } : null
      },
    }
    return {
      getByName: () => calls,
      ledgerOf: (sku) => Promise.resolve(sku),
    }
  }
}

const NO_ANSWER = { outcome: "unavailable", message: "nobody asks" } as const

function paymentsNotedIn(intents: NewIntent[]): SagaParts["payments"] {
  return {
    createIntent: async (asked: NewIntent) => {
      intents.push(asked)
      const { orderId, amountCents, currency } = asked
      const intentId = `pi_${orderId}`
      const untouched = { state: "requires_payment", capturedCents: 0, declineMessage: null } as const
      const intent = { intentId, clientSecret: `${intentId}_secret`, amountCents, currency, ...untouched }
      return { outcome: "ok", intent }
    },
    capture: async () => NO_ANSWER,
    cancel: async () => NO_ANSWER,
    retrieve: async () => NO_ANSWER,
    refund: async () => NO_ANSWER,
    refundsOf: async () => NO_ANSWER,
  }
}

export function command(orderId: string, changes: Partial<OpenCheckout> = {}): OpenCheckout {
  return {
    orderId,
    orderNumber: orderId,
    requestDigest: orderId,
    subject: "s",
    email: "Ada@Example.com",
    shippingAddress: ADDRESS,
    hold: { items: [{ sku: "A", quantity: 2 }], saleId: null },
    ...changes,
  }
}

export function refusalOf(outcome: OpenOutcome): string | null {
  return outcome.outcome === "refused" ? outcome.refusal : null
}

const NO_WAIT = () => Promise.resolve()
