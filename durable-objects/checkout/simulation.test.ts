import { describe, expect, it } from "vitest"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import type { PoolTerms } from "../stock/contract.ts"
import type { StockObjects } from "../stock/hold-items.ts"
import { Ledger } from "../stock/ledger.ts"
import { STOCK_MIGRATIONS } from "../stock/schema.ts"
import type { PaymentNews } from "./contract.ts"
import { InboxBook } from "./inbox-book.ts"
import { OrderBook } from "./order-book.ts"
import { OutboxBook } from "./outbox-book.ts"
import type { Intent, NewRefund, PaymentAnswer, Payments, RefundAnswer, RefundsAnswer } from "./payments.ts"
import { reserve } from "./reserve.ts"
import { Saga } from "./saga.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"
import { plainLine, plainTotals, totalOf } from "./totals.ts"
import { chanceFrom } from "../../waiting-room/chance.ts"

/**
 * Whole purchases under seeded faults: the provider fails before or after it did what it was asked, ledgers fail before
 * or after they wrote, webhooks come twice, late, in any order or never, the lane crashes at any await, and the clock
 * jumps. Afterwards an auditor that keeps its own books of money and units compares them with the orders.
 */

const SKUS = ["A", "B", "C"]
const UNITS = 8
const SHOPPERS = 40
const HOLD_MS = 60_000

class World {
  nowMs = 1_000_000
  readonly random: () => number
  faultRate = 0.15
  readonly ledgers = new Map<string, Ledger>()
  readonly intents = new Map<string, Intent & { orderId: string; captures: number; refundedCents: number }>()
  readonly webhooks: {
    eventId: string
    type: "authorized" | "captured" | "failed" | "cancelled" | "requires_action"
    intentId: string
    orderId: string
  }[] = []
  private readonly answers = new Map<string, string>()

  constructor(seed: number) {
    this.random = chanceFrom(seed)
    const terms: PoolTerms = {
      unitPriceCents: 1_000,
      currency: "EUR",
      perCustomerLimit: null,
      holdSeconds: HOLD_MS / 1000,
      opensAtMs: null,
      closesAtMs: null,
    }
    for (const sku of SKUS) {
      const sql = new MemorySql()
      applyMigrations(sql, STOCK_MIGRATIONS)
      const ledger = new Ledger(sql)
      ledger.setOpenTerms(terms)
      ledger.receive({ id: "first", delta: UNITS, reason: "" }, 0)
      this.ledgers.set(sku, ledger)
    }
  }

  /** Fails before the work or after it; either way the caller can't tell which. */
  async faulty<T>(work: () => T): Promise<T> {
    await Promise.resolve()
    if (this.random() < this.faultRate) throw new Error("lost on the way there")
    const result = work()
    await Promise.resolve()
    if (this.random() < this.faultRate) throw new Error("lost on the way back")
    return result
  }

  readonly stock: StockObjects = {
    getByName: (sku) => {
      const ledger = this.ledgers.get(sku)
      if (!ledger) throw new Error(`no ledger ${sku}`)
      return {
        hold: (command) => this.faulty(() => ledger.hold(command, this.nowMs)),
        undo: (holdId, customer) => this.faulty(() => ledger.undo(holdId, customer)),
        release: (holdId, customer, orderId) =>
          this.faulty(() => ledger.release(holdId, customer, this.nowMs, orderId)),
        claim: (holdId, customer, orderId) =>
          this.faulty(() => ledger.claim(holdId, customer, orderId, this.nowMs)),
        sell: (holdId, orderId) => this.faulty(() => ledger.sell(holdId, orderId, this.nowMs)),
        extend: (holdId, orderId, untilMs) =>
          this.faulty(() => ledger.extend(holdId, orderId, untilMs, this.nowMs)),
        returnUnits: (holdId, orderId) => this.faulty(() => ledger.returnUnits(holdId, orderId)),
        readHold: () => Promise.resolve(null),
      }
    },
    ledgerOf: (sku) => Promise.resolve(sku),
  }

