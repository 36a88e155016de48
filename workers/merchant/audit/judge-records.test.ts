import { describe, expect, it } from "vitest"
import { sampleLine } from "../../../durable-objects/checkout/sample-order.ts"
import { judge } from "./judge.ts"
import { brokenOf, kindsOf, ledgers, NOW, order, recorded } from "./staged-books.ts"

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
})
