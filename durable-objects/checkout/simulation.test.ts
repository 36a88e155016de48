import { describe, expect, it } from "vitest"
import { Lane } from "./simulated-lane.ts"
import { SKUS, UNITS, World } from "./simulated-world.ts"

/**
 * Whole purchases under seeded faults: the provider fails before or after it did what it was asked, ledgers fail before
 * or after they wrote, webhooks come twice, late, in any order or never, the lane crashes at any await, and the clock
 * jumps. Afterwards an auditor that keeps its own books of money and units compares them with the orders.
 */

const SHOPPERS = 40

async function settleMicrotasks(): Promise<void> {
  for (let i = 0; i < 40; i++) await Promise.resolve()
}

async function run(seed: number): Promise<{ world: World; lane: Lane }> {
  const world = new World(seed)
  const lane = new Lane(world)
  for (let i = 0; i < SHOPPERS; i++) {
    const wanted = SKUS.filter(() => world.random() < 0.5)
    const items = (wanted.length > 0 ? wanted : ["A"]).map((sku) => ({
      sku,
      quantity: 1 + Math.floor(world.random() * 2),
    }))
    void lane.open(`o${String(i).padStart(3, "0")}`, items).catch(() => undefined)
  }
  for (let step = 0; step < 400; step++) {
    await settleMicrotasks()
    const luck = world.random()
    if (luck < 0.3)
      [...world.intents.keys()]
        .filter(() => world.random() < 0.1)
        .forEach((intentId) => world.confirm(intentId))
    else if (luck < 0.6) {
      const event = world.webhooks.pop()
      if (event) lane.deliver(event)
    } else if (luck < 0.63) lane.crash()
    else if (luck < 0.65) world.captureByHand()
    else if (luck < 0.9) world.nowMs += Math.floor(world.random() * 2_000)
    else for (const orderId of lane.book.due(world.nowMs, 10)) void lane.drive(orderId)
  }
  await bringToRest(world, lane)
  return { world, lane }
}

/** The faults end, the crashed come back, and the alarm goes on until nothing is due. */
async function bringToRest(world: World, lane: Lane): Promise<void> {
  world.faultRate = 0
  lane.crash()
  for (const event of world.webhooks.splice(0)) lane.deliver(event)
  for (let round = 0; round < 200; round++) {
    await settleMicrotasks()
    world.nowMs += 30_000
    for (const orderId of allOrders(lane)) await lane.drive(orderId)
    for (const ledger of world.ledgers.values()) ledger.expireDue(world.nowMs)
    if (lane.book.nextDueMs() === null && round > 5) return
  }
  throw new Error("the lane does not come to rest")
}

function allOrders(lane: Lane): string[] {
  return lane.sql
    .exec<{ order_id: string }>(`SELECT order_id FROM orders`)
    .toArray()
    .map((row) => row.order_id)
}

function audit({ world, lane }: { world: World; lane: Lane }): void {
  const orders = allOrders(lane)
    .map((orderId) => lane.book.find(orderId))
    .filter((order) => order !== null)
  const soldBySku = new Map<string, number>()
  for (const order of orders) {
    const intent = [...world.intents.values()].find((candidate) => candidate.orderId === order.orderId)
    expect(["confirmed", "cancelled", "payment_failed", "reservation_expired"]).toContain(order.status)
    if (order.status === "confirmed") {
      expect(intent).toMatchObject({ state: "captured", captures: 1, amountCents: order.totalCents })
      expect(intent?.refundedCents).toBe(0)
      for (const line of order.items) soldBySku.set(line.sku, (soldBySku.get(line.sku) ?? 0) + line.quantity)
    } else if (intent) {
      const kept = intent.capturedCents - intent.refundedCents
      expect(kept, `kept of ${order.orderId}, which is ${order.status}`).toBe(0)
      expect(order.payment === "refunded", order.orderId).toBe(intent.state === "captured")
      expect(intent.state, `${order.orderId} is ${order.status}`).not.toBe("authorized")
    }
  }
  const paid = orders.filter(({ status }) => status === "confirmed").map(({ orderId }) => orderId)
  expect(lane.confirmed.toSorted()).toEqual(paid.toSorted())
  expect(orders.filter(({ parked }) => parked)).toEqual([])
  const known = new Set(orders.map((order) => order.orderId))
  for (const intent of world.intents.values()) expect(known.has(intent.orderId)).toBe(true)
  for (const [sku, ledger] of world.ledgers) {
    const sold = soldBySku.get(sku) ?? 0
    expect(ledger.counts()).toMatchObject({ received: UNITS, held: 0, sold, available: UNITS - sold })
  }
}

describe("purchases under faults", () => {
  for (let seed = 1; seed <= 60; seed++) {
    it(`seed ${seed}: nobody is charged twice or for nothing, and every unit is accounted for`, async () => {
      const end = await run(seed)
      audit(end)
    })
  }
})
