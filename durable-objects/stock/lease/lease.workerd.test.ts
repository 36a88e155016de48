import { env } from "cloudflare:workers"
import { evictDurableObject } from "cloudflare:test"
import { describe, expect, it, vi } from "vitest"
import type { PoolTerms } from "../contract.ts"
import { giveBackAll, holdItems, ledgersOf } from "../hold-items.ts"
import type { HoldItemsOutcome } from "../hold-items.ts"
import { Ledgers } from "../ledgers.ts"
import { laneName } from "./names.ts"

const SALE = "sale-1"
const LANES = 4

const terms: PoolTerms = {
  unitPriceCents: 1_000,
  currency: "EUR",
  perCustomerLimit: 2,
  holdSeconds: 600,
  opensAtMs: null,
  closesAtMs: null,
}

const ledgers = new Ledgers(env)

async function saleOf(sku: string, units: number, change: Partial<PoolTerms> = {}) {
  const root = env.STOCK.getByName(sku)
  await root.setOpenTerms(terms)
  await root.receive({ id: "first", delta: units, reason: "test" })
  const allotment = { id: "allot", saleId: SALE, units, terms: { ...terms, ...change }, lanes: LANES }
  expect(await root.allot(allotment)).toMatchObject({ outcome: "allotted" })
  return root
}

function buy(sku: string, customer: string, quantity = 1, key = `k-${customer}`) {
  const items = [{ sku, quantity }]
  return holdItems(ledgers, { purchaseKey: key, items, saleId: SALE, customer })
}

/** The only ledger that a hold names. */
function ledgerOf(bought: HoldItemsOutcome): string {
  const [ledger] = bought.outcome === "held" ? ledgersOf(bought.holdId) : []
  if (ledger === undefined) throw new Error("nothing is held")
  return ledger
}

const refused = { outcome: "refused" }

/** Root and lanes together, at this moment. */
async function books(sku: string) {
  const { pools } = await env.STOCK.getByName(sku).counts()
  const root = pools.find(({ pool }) => pool === SALE)
  const lanes = await Promise.all(
    Array.from({ length: LANES }, (_, lane) =>
      env.STOCK_LANES.getByName(laneName(sku, lane)).laneCounts(SALE),
    ),
  )
  return { root, lanes: lanes.filter((lane) => lane !== null) }
}

/** Lanes tell their standing within about a second. */
function rootSays(sku: string, counts: object) {
  return vi.waitFor(async () => expect((await books(sku)).root).toMatchObject(counts), { timeout: 5_000 })
}

describe("a SKU that is spread over lanes", () => {
  it("hazard 3: gives fifty units to fifty of four hundred who come at once, and tells every other one", async () => {
    await saleOf("CROWD", 50)
    const answers = await Promise.all(Array.from({ length: 400 }, (_, i) => buy("CROWD", `c${i}`)))
    expect(answers.filter(({ outcome }) => outcome === "held")).toHaveLength(50)
    const soldOut = answers.filter((answer) => answer.outcome === "refused" && answer.refusal === "sold_out")
    expect(soldOut).toHaveLength(350)
    const { root, lanes } = await books("CROWD")
    expect(lanes.reduce((sum, { held }) => sum + held, 0)).toBe(50)
    for (const { accepted, returned, available, held, sold } of lanes)
      expect(accepted - returned).toBe(available + held + sold)
    await rootSays("CROWD", { received: 50, available: 0, held: 50, sold: 0 })
    expect(root?.leases).toHaveLength(LANES)
  })

  it("sells the last unit from any lane, again and again", async () => {
    await saleOf("LAST", 1)
    for (let i = 0; i < 20; i++) {
      const bought = await buy("LAST", `c${i}`)
      expect(bought).toMatchObject({ outcome: "held" })
      expect(await buy("LAST", `late${i}`)).toMatchObject({ outcome: "refused", refusal: "sold_out" })
      if (bought.outcome === "held") await giveBackAll(ledgers, bought.holdId, `c${i}`)
    }
  })

  it("gathers what lies in several lanes for one who wants it all", async () => {
    await saleOf("GATHER", 8, { perCustomerLimit: 10 })
    const holders = await Promise.all(Array.from({ length: 8 }, (_, i) => buy("GATHER", `c${i}`)))
    for (const [i, held] of holders.entries())
      if (held.outcome === "held") await giveBackAll(ledgers, held.holdId, `c${i}`)
    expect(await buy("GATHER", "greedy", 8)).toMatchObject({ outcome: "held" })
    expect(await buy("GATHER", "late")).toMatchObject(refused)
  })

  it("hazard 22: keeps a customer's limit and replays a key, over evictions of root and lanes", async () => {
    const root = await saleOf("LIMIT", 10)
    const first = await buy("LIMIT", "anna", 2, "one")
    expect(first).toMatchObject({ outcome: "held", replayed: false })
    await evictDurableObject(root)
    await evictDurableObject(env.STOCK_LANES.getByName(ledgerOf(first)))
    expect(await buy("LIMIT", "anna", 2, "one")).toMatchObject({ ...first, replayed: true })
    expect(await buy("LIMIT", "anna", 1, "two")).toMatchObject({
      outcome: "refused",
      refusal: "limit_reached",
    })
  })

  it("hazard 9: refuses while the sale is paused, and brings everything home when it is over", async () => {
    const root = await saleOf("OVER", 20)
    const bought = await buy("OVER", "anna", 2)
    if (bought.outcome !== "held") throw new Error("not held")
    await root.setPoolState(SALE, "paused")
    expect(await buy("OVER", "bert")).toMatchObject({ outcome: "refused", refusal: "not_open" })
    await root.setPoolState(SALE, "active")
    expect(await buy("OVER", "bert")).toMatchObject({ outcome: "held" })
    expect(await ledgers.getByName(ledgerOf(bought)).sell(bought.holdId, "order")).toMatchObject({
      outcome: "sold",
    })
    await root.setPoolState(SALE, "closed")
    expect(await buy("OVER", "carl")).toMatchObject({ outcome: "refused", refusal: "not_open" })
    const { pools } = await root.counts()
    expect(pools).toMatchObject([
      { pool: "open", received: 17, available: 17 },
      { pool: SALE, received: 3, available: 0, held: 1, sold: 2 },
    ])
  })

  it("hazard 17: serves a payment that came late from the open pool when the sale is over", async () => {
    const root = await saleOf("LATE", 2, { holdSeconds: 0 })
    const bought = await buy("LATE", "anna", 2)
    if (bought.outcome !== "held") throw new Error("not held")
    await root.setPoolState(SALE, "closed")
    expect(await ledgers.getByName(ledgerOf(bought)).sell(bought.holdId, "order")).toMatchObject({
      outcome: "sold",
      retaken: true,
    })
    expect(await ledgers.getByName(ledgerOf(bought)).sell(bought.holdId, "order")).toMatchObject({
      replayed: true,
    })
    await rootSays("LATE", { received: 2, available: 0, sold: 2 })
  })

  it("refuses another number of lanes, and a sale that it does not know", async () => {
    const root = await saleOf("FIXED", 5)
    await root.receive({ id: "more", delta: 5, reason: "test" })
    expect(await root.allot({ id: "again", saleId: SALE, units: 5, terms, lanes: 2 })).toMatchObject({
      outcome: "refused",
      refusal: "lanes_fixed",
    })
    const items = [{ sku: "FIXED", quantity: 1 }]
    const unknown = { purchaseKey: "k", items, saleId: "no-such-sale", customer: "anna" }
    expect(await holdItems(ledgers, unknown)).toMatchObject({ outcome: "refused", refusal: "unknown_pool" })
  })
})
