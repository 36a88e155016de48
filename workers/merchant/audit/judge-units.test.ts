import { describe, expect, it } from "vitest"
import { sampleLine } from "../../../durable-objects/checkout/sample-order.ts"
import type { HoldRecord } from "../../../durable-objects/stock/contract.ts"
import { judge } from "./judge.ts"
import type { Ledgers } from "./ledgers.ts"
import { hold, kindsOf, ledger, ledgers, NOW, order, recorded } from "./staged-books.ts"

/** Another hold of one unit beside the order's, sold long ago. */
function sold(changes: Partial<HoldRecord>): Ledgers["stock"] {
  return [ledger({ available: 7, sold: 3 }, [hold(), hold({ holdId: "h2", quantity: 1, ...changes })])]
}

describe("P3, units and orders", () => {
  it("names units that were sold to no paid order", () => {
    expect(kindsOf({ stock: sold({ orderId: null }) })).toEqual(["P3 sold_without_order"])
    expect(kindsOf({ stock: sold({ orderId: "o9" }) })).toEqual(["P3 sold_without_order"])
    const cancelled = [order(), order({ orderId: "o2", status: "cancelled" })]
    expect(kindsOf({ stock: sold({ orderId: "o2" }), lanes: cancelled })).toEqual(["P3 sold_without_order"])
    expect(kindsOf({ stock: sold({ orderId: "o9", endedAtMs: NOW - 1_000 }) })).toEqual([])
  })

  it("names units that the open pool sold to an order of the sale that is not paid, and no others", () => {
    const cancelled = [order(), order({ orderId: "o2", status: "cancelled" })]
    const fromOpen = (orderId: string) => {
      const stock = ledger({}, [hold(), hold({ holdId: "h2!late", pool: "open", quantity: 1, orderId })])
      stock.counts.pools = stock.counts.pools.map((pool) =>
        pool.pool === "open" ? { ...pool, available: 4, sold: 1 } : pool,
      )
      return { stock: [stock], lanes: cancelled }
    }
    expect(kindsOf(fromOpen("o2"))).toEqual(["P3 sold_without_order"])
    expect(kindsOf(fromOpen("an-order-of-no-sale"))).toEqual([])
  })

  it("names units of what a paid order has no line of", () => {
    const other = { ...ledger({ available: 9, sold: 1 }, [hold({ holdId: "h2", quantity: 1 })]), sku: "B" }
    expect(kindsOf({ stock: [ledger(), other] })).toEqual(["P3 sold_beside_order"])
  })

  it("names an order that pays another price than its units were held at", () => {
    expect(kindsOf({ stock: [ledger({}, [hold({ unitPriceCents: 499 })])] })).toEqual(["P3 price_differs"])
    expect(kindsOf({ stock: [ledger({}, [hold({ currency: "USD" })])] })).toEqual(["P3 price_differs"])
  })

  it("names units that came back by one of the two only", () => {
    const items = [{ ...sampleLine("A", 2, 500), returnedQuantity: 1 }]
    const books = { lanes: [order({ items })], postgres: [recorded({ items })] }
    expect(kindsOf(books)).toEqual(["P3 returned_units_differ"])
    const returned = [ledger({ available: 9, sold: 1 }, [hold({ returnedQuantity: 1 })])]
    expect(kindsOf({ ...books, stock: returned })).toEqual([])
  })

  it("notices a customer who has more than the sale allows, returned units not counted", () => {
    const second = hold({
      holdId: "h2",
      quantity: 1,
      orderId: "o2",
      state: "held",
      endedAtMs: null,
      expiresAtMs: NOW,
    })
    const noticesOf = (...holds: HoldRecord[]) => judge(ledgers({ stock: [ledger({}, holds)] })).notices
    expect(noticesOf(hold(), second)).toMatchObject([
      { kind: "limit_exceeded", subjects: { sku: "A", holdIds: "h1, h2" } },
    ])
    expect(noticesOf(hold({ returnedQuantity: 1 }), second)).toEqual([])
    expect(noticesOf(hold(), { ...second, customer: "c2" })).toEqual([])
    expect(noticesOf(hold(), { ...second, state: "expired" })).toEqual([])
  })

  it("names a paid order without its units", () => {
    expect(kindsOf({ stock: [ledger({ available: 10, sold: 0 }, [])] })).toEqual(["P3 order_without_units"])
  })
})
