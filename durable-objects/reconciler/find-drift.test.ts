import { describe, expect, it } from "vitest"
import type { LaneReview, OrderBrief, OrderRefund } from "../checkout/contract.ts"
import type { BookedRefund, RecentIntent } from "../checkout/stripe-books.ts"
import { findDrift } from "./find-drift.ts"
import type { ClaimedHold, Reading } from "./find-drift.ts"
import type { CouponReading } from "./read-coupons.ts"

const NOW = 1_800_000_000_000

const intent = (changes: Partial<RecentIntent> = {}): RecentIntent => ({
  intentId: "pi_1",
  orderId: "o1",
  status: "succeeded",
  amountCents: 500,
  currency: "EUR",
  ...changes,
})
const order = (changes: Partial<OrderBrief> = {}): OrderBrief => ({
  orderId: "o1",
  status: "confirmed",
  totalCents: 500,
  intentId: "pi_1",
  refunds: [],
  ...changes,
})
const refund = (status: OrderRefund["status"], refundId = "re_1"): OrderRefund => ({
  refundId,
  amountCents: 200,
  status,
  atMs: NOW,
})
const booked = (status: OrderRefund["status"], intentId = "pi_1"): BookedRefund => ({
  intentId,
  orderId: "o1",
  news: { type: "refund", refund: refund(status) },
})
const hold = (changes: Partial<ClaimedHold> = {}): ClaimedHold => ({
  ledger: "A",
  holdId: "h1",
  customer: "c1",
  orderId: "o1",
  state: "sold",
  ...changes,
})
const still: LaneReview = { overdue: [], failing: [], parked: [], outbox: { orders: 0, oldestMs: null } }
const NO_COUPONS: CouponReading = { uses: [], uncounted: [], excess: [] }
const answering = { answers: true, saleIds: [], behind: [] }

function reading(changes: Partial<Reading> = {}): Reading {
  return {
    nowMs: NOW,
    reason: "clock",
    intents: [intent()],
    refunds: [],
    holds: [hold()],
    orders: new Map([["o1", order()]]),
    unknowable: new Set(),
    lanes: [{ lane: "lane-0", review: still }],
    coupons: NO_COUPONS,
    postgres: answering,
    ...changes,
  }
}

const inLane = (review: Partial<LaneReview>): Partial<Reading> => ({
  lanes: [{ lane: "lane-0", review: { ...still, ...review } }],
})
const withOrder = (changes: Partial<OrderBrief>) => new Map([["o1", order(changes)]])

/** What is found, and what is done about it. */
function found(changes: Partial<Reading>): string[] {
  return findDrift(reading(changes)).map(({ kind, mend }) => `${kind}: ${mend?.mend ?? "left"}`)
}

describe("books that agree", () => {
  it.each<[string, Partial<Reading>]>([
    ["a paid order", {}],
    [
      "an order that waits for its payment",
      {
        orders: withOrder({ status: "inventory_reserved" }),
        intents: [intent({ status: "requires_payment_method" })],
        holds: [hold({ state: "held" })],
      },
    ],
    [
      "an order whose intent was not answered yet",
      {
        orders: withOrder({ status: "inventory_reserved", intentId: null }),
        intents: [intent({ status: "requires_payment_method" })],
      },
    ],
    [
      "an ended order whose payment was let go of",
      {
        orders: withOrder({ status: "cancelled" }),
        intents: [intent({ status: "canceled" })],
      },
    ],
    [
      "a refund that its order knows, or knows more of",
      {
        orders: withOrder({ refunds: [refund("failed")] }),
        refunds: [booked("failed"), booked("succeeded")],
      },
    ],
    ["a refund of a payment that is not its order's own", { refunds: [booked("succeeded", "pi_2")] }],
    [
      "a refund of an order that no lane has",
      { orders: new Map(), intents: [], holds: [], refunds: [booked("pending")] },
    ],
    ["a cancelled payment of nobody", { intents: [intent({ orderId: "o9", status: "canceled" })] }],
    [
      "an order that costs nothing",
      {
        orders: withOrder({ totalCents: 0, intentId: null }),
        intents: [],
      },
    ],
    ["orders on their way to Postgres", inLane({ outbox: { orders: 9, oldestMs: NOW - 5_000 } })],
    ["orders of a lane that does not answer", { orders: new Map(), unknowable: new Set(["o1"]) }],
  ])("are no drift: %s", (_, changes) => {
    expect(found(changes)).toEqual([])
  })
})

