import { randomUUID } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { beforeAll, describe, expect, inject, it } from "vitest"
import { Clerk, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const folder = join(addresses.dataDir, "mail")
const SKU = "LETTERS"
/** Longer than any message takes: what was to come twice has come. */
const SETTLED_MS = 20_000

beforeAll(async () => {
  await clerk.addProduct(SKU, 100)
})

async function buy() {
  const shopper = new Visitor(addresses)
  const email = `${randomUUID()}@example.com`
  const opened = await shopper.checkout({ items: [{ sku: SKU, quantity: 2 }], email })
  expect(opened.status, JSON.stringify(opened.body)).toBe(201)
  await shopper.pay(opened.body)
  await shopper.orderUntil(opened.body.orderId, ["confirmed"])
  return { email, ...opened.body }
}

async function lettersOf(orderId: string): Promise<{ event: string; text: string }[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${orderId}.`))
  const letters = names.map(async (name) => ({
    event: name.split(".")[1]?.replace(/-re_.*/, "") ?? "",
    text: await readFile(join(folder, name), "utf8"),
  }))
  return (await Promise.all(letters)).toSorted((a, b) => a.event.localeCompare(b.event))
}

async function eventsUntil(orderId: string, events: string[]): Promise<void> {
  const seen = async () => (await lettersOf(orderId)).map(({ event }) => event)
  await expect.poll(seen, { timeout: SETTLED_MS }).toEqual(events)
}

/** What the provider does to its webhooks from now on. */
const disturb = (faults: object) =>
  fetch(`${addresses.stripeUrl}/_faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(faults),
  })

describe("letters to shoppers", () => {
  it("are written once for each event, to the address of the order, with a link that opens it", async () => {
    await disturb({ webhooks: { duplicate: 1, reorder: 1 } })
    const { orderId, orderNumber, email } = await buy()
    await eventsUntil(orderId, ["confirmed"])
    const [confirmation] = await lettersOf(orderId)
    expect(confirmation?.text).toContain(`To: ${email}\r\n`)
    expect(confirmation?.text).toContain(`Subject: Order ${orderNumber} is confirmed\r\n`)
    expect(confirmation?.text).toContain(`2 × Product ${SKU}`)
    const link = /https?:\S+\/orders\/\S+/.exec(confirmation?.text ?? "")?.[0] ?? ""
    const page = await fetch(link)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain(orderNumber)

    const parcel = { carrier: "Harbour Post", trackingNumber: "HP-9" }
    for (const _ of [1, 2]) await clerk.call("POST", `/orders/${orderId}/ship`, parcel)
    await eventsUntil(orderId, ["confirmed", "shipped-0"])
    const refund = { amountCents: 1_000, idempotencyKey: randomUUID() }
    for (const _ of [1, 2]) await clerk.call("POST", `/orders/${orderId}/refund`, refund)
    await clerk.call("POST", `/orders/${orderId}/deliver`)
    await eventsUntil(orderId, ["confirmed", "refunded", "shipped-0"])
    await disturb({})
    const last = (await lettersOf(orderId)).map(({ text }) => text).join("\n")
    expect(last).toContain("HP-9")
    expect(last).toContain("€10.00 goes back to you")
  })

  it("say nothing of an order that was never paid", async () => {
    const shopper = new Visitor(addresses)
    const opened = await shopper.checkout({ items: [{ sku: SKU, quantity: 1 }], email: "no@example.com" })
    await shopper.call("DELETE", `/api/checkouts/${opened.body.orderId}`)
    const { orderId } = await buy()
    await eventsUntil(orderId, ["confirmed"])
    expect(await lettersOf(opened.body.orderId)).toEqual([])
  })
})
