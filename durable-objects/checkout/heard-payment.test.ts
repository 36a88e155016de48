import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { OrderRefund, OrderStatus, PaymentEvent, PaymentNews } from "./contract.ts"
import { changeFor, isTooEarly, returnedCentsOf } from "./heard-payment.ts"
import { mayBecome } from "./order-machine.ts"
import type { Order } from "./order-row.ts"
import { sampleOrder } from "./sample-order.ts"

function order(changes: Partial<Order> = {}): Order {
  const { payment, ...view } = sampleOrder()
  return {
    ...view,
    payment: payment.status,
    disputes: [],
    intentId: payment.intentId,
    declineMessage: null,
    stock: "sold",
    requestDigest: "",
    subject: "s",
    clientSecret: "",
    attempts: 0,
    holdExtendedAtMs: null,
    amountChecked: false,
    step: null,
    stepStartedAtMs: null,
    parked: null,
    ...changes,
  }
}

function event(news: PaymentNews, intentId = "pi_1"): PaymentEvent {
  return { eventId: "evt_1", intentId, orderId: "o1", atMs: 1, ...news }
}

function refund(amountCents: number, status: OrderRefund["status"], refundId = "re_1"): PaymentEvent {
  return event({ type: "refund", refund: { refundId, amountCents, status, atMs: 1 } })
}

function dispute(status: string, disputeId = "dp_1"): PaymentEvent {
  return event({ type: "dispute", dispute: { disputeId, status, amountCents: 1_000 } })
}

/** An order after events, in the order in which they come. */
function after(start: Order, ...events: PaymentEvent[]): Order {
  return events.reduce((now, heard) => {
    const change = changeFor(now, heard)
    if (change?.status && change.status !== now.status)
      expect(mayBecome(now.status, change.status)).toBe(true)
    return { ...now, ...change }
  }, start)
}

const UNPAID = { status: "inventory_reserved", payment: "requires_payment", stock: "held" } as const

