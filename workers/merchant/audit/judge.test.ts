import { describe, expect, it } from "vitest"
import { sampleLine } from "../../../durable-objects/checkout/sample-order.ts"
import { DIFFERENCES_MAX, judge } from "./judge.ts"
import {
  brokenOf,
  hold,
  kindsOf,
  ledger,
  ledgers,
  NOW,
  OLD,
  order,
  payment,
  recorded,
} from "./staged-books.ts"

describe("the audit of a sale where all went well", () => {
  it("proves every promise and says what it looked at", () => {
    const audit = judge(ledgers())
    expect(audit.differences).toEqual([])
    expect(brokenOf(audit)).toEqual([])
    expect(Object.values(audit.promises).every(({ checked, says }) => checked > 0 && says.length > 0)).toBe(
      true,
    )
    expect(audit.counts).toEqual({
      skus: 1,
      holds: 1,
      intents: 1,
      captured: 1,
      orders: 1,
      ordersInPostgres: 1,
      passes: 1,
      differences: 0,
      notices: 0,
      pending: 0,
    })
  })

  it("proves them for a sale where nothing happened", () => {
    const nothing = {
      stock: [],
      payments: [],
      lanes: [],
      coupons: [],
      onTheWay: [],
      postgres: [],
      parked: [],
      room: { passes: [], servedBefore: 0, servedAfter: 0, frontier: -1, readFromMs: NOW },
    }
    expect(brokenOf(judge(ledgers(nothing)))).toEqual([])
  })

  it("accepts an order whose units came late, out of the open pool", () => {
    const late = hold({ holdId: "h1!late", pool: "open" })
    const expired = hold({ state: "expired", orderId: "o1", endedAtMs: OLD + 1_000 })
    const stock = ledger({ available: 10, sold: 0 }, [expired, late])
    stock.counts.pools = stock.counts.pools.map((pool) =>
      pool.pool === "open" ? { ...pool, available: 3, sold: 2 } : pool,
    )
    expect(kindsOf({ stock: [stock] })).toEqual([])
  })

  it("accepts an order that was refunded and whose units came back", () => {
    const stock = [ledger({ available: 10, sold: 0 }, [hold({ returnedQuantity: 2 })])]
    const items = [{ ...sampleLine("A", 2, 500), returnedQuantity: 2 }]
    const refunds = [{ refundId: "re_1", amountCents: 1_000, status: "succeeded" as const, atMs: OLD }]
    const lanes = [order({ status: "refunded", items, refunds })]
    const postgres = [recorded({ status: "refunded", items, refundedCents: 1_000 })]
    expect(kindsOf({ stock, lanes, postgres, payments: [payment({ refundedCents: 1_000 })] })).toEqual([])
  })

  it("accepts orders that never came to a payment", () => {
    const lanes = [
      order(),
      order({ orderId: "o2", status: "cancelled" }),
      order({ orderId: "o3", status: "inventory_reserved" }),
    ]
    const payments = [
      payment(),
      payment({ intentId: "pi_2", orderId: "o2", status: "canceled", capturedCents: 0 }),
    ]
    expect(
      kindsOf({ lanes, payments, postgres: [recorded(), recorded({ orderId: "o2", status: "cancelled" })] }),
    ).toEqual([])
  })
})

describe("the answer", () => {
  it("lists a bounded number of differences, and counts them all", () => {
    const payments = Array.from({ length: DIFFERENCES_MAX + 5 }, (_, index) =>
      payment({ intentId: `pi_${index}`, orderId: `x${index}`, refundedCents: 0 }),
    )
    const audit = judge(ledgers({ payments: [payment(), ...payments] }))
    expect(audit.differences).toHaveLength(DIFFERENCES_MAX)
    expect(audit.counts.differences).toBeGreaterThan(DIFFERENCES_MAX)
  })

  it("says of every difference what to do", () => {
    const { differences } = judge(
      ledgers({ payments: [], postgres: [], stock: [ledger({ received: 9 }, [])] }),
    )
    expect(differences.length).toBeGreaterThan(2)
    for (const { says } of differences) expect(says.split(/[.;] /).length, says).toBeGreaterThan(1)
  })
})
