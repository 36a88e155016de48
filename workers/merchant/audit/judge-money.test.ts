import { describe, expect, it } from "vitest"
import type { OrderRefund } from "../../../durable-objects/checkout/contract.ts"
import { sampleLine } from "../../../durable-objects/checkout/sample-order.ts"
import { judge } from "./judge.ts"
import { kindsOf, ledgers, NOW, OLD, order, payment, recorded } from "./staged-books.ts"

const refund = (changes: Partial<OrderRefund> = {}): OrderRefund => ({
  refundId: "re_1",
  amountCents: 400,
  status: "succeeded",
  atMs: OLD,
  ...changes,
})

/** The order of the staged books, refunded as its lane and the provider have it. */
function refunded(
  refunds: OrderRefund[],
  refundedCents: number,
  status: "confirmed" | "refunded" = "confirmed",
) {
  const succeeded = refunds.filter((one) => one.status === "succeeded")
  const knownCents = succeeded.reduce((sum, { amountCents }) => sum + amountCents, 0)
  return {
    lanes: [order({ refunds, status })],
    postgres: [recorded({ refundedCents: knownCents, status })],
    payments: [payment({ refundedCents })],
  }
}

describe("P2, refunds", () => {
  it("in part, as the order and the provider have them, are no difference", () => {
    expect(kindsOf(refunded([refund()], 400))).toEqual([])
    expect(kindsOf(refunded([refund(), refund({ refundId: "re_2", amountCents: 100 })], 500))).toEqual([])
  })

  it("count from when they are asked for until they have failed", () => {
    expect(kindsOf(refunded([refund({ status: "pending" })], 400))).toEqual([])
    expect(kindsOf(refunded([refund({ status: "failed" })], 0))).toEqual([])
  })

  it("that an order has not heard of are named", () => {
    expect(kindsOf(refunded([], 400))).toEqual(["P2 refund_unknown_to_order"])
    expect(kindsOf(refunded([refund()], 1_000))).toEqual(["P2 refund_unknown_to_order"])
  })

  it("that the provider never made are named", () => {
    expect(kindsOf(refunded([refund()], 0))).toEqual(["P2 refund_not_at_provider"])
  })

  it("of this moment are on their way, whoever knows of them first", () => {
    const heard = refunded([refund({ atMs: NOW - 1_000 })], 0)
    const made = refunded([], 400)
    made.payments = [payment({ refundedCents: 400, refundedAtMs: NOW - 1_000 })]
    for (const books of [heard, made]) {
      const audit = judge(ledgers(books))
      expect(audit.promises.P2.ok).toBe(true)
      expect(audit.counts.pending).toBeGreaterThan(0)
    }
  })

  it("of the whole make the order refunded, and nothing less does", () => {
    const whole = refund({ amountCents: 1_000 })
    expect(kindsOf(refunded([whole], 1_000))).toEqual(["P2 returned_but_not_refunded"])
    expect(kindsOf(refunded([refund()], 400, "refunded"))).toEqual(["P2 refunded_but_not_returned"])
    expect(kindsOf(refunded([whole], 1_000, "refunded"))).toEqual([])
  })
})

describe("P2, totals", () => {
  const totals = {
    subtotalCents: 1_000,
    discountCents: 100,
    shippingCents: 490,
    taxCents: 264,
    pricesIncludeTax: false,
  }
  const items = [{ ...sampleLine("A", 2, 500), discountCents: 100, taxCents: 171 }]
  const books = (changes: Partial<typeof totals>, totalCents = 1_654) => ({
    lanes: [order({ items, totals: { ...totals, ...changes }, totalCents, couponCode: "TENTH" })],
    postgres: [recorded({ items, totalCents })],
    payments: [payment({ capturedCents: totalCents })],
  })

  it("add up with discount, shipping, and tax on top or within", () => {
    expect(kindsOf(books({}))).toEqual([])
    expect(kindsOf(books({ pricesIncludeTax: true }, 1_390))).toEqual([])
  })

  it.each([
    ["subtotal", { subtotalCents: 1_100 }, 1_754],
    ["discount", { discountCents: 0 }, 1_754],
    ["tax below its lines'", { taxCents: 170 }, 1_560],
    ["total", {}, 1_655],
  ])("are named when their %s does not", (_, changes, totalCents) => {
    expect(kindsOf(books(changes, totalCents))).toEqual(["P2 totals_do_not_add_up"])
  })

  it("are named when their discount has no coupon", () => {
    const lanes = books({}).lanes.map((discounted) => ({ ...discounted, couponCode: null }))
    expect(kindsOf({ ...books({}), lanes })).toEqual(["P2 totals_do_not_add_up"])
  })

  it("are named when the tax of nothing but lines is another", () => {
    const changes = { shippingCents: 0, taxCents: 172 }
    expect(kindsOf(books(changes, 1_072))).toEqual(["P2 totals_do_not_add_up"])
  })
})

describe("what somebody must look at", () => {
  it("is a dispute, with what is known of it", () => {
    const dispute = { disputeId: "dp_1", status: "needs_response", amountCents: 1_000 }
    const heard = judge(ledgers({ lanes: [order({ dispute })] }))
    expect(heard.notices).toMatchObject([
      { kind: "disputed", subjects: { orderId: "o1", disputeId: "dp_1" } },
    ])
    const unheard = judge(ledgers({ payments: [payment({ disputed: true })] }))
    expect(unheard.notices.map(({ kind }) => kind)).toEqual(["dispute_unknown_to_order"])
    expect([...heard.differences, ...unheard.differences]).toEqual([])
  })

  it("is an order that was given up, with why", () => {
    const { notices, counts } = judge(ledgers({ parked: [{ orderId: "o1", why: "no answer" }] }))
    expect(notices).toMatchObject([
      { kind: "order_parked", says: expect.stringContaining("no answer") as string },
    ])
    expect(counts.notices).toBe(1)
  })
})
