import { MemorySql } from "../../memory-sql.ts"
import { applyMigrations } from "../../sqlite.ts"
import { Ledger } from "../../stock/ledger.ts"
import { STOCK_MIGRATIONS } from "../../stock/schema.ts"
import type { OrderRefund } from "../contract.ts"
import { Fulfilment } from "./fulfilment.ts"
import { afterRefund } from "../heard-payment.ts"
import { OrderBook } from "../order-book.ts"
import { OutboxBook } from "../outbox-book.ts"
import type { NewRefund, RefundAnswer } from "../payments.ts"
import { RefundBook } from "./refund-book.ts"
import type { RefundParts } from "./refunds.ts"
import { CHECKOUT_MIGRATIONS } from "../schema.ts"
import { plainLine, plainTotals } from "../totals.ts"
import { chanceFrom } from "../../../waiting-room/chance.ts"

export const UNITS = 10
export const PRICE_CENTS = 1_000
export const TOTAL_CENTS = 4 * PRICE_CENTS

export const TERMS = {
  unitPriceCents: PRICE_CENTS,
  currency: "EUR",
  perCustomerLimit: 3,
  holdSeconds: 60,
  opensAtMs: null,
  closesAtMs: null,
}

/** For tests: one paid order of three A and one B, its ledgers, and a provider with books of its own. */
export class SampleShop {
  nowMs = 1_000_000
  faultRate = 0
  statusOfRefunds: OrderRefund["status"] = "succeeded"
  /** The provider makes each refund, answers with an error, and repeats that under its key. */
  keepsErrors = false
  readonly sql = new MemorySql()
  book: OrderBook
  readonly ledgers = new Map<string, Ledger>()
  readonly given = new Map<string, number>()
  readonly random: () => number
  readonly requests: RefundBook
  fulfilment: Fulfilment
  private generation = 0

  constructor(seed = 1) {
    this.random = chanceFrom(seed)
    applyMigrations(this.sql, CHECKOUT_MIGRATIONS)
    this.book = this.newBook()
    for (const sku of ["A", "B"]) this.ledgers.set(sku, this.stocked(sku))
    this.pay()
    this.requests = new RefundBook(this.sql)
    this.fulfilment = this.started()
  }

  /** What was under way is lost with the instance; its books are not. */
  crash(): void {
    this.fulfilment = this.started()
  }

  /** Changes the tables behind the book's back, as nobody may but a test. */
  rewrite(statement: string): void {
    this.sql.exec(statement)
    this.book = this.newBook()
    this.crash()
  }

  private newBook(): OrderBook {
    return new OrderBook(this.sql, new OutboxBook(this.sql))
  }

  private started(): Fulfilment {
    const mine = ++this.generation
    const dead = new Promise<never>(() => undefined)
    const alive = <T>(work: Promise<T>): Promise<T> =>
      work.then(
        (value) => (mine === this.generation ? value : dead),
        (error: unknown) => (mine === this.generation ? Promise.reject(error as Error) : dead),
      )
    return new Fulfilment({
      book: this.book,
      requests: this.requests,
      stock: {
        getByName: (sku) => ({
          returnUnits: (...asked) => alive(this.stock.getByName(sku).returnUnits(...asked)),
        }),
      },
      payments: { refund: (refund) => alive(this.giveBack(refund)) },
      receive: (sku, units) => alive(this.faulty(() => this.ledgers.get(sku)?.receive(units, this.nowMs))),
      atomically: (work) => this.book.orForget(() => this.sql.transactionSync(work)),
      now: () => this.nowMs,
      random: this.random,
      saga: { drive: () => Promise.resolve() },
    })
  }

  private stocked(sku: string): Ledger {
    const sql = new MemorySql()
    applyMigrations(sql, STOCK_MIGRATIONS)
    const ledger = new Ledger(sql)
    ledger.setOpenTerms(TERMS)
    ledger.receive({ id: "first", delta: UNITS, reason: sku }, 0)
    return ledger
  }

