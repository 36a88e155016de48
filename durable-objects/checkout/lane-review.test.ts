import { describe, expect, it } from "vitest"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import { LaneReviewer } from "./lane-review.ts"
import { OrderBook } from "./order-book.ts"
import { OutboxBook } from "./outbox-book.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"

const NOW = 1_800_000_000_000

/** Orders that were each opened a second after the one before. */
function stage(...orderIds: string[]) {
  const sql = new MemorySql()
  applyMigrations(sql, CHECKOUT_MIGRATIONS)
  const outbox = new OutboxBook(sql)
  const book = new OrderBook(sql, outbox)
  orderIds.forEach((orderId, index) => {
    const facts = { orderNumber: orderId, requestDigest: "d", subject: "s", email: "a@b.example" }
    const atMs = NOW + index * 1_000
    book.insert({ orderId, ...facts, shippingAddress: null, holdId: "h" }, atMs, atMs + 10_000)
    book.change(orderId, { status: "inventory_reserved", currency: "EUR" }, atMs)
  })
  return { book, outbox, reviewer: new LaneReviewer(sql) }
}

describe("a lane that is asked what stands still", () => {
  it("names orders whose time has passed, whose step fails, and that were given up", () => {
    const { book, reviewer } = stage("late", "failing", "parked", "fine")
    book.schedule("fine", NOW + 60_000)
    book.schedule("late", NOW - 1)
    book.recordFailure("failing", "no answer", NOW + 60_000)
    book.park("parked", "step_failing", "no answer for a day", NOW)
    expect(reviewer.review(NOW)).toEqual({
      overdue: ["late"],
      failing: [{ orderId: "failing", why: "no answer" }],
      parked: [{ orderId: "parked", why: "no answer for a day" }],
    })
  })

  it("forgets a failure when the order moves on", () => {
    const { book, reviewer } = stage("o1")
    book.recordFailure("o1", "no answer", null)
    book.change("o1", { status: "cancelled" }, NOW)
    expect(reviewer.review(NOW - 1)).toEqual({ overdue: [], failing: [], parked: [] })
  })

  it("says which orders it knows, and which of them Postgres has reported", () => {
    const { book, outbox, reviewer } = stage("o1", "o2")
    expect(reviewer.knows(["o1", "o9"])).toEqual([
      { orderId: "o1", status: "inventory_reserved", totalCents: 0, intentId: null },
    ])
    expect(reviewer.reported(NOW, 10)).toEqual([])
    for (const orderId of ["o1", "o2"])
      outbox.acknowledge({ orderId, version: book.find(orderId)?.version ?? 0 })
    expect(reviewer.reported(NOW, 10)).toEqual([
      { orderId: "o2", version: 2 },
      { orderId: "o1", version: 2 },
    ])
    expect(reviewer.reported(NOW + 1, 10)).toEqual([{ orderId: "o2", version: 2 }])
  })

  it("sends all that waits at once when it is told to", () => {
    const { book, outbox } = stage("o1")
    const order = book.find("o1")
    if (!order) throw new Error("no order")
    outbox.markSent(order, NOW + 600_000)
    expect(outbox.due(NOW + 1, 10)).toEqual([])
    outbox.hurry(NOW + 1)
    expect(outbox.due(NOW + 1, 10).map(({ order: { orderId } }) => orderId)).toEqual(["o1"])
  })
})
