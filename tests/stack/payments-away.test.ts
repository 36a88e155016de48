import { afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest"
import { SLOW_MS } from "../../durable-objects/checkout/gated-payments.ts"
import { Merchant } from "./merchant.ts"
import { Shopper } from "./shopper.ts"
import { intentsOf } from "./provider-books.ts"

const addresses = inject("stack")
const merchant = new Merchant(addresses)

interface Live {
  pacePerMinute: number
  admitted: number
  limit: string
  paymentGate: { state: string; paymentsPerMinute: number; retryAtMs: number | null }
}

async function setFaults(api: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${addresses.stripeUrl}/_faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ api }),
  })
  expect(response.status).toBe(200)
}

const liveOf = async (saleId: string) => (await merchant.call<Live>("GET", `/sales/${saleId}/live`)).body
const gateOf = async (saleId: string) => (await liveOf(saleId)).paymentGate

const callOnce = (sku: string) =>
  new Shopper(addresses).checkout({ items: [{ sku, quantity: 1 }], email: "ann@example.com" })

/** Checkouts outside of any sale: calls of the provider, in every lane, until the gate says what is waited for. */
async function callUntil(saleId: string, sku: string, state: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await Promise.all(Array.from({ length: 8 }, () => callOnce(sku)))
        return (await gateOf(saleId)).state
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe(state)
}

/** Lanes come back each by itself; what runs after this is not to meet one that still rests. */
afterEach(async () => {
  await setFaults({})
  const everyLane = async () => {
    const opened = await Promise.all(Array.from({ length: 40 }, () => callOnce("CALLS")))
    if (opened.some(({ status }) => status !== 201)) throw new Error("a lane still rests")
  }
  await vi.waitFor(everyLane, { timeout: 60_000, interval: 500 })
})

beforeAll(() => merchant.addProduct("CALLS", 20_000))

describe("payments that do not answer", () => {
  it("slow the line, keep holds, are answered quickly, and let all go on when they are back", async () => {
    await merchant.addProduct("GATED", 100)
    const items = [{ sku: "GATED", allotment: 50, salePriceCents: 3_000, perCustomerLimit: 1 }]
    const { saleId } = (await merchant.schedule({ items })).body
    const first = new Shopper(addresses)
    const pass = await first.queueFor(saleId)
    const { holdId } = (await first.hold({ items: [{ sku: "GATED", quantity: 1 }], saleId, pass })).body
    expect(await gateOf(saleId)).toMatchObject({ state: "closed", retryAtMs: null })
    expect((await gateOf(saleId)).paymentsPerMinute).toBeGreaterThan(0)

    await setFaults({ down: true })
    await callUntil(saleId, "CALLS", "open")
    expect((await gateOf(saleId)).paymentsPerMinute).toBe(0)

    // Who is inside is told at once, and keeps the hold.
    const key = crypto.randomUUID()
    const body = { holdId, email: "ann@example.com" }
    const refused = await first.checkout(body, key)
    expect(refused).toMatchObject({ status: 503, body: { code: "payment_unavailable" } })
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0)
    expect((await merchant.stock("GATED")).body.pools).toContainEqual(
      expect.objectContaining({ pool: saleId, held: 1 }),
    )

    // Who comes now waits, and nothing but payments keeps them out.
    const later = new Shopper(addresses)
    const { ticket } = (await later.join(saleId)).body
    await expect.poll(async () => (await liveOf(saleId)).limit, { timeout: 30_000 }).toBe("payments")

    await setFaults({})
    await callUntil(saleId, "CALLS", "closed")
    await expect
      .poll(async () => (await later.pass(saleId, ticket)).status, { timeout: 30_000 })
      .toBeLessThan(300)

    // The same request, made again, is the same order, with one payment.
    const opened = await expect
      .poll(async () => (await first.checkout(body, key)).status, { timeout: 30_000, interval: 500 })
      .toBeLessThan(300)
      .then(() => first.checkout(body, key))
    await first.pay(opened.body)
    await first.orderUntil(opened.body.orderId, ["confirmed"])
    const intents = await intentsOf(addresses.stripeUrl, opened.body.orderId)
    expect(intents.filter(({ status }) => status !== "canceled")).toHaveLength(1)
    expect(intents.flatMap(({ captures }) => captures)).toHaveLength(1)
  })

  it("that are slow let the line's pace fall, and it comes back by itself", async () => {
    await merchant.addProduct("SLOWED", 500)
    const items = [{ sku: "SLOWED", allotment: 500, salePriceCents: 3_000, perCustomerLimit: 1 }]
    const { saleId } = (await merchant.schedule({ items })).body
    await new Shopper(addresses).queueFor(saleId)
    const before = await liveOf(saleId)

    await setFaults({ slowMs: SLOW_MS + 1_000 })
    await callUntil(saleId, "CALLS", "open")
    const waiting = Array.from({ length: 60 }, () => new Shopper(addresses))
    const tickets = await Promise.all(
      waiting.map(async (shopper) => (await shopper.join(saleId)).body.ticket),
    )
    await expect
      .poll(async () => (await liveOf(saleId)).pacePerMinute, { timeout: 60_000 })
      .toBeLessThan(before.pacePerMinute / 2)

    await setFaults({})
    await callUntil(saleId, "CALLS", "closed")
    expect(await gateOf(saleId)).toEqual(before.paymentGate)
    const passes = waiting.map(async (shopper, index) => {
      const pass = async () => (await shopper.pass(saleId, tickets[index] ?? "")).status
      await expect.poll(pass, { timeout: 60_000 }).toBeLessThan(300)
    })
    await Promise.all(passes)
  })
})
