import fc from "fast-check"
import { expect, it } from "vitest"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import { ORDER_TRANSITIONS } from "./order-machine.ts"
import { OrderBook } from "./order-book.ts"
import type { OrderChange } from "./order-row.ts"
import { OutboxBook } from "./outbox-book.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"
import { plainLine, plainTotals, totalOf } from "./totals.ts"

const ITEMS = [plainLine({ sku: "A", quantity: 2, unitPriceCents: 500 })]
const TOTALS = plainTotals(ITEMS)

const CHANGES: readonly OrderChange[] = [
  {},
  { items: ITEMS, totals: TOTALS, totalCents: totalOf(TOTALS), currency: "EUR", saleId: "s1" },
  { intentId: "pi_1", clientSecret: "pi_1_secret", payment: "requires_payment" },
  { payment: "authorized", amountChecked: true },
  { payment: "captured" },
  { payment: "failed", declineMessage: "No." },
  { stock: "sold" },
  { stock: "given_back" },
  { holdExtendedAtMs: 7, holdExpiresAtMs: 9, holdId: "h2" },
  { couponCode: "SPRING", shippingMethod: { id: "parcel", title: "Parcel" } },
  { shipments: [{ carrier: "DHL", trackingNumber: "1", atMs: 5 }] },
  { refunds: [{ refundId: "re_1", amountCents: 100, status: "pending", atMs: 6 }] },
  { disputes: [{ disputeId: "dp_1", status: "lost", amountCents: 100 }] },
]

/** What may be asked of a book; some of it throws, as it does in a lane. */
const asked = fc.oneof(
  fc.record({
    does: fc.constant("change" as const),
    change: fc.constantFrom(...CHANGES),
    status: fc.option(fc.constantFrom(...Object.keys(ORDER_TRANSITIONS)), { nil: undefined }),
  }),
  fc.record({ does: fc.constant("undone" as const), change: fc.constantFrom(...CHANGES) }),
  fc.record({
    does: fc.constant("begin" as const),
    step: fc.constantFrom("create_intent" as const, "capture" as const),
  }),
  fc.record({ does: fc.constantFrom("settle" as const, "fail" as const, "forget" as const) }),
  fc.record({
    does: fc.constantFrom("park" as const, "unpark" as const),
    as: fc.constantFrom("step_failing" as const, "payment_mismatch" as const),
  }),
)

type Asked = typeof asked extends fc.Arbitrary<infer One> ? One : never

function ask(book: OrderBook, sql: MemorySql, one: Asked, nowMs: number): void {
  if (one.does === "change")
    book.change("o1", { ...one.change, ...(one.status && { status: one.status as never }) }, nowMs)
  else if (one.does === "undone")
    book.orForget(() =>
      sql.transactionSync(() => {
        book.change("o1", one.change, nowMs)
        throw new Error("undone")
      }),
    )
  else if (one.does === "begin") book.beginStep("o1", one.step, nowMs, nowMs + 10)
  else if ("as" in one) {
    if (one.does === "park") book.park("o1", one.as, "because", nowMs)
    else book.unpark("o1", one.as)
  } else if (one.does === "settle") book.settleDown("o1", nowMs + 20)
  else if (one.does === "fail") book.recordFailure("o1", "it did not", nowMs + 30)
  else book.forget("o1")
}

it("an order that is remembered is what its row says, whatever was done and undone", () => {
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 30 }), (all) => {
      const sql = new MemorySql()
      applyMigrations(sql, CHECKOUT_MIGRATIONS)
      const outbox = new OutboxBook(sql)
      const book = new OrderBook(sql, outbox)
      const shippingAddress = {
        name: "Ann",
        line1: "1 Road",
        city: "Kiel",
        postalCode: "24103",
        country: "DE",
      }
      const begun = {
        orderId: "o1",
        orderNumber: "1",
        requestDigest: "d",
        subject: "s",
        email: "a@b.example",
      }
      book.insert({ ...begun, shippingAddress, holdId: "h1", couponCode: "WINTER" }, 1, 2)
      for (const [at, one] of all.entries()) {
        try {
          ask(book, sql, one, at)
        } catch {
          // What a lane may not do throws, and must leave the same behind as what it may.
        }
        expect(book.find("o1")).toEqual(new OrderBook(sql, outbox).find("o1"))
      }
    }),
  )
})
