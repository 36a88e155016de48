import { describe, expect, it } from "vitest"
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
import { PLAIN_PRICES } from "./sample-prices.ts"
import { Saga } from "./saga.ts"
import type { SagaParts } from "./saga.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"

const PRICE = 2_000
const UNITS = 100
const ADDRESS = { name: "A", line1: "B 1", city: "C", postalCode: "1", country: "DE" }

const SINGLE_USE: CouponTerms = {
  code: "ONCE",
  discount: { kind: "percent", ratePer100k: 25_000 },
  minimum: null,
  startsAtMs: null,
  endsAtMs: null,
  usesMax: 1,
  usesPerCustomerMax: null,
}

const RULES: PriceRules = {
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
    pricesIncludeTax: false,
    homeCountry: null,
    shippingTaxClass: "standard",
    rates: [{ country: "DE", region: null, taxClass: "standard", ratePer100k: 19_000 }],
  },
}

/** A lane with one SKU and the coupon `ONCE`, on a clock that moves a millisecond with each look. */
class Shop {
  nowMs = 1_000_000
  rules = NO_RULES
  /** Makes the next call of the coupon fail, before or after it did what it was asked. */
  fault: "before" | "after" | null = null
  readonly sql = new MemorySql()
  readonly book: OrderBook
  readonly returns: CouponReturns
  readonly ledger: Ledger
  readonly coupon: CouponBook
  private readonly parts: OpenParts
  private readonly saga: Saga

