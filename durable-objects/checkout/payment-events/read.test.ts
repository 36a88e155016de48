import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { AUTHORIZATION_RAN_OUT } from "./intents.ts"
import { READ_EVENT_TYPES, readEvent } from "./read.ts"

const METADATA = { orderId: "o1" }
const REFUND = { id: "re_1", amount: 400, currency: "eur", created: 50, status: "pending" }
const DISPUTE = { id: "dp_1", payment_intent: "pi_1", amount: 900, currency: "eur", status: "needs_response" }

function event(type: string, object: Record<string, unknown>) {
  return { id: "evt_1", created: 60, type, data: { object } }
}

function intent(more: Record<string, unknown> = {}) {
  return { id: "pi_1", metadata: METADATA, amount: 900, currency: "eur", ...more }
}

function newsOf(type: string, object: Record<string, unknown>) {
  return readEvent(event(type, object))?.news
}

describe("an event of an intent", () => {
  it("says order, intent, when, and what became of the money", () => {
    expect(
      readEvent(event("payment_intent.amount_capturable_updated", intent({ amount_capturable: 900 }))),
    ).toEqual({
      eventId: "evt_1",
      intentId: "pi_1",
      orderId: "o1",
      atMs: 60_000,
      news: { type: "authorized", amountCents: 900, currency: "EUR" },
    })
    expect(newsOf("payment_intent.succeeded", intent({ amount_received: 900 }))).toEqual({
      type: "captured",
      amountCents: 900,
      currency: "EUR",
    })
    expect(newsOf("payment_intent.requires_action", intent())).toEqual({ type: "requires_action" })
    expect(newsOf("payment_intent.processing", intent())).toEqual({ type: "processing" })
  })

  it("counts money as the shop does", () => {
    const paid = intent({ amount_received: 50_000, currency: "isk" })
    expect(newsOf("payment_intent.succeeded", paid)).toMatchObject({ amountCents: 500, currency: "ISK" })
  })

  it("says no amount where it has none, rather than nothing at all", () => {
    const { amount: _, currency: __, ...bare } = intent()
    expect(newsOf("payment_intent.succeeded", bare)).toEqual({
      type: "captured",
      amountCents: null,
      currency: null,
    })
  })

  it("says why an attempt failed, and that an authorization ran out", () => {
    const declined = intent({ last_payment_error: { message: "No money." } })
    expect(newsOf("payment_intent.payment_failed", declined)).toEqual({
      type: "failed",
      declineMessage: "No money.",
    })
    expect(newsOf("payment_intent.canceled", intent({ cancellation_reason: null }))).toEqual({
      type: "cancelled",
      declineMessage: null,
    })
    const ranOut = { type: "cancelled", declineMessage: AUTHORIZATION_RAN_OUT }
    expect(newsOf("payment_intent.canceled", intent({ cancellation_reason: "automatic" }))).toEqual(ranOut)
    expect(newsOf("charge.expired", { payment_intent: "pi_1", metadata: METADATA })).toEqual(ranOut)
  })

  it("that names no order is none of ours", () => {
    expect(readEvent(event("payment_intent.succeeded", intent({ metadata: {} })))).toBeNull()
  })
})

describe("an event of a refund", () => {
  it.each([
    ["pending", "pending"],
    ["requires_action", "pending"],
    ["succeeded", "succeeded"],
    ["failed", "failed"],
    ["canceled", "failed"],
  ])("that is %s at Stripe is %s here", (status, expected) => {
    const object = { ...REFUND, status, payment_intent: "pi_1", metadata: METADATA }
    for (const type of ["refund.created", "refund.updated", "refund.failed"])
      expect(readEvent(event(type, object))).toMatchObject({
        orderId: "o1",
        intentId: "pi_1",
        news: {
          type: "refund",
          refund: { refundId: "re_1", amountCents: 400, status: expected, atMs: 50_000 },
        },
      })
  })

  it("names the request that it answers, where it answers one of ours", () => {
    const object = { ...REFUND, payment_intent: "pi_1", metadata: { ...METADATA, refundKey: "1" } }
    expect(readEvent(event("refund.created", object))).toMatchObject({ news: { refundKey: "1" } })
    expect(readEvent(event("refund.created", { ...object, metadata: METADATA }))?.news).not.toHaveProperty(
      "refundKey",
    )
  })

  it("that was made at Stripe names no order", () => {
    const object = { ...REFUND, payment_intent: { id: "pi_1" }, metadata: {} }
    expect(readEvent(event("refund.created", object))).toMatchObject({ orderId: null, intentId: "pi_1" })
  })

  it("of the charge asks for its refunds, unless nothing had been taken", () => {
    const charge = { payment_intent: "pi_1", metadata: METADATA, captured: true, refunded: false }
    expect(newsOf("charge.refunded", charge)).toBe("ask_refunds")
    expect(newsOf("charge.refunded", { ...charge, captured: false, refunded: true })).toBeUndefined()
  })
})

it("an event of a dispute names no order, and says where it stands", () => {
  for (const type of ["charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"])
    expect(readEvent(event(type, DISPUTE))).toEqual({
      eventId: "evt_1",
      intentId: "pi_1",
      orderId: null,
      atMs: 60_000,
      news: { type: "dispute", dispute: { disputeId: "dp_1", status: "needs_response", amountCents: 900 } },
    })
})

it.each([null, 1, "", [], {}, { type: "payment_intent.succeeded" }, { ...event("customer.created", {}) }])(
  "%j is of no consequence",
  (value) => {
    expect(readEvent(value)).toBeNull()
  },
)

it("an event of a known kind and another shape is of no consequence", () => {
  for (const type of READ_EVENT_TYPES) {
    expect(readEvent(event(type, {}))).toBeNull()
    expect(readEvent(event(type, { id: 7, payment_intent: null, status: "new", amount: -1 }))).toBeNull()
  }
})

it("whatever an event says, reading it never throws", () => {
  const object = fc.oneof(fc.object(), fc.anything()).map((extra) => {
    const more = typeof extra === "object" && extra !== null ? extra : {}
    return { ...REFUND, ...DISPUTE, metadata: METADATA, ...more }
  })
  const events = fc.record({
    id: fc.oneof(fc.string(), fc.constant(undefined)),
    created: fc.oneof(fc.integer(), fc.constant(null)),
    type: fc.constantFrom(...READ_EVENT_TYPES),
    data: fc.oneof(fc.record({ object }), fc.anything()),
  })
  fc.assert(
    fc.property(events, (value) => {
      const heard = readEvent(value)
      expect(heard === null || heard.intentId.length > 0).toBe(true)
    }),
  )
})
