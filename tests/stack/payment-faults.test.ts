import { randomUUID } from "node:crypto"
import pg from "pg"
import { afterAll, afterEach, describe, expect, inject, it, vi } from "vitest"
import { intentsOf } from "./provider-books.ts"
import type { CheckoutBody } from "./shopper.ts"
import { Clerk, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const postgres = new pg.Pool({ connectionString: addresses.databaseUrl, max: 2 })
const PATIENCE = { timeout: 40_000, interval: 200 }

afterEach(async () => {
  await fetch(`${addresses.stripeUrl}/_faults`, { method: "DELETE" })
})
afterAll(() => postgres.end())

async function setFaults(api: Record<string, unknown>, seed = 1): Promise<void> {
  const body = JSON.stringify({ api, seed })
  const answer = await fetch(`${addresses.stripeUrl}/_faults`, { method: "POST", body })
  expect(answer.status).toBe(200)
}

/** A shopper who does not give up: asks with the same key, and confirms again, until the order is paid. */
async function buy(sku: string): Promise<CheckoutBody> {
  const shopper = new Visitor(addresses)
  const key = randomUUID()
  const checkout = await vi.waitFor(async () => {
    const opened = await shopper.checkout({ items: [{ sku, quantity: 1 }], email: "ann@example.com" }, key)
    expect([200, 201]).toContain(opened.status)
    return opened.body
  }, PATIENCE)
  await vi.waitFor(async () => {
    const { body } = await shopper.pay(checkout)
    // Confirmed before, and the answer was lost: the provider says so, and nothing is charged again.
    const said = body.status ?? body.error?.code
    expect(["requires_capture", "payment_intent_unexpected_state"]).toContain(said)
  }, PATIENCE)
  await shopper.orderUntil(checkout.orderId, ["confirmed"], PATIENCE.timeout)
  return checkout
}

/** Resolves once the provider has not answered, which it does not for most of a second. */
async function untilAway(): Promise<void> {
  const isUp = () =>
    fetch(`${addresses.stripeUrl}/healthz`).then(
      () => true,
      () => false,
    )
  await vi.waitUntil(async () => !(await isUp()), { timeout: PATIENCE.timeout, interval: 20 })
}

/** One row, one intent, one capture of the whole, nothing back. */
async function expectPaidOnce({ orderId, totalCents }: CheckoutBody): Promise<void> {
  const intents = await intentsOf(addresses.stripeUrl, orderId)
  expect(intents.map(({ status }) => status)).toEqual(["succeeded"])
  expect(intents.flatMap(({ captures }) => captures.map((capture) => capture.amountCents))).toEqual([
    totalCents,
  ])
  expect(intents.flatMap(({ refunds }) => refunds)).toEqual([])
  await vi.waitFor(async () => {
    const { rows } = await postgres.query("SELECT status, payment_intent_id FROM orders WHERE id = $1", [
      orderId,
    ])
    expect(rows).toEqual([{ status: "confirmed", payment_intent_id: intents[0]?.id }])
  }, PATIENCE)
}

describe("a purchase", () => {
  it.each(["create", "confirm", "capture"])(
    "hazard 13: whose provider dies after its %s, before it answers, is paid once in all books",
    async (call) => {
      const sku = `DIES-${call.toUpperCase()}`
      await clerk.addProduct(sku, 3)
      await setFaults({ crashAfter: [call] })
      const [checkout] = await Promise.all([buy(sku), untilAway()])
      await expectPaidOnce(checkout)
      expect((await clerk.stock(sku)).body).toMatchObject({ available: 2, held: 0, sold: 1 })
    },
  )

  it("hazard 13: whose every answer may be lost or broken is paid once in all books", async () => {
    await clerk.addProduct("LOST-ANSWERS", 20)
    await setFaults({ failAfterSuccess: 0.3, error500: 0.1, error429: 0.2, slowMs: [0, 100] }, 7)
    const checkouts = await Promise.all(Array.from({ length: 8 }, () => buy("LOST-ANSWERS")))
    await fetch(`${addresses.stripeUrl}/_faults`, { method: "DELETE" })
    for (const { orderId, totalCents } of checkouts) {
      const intents = await intentsOf(addresses.stripeUrl, orderId)
      // A broken answer stays with its key, so there may be an intent that nobody was shown and nobody can pay.
      expect(intents.flatMap(({ captures }) => captures)).toEqual([
        expect.objectContaining({ amountCents: totalCents }),
      ])
    }
    expect((await clerk.stock("LOST-ANSWERS")).body).toMatchObject({ available: 12, held: 0, sold: 8 })
  })

  it("waits its turn where the account's limit of requests is reached, and is paid once", async () => {
    await clerk.addProduct("RATE-LIMITED", 20)
    await setFaults({ requestsPerSecond: 8 })
    const checkouts = await Promise.all(Array.from({ length: 8 }, () => buy("RATE-LIMITED")))
    await Promise.all(checkouts.map(expectPaidOnce))
  })
})