  constructor() {
    const couponSql = new MemorySql()
    applyMigrations(couponSql, COUPON_MIGRATIONS)
    this.coupon = new CouponBook(couponSql)
    this.coupon.create(SINGLE_USE)
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
    const parts = {
      book,
      inbox: new InboxBook(this.sql),
      stock,
      payments: PAYMENTS,
      confirmed: () => undefined,
      now,
      random: () => 0.5,
    }
    this.saga = new Saga(parts)
    const prices = {
      rules: () => Promise.resolve(this.rules),
      couponOf: (code: string) => this.couponOf(code),
    }
    this.parts = { book, stock, prices, saga: this.saga, now }
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

const PAYMENTS = {
  createIntent: async ({
    orderId,
    amountCents,
    currency,
  }: {
    orderId: string
    amountCents: number
    currency: string
  }) => ({
    outcome: "ok",
    intent: {
      intentId: `pi_${orderId}`,
      state: "requires_payment",
      clientSecret: `pi_${orderId}_secret`,
      amountCents,
      currency,
      declineMessage: null,
    },
  }),
  capture: async () => NO_ANSWER,
  cancel: async () => NO_ANSWER,
  retrieve: async () => NO_ANSWER,
} as unknown as SagaParts["payments"]

function command(orderId: string, changes: Partial<OpenCheckout> = {}): OpenCheckout {
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

function refusalOf(outcome: OpenOutcome): string | null {
  return outcome.outcome === "refused" ? outcome.refusal : null
}

describe("an order's price", () => {
  it("is its lines' sum when the shop has no rules", async () => {
    const outcome = await new Shop().open(command("o1"))
    expect(outcome).toMatchObject({
      outcome: "opened",
      order: { totalCents: 2 * PRICE, shippingMethod: null, couponCode: null },
    })
  })

  it("has discount, shipping and tax, and is what the payment is asked for", async () => {
    const shop = new Shop()
    shop.rules = RULES
    const outcome = await shop.open(command("o1", { couponCode: "ONCE", shippingMethod: "parcel" }))
    expect(outcome).toMatchObject({
      outcome: "opened",
      order: {
        totals: {
          subtotalCents: 4_000,
          discountCents: 1_000,
          shippingCents: 490,
          taxCents: 570 + 93,
          pricesIncludeTax: false,
        },
        totalCents: 3_000 + 490 + 663,
        items: [{ sku: "A", quantity: 2, unitPriceCents: PRICE, discountCents: 1_000, taxCents: 570 }],
        shippingMethod: { id: "parcel", title: "Parcel" },
        couponCode: "ONCE",
      },
    })
  })

  it("that is refused leaves a hold that was brought along to the next try", async () => {
    const shop = new Shop()
    shop.rules = RULES
    const hold = { holdId: shop.hold("h1") }
    const refused = async (orderId: string, changes: Partial<OpenCheckout>) =>
      refusalOf(await shop.open(command(orderId, { hold, ...changes })))
    expect(await refused("o1", { couponCode: "NONE" })).toBe("coupon_invalid")
    expect(await refused("o2", { shippingAddress: { ...ADDRESS, country: "AU" } })).toBe(
      "shipping_unavailable",
    )
    expect(await refused("o3", { shippingMethod: "balloon", couponCode: "ONCE" })).toBe(
      "shipping_unavailable",
    )
    await shop.deliverReturns()
    expect(shop.uses()).toBe(0)
    expect(shop.book.find("o1")).toBeNull()
    expect(await refused("o4", { couponCode: "ONCE" })).toBeNull()
  })

  it("that is refused leaves nothing held, and the same key may try again", async () => {
    const shop = new Shop()
    shop.coupon.replace({ ...SINGLE_USE, endsAtMs: 0 })
    expect(refusalOf(await shop.open(command("o1", { couponCode: "ONCE" })))).toBe("coupon_invalid")
    expect(shop.ledger.counts().available).toBe(UNITS)
    shop.coupon.replace(SINGLE_USE)
    expect(refusalOf(await shop.open(command("o1", { couponCode: "ONCE" })))).toBeNull()
  })

  it("gives the coupon back when the hold turns out to be gone", async () => {
    const shop = new Shop()
    const held = command("o1", { hold: { holdId: "h9~A" }, couponCode: "ONCE" })
    expect(refusalOf(await shop.open(held))).toBe("hold_not_found")
    const holdId = shop.hold("h1")
    shop.ledger.claim(holdId, "s", "another", shop.now())
    expect(refusalOf(await shop.open(command("o2", { hold: { holdId }, couponCode: "ONCE" })))).toBe(
      "hold_in_use",
    )
    expect(shop.uses()).toBe(1)
    await shop.deliverReturns()
    expect(shop.uses()).toBe(0)
  })
})

describe("an order's weight and tax class", () => {
  it("are those of the goods' terms, for a hold of its own as for one that was brought along", async () => {
    const shop = new Shop()
    const [parcel] = RULES.shipping
    if (!parcel) throw new Error("the rules have a way of shipping")
    const bands = [
      { upToGrams: 1_000, priceCents: 490 },
      { upToGrams: 5_000, priceCents: 990 },
    ]
    const books = { country: "DE", region: null, taxClass: "books", ratePer100k: 7_000 }
    shop.rules = {
      ...RULES,
      shipping: [{ ...parcel, bands }],
      taxes: { ...RULES.taxes, rates: [...RULES.taxes.rates, books] },
    }
    shop.setGoods({ weightGrams: 800, taxClass: "books" })
    const totals = { shippingCents: 990, taxCents: 280 + 188 }
    for (const hold of [command("").hold, { holdId: shop.hold("h1") }]) {
      const outcome = await shop.open(command(`o${JSON.stringify(hold).length}`, { hold }))
      expect(outcome).toMatchObject({ outcome: "opened", order: { totals } })
    }
    shop.setGoods({ weightGrams: 2_501, taxClass: "books" })
    expect(refusalOf(await shop.open(command("heavy")))).toBe("shipping_unavailable")
    expect(shop.ledger.counts().held).toBe(4)
  })
})

describe("hazard 22: a single-use coupon", () => {
  it("is used by one of 50 orders that come at once, and by another when that one is cancelled", async () => {
    const shop = new Shop()
    const ids = Array.from({ length: 50 }, (_, index) => `o${index}`)
    const outcomes = await Promise.all(ids.map((id) => shop.open(command(id, { couponCode: "ONCE" }))))
    const opened = outcomes.flatMap((outcome) =>
      outcome.outcome === "opened" ? [outcome.order.orderId] : [],
    )
    expect(opened).toHaveLength(1)
    expect(outcomes.filter((outcome) => refusalOf(outcome) === "coupon_used_up")).toHaveLength(49)
    expect(shop.ledger.counts().held).toBe(2)
    await shop.deliverReturns()
    expect(shop.uses()).toBe(1)
    shop.cancel(opened[0] ?? "")
    await shop.deliverReturns()
    expect(shop.uses()).toBe(0)
    expect(refusalOf(await shop.open(command("next", { couponCode: "ONCE" })))).toBeNull()
    expect(refusalOf(await shop.open(command("last", { couponCode: "ONCE" })))).toBe("coupon_used_up")
  })

  it("comes back with a refund of the whole order, once", async () => {
    const shop = new Shop()
    await shop.open(command("o1", { couponCode: "ONCE" }))
    shop.pay("o1")
    await shop.deliverReturns()
    expect(shop.uses()).toBe(1)
    shop.refund("o1")
    shop.fault = "after"
    await shop.deliverReturns()
    expect(shop.returns.nextMs()).toBeGreaterThan(shop.nowMs)
    await shop.open(command("o2", { couponCode: "ONCE" }))
    shop.nowMs += 1_000
    await shop.deliverReturns()
    expect(shop.returns.nextMs()).toBeNull()
    // The first order's return was heard twice, and took nothing from the second.
    expect(shop.uses()).toBe(1)
  })

  it("is not lost when the lane dies between counting it and writing its order", async () => {
    for (const fault of ["before", "after"] as const) {
      const shop = new Shop()
      shop.fault = fault
      await expect(shop.open(command("o1", { couponCode: "ONCE" }))).rejects.toThrow("lost on the way")
      expect(shop.uses()).toBe(fault === "after" ? 1 : 0)
      await shop.drive("o1")
      expect(shop.book.find("o1")).toBeNull()
      await shop.deliverReturns()
      expect(shop.uses()).toBe(0)
    }
  })

  it("is counted once when a checkout that lost its answer is sent again", async () => {
    const shop = new Shop()
    shop.fault = "after"
    await expect(shop.open(command("o1", { couponCode: "ONCE" }))).rejects.toThrow("lost on the way back")
    expect(refusalOf(await shop.open(command("o1", { couponCode: "ONCE" })))).toBeNull()
    await shop.deliverReturns()
    expect(shop.uses()).toBe(1)
  })
})
