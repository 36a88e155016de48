import { describe, expect, inject, it } from "vitest"
import { Merchant } from "./merchant.ts"
import { Shopper } from "./shopper.ts"

const addresses = inject("stack")
const merchant = new Merchant(addresses)

/** A sale with room for one, so that the second shopper can only come in when the first has left. */
async function scheduled(skus: string[], perCustomerLimit: number): Promise<string> {
  await Promise.all(skus.map((sku) => merchant.addProduct(sku, 5)))
  const sale = await merchant.schedule({
    items: skus.map((sku) => ({ sku, allotment: 5, salePriceCents: 2_000, perCustomerLimit })),
    admission: { perMinute: 6_000, maxActive: 1, passMinutes: 10, paymentsPerMinute: 6_000 },
  })
  expect(sale.status, JSON.stringify(sale.body)).toBe(201)
  return sale.body.saleId
}

/** One who is inside, and another who finds no place. */
async function insideAndOutside(saleId: string): Promise<{
  inside: Shopper
  pass: string
  /** Whether the other gets in when they try again. */
  tryAgain: () => Promise<boolean>
}> {
  const [inside, outside] = [new Shopper(addresses), new Shopper(addresses)]
  const pass = await inside.queueFor(saleId)
  if (pass === null) throw new Error("the sale was over")
  const { ticket } = (await outside.join(saleId)).body
  const tryAgain = async () => {
    const { status } = await outside.pass(saleId, ticket)
    expect([201, 425, 503]).toContain(status)
    return status === 201
  }
  expect(await tryAgain()).toBe(false)
  return { inside, pass, tryAgain }
}

const active = async (saleId: string) =>
  (await merchant.call<{ active: number }>("GET", `/sales/${saleId}/live`)).body.active

describe.concurrent("a place in a full sale comes free at once", () => {
  it("when its holder gives back, and not before", async () => {
    const saleId = await scheduled(["LEAVE-GIVE"], 1)
    const { inside, pass, tryAgain } = await insideAndOutside(saleId)
    const hold = await inside.hold({ items: [{ sku: "LEAVE-GIVE", quantity: 1 }], saleId, pass })
    expect(await tryAgain()).toBe(false)
    for (const _ of [1, 2])
      expect((await inside.call("DELETE", `/api/holds/${hold.body.holdId}`)).status).toBe(200)
    await expect.poll(tryAgain, { timeout: 10_000 }).toBe(true)
    expect(await active(saleId)).toBe(1)
  })

  it("when its holder cancels the checkout", async () => {
    const saleId = await scheduled(["LEAVE-CANCEL"], 1)
    const { inside, pass, tryAgain } = await insideAndOutside(saleId)
    const items = [{ sku: "LEAVE-CANCEL", quantity: 1 }]
    const checkout = await inside.checkout({ items, saleId, pass, email: "ann@example.com" })
    expect(checkout.status).toBe(201)
    expect((await inside.call("DELETE", `/api/checkouts/${checkout.body.orderId}`)).status).toBe(200)
    await expect.poll(tryAgain, { timeout: 10_000 }).toBe(true)
  })

  it("when the merchant withdraws the unpaid order", async () => {
    const saleId = await scheduled(["LEAVE-WITHDRAWN"], 1)
    const { inside, pass, tryAgain } = await insideAndOutside(saleId)
    const items = [{ sku: "LEAVE-WITHDRAWN", quantity: 1 }]
    const checkout = await inside.checkout({ items, saleId, pass, email: "ann@example.com" })
    expect((await merchant.call("POST", `/orders/${checkout.body.orderId}/cancel`)).status).toBe(200)
    await expect.poll(tryAgain, { timeout: 10_000 }).toBe(true)
  })

  it("when its holder has bought, and the audit finds the cap kept", async () => {
    const saleId = await scheduled(["LEAVE-BUY"], 1)
    const { inside, pass, tryAgain } = await insideAndOutside(saleId)
    const items = [{ sku: "LEAVE-BUY", quantity: 1 }]
    const checkout = await inside.checkout({ items, saleId, pass, email: "ann@example.com" })
    await inside.pay(checkout.body)
    await inside.orderUntil(checkout.body.orderId, ["confirmed"])
    await expect.poll(tryAgain, { timeout: 10_000 }).toBe(true)
    const audit = await merchant.call<{ differences: unknown[] }>("GET", `/sales/${saleId}/audit`)
    expect(audit.body.differences).toEqual([])
  })

  it("but not while they hold something else in the sale", async () => {
    const saleId = await scheduled(["LEAVE-ONE", "LEAVE-TWO"], 1)
    const { inside, pass, tryAgain } = await insideAndOutside(saleId)
    const hold = async (sku: string) =>
      (await inside.hold({ items: [{ sku, quantity: 1 }], saleId, pass })).body.holdId
    const [one, two] = [await hold("LEAVE-ONE"), await hold("LEAVE-TWO")]
    expect((await inside.call("DELETE", `/api/holds/${one}`)).status).toBe(200)
    // The sale's numbers are asked twice so that the room has surely heard; the place is still taken.
    for (const _ of [1, 2]) expect(await active(saleId)).toBe(1)
    expect(await tryAgain()).toBe(false)
    expect((await inside.call("DELETE", `/api/holds/${two}`)).status).toBe(200)
    await expect.poll(tryAgain, { timeout: 10_000 }).toBe(true)
  })
})