  readonly payments: Payments = {
    createIntent: ({ orderId, amountCents, currency }) =>
      this.ask(() => {
        const known = this.answers.get(orderId)
        if (known) return this.intentOf(known)
        const intentId = `pi_${orderId}`
        this.answers.set(orderId, intentId)
        this.intents.set(intentId, {
          intentId,
          orderId,
          amountCents,
          currency,
          state: "requires_payment",
          clientSecret: `${intentId}_s`,
          declineMessage: null,
          capturedCents: 0,
          captures: 0,
          refundedCents: 0,
        })
        return this.intentOf(intentId)
      }),
    capture: (intentId) =>
      this.ask(() => {
        const intent = this.intentOf(intentId)
        if (intent.state === "captured") return { refused: "payment_intent_unexpected_state" }
        if (intent.state !== "authorized") return { refused: "payment_intent_unexpected_state" }
        intent.state = "captured"
        intent.capturedCents = intent.amountCents
        intent.captures++
        this.tell("captured", intentId)
        return intent
      }),
    cancel: (intentId) =>
      this.ask(() => {
        const intent = this.intentOf(intentId)
        if (intent.state === "captured" || intent.state === "cancelled")
          return { refused: "payment_intent_unexpected_state" }
        intent.state = "cancelled"
        this.tell("cancelled", intentId)
        return intent
      }),
    retrieve: (intentId) => this.ask(() => this.intentOf(intentId)),
    refund: (refund) => this.giveMoneyBack(refund),
    refundsOf: (intentId) => this.listRefunds(intentId),
  }

  private readonly refunds = new Map<string, number>()

  /** The same key is the same refund; more than was taken is refused. */
  private async giveMoneyBack(refund: NewRefund): Promise<RefundAnswer> {
    const { intentId, refundKey, amountCents } = refund
    try {
      return await this.faulty((): RefundAnswer => {
        const intent = this.intentOf(intentId)
        const refundId = `re_${intentId}_${refundKey}`
        const refunded = this.refunds.get(refundId)
        if (refunded === undefined) {
          if (intent.state !== "captured" || amountCents > intent.amountCents - intent.refundedCents)
            return { outcome: "refused", code: "charge_already_refunded", message: "nothing to refund" }
          this.refunds.set(refundId, amountCents)
          intent.refundedCents += amountCents
        }
        const status = "succeeded"
        return { outcome: "ok", refund: { refundId, amountCents: refunded ?? amountCents, status } }
      })
    } catch {
      return { outcome: "unavailable", message: "no answer" }
    }
  }

  private async listRefunds(intentId: string): Promise<RefundsAnswer> {
    try {
      return await this.faulty((): RefundsAnswer => {
        const made = [...this.refunds].filter(([refundId]) => refundId.startsWith(`re_${intentId}_`))
        const settled = { status: "succeeded", atMs: 0 } as const
        const refunds = made.map(([refundId, amountCents]) => ({ refundId, amountCents, ...settled }))
        return { outcome: "ok", refunds }
      })
    } catch {
      return { outcome: "unavailable", message: "no answer" }
    }
  }

  /** Somebody at the provider's dashboard takes what was set aside, whatever the order thinks of it. */
  captureByHand(): void {
    const open = [...this.intents.values()].filter(({ state }) => state === "authorized")
    const intent = open[Math.floor(this.random() * open.length)]
    if (!intent) return
    intent.state = "captured"
    intent.capturedCents = intent.amountCents
    intent.captures++
    this.tell("captured", intent.intentId)
  }

  /** A shopper at the payment form: pays, is declined, is asked by the bank first, or leaves. */
  confirm(intentId: string): void {
    const intent = this.intentOf(intentId)
    if (intent.state !== "requires_payment") return
    const luck = this.random()
    if (luck > 0.95) this.tell("requires_action", intentId)
    else if (luck < 0.2) {
      intent.declineMessage = "Your card was declined."
      this.tell("failed", intentId)
    } else if (luck < 0.85) {
      intent.state = "authorized"
      this.tell("authorized", intentId)
    }
  }

  private tell(type: World["webhooks"][number]["type"], intentId: string): void {
    const event = {
      eventId: `evt_${this.webhooks.length}_${this.random()}`,
      type,
      intentId,
      orderId: this.intentOf(intentId).orderId,
    }
    const luck = this.random()
    if (luck < 0.2) return
    this.webhooks.push(event)
    if (luck < 0.5) this.webhooks.push(event)
    if (luck > 0.8) this.webhooks.reverse()
  }

  private intentOf(intentId: string) {
    const intent = this.intents.get(intentId)
    if (!intent) throw new Error(`no intent ${intentId}`)
    return intent
  }

  private async ask(work: () => Intent | { refused: string }): Promise<PaymentAnswer> {
    try {
      const result = await this.faulty(work)
      return "refused" in result
        ? { outcome: "refused", code: result.refused, message: result.refused }
        : { outcome: "ok", intent: { ...result } }
    } catch {
      return { outcome: "unavailable", message: "no answer" }
    }
  }
}

