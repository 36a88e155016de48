import { describe, expect, it } from "vitest"
import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import { sampleLine, sampleOrder } from "../../../durable-objects/checkout/sample-order.ts"
import { merchantOrderOf } from "../orders/schemas.ts"
import { actionsFor, centsOf, leftCents, readRefundForm } from "./order-decision.ts"

const orderOf = (changes: Partial<OrderView> = {}) => merchantOrderOf(sampleOrder(changes))
const refundOf = (amountCents: number, status: "pending" | "succeeded" | "failed") => ({
  refundId: `re_${amountCents}`,
  amountCents,
  status,
  atMs: 1,
})

describe("an amount as it is typed", () => {
  it.each([
    ["12.50", "EUR", 1_250],
    ["12,5", "EUR", 1_250],
    ["12", "EUR", 1_200],
    ["1200", "JPY", 1_200],
    ["1.234", "KWD", 1_234],
    ["0", "EUR", 0],
  ])("%s in %s is %i minor units", (text, currency, cents) => {
    expect(centsOf(text, currency)).toBe(cents)
  })

  it.each([
    ["12.505", "EUR"],
    ["1.5", "JPY"],
    ["-1", "EUR"],
    ["1,200.50", "EUR"],
    ["1e3", "EUR"],
    ["€ 5", "EUR"],
    ["", "EUR"],
  ])("%s in %s is none", (text, currency) => {
    expect(centsOf(text, currency)).toBeNull()
  })
})

describe("a refund's form", () => {
  const order = orderOf({
    items: [{ ...sampleLine("A", 3, 500), returnedQuantity: 1 }, sampleLine("B", 1, 500)],
  })

  it("gives back all that is left, and no units, when nothing is typed", () => {
    const part = { ...order, refunds: [refundOf(300, "succeeded"), refundOf(200, "failed")] }
    expect(readRefundForm({}, part).refund).toEqual({ amountCents: 1_700, lines: [] })
  })

  it("takes an amount and the units that came back", () => {
    const fields = { amount: " 5.00 ", "back.A": "2", "back.B": "0", "back.C": "9" }
    expect(readRefundForm(fields, order)).toMatchObject({
      errors: {},
      refund: { amountCents: 500, lines: [{ sku: "A", quantity: 2 }] },
    })
  })

  it("names what is wrong, and keeps what was typed", () => {
    const form = readRefundForm({ amount: "99", "back.A": "3", "back.B": "one" }, order)
    expect(Object.keys(form.errors)).toEqual(["amount", "back.A", "back.B"])
    expect(form).toMatchObject({ refund: null, amount: "99", back: { A: "3", B: "one" } })
    expect(readRefundForm({ amount: "0" }, order).errors).toHaveProperty("amount")
  })
})

describe("what may be done to an order", () => {
  it("follows its status and the role", () => {
    expect(actionsFor(orderOf(), "staff")).toEqual({
      ship: true,
      deliver: false,
      withdraw: "refund",
      refund: true,
    })
    expect(actionsFor(orderOf({ status: "shipped" }), "staff")).toMatchObject({
      ship: true,
      deliver: true,
      withdraw: null,
    })
    expect(actionsFor(orderOf({ status: "inventory_reserved" }), "staff")).toMatchObject({
      withdraw: "cancel",
      refund: false,
    })
    for (const status of ["confirmed", "shipped", "delivered"] as const)
      expect(Object.values(actionsFor(orderOf({ status }), "viewer")).some(Boolean)).toBe(false)
  })

  it("is neither sending nor refunding once all of the money is on its way back", () => {
    const order = orderOf({ refunds: [refundOf(1_000, "pending")] })
    expect(leftCents(order)).toBe(0)
    expect(actionsFor(order, "owner")).toMatchObject({ ship: false, refund: false })
  })
})