  private pay(): void {
    const holdId = "o1~A~B"
    const lines = [plainLine({ sku: "A", quantity: 3, unitPriceCents: PRICE_CENTS })]
    lines.push(plainLine({ sku: "B", quantity: 1, unitPriceCents: PRICE_CENTS }))
    for (const { sku, quantity } of lines) {
      this.ledgers.get(sku)?.hold({ holdId, pool: "open", customer: "ann", quantity }, this.nowMs)
      this.ledgers.get(sku)?.sell(holdId, "o1", this.nowMs)
    }
    this.book.insert(
      {
        orderId: "o1",
        orderNumber: "1",
        requestDigest: "",
        subject: "ann",
        email: "a@b.example",
        shippingAddress: null,
        holdId,
      },
      this.nowMs,
      this.nowMs,
    )
    const facts = { items: lines, totals: plainTotals(lines), totalCents: TOTAL_CENTS, currency: "EUR" }
    for (const change of [
      { status: "inventory_reserved", ...facts },
      { intentId: "pi_1", payment: "requires_payment" },
      { status: "payment_authorized", payment: "authorized" },
      { stock: "sold" },
      { status: "confirmed", payment: "captured" },
    ] as const)
      this.book.change("o1", change, this.nowMs)
  }

  private async faulty<T>(work: () => T): Promise<T> {
    await Promise.resolve()
    if (this.random() < this.faultRate) throw new Error("lost on the way there")
    const result = work()
    await Promise.resolve()
    if (this.random() < this.faultRate) throw new Error("lost on the way back")
    return result
  }

  private readonly stock: RefundParts["stock"] = {
    getByName: (sku) => {
      const ledger = this.ledgers.get(sku)
      if (!ledger) throw new Error(`no ledger ${sku}`)
      return { returnUnits: (...asked) => this.faulty(() => ledger.returnUnits(...asked)) }
    },
  }

  private async giveBack({ refundKey, amountCents }: NewRefund): Promise<RefundAnswer> {
    try {
      return await this.faulty((): RefundAnswer => {
        const refundId = `re_${refundKey}`
        if (!this.given.has(refundId)) {
          if (this.givenCents + amountCents > TOTAL_CENTS)
            return { outcome: "refused", code: "charge_already_refunded", message: "nothing left" }
          this.given.set(refundId, amountCents)
        }
        if (this.keepsErrors) return { outcome: "unavailable", message: "a 500 that is kept under its key" }
        return { outcome: "ok", refund: { refundId, amountCents, status: this.statusOfRefunds } }
      })
    } catch {
      return { outcome: "unavailable", message: "no answer" }
    }
  }

  /** What the provider's webhook says of a refund that was asked for here. */
  hear(refundKey: string, status: OrderRefund["status"] = "succeeded"): boolean {
    const refundId = `re_${refundKey}`
    const amountCents = this.given.get(refundId) ?? 0
    const refund = { refundId, amountCents, status, atMs: this.nowMs }
    const change = afterRefund(this.order, refund)
    if (change) this.book.change("o1", change, this.nowMs)
    return this.fulfilment.hear("o1", refundKey, refund)
  }

  get givenCents(): number {
    return [...this.given.values()].reduce((sum, cents) => sum + cents, 0)
  }

  get order() {
    const order = this.book.find("o1")
    if (!order) throw new Error("no order")
    return order
  }

  sold(sku: string): number {
    return this.ledgers.get(sku)?.counts().sold ?? -1
  }

  /** The alarm, until nothing is due. */
  async settle(): Promise<void> {
    this.faultRate = 0
    for (let round = 0; this.requests.nextDueMs() !== null; round++) {
      if (round > 100) throw new Error("the refunds do not come to rest")
      this.nowMs += 60_000
      await Promise.all(this.fulfilment.driveDue(10))
    }
  }
}
