import { randomUUID } from "node:crypto"
import { expect, inject, it } from "vitest"
import { Clerk, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const SKU = "AUDITED-COUPON"

interface AuditBody {
  promises: Record<string, { ok: boolean; checked: number }>
  differences: { kind: string }[]
  counts: { pending: number }
}

it("the audit counts a coupon for the order that has it, and for none that was cancelled", async () => {
  await clerk.addProduct(SKU, 10)
  const items = [{ sku: SKU, allotment: 10, salePriceCents: 4_000, perCustomerLimit: 1 }]
  const { saleId } = (await clerk.schedule({ items })).body
  const code = `AUDIT-${randomUUID().slice(0, 6).toUpperCase()}`
  expect((await clerk.call("POST", `/coupons/${code}`, { percentOff: 10, usesMax: 2 })).status).toBe(201)
  const open = async () => {
    const shopper = new Visitor(addresses)
    const pass = await shopper.queueFor(saleId)
    const opened = await shopper.checkout({
      items: [{ sku: SKU, quantity: 1 }],
      saleId,
      pass,
      email: `${randomUUID().slice(0, 8)}@example.com`,
      couponCode: code,
    })
    expect(opened.body).toMatchObject({ totalCents: 3_600 })
    return { shopper, checkout: opened.body }
  }
  const audit = async () => (await clerk.call<AuditBody>("GET", `/sales/${saleId}/audit`)).body
  const [bought, cancelled] = [await open(), await open()]
  await bought.shopper.pay(bought.checkout)
  await bought.shopper.orderUntil(bought.checkout.orderId, ["confirmed"])
  const both = (await audit()).promises["P2"]?.checked ?? 0

  expect(
    (await cancelled.shopper.call("DELETE", `/api/checkouts/${cancelled.checkout.orderId}`)).status,
  ).toBe(200)

  await expect
    .poll(async () => (await clerk.call<{ uses: number }>("GET", `/coupons/${code}`)).body.uses, {
      timeout: 20_000,
    })
    .toBe(1)
  await expect
    .poll(
      async () => {
        const { differences, counts } = await audit()
        return [differences.map(({ kind }) => kind), counts.pending]
      },
      { timeout: 60_000, interval: 1_000 },
    )
    .toEqual([[], 0])
  // Its use is judged no more.
  expect((await audit()).promises["P2"]).toMatchObject({ ok: true, checked: both - 1 })
})
