import { afterEach, describe, expect, inject, it } from "vitest"
import { Merchant } from "./merchant.ts"
import { intentsOf } from "./provider-books.ts"
import { Shopper } from "./shopper.ts"

const addresses = inject("stack")
const merchant = new Merchant(addresses)

/** The shortest that a sale's holds may run. */
const HOLD_SECONDS = 30

async function setFaults(webhooks: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${addresses.stripeUrl}/_faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ webhooks }),
  })
  expect(response.status).toBe(200)
}

afterEach(() => setFaults({}))

describe("units that are gone when the money is there", () => {
  it("hazard 15: give the money back and end the order, and neither units nor audit are left wrong", async () => {
    await Promise.all(["GONE-A", "GONE-B"].map((sku) => merchant.addProduct(sku, 1)))
    const items = ["GONE-A", "GONE-B"].map((sku) => ({
      sku,
      allotment: 1,
      salePriceCents: 2_000,
      perCustomerLimit: 1,
    }))
    const { saleId } = (await merchant.schedule({ items, holdSeconds: HOLD_SECONDS })).body
    const [paid, quicker] = [new Shopper(addresses), new Shopper(addresses)]
    const passes = await Promise.all([paid.queueFor(saleId), quicker.queueFor(saleId)])
    const both = items.map(({ sku }) => ({ sku, quantity: 1 }))
    const held = await paid.hold({ items: both, saleId, pass: passes[0] })
    expect(held.status).toBe(201)
    const checkout = (await paid.checkout({ holdId: held.body.holdId, email: "ann@example.com" })).body

    // The payment succeeds while the hold runs, and nobody hears of it before another has one of the units.
    await setFaults({ drop: 1 })
    expect((await paid.pay(checkout)).body.status).toBe("requires_capture")
    const takeOne = async () =>
      (await quicker.hold({ items: both.slice(0, 1), saleId, pass: passes[1] })).status
    await expect.poll(takeOne, { timeout: (HOLD_SECONDS + 10) * 1_000, interval: 50 }).toBe(201)

    const order = await paid.orderUntil(checkout.orderId, ["reservation_expired", "confirmed"], 40_000)
    expect(order.status).toBe("reservation_expired")
    const books = async () => {
      const intents = await intentsOf(addresses.stripeUrl, checkout.orderId)
      return intents.map(({ status, amountReceived, captures }) => ({ status, amountReceived, captures }))
    }
    await expect
      .poll(books, { timeout: 20_000 })
      .toEqual([{ status: "canceled", amountReceived: 0, captures: [] }])

    // The other unit of the order is nobody's, and for sale again; the one that was taken stays with who took it.
    const inSale = async (sku: string) =>
      (await merchant.stock(sku)).body.pools.find(({ pool }) => pool === saleId)
    await expect.poll(() => inSale("GONE-B")).toMatchObject({ available: 1, held: 0, sold: 0 })
    expect(await inSale("GONE-A")).toMatchObject({ available: 0, held: 1, sold: 0 })
    const audit = await merchant.call<{ differences: unknown[] }>("GET", `/sales/${saleId}/audit`)
    expect(audit.body.differences).toEqual([])
  })
})
