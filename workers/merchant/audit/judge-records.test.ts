import { describe, expect, it } from "vitest"
import { sampleLine } from "../../../durable-objects/checkout/sample-order.ts"
import { judge } from "./judge.ts"
import { ON_THE_WAY_MS } from "./ledgers.ts"
import { brokenOf, kindsOf, ledgers, NOW, order, recorded } from "./staged-books.ts"

describe("P3, no paid order is lost", () => {
  it("names a paid order that Postgres does not have", () => {
    expect(kindsOf({ postgres: [] })).toEqual(["P3 order_missing_in_postgres"])
  })

  it("counts it as pending while its lane sends it, and names it when that takes too long", () => {
    const onTheWay = (sinceMs: number) => ({
      postgres: [],
      onTheWay: [{ orderId: "o1", version: 4, sinceMs }],
    })
    const audit = judge(ledgers(onTheWay(NOW - ON_THE_WAY_MS + 1)))
    expect(brokenOf(audit)).toEqual([])
    expect(audit.counts.pending).toBe(1)
    expect(audit.promises.P3.says).toContain("on the way")
    const late = judge(ledgers(onTheWay(NOW - ON_THE_WAY_MS)))
    expect(late.differences.map(({ kind }) => kind)).toEqual(["order_missing_in_postgres"])
    expect(late.differences[0]?.says).toContain("Its lane sends it")
  })

  it("names at once, however young, what Postgres had reported and does not have", () => {
    const young = [order({ history: [{ status: "confirmed", atMs: NOW - 1_000 }] })]
    const [lost] = judge(ledgers({ postgres: [], lanes: young })).differences
    expect(lost?.kind).toBe("order_missing_in_postgres")
    expect(lost?.says).toContain("had reported it")
  })

  it("names an order that Postgres has in an older version, unless that is on its way", () => {
    const older = { postgres: [recorded({ version: 3, status: "payment_authorized" })] }
    expect(kindsOf(older)).toEqual(["P3 order_differs_in_postgres"])
    expect(kindsOf({ ...older, onTheWay: [{ orderId: "o1", version: 4, sinceMs: NOW - 1_000 }] })).toEqual([])
  })

  it("names an order that its lane has in an older version, unless it went on while it was read", () => {
    const newer = { postgres: [recorded({ version: 5, status: "shipped" })] }
    expect(kindsOf(newer)).toEqual(["P3 order_newer_in_postgres"])
    expect(kindsOf({ ...newer, movedOn: new Set(["o1"]) })).toEqual([])
  })

  it("names an order that Postgres has as paid and its lane has not", () => {
    const lanes = [order(), order({ orderId: "o2", status: "cancelled" })]
    const books = { lanes, postgres: [recorded(), recorded({ orderId: "o2", status: "confirmed" })] }
    expect(kindsOf(books)).toEqual(["P3 order_differs_in_postgres"])
  })

  it.each([
    ["status", { status: "payment_authorized" }],
    ["status that stands as well", { status: "shipped" }],
    ["payment", { paymentIntentId: "pi_2" }],
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
