import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import type { OrderMessage } from "./order-message.ts"
import { OrderBook } from "./order-book.ts"
import { OutboxBook } from "./outbox-book.ts"
import { OutboxSender } from "./outbox-sender.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"
import { plainLine, plainTotals } from "./totals.ts"

/** For tests: the way of orders from one lane to Postgres. */

export const STEP_MS = 100

/** How long the consumer puts a message back for while Postgres is away. */
const PUT_BACK_MS = 5_000

interface Faults {
  lose: number
  double: number
  /** How much later than the rest a message may come. */
  lateMs: number
}

export const NO_FAULTS: Faults = { lose: 0, double: 0, lateMs: 0 }

/** One lane, a queue with faults, and a Postgres that may be away, on one clock. */
export class Way {
  nowMs = 1_000_000
  isPostgresUp = true
  /** Orders that are written in a second, at most. */
  writesPerSecond = Infinity
  readonly written = new Map<string, number>()
  readonly sentIds = new Set<string>()
  sentMessages = 0
  sentSnapshots = 0
  /** The most the queue held at once: messages, orders in them, and their size as JSON. */
  readonly peak = { messages: 0, orders: 0, bytes: 0 }
  readonly book: OrderBook
  readonly outbox: OutboxBook
  sender: OutboxSender
  private readonly sql = new MemorySql()
  private readonly queue: { message: OrderMessage; atMs: number; bytes: number }[] = []
  private readonly random: () => number
  private readonly faults: Faults
  private orders = 0

  constructor(faults: Faults = NO_FAULTS, random: () => number = () => 0) {
    this.faults = faults
    this.random = random
    applyMigrations(this.sql, CHECKOUT_MIGRATIONS)
    this.outbox = new OutboxBook(this.sql)
    this.book = new OrderBook(this.sql, this.outbox)
    this.sender = this.newSender()
  }

  private newSender(): OutboxSender {
    return new OutboxSender({
      outbox: this.outbox,
      transaction: (closure) => this.sql.transactionSync(closure),
      send: (messages) => this.take(messages),
      lane: () => "lane-0",
      now: () => this.nowMs,
    })
  }

  /** The object was put away: what it kept in memory is gone. */
  restart(): void {
    this.sender = this.newSender()
  }

  addOrder(): string {
    const orderId = `order-${++this.orders}`
    const items = [plainLine({ sku: "A", quantity: 1, unitPriceCents: 500 })]
    this.book.insert(
      {
        orderId,
        orderNumber: orderId,
        requestDigest: "",
        subject: "s",
        email: "ann@example.com",
        shippingAddress: null,
        holdId: `hold-${orderId}`,
      },
      this.nowMs,
      this.nowMs,
    )
    const totals = plainTotals(items)
    this.book.change(
      orderId,
      { status: "inventory_reserved", items, totals, totalCents: totals.subtotalCents, currency: "EUR" },
      this.nowMs,
    )
    return orderId
  }

  private take(messages: OrderMessage[]): Promise<void> {
    for (const message of messages) {
      this.sentMessages++
      this.sentSnapshots += message.snapshots.length
      for (const { order } of message.snapshots) this.sentIds.add(order.orderId)
      if (this.random() < this.faults.lose) continue
      const copies = this.random() < this.faults.double ? 2 : 1
      const bytes = JSON.stringify(message).length
      for (let copy = 0; copy < copies; copy++)
        this.queue.push({ message, atMs: this.nowMs + Math.round(this.random() * this.faults.lateMs), bytes })
    }
    const sum = (of: (entry: (typeof this.queue)[number]) => number) =>
      this.queue.reduce((total, entry) => total + of(entry), 0)
    this.peak.messages = Math.max(this.peak.messages, this.queue.length)
    this.peak.orders = Math.max(
      this.peak.orders,
      sum(({ message }) => message.snapshots.length),
    )
    this.peak.bytes = Math.max(
      this.peak.bytes,
      sum(({ bytes }) => bytes),
    )
    return Promise.resolve()
  }

  private consume(): void {
    let room = this.writesPerSecond * (STEP_MS / 1000)
    for (const entry of this.queue.filter(({ atMs }) => atMs <= this.nowMs)) {
      if (!this.isPostgresUp) {
        entry.atMs = this.nowMs + PUT_BACK_MS
        continue
      }
      if (room <= 0) return
      room -= entry.message.snapshots.length
      this.queue.splice(this.queue.indexOf(entry), 1)
      const versions = entry.message.snapshots.map(({ order: { orderId, version } }) => ({
        orderId,
        version,
      }))
      for (const { orderId, version } of versions)
        this.written.set(orderId, Math.max(version, this.written.get(orderId) ?? 0))
      this.sender.acknowledge(versions)
    }
  }

  /** Lets time pass with the object's alarm and the consumer at work, in steps while orders come. */
  async pass(ms: number, eachStep?: () => void): Promise<void> {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += eachStep ? STEP_MS : Math.min(endMs - this.nowMs, this.idleMs())
      eachStep?.()
      const nextMs = this.sender.nextMs()
      if (nextMs !== null && nextMs <= this.nowMs) await this.sender.send()
      this.consume()
    }
  }

  /** How long nothing happens, a step at least. */
  private idleMs(): number {
    const nextMs = Math.min(this.sender.nextMs() ?? Infinity, ...this.queue.map(({ atMs }) => atMs))
    return Math.max(STEP_MS, nextMs - this.nowMs)
  }

  get waiting(): number {
    return this.outbox.depth().orders
  }
}

/** A tenth of a second's orders at so many a second. */
export function arrivals(way: Way, perSecond: number): () => void {
  let owed = 0
  return () => {
    for (owed += perSecond * (STEP_MS / 1000); owed >= 1; owed--) way.addOrder()
  }
}
