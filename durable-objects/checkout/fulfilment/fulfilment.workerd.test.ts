import { env } from "cloudflare:workers"
import { evictDurableObject, runInDurableObject } from "cloudflare:test"
import { describe, expect, it } from "vitest"

/** Nobody answers at the provider's address here, so a refund stays asked for. */
const LANE = "lane-0"
const lane = () => env.CHECKOUT.getByName(LANE)
const PARCEL = { carrier: "Post", trackingNumber: "1" }

/** An order of two units that cost nothing: it is confirmed at once. */
async function bought(orderId: string, sku: string): Promise<void> {
  const stock = env.STOCK.getByName(sku)
  const open = { perCustomerLimit: null, opensAtMs: null, closesAtMs: null }
  await stock.setOpenTerms({ unitPriceCents: 0, currency: "EUR", holdSeconds: 600, ...open })
  await stock.receive({ id: "first", delta: 3, reason: "test" })
  const who = { orderNumber: orderId, requestDigest: "d", subject: orderId, email: "a@b.example" }
  const hold = { items: [{ sku, quantity: 2 }], saleId: null }
  const opened = await lane().open({ orderId, ...who, shippingAddress: null, hold })
  expect(opened).toMatchObject({ outcome: "opened", order: { status: "confirmed" } })
}

/** As if its payment had been taken. */
async function paid(orderId: string, sku: string): Promise<void> {
  await bought(orderId, sku)
  await runInDurableObject(lane(), (_lane, state) => {
    const totals = {
      subtotalCents: 1_000,
      discountCents: 0,
      shippingCents: 0,
      taxCents: 0,
      pricesIncludeTax: true,
    }
    state.storage.sql.exec(
      `UPDATE orders SET total_cents = 1000, totals = ?, payment = 'captured', intent_id = 'pi_1' WHERE order_id = ?`,
      JSON.stringify(totals),
      orderId,
    )
  })
  // The lane remembers its orders; a new instance reads them.
  await evictDurableObject(lane())
}

function attemptsOf(orderId: string): Promise<number | undefined> {
  return runInDurableObject(lane(), (_lane, state) => {
    const [row] = state.storage.sql
      .exec<{ attempts: number }>(`SELECT attempts FROM refund_requests WHERE order_id = ?`, orderId)
      .toArray()
    return row?.attempts
  })
}

describe("an order in its lane", () => {
  it("remembers its parcels over an eviction", async () => {
    await bought("ship-1", "SHIP")
    expect(await lane().ship({ orderId: "ship-1", ...PARCEL })).toMatchObject({ replayed: false })
    await evictDurableObject(lane())
    expect(await lane().ship({ orderId: "ship-1", ...PARCEL })).toMatchObject({ replayed: true })
    expect(await lane().deliver("ship-1")).toMatchObject({
      order: { status: "delivered", shipments: [PARCEL] },
    })
  })

  it("that cost nothing is withdrawn with its units, once, without asking anybody for money", async () => {
    await bought("free-back", "FREE-BACK")
    const both = await Promise.all([lane().withdraw("free-back"), lane().withdraw("free-back")])
    for (const outcome of both) expect(outcome).toMatchObject({ outcome: "done" })
    expect(await lane().withdraw("free-back")).toMatchObject({
      replayed: true,
      order: { status: "refunded" },
    })
    expect(await env.STOCK.getByName("FREE-BACK").counts()).toMatchObject({ available: 3, sold: 0 })
  })

  it("has a refund on record before the provider hears of it, and goes on with it after an eviction", async () => {
    await paid("refund-1", "REFUND")
    const refund = { orderId: "refund-1", amountCents: null, restock: true, lines: null }
    const pending = { refund: { refundId: null, amountCents: 1_000, status: "pending" } }
    expect(await lane().refund({ ...refund, idempotencyKey: "k" })).toMatchObject({
      replayed: false,
      ...pending,
    })
    const before = (await attemptsOf("refund-1")) ?? 0
    expect(before).toBeGreaterThan(0)
    await evictDurableObject(lane())
    await expect.poll(() => attemptsOf("refund-1"), { timeout: 30_000 }).toBeGreaterThan(before)
    expect(await lane().refund({ ...refund, idempotencyKey: "other" })).toMatchObject({
      refusal: "refund_exceeds_payment",
    })
    expect(await lane().ship({ orderId: "refund-1", ...PARCEL })).toMatchObject({ refusal: "not_allowed" })
    expect(await env.STOCK.getByName("REFUND").counts()).toMatchObject({ available: 1, sold: 2 })
  })
})
