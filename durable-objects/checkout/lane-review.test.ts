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
    const atMs = NOW + index * 1_000
    insert(book, orderId, null, atMs)
    book.change(orderId, { status: "inventory_reserved", currency: "EUR" }, atMs)
  })
  return { sql, book, outbox, reviewer: new LaneReviewer(sql) }
}

const insert = (book: OrderBook, orderId: string, couponCode: string | null, atMs: number) => {
  const facts = { orderNumber: orderId, requestDigest: "d", subject: "s", email: "a@b.example" }
  book.insert({ orderId, ...facts, shippingAddress: null, holdId: "h", couponCode }, atMs, atMs + 10_000)
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
      { orderId: "o1", status: "inventory_reserved", totalCents: 0, intentId: null, refunds: [] },
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

describe("a lane that is asked of coupons", () => {
  const standingOf = (reviewer: LaneReviewer, useId: string, code = "TENTH") =>
    reviewer.attempts([{ useId, code }])[0]

  it("says how the attempt stands that a use was counted for", () => {
    const { sql, book, reviewer } = stage()
    const useId = `o1:${NOW}`
    expect(standingOf(reviewer, useId)).toBe("unknown")
    insert(book, "o1", "TENTH", NOW)
    // Opening: the coupon is counted before the order stands.
    expect(standingOf(reviewer, useId)).toBe("living")
    book.change("o1", { status: "inventory_reserved" }, NOW)
    expect(standingOf(reviewer, useId)).toBe("living")
    expect(standingOf(reviewer, `o1:${NOW - 1}`)).toBe("over")
    expect(standingOf(reviewer, useId, "OTHER")).toBe("over")
    book.change("o1", { status: "cancelled" }, NOW)
    expect(standingOf(reviewer, useId)).toBe("returning")
    // Nobody tells the coupon any more.
    sql.exec(`UPDATE coupon_returns SET due_at_ms = NULL`)
    expect(standingOf(reviewer, useId)).toBe("over")
    sql.exec(`DELETE FROM coupon_returns`)
    expect(standingOf(reviewer, useId)).toBe("over")
  })

  it("says that a checkout which came to nothing is on its way back, and then that it is not known", () => {
    const { sql, book, reviewer } = stage()
    insert(book, "o1", "TENTH", NOW)
    book.forget("o1")
    expect(standingOf(reviewer, `o1:${NOW}`)).toBe("returning")
    sql.exec(`DELETE FROM coupon_returns`)
    expect(standingOf(reviewer, `o1:${NOW}`)).toBe("unknown")
  })

  it("names the orders of late that stand and have a coupon", () => {
    const { book, reviewer } = stage()
    for (const [orderId, code] of [
      ["plain", null],
      ["tenth", "TENTH"],
      ["ended", "TENTH"],
      ["opening", "TENTH"],
    ] as const) {
      insert(book, orderId, code, NOW)
      if (orderId !== "opening") book.change(orderId, { status: "inventory_reserved" }, NOW)
    }
    book.change("ended", { status: "cancelled" }, NOW)
    expect(reviewer.couponOrders(NOW, 10)).toEqual([
      { orderId: "tenth", code: "TENTH", useId: `tenth:${NOW}` },
    ])
    expect(reviewer.couponOrders(NOW + 1, 10)).toEqual([])
  })
})

it("a lane says what is on its way to Postgres, since when, page by page", () => {
  const { book, outbox, reviewer } = stage("o1", "o2", "o3")
  book.change("o1", { status: "cancelled" }, NOW + 60_000)
  expect(reviewer.onTheWay("", 2)).toEqual([
    { orderId: "o1", version: 3, sinceMs: NOW },
    { orderId: "o2", version: 2, sinceMs: NOW + 1_000 },
  ])
  outbox.acknowledge({ orderId: "o3", version: 2 })
  expect(reviewer.onTheWay("o2", 2)).toEqual([])
})
