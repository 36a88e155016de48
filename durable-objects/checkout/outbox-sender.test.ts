import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import type { OrderMessage } from "./contract.ts"
import { OrderBook } from "./order-book.ts"
import { OutboxBook } from "./outbox-book.ts"
import { OutboxSender } from "./outbox-sender.ts"
import {
  OUTBOX_BATCH_MAX,
  OUTBOX_PROBE_MS,
  OUTBOX_RESEND_MAX_MS,
  OUTBOX_WINDOW_MAX,
  resendAfterMs,
} from "./outbox.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"
import { plainLine, plainTotals } from "./totals.ts"

const STEP_MS = 100

/** How long the consumer puts a message back for while Postgres is away. */
const PUT_BACK_MS = 5_000

interface Faults {
  lose: number
  double: number
  /** How much later than the rest a message may come. */
  lateMs: number
}

const NO_FAULTS: Faults = { lose: 0, double: 0, lateMs: 0 }

/** mulberry32: small, seeded, good enough to shake things. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One lane, a queue with faults, and a Postgres that may be away, on one clock. */
class Way {
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
function arrivals(way: Way, perSecond: number): () => void {
  let owed = 0
  return () => {
    for (owed += perSecond * (STEP_MS / 1000); owed >= 1; owed--) way.addOrder()
  }
}

describe("an order that is not acknowledged", () => {
  it("is sent again after 15 s, then ever more rarely, and never more rarely than once a minute", () => {
    expect([0, 1, 2, 3, 50, 5_000].map(resendAfterMs)).toEqual([
      15_000, 30_000, 60_000, 60_000, 60_000, 60_000,
    ])
  })

  it("does not keep others from being sent", async () => {
    const way = new Way()
    const stuck = way.addOrder()
    const acknowledge = way.sender.acknowledge.bind(way.sender)
    way.sender.acknowledge = (versions) => acknowledge(versions.filter(({ orderId }) => orderId !== stuck))
    await way.pass(60_000, arrivals(way, 1))
    expect(way.waiting).toBeLessThanOrEqual(2)
    expect(way.written.size).toBeGreaterThan(55)
  })

  it("keeps a new order in a quiet shop waiting for no longer than a probe's interval", async () => {
    const way = new Way({ ...NO_FAULTS, lose: 1 }, () => 0)
    way.addOrder()
    await way.pass(600_000)
    expect(way.sentMessages).toBeLessThanOrEqual(2 + 600_000 / OUTBOX_RESEND_MAX_MS)
    const late = way.addOrder()
    await way.pass(OUTBOX_PROBE_MS + 2 * STEP_MS)
    expect(way.sentIds).toContain(late)
  })
})

describe("hazard 21", () => {
  it("an acknowledgement that overtakes the lane's own note of having sent leaves nothing to send", async () => {
    const way = new Way()
    const orderId = way.addOrder()
    // The consumer is done before the queue has even answered the lane.
    const sender = new OutboxSender({
      outbox: way.outbox,
      transaction: (closure) => closure(),
      send: async () => sender.acknowledge([{ orderId, version: 2 }]),
      lane: () => "lane-0",
      now: () => way.nowMs,
    })
    await sender.send()
    expect(sender.nextMs()).toBeNull()
    expect(way.waiting).toBe(0)
  })

  it("a version that is written while the one before it is on its way is not taken for sent", async () => {
    const way = new Way()
    const orderId = way.addOrder()
    const sent: number[] = []
    const sender: OutboxSender = new OutboxSender({
      outbox: way.outbox,
      transaction: (closure) => closure(),
      send: async (messages) => {
        sent.push(...messages.flatMap(({ snapshots }) => snapshots.map(({ order }) => order.version)))
        if (sent.length === 1)
          way.book.change(orderId, { intentId: "pi_1", payment: "requires_payment" }, way.nowMs)
        await Promise.resolve()
      },
      lane: () => "lane-0",
      now: () => way.nowMs,
    })
    await sender.send()
    sender.acknowledge([{ orderId, version: 2 }])
    way.nowMs += 1_000
    await sender.send()
    expect(sent).toEqual([2, 3])
    expect(way.waiting).toBe(1)
  })
})

describe("with Postgres away for ten minutes of a running sale", () => {
  /** 290 orders a second over the eight lanes of one machine. */
  const PER_SECOND = 290 / 8
  /** What a lane gets of a writer that takes 4,000 orders a second. */
  const WRITES_PER_SECOND = 500

  it("the queue holds a window of orders and single probes; all land within a minute of its return", async () => {
    const way = new Way()
    way.writesPerSecond = WRITES_PER_SECOND
    const arrive = arrivals(way, PER_SECOND)
    await way.pass(5_000, arrive)
    way.isPostgresUp = false
    const sentBefore = way.sentMessages
    await way.pass(600_000, arrive)
    const away = way.sentMessages - sentBefore
    expect(way.waiting).toBeGreaterThan(PER_SECOND * 599)
    // Before it is silent: what the window takes in 15 s, a message each tenth of a second.
    expect(away).toBeLessThanOrEqual(15_000 / STEP_MS + 1 + 600_000 / OUTBOX_PROBE_MS)
    expect(way.peak.orders).toBeLessThanOrEqual(OUTBOX_WINDOW_MAX + 600_000 / OUTBOX_PROBE_MS)
    expect(way.peak.bytes).toBeLessThan(2_000_000)
    way.isPostgresUp = true
    await way.pass(60_000)
    expect(way.waiting).toBe(0)
    expect(way.written.size).toBe(Math.floor(PER_SECOND * 605))
    // Beside what was out when it came back, nothing is sent twice.
    expect(way.sentSnapshots).toBeLessThanOrEqual(way.written.size + 2 * OUTBOX_WINDOW_MAX)
  })

  it("an object that is put away all the while sends no more than one probe each time it comes back", async () => {
    const way = new Way()
    way.isPostgresUp = false
    for (let order = 0; order < OUTBOX_BATCH_MAX; order++) way.addOrder()
    await way.pass(14_000)
    const before = way.sentSnapshots
    expect(before).toBe(OUTBOX_BATCH_MAX)
    for (let start = 0; start < 50; start++) {
      way.restart()
      await way.pass(1_000)
    }
    expect(way.sentSnapshots - before).toBeLessThanOrEqual(50)
  })
})

describe("over a queue that loses, doubles and reorders", () => {
  it("every order lands in its newest version, and nothing is left to send", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          lose: fc.double({ min: 0, max: 0.6, noNaN: true }),
          double: fc.double({ min: 0, max: 0.5, noNaN: true }),
          lateMs: fc.nat(40_000),
        }),
        fc.nat(),
        fc.array(
          fc.record({ orders: fc.nat(40), waitMs: fc.nat(30_000), restart: fc.boolean(), up: fc.boolean() }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        async (faults, seed, acts) => {
          const way = new Way(faults, randomOf(seed))
          const versions = new Map<string, number>()
          for (const { orders, waitMs, restart, up } of acts) {
            way.isPostgresUp = up
            for (let order = 0; order < orders; order++) versions.set(way.addOrder(), 2)
            await way.pass(waitMs)
            for (const orderId of [...versions.keys()].slice(-3))
              versions.set(orderId, way.book.change(orderId, { declineMessage: "no" }, way.nowMs).version)
            if (restart) way.restart()
          }
          way.isPostgresUp = true
          // At the worst loss that is tried, one in four billion orders needs more sends than this time has.
          await way.pass(45 * OUTBOX_RESEND_MAX_MS)
          expect(way.waiting).toBe(0)
          expect(way.written).toEqual(versions)
        },
      ),
      { numRuns: 40 },
    )
  })
})
