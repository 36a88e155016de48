import { env } from "cloudflare:workers"
import { evictDurableObject, runInDurableObject } from "cloudflare:test"
import { describe, expect, it } from "vitest"
import type { OpenCheckout, PaymentEvent } from "./contract.ts"

/** Nobody answers at the provider's address here, so every order that costs something waits for its intent. */
const LANE = "lane-0"

async function stocked(sku: string, unitPriceCents: number): Promise<void> {
  const stock = env.STOCK.getByName(sku)
  const open = { perCustomerLimit: null, opensAtMs: null, closesAtMs: null }
  await stock.setOpenTerms({ unitPriceCents, currency: "EUR", holdSeconds: 600, ...open })
  await stock.receive({ id: "first", delta: 3, reason: "test" })
}

function commandFor(orderId: string, sku: string): OpenCheckout {
  const hold = { items: [{ sku, quantity: 1 }], saleId: null }
  const who = { orderNumber: orderId, requestDigest: "d", subject: orderId, email: "a@b.example" }
  return { orderId, ...who, shippingAddress: null, hold }
}

interface Row extends Record<string, string | number | null> {
  step: string | null
  step_started_at_ms: number | null
  attempts: number
}

function rowOf(orderId: string): Promise<Row | undefined> {
  return runInDurableObject(env.CHECKOUT.getByName(LANE), (_lane, state) => {
    return state.storage.sql
      .exec<Row>(`SELECT step, step_started_at_ms, attempts FROM orders WHERE order_id = ?`, orderId)
      .toArray()[0]
  })
}

describe("the checkout lane", () => {
  it("has the step it is taking on record, and takes it up again after an eviction", async () => {
    await stocked("STEP", 1_000)
    const opened = await env.CHECKOUT.getByName(LANE).open(commandFor("step-1", "STEP"))
    expect(opened).toMatchObject({ outcome: "refused", refusal: "payment_unavailable" })
    const before = await rowOf("step-1")
    expect(before).toMatchObject({ step: "create_intent", attempts: 1 })
    await evictDurableObject(env.CHECKOUT.getByName(LANE))
    // The new instance makes it due at once, and its alarm drives it, with nobody asking.
    await expect.poll(async () => (await rowOf("step-1"))?.attempts, { timeout: 10_000 }).toBeGreaterThan(1)
    expect(await rowOf("step-1")).toMatchObject({
      step: "create_intent",
      step_started_at_ms: before?.step_started_at_ms,
    })
  })

  it("confirms what costs nothing without asking anybody, and says the same again", async () => {
    await stocked("FREE", 0)
    const lane = env.CHECKOUT.getByName(LANE)
    const opened = { outcome: "opened", clientSecret: "", order: { status: "confirmed" } }
    expect(await lane.open(commandFor("free-1", "FREE"))).toMatchObject({ ...opened, replayed: false })
    expect(await lane.open(commandFor("free-1", "FREE"))).toMatchObject({ ...opened, replayed: true })
    expect(await env.STOCK.getByName("FREE").counts()).toMatchObject({ available: 2, held: 0, sold: 1 })
  })

  it("keeps a webhook that does not fit yet over an eviction, and never asks for it twice", async () => {
    await stocked("EARLY", 1_000)
    const lane = env.CHECKOUT.getByName(LANE)
    await lane.open(commandFor("early-1", "EARLY"))
    const event: PaymentEvent = {
      eventId: "evt_early",
      orderId: "early-1",
      intentId: "pi_early",
      atMs: Date.now(),
      type: "authorized",
      amountCents: 1_000,
      currency: "EUR",
    }
    await lane.recordPaymentEvent(event)
    await evictDurableObject(lane)
    await env.CHECKOUT.getByName(LANE).recordPaymentEvent(event)
    await runInDurableObject(env.CHECKOUT.getByName(LANE), (_lane, state) => {
      const rows = state.storage.sql
        .exec(`SELECT acted_at_ms, content FROM inbox WHERE order_id = 'early-1'`)
        .toArray()
      expect(rows).toEqual([{ acted_at_ms: null, content: JSON.stringify(event) }])
    })
  })

  it("opens one checkout of one key at a time", async () => {
    await stocked("TWICE", 0)
    const lane = env.CHECKOUT.getByName(LANE)
    const both = await Promise.all([1, 2].map(() => lane.open(commandFor("twice-1", "TWICE"))))
    const outcomes = both.map((answer) => (answer.outcome === "opened" ? "opened" : answer.refusal))
    expect(outcomes.toSorted()).toEqual(["in_flight", "opened"])
    expect(await env.STOCK.getByName("TWICE").counts()).toMatchObject({ available: 2, sold: 1 })
  })

  it("shows nobody's order as parked while none is", async () => {
    expect(await env.CHECKOUT.getByName(LANE).parked("")).toEqual([])
    expect((await env.CHECKOUT.getByName(LANE).counts(null)).parked).toBe(0)
  })

  it("remembers over an eviction who dealt with a parked order, and takes it off the list", async () => {
    await stocked("LOOK", 0)
    const first = env.CHECKOUT.getByName(LANE)
    await first.open(commandFor("look-1", "LOOK"))
    expect(await first.parking("nobody")).toBeNull()
    await runInDurableObject(first, (_lane, state) => {
      state.storage.sql.exec(
        `UPDATE orders SET parked_as = 'event_unfit', parked_why = 'why', parked_at_ms = 5 WHERE order_id = 'look-1'`,
      )
    })
    // The lane remembers its orders; a new instance reads them.
    await evictDurableObject(first)
    const lane = env.CHECKOUT.getByName(LANE)
    expect(await lane.parked("")).toMatchObject([{ as: "event_unfit", atMs: 5, canTryAgain: false }])
    const deal = { orderId: "look-1", parkedAtMs: 5, by: { role: "staff", name: "Ann" }, note: "Seen to." }
    expect(await lane.dealWithParking(deal)).toMatchObject({ outcome: "done", replayed: false })
    await evictDurableObject(lane)
    const again = env.CHECKOUT.getByName(LANE)
    expect(await again.parked("")).toEqual([])
    expect(await again.parking("look-1")).toMatchObject({
      parked: null,
      dealtWith: [{ as: "event_unfit", why: "why", parkedAtMs: 5, by: deal.by, note: "Seen to." }],
    })
  })
})