describe("a refund", () => {
  it("of a part is written down, and the order goes on", () => {
    const told = after(order(), refund(400, "succeeded"))
    expect(told).toMatchObject({ status: "confirmed", payment: "captured" })
    expect(told.refunds).toEqual([{ refundId: "re_1", amountCents: 400, status: "succeeded", atMs: 1 }])
  })

  it("of the rest makes the order refunded, also after it was sent", () => {
    const parts = [refund(400, "succeeded"), refund(600, "succeeded", "re_2")]
    for (const status of ["confirmed", "shipped", "delivered"] as const)
      expect(after(order({ status }), ...parts)).toMatchObject({ status: "refunded", payment: "refunded" })
  })

  it("that is pending has given nothing back yet, and one that failed never did", () => {
    expect(after(order(), refund(1_000, "pending"))).toMatchObject({ status: "confirmed" })
    const failed = after(order(), refund(1_000, "pending"), refund(1_000, "failed"))
    expect(failed).toMatchObject({ status: "confirmed", payment: "captured" })
    expect(failed.refunds).toMatchObject([{ status: "failed" }])
  })

  it("that comes back from the bank is said: the money is with the shop again", () => {
    const told = after(order(), refund(1_000, "succeeded"), refund(1_000, "failed"))
    expect(told).toMatchObject({ status: "refunded", payment: "captured" })
    expect(after(told, refund(1_000, "succeeded", "re_2"))).toMatchObject({ payment: "refunded" })
  })

  it("of an order that ended unpaid settles its payment and leaves its status", () => {
    const ended = order({ status: "reservation_expired", payment: "captured" })
    expect(after(ended, refund(1_000, "succeeded"))).toMatchObject({
      status: "reservation_expired",
      payment: "refunded",
    })
  })

  it("of another amount than the order's, where that was taken, is settled as it was asked for", () => {
    const pending: OrderRefund = { refundId: "re_1", amountCents: 900, status: "pending", atMs: 1 }
    const asked = order({ status: "payment_failed", payment: "refunded", refunds: [pending] })
    expect(after(asked, refund(900, "succeeded"))).toMatchObject({ payment: "refunded" })
    expect(after(asked, refund(900, "failed"))).toMatchObject({ payment: "captured" })
  })

  it("is heard again once the capture has been answered", () => {
    const capturing = order({ status: "payment_authorized", payment: "authorized" })
    expect(isTooEarly(capturing, refund(1_000, "succeeded"))).toBe(true)
    expect(isTooEarly(order(), refund(1_000, "succeeded"))).toBe(false)
  })

  it("hazard 14: doubled and in any order, events of refunds end in the same books", () => {
    const events = [
      refund(300, "pending", "re_1"),
      refund(300, "succeeded", "re_1"),
      refund(200, "pending", "re_2"),
      refund(200, "succeeded", "re_2"),
      refund(200, "failed", "re_2"),
      refund(700, "succeeded", "re_3"),
    ]
    const shuffled = fc.shuffledSubarray([...events, ...events], { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(shuffled, (heard) => {
        const told = after(order(), ...heard)
        expect(told.refunds.map(({ refundId, status }) => [refundId, status]).toSorted()).toEqual([
          ["re_1", "succeeded"],
          ["re_2", "failed"],
          ["re_3", "succeeded"],
        ])
        expect(returnedCentsOf(told.refunds)).toBe(1_000)
        expect(told.status).toBe("refunded")
      }),
    )
  })
})

describe("a dispute", () => {
  it("is written down beside others, and changes nothing else", () => {
    const told = after(order(), dispute("needs_response"), dispute("needs_response", "dp_2"), dispute("lost"))
    expect(told.disputes.map(({ disputeId, status }) => [disputeId, status])).toEqual([
      ["dp_1", "lost"],
      ["dp_2", "needs_response"],
    ])
    expect(told).toMatchObject({ status: "confirmed", payment: "captured" })
    expect(changeFor(told, dispute("needs_response"))).toBeNull()
  })
})

describe("an authorization", () => {
  it("that runs out before it is captured ends the order, and the saga asks what became of it", () => {
    const waiting = order({ status: "payment_authorized", payment: "authorized" })
    const told = after(waiting, event({ type: "cancelled", declineMessage: "It ran out." }))
    expect(told).toMatchObject({
      status: "payment_failed",
      payment: "authorized",
      declineMessage: "It ran out.",
    })
  })

  it("that is asked about at the bank may still be paid otherwise, until it is processed", () => {
    const asked = after(order(UNPAID), event({ type: "requires_action" }))
    expect(asked.payment).toBe("requires_action")
    const processed = after(asked, event({ type: "processing" }))
    expect(after(processed, event({ type: "requires_action" })).payment).toBe("processing")
    const declined = after(asked, event({ type: "failed", declineMessage: null }))
    expect(declined).toMatchObject({ status: "inventory_reserved", payment: "failed" })
  })
})

it.each(["cancelled", "payment_failed", "reservation_expired"] as const)(
  "hazard 15: money that was taken for an order that is %s is noted, so that it goes back",
  (status) => {
    const captured = event({ type: "captured", amountCents: 1_000, currency: "EUR" })
    const ended = order({ status, payment: "requires_payment", stock: "given_back" })
    expect(after(ended, captured)).toMatchObject({ status, payment: "captured" })
    expect(after({ ...ended, payment: "refunded" }, captured).payment).toBe("refunded")
  },
)

it("hazard 17: nothing that comes late takes a paid order back, but its refund", () => {
  const late: PaymentNews[] = [
    { type: "authorized", amountCents: 1_000, currency: "EUR" },
    { type: "captured", amountCents: 1_000, currency: "EUR" },
    { type: "failed", declineMessage: "no" },
    { type: "cancelled", declineMessage: null },
    { type: "requires_action" },
    { type: "processing" },
  ]
  const statuses: OrderStatus[] = ["confirmed", "shipped", "delivered", "refunded"]
  for (const status of statuses)
    for (const news of late) expect(changeFor(order({ status }), event(news))).toBeNull()
})

it("an event of another intent is none of this order's", () => {
  const other = event(
    { type: "refund", refund: { refundId: "re_1", amountCents: 1, status: "succeeded", atMs: 1 } },
    "pi_2",
  )
  expect(changeFor(order(), other)).toBeNull()
})
