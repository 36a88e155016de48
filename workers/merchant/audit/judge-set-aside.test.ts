import { describe, expect, it } from "vitest"
import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import { judge } from "./judge.ts"
import { UNSETTLED_MS } from "./judge-set-aside.ts"
import { SETTLING_MS } from "./ledgers.ts"
import { kindsOf, ledger, ledgers, NOW, OLD, order, payment } from "./staged-books.ts"

describe("a second payment of an order", () => {
  const second = (changes: Parameters<typeof payment>[0]) =>
    ledgers({ payments: [payment(), payment({ intentId: "pi_2", capturedCents: 0, ...changes })] })

  it("that is set aside is named, once it cannot be the order's own any more", () => {
    const setAside = judge(second({ status: "requires_capture" }))
    expect(setAside.differences.map(({ kind }) => kind)).toEqual(["authorized_twice"])
    const young = judge(second({ status: "requires_capture", createdAtMs: NOW - 1_000 }))
    expect(young).toMatchObject({ differences: [], counts: { pending: 1 } })
  })

  it("that is only open breaks no promise and is listed; a cancelled one is nothing", () => {
    const open = judge(second({ status: "requires_payment_method" }))
    expect(open.differences).toEqual([])
    expect(open.notices.map(({ kind }) => kind)).toEqual(["second_open_payment"])
    expect(judge(second({ status: "canceled" })).notices).toEqual([])
  })
})

/** The only order of the books, which has its money set aside and not taken. */
function unpaid(status: OrderView["status"], changedAtMs: number, changes: Partial<OrderView> = {}) {
  return {
    lanes: [order({ status, history: [{ status, atMs: changedAtMs }], ...changes })],
    payments: [payment({ status: "requires_capture", capturedCents: 0 })],
    postgres: [],
    stock: [ledger({ available: 10, sold: 0 }, [])],
  }
}

const pendingOf = (books: Parameters<typeof ledgers>[0]) => judge(ledgers(books)).counts.pending

describe("money that is set aside", () => {
  it.each(["cancelled", "payment_failed", "reservation_expired"] as const)(
    "for an order that is %s is named, once its lane must have let go of it",
    (status) => {
      expect(kindsOf(unpaid(status, OLD))).toEqual(["P2 set_aside_for_ended_order"])
      const young = unpaid(status, NOW - SETTLING_MS + 1)
      expect(kindsOf(young)).toEqual([])
      expect(pendingOf(young)).toBe(1)
    },
  )

  it("for an order that does not settle is named: after its hold's end, or after its authorization", () => {
    const longAgo = NOW - UNSETTLED_MS
    expect(kindsOf(unpaid("payment_authorized", longAgo))).toEqual(["P2 set_aside_and_not_settled"])
    expect(kindsOf(unpaid("payment_authorized", longAgo + 1))).toEqual([])
    const waiting = (holdExpiresAtMs: number) => unpaid("inventory_reserved", longAgo, { holdExpiresAtMs })
    expect(kindsOf(waiting(longAgo))).toEqual(["P2 set_aside_and_not_settled"])
    expect(kindsOf(waiting(NOW))).toEqual([])
    expect(pendingOf(waiting(NOW))).toBe(1)
  })

  it("for an order that no lane has is named", () => {
    const stray = (createdAtMs: number) => ({
      payments: [
        payment(),
        payment({
          intentId: "pi_9",
          orderId: "o9",
          status: "requires_capture",
          capturedCents: 0,
          createdAtMs,
        }),
      ],
    })
    expect(kindsOf(stray(OLD))).toEqual(["P2 set_aside_without_order"])
    expect(kindsOf(stray(NOW - 1_000))).toEqual([])
  })
})
