import { randomUUID } from "node:crypto"
import { expect, inject } from "vitest"
import { intentsOf } from "./provider-books.ts"
import { Clerk, Visitor } from "./wire.ts"

/** Orders as a merchant's staff work on them, each bought by a shopper of its own. */

const addresses = inject("stack")
export const clerk = new Clerk(addresses)
const staff = new Clerk(addresses, "local-staff-token")
export const viewer = new Clerk(addresses, "local-viewer-token")
export const PRICE_CENTS = 5_000
export const NOBODY = `ord_${"x".repeat(22)}`
export const PARCEL = { carrier: "Harbour Post", trackingNumber: "HP-1" }

interface MerchantOrder {
  orderId: string
  orderNumber: string
  status: string
  items: { sku: string; quantity: number; returnedQuantity: number }[]
  totalCents: number
  refundedCents: number
  shipments: { carrier: string; trackingNumber: string }[]
  refunds: { amountCents: number; status: string }[]
  refund: { refundId: string | null; amountCents: number; status: string }
}

interface OrderPage {
  items: { orderId: string; status: string; email: string }[]
  nextCursor: string | null
}

export async function openOrder(sku: string, quantity = 1, email = `${randomUUID()}@example.com`) {
  const shopper = new Visitor(addresses)
  const opened = await shopper.checkout({ items: [{ sku, quantity }], email })
  expect(opened.status, JSON.stringify(opened.body)).toBe(201)
  return { shopper, email, ...opened.body }
}

export async function buy(sku: string, quantity = 1, email?: string) {
  const order = await openOrder(sku, quantity, email)
  await order.shopper.pay(order)
  await order.shopper.orderUntil(order.orderId, ["confirmed"])
  return order
}

export const read = (orderId: string) => viewer.call<MerchantOrder>("GET", `/orders/${orderId}`)
export const act = (orderId: string, verb: string, body?: unknown, by = staff) =>
  by.call<MerchantOrder>("POST", `/orders/${orderId}/${verb}`, body)
export const refund = (orderId: string, body: Record<string, unknown> = {}) =>
  act(orderId, "refund", { idempotencyKey: randomUUID(), ...body })
export const list = (query: Record<string, string>) =>
  viewer.call<OrderPage>("GET", `/orders?${new URLSearchParams(query)}`)
export const disturb = (faults: object) =>
  fetch(`${addresses.stripeUrl}/_faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(faults),
  })
export const refundedAtProvider = async (orderId: string) =>
  (await intentsOf(addresses.stripeUrl, orderId)).flatMap((intent) =>
    intent.refunds.map(({ amountCents }) => amountCents),
  )
