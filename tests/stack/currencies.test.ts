import pg from "pg"
import { afterAll, describe, expect, inject, it, vi } from "vitest"
import { intentsOf, readStripeSecrets } from "./provider-books.ts"
import { Clerk, expectProblem, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const postgres = new pg.Pool({ connectionString: addresses.databaseUrl, max: 2 })
const EMAIL = "ann@example.com"

afterAll(() => postgres.end())

/** Prices in minor units by ISO 4217, what Stripe must be asked for, and half of that as a refund at Stripe. */
const MONEY = [
  { currency: "JPY", priceCents: 1_500, atStripe: 1_500 },
  { currency: "ISK", priceCents: 5_000, atStripe: 500_000 },
  { currency: "UGX", priceCents: 40_000, atStripe: 4_000_000 },
  { currency: "KWD", priceCents: 12_340, atStripe: 12_340 },
  { currency: "HUF", priceCents: 500_000, atStripe: 500_000 },
]

describe("money", () => {
  it.concurrent.each(MONEY)(
    "of $priceCents in $currency is $atStripe at Stripe, and the same again in every book",
    async ({ currency, priceCents, atStripe }) => {
      const sku = `MONEY-${currency}`
      await clerk.addProduct(sku, 2, priceCents, currency)
      const item = { sku, allotment: 2, salePriceCents: priceCents, perCustomerLimit: 1 }
      const { saleId } = (await clerk.schedule({ items: [item] })).body
      const shopper = new Visitor(addresses)
      const pass = await shopper.queueFor(saleId)
      const opened = await shopper.checkout({
        items: [{ sku, quantity: 1 }],
        saleId,
        pass,
        email: EMAIL,
      })
      expect(opened.body).toMatchObject({ totalCents: priceCents, currency })
      const { orderId } = opened.body
      await shopper.pay(opened.body)
      await shopper.orderUntil(orderId, ["confirmed"])
      const [intent] = await intentsOf(addresses.stripeUrl, orderId)
      expect(intent).toMatchObject({ amount: atStripe, amountReceived: atStripe })
      await untilRow(orderId, { status: "confirmed", total_cents: priceCents, refunded_cents: 0 })
      await expectAuditFinds(saleId, [])
      await refundAtStripe(intent?.id ?? "", atStripe / 2)
      await untilRow(orderId, { status: "confirmed", refunded_cents: priceCents / 2 })
    },
  )

  it("that its currency cannot be paid to the fraction is refused, and nothing stays held", async () => {
    await clerk.addProduct("MONEY-FILS", 5, 12_345, "KWD")
    const answer = await new Visitor(addresses).checkout({
      items: [{ sku: "MONEY-FILS", quantity: 1 }],
      email: EMAIL,
    })
    expectProblem(answer, 409, "payment_refused")
    await expect
      .poll(async () => (await clerk.stock("MONEY-FILS")).body, { timeout: 5_000 })
      .toMatchObject({ available: 5, held: 0, sold: 0 })
  })
})

async function refundAtStripe(intentId: string, amount: number): Promise<void> {
  const { secretKey } = await readStripeSecrets(addresses.databaseUrl)
  const response = await fetch(`${addresses.stripeUrl}/v1/refunds`, {
    method: "POST",
    headers: { authorization: `Bearer ${secretKey}` },
    body: new URLSearchParams({ payment_intent: intentId, amount: String(amount) }),
  })
  expect(response.status).toBe(200)
}

async function untilRow(orderId: string, expected: Record<string, unknown>): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await postgres.query("SELECT * FROM orders WHERE id = $1", [orderId])
      expect(rows[0]).toMatchObject(expected)
    },
    { timeout: 20_000, interval: 100 },
  )
}

async function expectAuditFinds(saleId: string, differences: unknown[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const audit = await clerk.call<{ differences: unknown[] }>("GET", `/sales/${saleId}/audit`)
      expect(audit.body.differences).toEqual(differences)
    },
    { timeout: 20_000, interval: 500 },
  )
}
