import pg from "pg"
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest"
import { intentsOf, readStripeSecrets } from "./provider-books.ts"
import type { CheckoutBody } from "./shopper.ts"
import { Clerk, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const postgres = new pg.Pool({ connectionString: addresses.databaseUrl, max: 2 })
let secretKey = ""

/** Every webhook comes twice, and some overtake others: all of this holds nevertheless. */
beforeAll(async () => {
  secretKey = (await readStripeSecrets(addresses.databaseUrl)).secretKey
  const body = JSON.stringify({ webhooks: { duplicate: 1, reorder: 0.5 }, seed: 4 })
  await fetch(`${addresses.stripeUrl}/_faults`, { method: "POST", body })
})
afterAll(async () => {
  await fetch(`${addresses.stripeUrl}/_faults`, { method: "DELETE" })
  await postgres.end()
})

/** What the merchant does at Stripe itself, where no order is named. */
async function atStripe<Body>(path: string, form: Record<string, string>): Promise<Body> {
  const response = await fetch(`${addresses.stripeUrl}/v1/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${secretKey}` },
    body: new URLSearchParams(form),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as Body
}

const advance = (advanceMs: number) =>
  fetch(`${addresses.stripeUrl}/_clock`, { method: "POST", body: JSON.stringify({ advanceMs }) })

async function buy(sku: string, card = "pm_card_visa") {
  await clerk.addProduct(sku, 3)
  const shopper = new Visitor(addresses)
  const opened = await shopper.checkout({ items: [{ sku, quantity: 2 }], email: "ann@example.com" })
  expect(opened.status).toBe(201)
  const checkout: CheckoutBody = opened.body
  await shopper.pay(checkout, card)
  await shopper.orderUntil(checkout.orderId, ["confirmed"])
  const [intent] = await intentsOf(addresses.stripeUrl, checkout.orderId)
  return { shopper, checkout, intentId: intent?.id ?? "" }
}

interface Row {
  status: string
  payment_status: string
  refunded_cents: number
  refunds: { refundId: string; amountCents: number; status: string }[]
  dispute: { disputeId: string; status: string; amountCents: number } | null
}

/** The order as it lies in Postgres, once it looks like this. */
async function untilRow(orderId: string, expected: Record<string, unknown>): Promise<Row> {
  return vi.waitFor(
    async () => {
      const { rows } = await postgres.query("SELECT * FROM orders WHERE id = $1", [orderId])
      expect(rows[0]).toMatchObject(expected)
      return rows[0] as Row
    },
    { timeout: 20_000, interval: 100 },
  )
}

describe("a refund that is made at Stripe", () => {
  it.concurrent("of a part stands on the order, and of the rest makes it refunded", async () => {
    const { shopper, checkout, intentId } = await buy("REFUND-PARTS")
    const first = await atStripe<{ id: string }>("refunds", { payment_intent: intentId, amount: "700" })
    const refund = { refundId: first.id, amountCents: 700, status: "succeeded" }
    await untilRow(checkout.orderId, { status: "confirmed", refunded_cents: 700, refunds: [refund] })
    expect((await shopper.order(checkout.orderId)).body.payment.status).toBe("captured")
    await atStripe("refunds", { payment_intent: intentId })
    const whole = { status: "refunded", payment_status: "refunded", refunded_cents: checkout.totalCents }
    expect((await untilRow(checkout.orderId, whole)).refunds).toHaveLength(2)
    expect((await shopper.order(checkout.orderId)).body.status).toBe("refunded")
  })

  it.concurrent("counts once its bank has paid it out, and not if that fails", async () => {
    const [pending, failing] = await Promise.all([
      buy("REFUND-PENDING", "pm_card_pendingRefund"),
      buy("REFUND-FAILS", "pm_card_refundFail"),
    ])
    for (const { intentId } of [pending, failing]) await atStripe("refunds", { payment_intent: intentId })
    await untilRow(pending.checkout.orderId, {
      status: "confirmed",
      refunded_cents: 0,
      refunds: [{ status: "pending" }],
    })
    await untilRow(failing.checkout.orderId, { status: "refunded", payment_status: "refunded" })
    await advance(60_000)
    await untilRow(pending.checkout.orderId, { status: "refunded", payment_status: "refunded" })
    await untilRow(failing.checkout.orderId, {
      status: "refunded",
      payment_status: "captured",
      refunded_cents: 0,
      refunds: [{ status: "failed" }],
    })
  })
})

describe("a dispute", () => {
  it.concurrent("finds its order by the payment, and ends as Stripe says", async () => {
    const { checkout } = await buy("DISPUTED", "pm_card_createDispute")
    const { dispute } = await untilRow(checkout.orderId, {
      status: "confirmed",
      dispute: { status: "needs_response", amountCents: checkout.totalCents },
    })
    const evidence = { "evidence[uncategorized_text]": "winning_evidence" }
    await atStripe(`disputes/${dispute?.disputeId ?? ""}`, evidence)
    await untilRow(checkout.orderId, { status: "confirmed", dispute: { status: "won" } })
  })
})
