import { describe, expect, it } from "vitest"
import { judge } from "./judge.ts"
import { kindsOf, ledger, ledgers, NOW, OLD, order, payment, recorded } from "./staged-books.ts"

describe("P2, never charged twice or for nothing", () => {
  it("names an order with two captured payments", () => {
    expect(kindsOf({ payments: [payment(), payment({ intentId: "pi_2" })] })).toEqual(["P2 captured_twice"])
  })

  it("names a capture of another amount or currency", () => {
    expect(kindsOf({ payments: [payment({ capturedCents: 999 })] })).toEqual(["P2 captured_amount_differs"])
    expect(kindsOf({ payments: [payment({ currency: "USD" })] })).toEqual(["P2 captured_amount_differs"])
  })

  it.each([
    "cancelled",
    "reservation_expired",
    "payment_failed",
    "payment_authorized",
    "inventory_reserved",
  ] as const)("names a capture for an order that is %s", (status) => {
    const changes = {
      lanes: [order({ status })],
      postgres: [recorded({ status })],
      stock: [ledger({ available: 10, sold: 0 }, [])],
    }
    expect(kindsOf(changes)).toContain("P2 captured_but_not_confirmed")
    // The money went back whole: nobody was charged for nothing.
    expect(
      kindsOf({ ...changes, payments: [payment({ refundedCents: 1_000 })] }).filter((kind) =>
        kind.startsWith("P2"),
      ),
    ).toEqual([])
  })

  it("names a capture without any order", () => {
    expect(kindsOf({ payments: [payment(), payment({ intentId: "pi_2", orderId: "o9" })] })).toContain(
      "P2 captured_without_order",
    )
  })

  it("names an order that stands without a capture", () => {
    expect(kindsOf({ payments: [] })).toEqual(["P2 confirmed_but_not_captured"])
    expect(kindsOf({ payments: [payment({ capturedCents: 0, status: "requires_capture" })] })).toEqual([
      "P2 confirmed_but_not_captured",
    ])
  })

  it("names a capture of another payment than the order's own, however well it fits", () => {
    const own = payment({ status: "canceled", capturedCents: 0 })
    const beside = payment({ intentId: "pi_2" })
    expect(kindsOf({ payments: [own, beside] })).toEqual([
      "P2 captured_beside_order",
      "P2 confirmed_but_not_captured",
    ])
    // The order is refunded, and what was taken beside it is not.
    const refunds = [{ refundId: "re_1", amountCents: 1_000, status: "succeeded" as const, atMs: OLD }]
    const lanes = [order({ status: "refunded", refunds })]
    const postgres = [recorded({ status: "refunded", refundedCents: 1_000 })]
    const paidBack = payment({ refundedCents: 1_000 })
    expect(kindsOf({ lanes, postgres, payments: [paidBack, beside] })).toEqual(["P2 captured_beside_order"])
    const bothBack = [paidBack, { ...beside, refundedCents: 1_000 }]
    expect(kindsOf({ lanes, postgres, payments: bothBack })).toEqual([])
  })

  it("waits for what is just being settled", () => {
    const young = [{ status: "payment_authorized" as const, atMs: NOW - 1_000 }]
    const settling = judge(
      ledgers({ lanes: [order({ status: "payment_authorized", history: young })], postgres: [] }),
    )
    expect(settling.promises.P2.ok).toBe(true)
    expect(settling.counts.pending).toBeGreaterThan(0)
    const confirmed = [{ status: "confirmed" as const, atMs: NOW - 1_000 }]
    expect(kindsOf({ payments: [], lanes: [order({ history: confirmed })] })).toEqual([])
  })
})
