import { env } from "cloudflare:workers"
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test"
import { describe, expect, it } from "vitest"
import { OPEN_POOL } from "./contract.ts"
import type { PoolTerms } from "./contract.ts"
import { holdItems } from "./hold-items.ts"

const terms: PoolTerms = {
  unitPriceCents: 1_000,
  currency: "EUR",
  perCustomerLimit: null,
  holdSeconds: 600,
  opensAtMs: null,
  closesAtMs: null,
}

async function stockOf(sku: string, units: number, change: Partial<PoolTerms> = {}) {
  const stock = env.STOCK.getByName(sku)
  await stock.setOpenTerms({ ...terms, ...change })
  await stock.receive({ id: "first", delta: units, reason: "test" })
  return stock
}

const holdOf = (holdId: string, quantity = 1) => ({ holdId, pool: OPEN_POOL, customer: holdId, quantity })

describe("the stock object", () => {
  it("gives ten units to ten of two hundred who come at once, and tells every other one", async () => {
    const stock = await stockOf("CROWD", 10)
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => stock.hold(holdOf(`h${i}`))))
    expect(answers.filter((answer) => answer.outcome === "held")).toHaveLength(10)
    expect(
      answers.filter((answer) => answer.outcome === "refused" && answer.refusal === "sold_out"),
    ).toHaveLength(190)
    expect(await stock.counts()).toMatchObject({ received: 10, available: 0, held: 10, sold: 0 })
  })

  it("keeps every acknowledged hold over an eviction", async () => {
    const stock = await stockOf("EVICTED", 5)
    await Promise.all([stock.hold(holdOf("h1")), stock.hold(holdOf("h2"))])
    await evictDurableObject(stock)
    const again = env.STOCK.getByName("EVICTED")
    expect(await again.counts()).toMatchObject({ available: 3, held: 2 })
    expect(await again.hold(holdOf("h1"))).toMatchObject({ outcome: "held", replayed: true })
  })

  it("ends holds by alarm when nobody comes by, and arms it again after an eviction", async () => {
    const stock = await stockOf("ALARM", 2, { holdSeconds: 0 })
    await stock.hold(holdOf("h1"))
    await evictDurableObject(stock)
    const again = env.STOCK.getByName("ALARM")
    await runInDurableObject(again, async (_object, state) => {
      expect(await state.storage.getAlarm()).not.toBeNull()
    })
    await runDurableObjectAlarm(again)
    await runInDurableObject(again, (_object, state) => {
      const [row] = state.storage.sql
        .exec<{ state: string }>(`SELECT state FROM holds WHERE hold_id = 'h1'`)
        .toArray()
      expect(row?.state).toBe("expired")
    })
  })

  it("one bad command cannot fail its neighbours", async () => {
    const stock = await stockOf("NEIGHBOURS", 5)
    const failure = stock.hold({ ...holdOf("bad"), quantity: 0 }).then(
      () => null,
      (error: Error) => error.message,
    )
    const good = stock.hold(holdOf("good"))
    expect(await failure).toMatch(/CHECK/)
    expect(await good).toMatchObject({ outcome: "held" })
    expect(await stock.counts()).toMatchObject({ held: 1, available: 4 })
  })

  it("holds several SKUs all or none, and a refused one leaves nothing behind", async () => {
    const [plenty, few] = await Promise.all([stockOf("PLENTY", 10), stockOf("FEW", 1)])
    const order = (purchaseKey: string) => ({
      purchaseKey,
      items: [
        { sku: "FEW", quantity: 1 },
        { sku: "PLENTY", quantity: 2 },
      ],
      saleId: null,
      customer: purchaseKey,
    })
    const answers = await Promise.all(["k1", "k2", "k3"].map((key) => holdItems(env.STOCK, order(key))))
    expect(answers.filter((answer) => answer.outcome === "held")).toHaveLength(1)
    expect(answers.filter((answer) => answer.outcome === "refused")).toMatchObject([
      { refusal: "sold_out", skus: ["FEW"] },
      { refusal: "sold_out", skus: ["FEW"] },
    ])
    expect(await plenty.counts()).toMatchObject({ held: 2, available: 8 })
    expect(await few.counts()).toMatchObject({ held: 1, available: 0 })
  })
})