class Lane {
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

async function settleMicrotasks(): Promise<void> {
  for (let i = 0; i < 40; i++) await Promise.resolve()
}

async function run(seed: number): Promise<{ world: World; lane: Lane }> {
  const world = new World(seed)
  const lane = new Lane(world)
  for (let i = 0; i < SHOPPERS; i++) {
    const wanted = SKUS.filter(() => world.random() < 0.5)
    const items = (wanted.length > 0 ? wanted : ["A"]).map((sku) => ({
      sku,
      quantity: 1 + Math.floor(world.random() * 2),
    }))
    void lane.open(`o${String(i).padStart(3, "0")}`, items).catch(() => undefined)
  }
  for (let step = 0; step < 400; step++) {
    await settleMicrotasks()
    const luck = world.random()
    if (luck < 0.3)
      [...world.intents.keys()]
        .filter(() => world.random() < 0.1)
        .forEach((intentId) => world.confirm(intentId))
    else if (luck < 0.6) {
      const event = world.webhooks.pop()
      if (event) lane.deliver(event)
    } else if (luck < 0.63) lane.crash()
    else if (luck < 0.65) world.captureByHand()
    else if (luck < 0.9) world.nowMs += Math.floor(world.random() * 2_000)
    else for (const orderId of lane.book.due(world.nowMs, 10)) void lane.drive(orderId)
  }
  await bringToRest(world, lane)
  return { world, lane }
}

/** The faults end, the crashed come back, and the alarm goes on until nothing is due. */
async function bringToRest(world: World, lane: Lane): Promise<void> {
  world.faultRate = 0
  lane.crash()
  for (const event of world.webhooks.splice(0)) lane.deliver(event)
  for (let round = 0; round < 200; round++) {
    await settleMicrotasks()
    world.nowMs += 30_000
    for (const orderId of allOrders(lane)) await lane.drive(orderId)
    for (const ledger of world.ledgers.values()) ledger.expireDue(world.nowMs)
    if (lane.book.nextDueMs() === null && round > 5) return
  }
  throw new Error("the lane does not come to rest")
}

function allOrders(lane: Lane): string[] {
  return lane.sql
    .exec<{ order_id: string }>(`SELECT order_id FROM orders`)
    .toArray()
    .map((row) => row.order_id)
}

function audit({ world, lane }: { world: World; lane: Lane }): void {
  const orders = allOrders(lane)
    .map((orderId) => lane.book.find(orderId))
    .filter((order) => order !== null)
  const soldBySku = new Map<string, number>()
  for (const order of orders) {
    const intent = [...world.intents.values()].find((candidate) => candidate.orderId === order.orderId)
    expect(["confirmed", "cancelled", "payment_failed", "reservation_expired"]).toContain(order.status)
    if (order.status === "confirmed") {
      expect(intent).toMatchObject({ state: "captured", captures: 1, amountCents: order.totalCents })
      expect(intent?.refundedCents).toBe(0)
      for (const line of order.items) soldBySku.set(line.sku, (soldBySku.get(line.sku) ?? 0) + line.quantity)
    } else if (intent) {
      const kept = intent.capturedCents - intent.refundedCents
      expect(kept, `kept of ${order.orderId}, which is ${order.status}`).toBe(0)
      expect(order.payment === "refunded", order.orderId).toBe(intent.state === "captured")
      expect(intent.state, `${order.orderId} is ${order.status}`).not.toBe("authorized")
    }
  }
  const paid = orders.filter(({ status }) => status === "confirmed").map(({ orderId }) => orderId)
  expect(lane.confirmed.toSorted()).toEqual(paid.toSorted())
  expect(orders.filter(({ parked }) => parked)).toEqual([])
  const known = new Set(orders.map((order) => order.orderId))
  for (const intent of world.intents.values()) expect(known.has(intent.orderId)).toBe(true)
  for (const [sku, ledger] of world.ledgers) {
    const sold = soldBySku.get(sku) ?? 0
    expect(ledger.counts()).toMatchObject({ received: UNITS, held: 0, sold, available: UNITS - sold })
  }
}

describe("purchases under faults", () => {
  for (let seed = 1; seed <= 60; seed++) {
    it(`seed ${seed}: nobody is charged twice or for nothing, and every unit is accounted for`, async () => {
      const end = await run(seed)
      audit(end)
    })
  }
})
