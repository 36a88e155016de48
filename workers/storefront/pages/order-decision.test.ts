import { describe, expect, it } from "vitest"
import type { OrderStatus, OrderView } from "../../../durable-objects/checkout/contract.ts"
import { sampleOrder } from "../../../durable-objects/checkout/sample-order.ts"
import { checkFields, readFields } from "./checkout-decision.ts"
import { sayOrder, stepsOf } from "./order-decision.ts"

const NOW_MS = 1_000_000

function orderWith(status: OrderStatus, changes: Partial<OrderView> = {}): OrderView {
  return sampleOrder({
    status,
    history: [
      { status: "created", atMs: 1 },
      { status, atMs: 2 },
    ],
    holdExpiresAtMs: NOW_MS + 1,
    payment: { status: "requires_payment", intentId: null, declineMessage: null },
    ...changes,
  })
}

describe("what an order's page says first", () => {
  it("is a clear yes once it is confirmed", () => {
    expect(sayOrder(orderWith("confirmed"), false, NOW_MS)).toMatchObject({
      tone: "yes",
      title: "Yes, it’s yours.",
    })
  })

  it("never sounds like a failure to who has just paid (hazard 18)", () => {
    for (const status of ["created", "inventory_reserved", "payment_authorized", "confirmed"] as const) {
      for (const holdExpiresAtMs of [NOW_MS - 1, NOW_MS + 1]) {
        const { tone } = sayOrder(orderWith(status, { holdExpiresAtMs }), true, NOW_MS)
        expect(["settling", "yes"]).toContain(tone)
      }
    }
  })

  it("asks nobody to pay while a payment is under way", () => {
    for (const status of ["processing", "authorized", "captured"] as const) {
      const order = orderWith("inventory_reserved", {
        payment: { status, intentId: "pi", declineMessage: null },
      })
      expect(sayOrder(order, false, NOW_MS).tone).toBe("settling")
    }
  })

  it("still asks for the payment of who left their bank's page", () => {
    const payment = { status: "requires_action", intentId: "pi", declineMessage: null } as const
    expect(sayOrder(orderWith("inventory_reserved", { payment }), false, NOW_MS).tone).toBe("open")
    expect(sayOrder(orderWith("inventory_reserved", { payment }), true, NOW_MS).tone).toBe("settling")
  })

  it("never says that nothing was charged when it was, and goes back", () => {
    for (const status of ["payment_failed", "reservation_expired", "cancelled"] as const)
      for (const moved of ["captured", "refunded"] as const) {
        const order = orderWith(status, { payment: { status: moved, intentId: "pi", declineMessage: null } })
        expect(sayOrder(order, false, NOW_MS).words).toMatch(/was taken.*on its way back/)
      }
  })

  it("says of every end that is none of the good ones whether money moved", () => {
    for (const status of ["payment_failed", "reservation_expired", "cancelled", "refunded"] as const) {
      expect(sayOrder(orderWith(status), false, NOW_MS).words).toMatch(/charged|money/)
    }
  })
})

describe("the line of steps", () => {
  it("shows what was, dated, and what is to come", () => {
    const steps = stepsOf(orderWith("inventory_reserved"))
    expect(steps.map((step) => step.state)).toEqual(["done", "current", "ahead", "ahead", "ahead", "ahead"])
    expect(steps[1]?.atMs).toBe(2)
  })

  it("promises nothing after an end", () => {
    expect(stepsOf(orderWith("cancelled")).map((step) => step.state)).toEqual(["done", "lost"])
  })
})

describe("the checkout's fields", () => {
  it("come back as typed", () => {
    expect(readFields({ email: " a@example.com ", line1: "Kade 12", file: {} })).toMatchObject({
      email: "a@example.com",
      line1: "Kade 12",
      city: "",
    })
  })

  it("are each told what to do about them", () => {
    const errors = checkFields(readFields({ email: "nobody", country: "XX" }))
    expect(Object.keys(errors).toSorted()).toEqual([
      "city",
      "country",
      "email",
      "line1",
      "name",
      "postalCode",
    ])
  })

  it("are fine when the optional ones are left out", () => {
    const fields = readFields({
      email: "a@example.com",
      name: "Ada",
      line1: "Kade 12",
      city: "Vlissingen",
      postalCode: "4381 AB",
      country: "NL",
    })
    expect(checkFields(fields)).toEqual({})
  })
})
