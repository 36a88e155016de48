import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import type { PaymentNews } from "./contract.ts"
import { InboxBook } from "./inbox-book.ts"
import { OrderBook } from "./order-book.ts"
import { OutboxBook } from "./outbox-book.ts"
import type { Payments } from "./payments.ts"
import { reserve } from "./reserve.ts"
import { Saga } from "./saga.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"
import { plainLine, plainTotals, totalOf } from "./totals.ts"
import type { World } from "./simulated-world.ts"

/** For the simulation: a lane that crashes, of which only the tables are left. */
export class Lane {
  readonly sql = new MemorySql()
  readonly book: OrderBook
  readonly inbox: InboxBook
  /** Orders of which the rooms were told. */
  readonly confirmed: string[] = []
  private readonly world: World
  private saga: Saga
  /** Grows with each crash; what an earlier instance still has under way no longer reaches the books. */
  private generation = 0

  constructor(world: World) {
    this.world = world
    applyMigrations(this.sql, CHECKOUT_MIGRATIONS)
    this.book = new OrderBook(this.sql, new OutboxBook(this.sql))
    this.inbox = new InboxBook(this.sql)
    this.saga = this.newSaga()
  }

  private newSaga(): Saga {
    const { world } = this
    const mine = ++this.generation
    const dead = new Promise<never>(() => undefined)
    const alive = <T>(answer: Promise<T>): Promise<T> =>
      answer.then((value) => (mine === this.generation ? value : dead))
    const payments: Payments = {
      createIntent: (...request) => alive(world.payments.createIntent(...request)),
      capture: (...request) => alive(world.payments.capture(...request)),
      cancel: (...request) => alive(world.payments.cancel(...request)),
      retrieve: (intentId) => alive(world.payments.retrieve(intentId)),
      refund: (refund) => alive(world.payments.refund(refund)),
      refundsOf: (intentId) => alive(world.payments.refundsOf(intentId)),
    }
    return new Saga({
      book: this.book,
      inbox: this.inbox,
      stock: world.stock,
      payments,
      confirmed: ({ orderId }) => this.confirmed.push(orderId),
      turn: () => Promise.resolve(),
      now: () => world.nowMs,
      random: world.random,
    })
  }

  crash(): void {
    this.saga = this.newSaga()
  }

  drive(orderId: string): Promise<void> {
    return this.saga.drive(orderId)
  }

  async open(orderId: string, items: { sku: string; quantity: number }[]): Promise<void> {
    const hold = { items, saleId: null }
    const command = {
      orderId,
      orderNumber: orderId,
      requestDigest: "",
      subject: orderId,
      email: "a@b.example",
      shippingAddress: null,
      hold,
    }
    const holdId = [orderId, ...items.map((item) => item.sku)].join("~")
    this.book.insert({ ...command, holdId }, this.world.nowMs, this.world.nowMs + 1_000)
    const reservation = await reserve(this.world.stock, command)
    if (this.book.find(orderId)?.status !== "created") return
    if (reservation.outcome === "refused") return this.book.forget(orderId)
    const { currency, saleId, holdExpiresAtMs } = reservation
    const lines = reservation.items.map(plainLine)
    const totals = plainTotals(lines)
    const totalCents = totalOf(totals)
    this.book.change(
      orderId,
      { status: "inventory_reserved", items: lines, totals, totalCents, currency, saleId, holdExpiresAtMs },
      this.world.nowMs,
    )
    void this.drive(orderId)
  }

  /** Recorded first; what follows from it may be lost with a crash, and is taken up by whoever drives the order next. */
  deliver(event: World["webhooks"][number]): void {
    const order = this.book.find(event.orderId)
    if (!order) return
    const { type, ...head } = event
    const said = this.world.random() < 0.5
    const news: PaymentNews =
      type === "authorized" || type === "captured"
        ? { type, amountCents: said ? order.totalCents : null, currency: said ? order.currency : null }
        : type === "requires_action"
          ? { type }
          : { type, declineMessage: null }
    this.inbox.record({ ...head, atMs: this.world.nowMs, ...news }, this.world.nowMs)
    if (this.world.random() < 0.1) return this.crash()
    this.saga.hear(event.orderId)
    void this.drive(event.orderId)
  }
}
