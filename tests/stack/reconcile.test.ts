import pg from "pg"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { RECONCILE_INTERVAL_MS } from "../../durable-objects/reconciler/contract.ts"
import type { Drift, Reconciliation } from "../../durable-objects/reconciler/contract.ts"
import { Merchant } from "./merchant.ts"
import { intentsOf, readStripeSecrets } from "./provider-books.ts"
import { Shopper } from "./shopper.ts"
import type { CheckoutBody } from "./shopper.ts"

const addresses = inject("stack")
const merchant = new Merchant(addresses)
const postgres = new pg.Client({ connectionString: addresses.databaseUrl })
const SKU = "DRIFT"
let secretKey: string

beforeAll(async () => {
  await postgres.connect()
  secretKey = (await readStripeSecrets(addresses.databaseUrl)).secretKey
  await merchant.addProduct(SKU, 50)
  // From then on it runs by itself.
  await merchant.call("POST", "/reconcile")
})

afterAll(async () => {
  await setFaults({})
  await postgres.end()
})

async function setFaults(webhooks: Record<string, unknown>): Promise<void> {
  const body = JSON.stringify({ webhooks })
  const headers = { "content-type": "application/json" }
  const response = await fetch(`${addresses.stripeUrl}/_faults`, { method: "POST", headers, body })
  expect(response.status).toBe(200)
}

async function open(): Promise<{ shopper: Shopper; checkout: CheckoutBody }> {
  const shopper = new Shopper(addresses)
  const opened = await shopper.checkout({ items: [{ sku: SKU, quantity: 1 }], email: "ann@example.com" })
  expect(opened.status).toBe(201)
  return { shopper, checkout: opened.body }
}

async function buy(): Promise<string> {
  const { shopper, checkout } = await open()
  await shopper.pay(checkout)
  await shopper.orderUntil(checkout.orderId, ["confirmed"])
  return checkout.orderId
}

/** As somebody else with the account's key would do it, in the dashboard or by a call. */
async function atStripe(path: string, facts: Record<string, string>): Promise<string> {
  const response = await fetch(`${addresses.stripeUrl}/v1/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${secretKey}`, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(facts),
  })
  expect(response.status).toBe(200)
  return ((await response.json()) as { id: string }).id
}

function plantIntent(orderId: string): Promise<string> {
  return atStripe("payment_intents", { amount: "5000", currency: "eur", "metadata[orderId]": orderId })
}

/** Its money is set aside. */
async function plantAuthorization(orderId: string): Promise<string> {
  const intent = { amount: "5000", currency: "eur", capture_method: "manual", "metadata[orderId]": orderId }
  const intentId = await atStripe("payment_intents", intent)
  return atStripe(`payment_intents/${intentId}/confirm`, { payment_method: "pm_card_visa" })
}

/** Every difference that was ever listed while the tests looked. */
const seen = new Map<string, Drift>()

/** Waits until the reconciler, by its own clock, has listed a difference of the kind about the subject. */
async function listed(kind: string, subject: string): Promise<Drift> {
  const look = async () => {
    const { last } = (await merchant.call<{ last: Reconciliation | null }>("GET", "/reconcile")).body
    for (const drift of last?.drift ?? [])
      for (const id of Object.values(drift.subjects)) seen.set(`${drift.kind} ${id}`, drift)
    return seen.has(`${kind} ${subject}`)
  }
  await expect.poll(look, { timeout: 60_000 + 20_000, interval: 500 }).toBe(true)
  return seen.get(`${kind} ${subject}`) as Drift
}

describe("the reconciler", () => {
  it("finds what was planted in the books within a minute, mends what is safe, and names the rest", async () => {
    const [bought, lost] = [await buy(), await open()]
    const second = await plantIntent(bought)
    const stray = await plantIntent("no-order-of-ours")
    const setAside = await plantAuthorization(bought)
    const refunded = await buy()
    await setFaults({ drop: 1 })
    await lost.shopper.pay(lost.checkout)
    const [paid] = await intentsOf(addresses.stripeUrl, refunded)
    const refund = await atStripe("refunds", { payment_intent: paid?.id ?? "", amount: "1200" })
    await setFaults({})
    const stored = async () =>
      (await postgres.query("SELECT status FROM orders WHERE id = $1", [bought])).rows as unknown[]
    await expect.poll(stored, { timeout: 20_000 }).toEqual([{ status: "confirmed" }])
    await postgres.query("DELETE FROM order_items WHERE order_id = $1", [bought])
    await postgres.query("DELETE FROM orders WHERE id = $1", [bought])
    const plantedAtMs = Date.now()
    // What Postgres has is read by the cron once a minute; here it is asked for, and so it is at once.
    await merchant.call("POST", "/reconcile")

    const [two, one, webhook, unheard, aside] = await Promise.all([
      listed("second_payment", second),
      listed("intent_without_order", stray),
      listed("webhook_lost", lost.checkout.orderId),
      listed("refund_unheard", refund),
      listed("second_payment", setAside),
    ])
    expect(Date.now() - plantedAtMs).toBeLessThan(2 * RECONCILE_INTERVAL_MS + 10_000)
    const mended = [two, webhook, unheard, aside].map(({ mending }) => mending)
    expect(mended).toEqual(["mended", "mended", "mended", "mended"])
    expect(one.mending).toBe("left")
    expect(aside.says).toContain(`set aside with ${setAside}`)

    const behind = await listed("postgres_behind", bought)
    expect(behind.mending).toBe("mended")
    await expect.poll(stored, { timeout: 20_000 }).toEqual([{ status: "confirmed" }])
    await lost.shopper.orderUntil(lost.checkout.orderId, ["confirmed"])
    const intents = await intentsOf(addresses.stripeUrl, bought)
    const planted = new Set([second, setAside])
    expect(intents.map(({ id, status }) => [planted.has(id), status]).toSorted()).toEqual([
      [false, "succeeded"],
      [true, "canceled"],
      [true, "canceled"],
    ])
    // The order knows of the money that went back, and so does Postgres.
    const sumBack = async () =>
      (await postgres.query("SELECT status, refunded_cents FROM orders WHERE id = $1", [refunded]))
        .rows as unknown[]
    await expect.poll(sumBack, { timeout: 20_000 }).toEqual([{ status: "confirmed", refunded_cents: 1_200 }])
    expect((await intentsOf(addresses.stripeUrl, "no-order-of-ours")).map(({ status }) => status)).toEqual([
      "requires_payment_method",
    ])
  })

  it("is for staff to start and for anyone of the shop to read", async () => {
    const nobody = new Merchant(addresses, "no-token")
    expect((await nobody.call("POST", "/reconcile")).status).toBe(401)
    expect((await nobody.call("GET", "/reconcile")).status).toBe(401)
  })
})
