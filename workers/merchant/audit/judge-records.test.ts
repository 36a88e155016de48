import { describe, expect, it } from "vitest"
import { sampleLine } from "../../../durable-objects/checkout/sample-order.ts"
import type { HoldRecord } from "../../../durable-objects/stock/contract.ts"
import { judge } from "./judge.ts"
import type { Ledgers } from "./ledgers.ts"
import { brokenOf, hold, kindsOf, ledger, ledgers, NOW, order, recorded } from "./staged-books.ts"

/** Another hold of one unit beside the order's, sold long ago. */
function sold(changes: Partial<HoldRecord>): Ledgers["stock"] {
  return [ledger({ available: 7, sold: 3 }, [hold(), hold({ holdId: "h2", quantity: 1, ...changes })])]
}

describe("P3, no paid order is lost", () => {
  it("names a paid order that Postgres does not have", () => {
    expect(kindsOf({ postgres: [] })).toEqual(["P3 order_missing_in_postgres"])
  })

  it("counts it as pending while it is on its way", () => {
    const audit = judge(
      ledgers({ postgres: [], lanes: [order({ history: [{ status: "confirmed", atMs: NOW - 1_000 }] })] }),
    )
    expect(brokenOf(audit)).toEqual([])
    expect(audit.counts.pending).toBe(1)
    expect(audit.promises.P3.says).toContain("on the way")
  })

  it.each([
    ["status", { status: "payment_authorized" }],
    ["total", { totalCents: 1 }],
    ["currency", { currency: "USD" }],
    ["items", { items: [sampleLine("A", 1, 500)] }],
    ["sum that went back", { refundedCents: 1 }],
    ["return", { items: [{ ...sampleLine("A", 2, 500), returnedQuantity: 1 }] }],
  ])("names an order that Postgres has with another %s", (_, changes) => {
    expect(kindsOf({ postgres: [recorded(changes)] })).toEqual(["P3 order_differs_in_postgres"])
  })

  it("does not mind the order of an order's lines", () => {
    const items = [...order().items, sampleLine("B", 1, 0)]
    expect(
      kindsOf({ lanes: [order({ items })], postgres: [recorded({ items: items.toReversed() })] }),
    ).toEqual([])
  })

  it("names an order that only Postgres has, once the lanes must know it", () => {
    const stray = recorded({ orderId: "o9", status: "cancelled" })
    expect(kindsOf({ postgres: [recorded(), stray] })).toEqual(["P3 order_only_in_postgres"])
    expect(kindsOf({ postgres: [recorded(), { ...stray, createdAtMs: NOW - 1_000 }] })).toEqual([])
  })

  it("names units that were sold to no paid order", () => {
    expect(kindsOf({ stock: sold({ orderId: null }) })).toEqual(["P3 sold_without_order"])
    expect(kindsOf({ stock: sold({ orderId: "o9" }) })).toEqual(["P3 sold_without_order"])
    const cancelled = [order(), order({ orderId: "o2", status: "cancelled" })]
    expect(kindsOf({ stock: sold({ orderId: "o2" }), lanes: cancelled })).toEqual(["P3 sold_without_order"])
    expect(kindsOf({ stock: sold({ orderId: "o9", endedAtMs: NOW - 1_000 }) })).toEqual([])
  })

  it("names units that came back by one of the two only", () => {
    const items = [{ ...sampleLine("A", 2, 500), returnedQuantity: 1 }]
    const books = { lanes: [order({ items })], postgres: [recorded({ items })] }
    expect(kindsOf(books)).toEqual(["P3 returned_units_differ"])
    const returned = [ledger({ available: 9, sold: 1 }, [hold({ returnedQuantity: 1 })])]
    expect(kindsOf({ ...books, stock: returned })).toEqual([])
  })

  it("names a paid order without its units", () => {
    expect(kindsOf({ stock: [ledger({ available: 10, sold: 0 }, [])] })).toEqual(["P3 order_without_units"])
  })
})