describe("drift", () => {
  it.each<[string, Partial<Reading>, string[]]>([
    ["an order that nobody took up", inLane({ overdue: ["o2"] }), ["order_overdue: drive_again"]],
    ["a step that fails", inLane({ failing: [{ orderId: "o2", why: "no answer" }] }), ["step_failing: left"]],
    [
      "a step that fails, for who asks",
      { ...inLane({ failing: [{ orderId: "o2", why: "" }] }), reason: "asked" },
      ["step_failing: drive_again"],
    ],
    [
      "an order that was given up",
      inLane({ parked: [{ orderId: "o2", why: "no answer" }] }),
      ["order_parked: left"],
    ],
    [
      "an order that was given up, for who asks",
      { ...inLane({ parked: [{ orderId: "o2", why: "" }] }), reason: "asked" },
      ["order_parked: drive_again"],
    ],
    [
      "a payment set aside that its order has not heard of",
      {
        orders: withOrder({ status: "inventory_reserved" }),
        intents: [intent({ status: "requires_capture" })],
      },
      ["webhook_lost: tell_lane"],
    ],
    [
      "a refund that its order has not heard of",
      { refunds: [booked("succeeded")] },
      ["refund_unheard: tell_lane"],
    ],
    [
      "a refund that came back from the bank and its order holds to be paid out",
      { orders: withOrder({ refunds: [refund("succeeded")] }), refunds: [booked("failed")] },
      ["refund_unheard: tell_lane"],
    ],
    [
      "a payment that is set aside for an order that cost nothing",
      {
        orders: withOrder({ totalCents: 0, intentId: null }),
        intents: [intent({ status: "requires_capture" })],
      },
      ["second_payment: cancel_intent"],
    ],
    [
      "a payment taken for an order that ended",
      { orders: withOrder({ status: "cancelled" }) },
      ["captured_for_ended_order: tell_lane"],
    ],
    [
      "a second payment that is open",
      { intents: [intent(), intent({ intentId: "pi_2", status: "requires_action" })] },
      ["second_payment: cancel_intent"],
    ],
    [
      "a second payment that is set aside",
      { intents: [intent(), intent({ intentId: "pi_2", status: "requires_capture" })] },
      ["second_payment: cancel_intent"],
    ],
    [
      "a payment of an order that ended without one",
      {
        orders: withOrder({ status: "cancelled", intentId: null }),
        intents: [intent({ status: "requires_payment_method" })],
      },
      ["second_payment: cancel_intent"],
    ],
    [
      "a second payment that was taken",
      { intents: [intent(), intent({ intentId: "pi_2" })] },
      ["captured_beside_order: left"],
    ],
    [
      "a payment of an order that no lane has",
      { intents: [intent({ orderId: "o9" })] },
      ["intent_without_order: left"],
    ],
    [
      "an open payment of an order that no lane has",
      { intents: [intent({ orderId: "o9", status: "requires_capture" })] },
      ["intent_without_order: left"],
    ],
    [
      "a paid order whose money was not taken",
      { intents: [intent({ status: "requires_capture" })] },
      ["order_without_payment: left"],
    ],
    [
      "units held for an order that no lane has",
      { holds: [hold({ orderId: "o9", state: "held" })] },
      ["hold_without_order: release_hold"],
    ],
    [
      "units sold to an order that no lane has",
      { holds: [hold({ orderId: "o9" })] },
      ["sold_without_order: left"],
    ],
    [
      "orders that Postgres does not take though it answers",
      inLane({ outbox: { orders: 9, oldestMs: NOW - 60_000 } }),
      ["outbox_not_drained: send_all"],
    ],
    [
      "orders that wait while Postgres is away",
      {
        ...inLane({ outbox: { orders: 9, oldestMs: NOW - 60_000 } }),
        postgres: { ...answering, answers: false },
      },
      ["outbox_not_drained: left"],
    ],
    [
      "orders that wait and nothing is known of Postgres",
      { ...inLane({ outbox: { orders: 9, oldestMs: NOW - 60_000 } }), postgres: null },
      ["outbox_not_drained: left"],
    ],
    [
      "an order that Postgres has lost",
      { postgres: { ...answering, behind: ["o1"] } },
      ["postgres_behind: send_again"],
    ],
  ])("is %s", (_, changes, expected) => {
    expect(found(changes)).toEqual(expected)
  })

  it("says what it is about, and what is done or to be done", () => {
    const sightings = findDrift(
      reading({
        ...inLane({ overdue: ["o2"], parked: [{ orderId: "o3", why: "no answer" }] }),
        intents: [intent({ orderId: "o9" })],
        postgres: { ...answering, behind: ["o1"] },
      }),
    )
    expect(sightings).toHaveLength(4)
    for (const { says, subjects } of sightings) {
      expect(says.split(/[.;] /).length, says).toBeGreaterThan(1)
      for (const id of [subjects["orderId"], subjects["intentId"]]) if (id) expect(says).toContain(id)
    }
  })
})
