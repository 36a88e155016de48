import { beforeAll, describe, expect, inject, it } from "vitest"
import type { SaleBody } from "./merchant.ts"
import { Clerk, expectProblem, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)

const SKU = "GONE"
const KEY = "kept"

let sale: SaleBody
let pass = new Map<Visitor, string>()
const visitors = Array.from({ length: 3 }, () => new Visitor(addresses))
const [holder, giver, buyer] = visitors as [Visitor, Visitor, Visitor]

const ask = (visitor: Visitor, key?: string, sku = SKU) =>
  visitor.hold(
    { items: [{ sku, quantity: 1 }], saleId: sale.saleId, pass: pass.get(visitor) ?? "of nobody" },
    key,
  )

/**
 * Whether strangers are answered from memory now. The pass of such an answer is not looked at, so one that is worth
 * nothing shows which way it was answered.
 */
async function isRemembered(): Promise<boolean> {
  const answer = await ask(new Visitor(addresses))
  if (answer.body.code === "sold_out") return true
  expectProblem(answer, 403, "pass_invalid")
  return false
}

/** Comes back when the pool is remembered as sold out. */
async function remembered(): Promise<void> {
  await expect
    .poll(async () => {
      expectProblem(await ask(buyer), 409, "sold_out")
      return isRemembered()
    })
    .toBe(true)
}

/** Runs a check during which the pool was remembered as sold out, from its beginning to its end. */
async function whileRemembered<T>(check: () => Promise<T>): Promise<T> {
  for (;;) {
    await remembered()
    const result = await check()
    if (await isRemembered()) return result
  }
}

async function refusedByLedger(): Promise<number> {
  const live = await clerk.call<{ refusals: Record<string, number> }>("GET", `/sales/${sale.saleId}/live`)
  return live.body.refusals["sold_out"] ?? 0
}

beforeAll(async () => {
  await clerk.addProduct(SKU, 2)
  const items = [{ sku: SKU, allotment: 2, salePriceCents: 2_500, perCustomerLimit: 1 }]
  sale = (await clerk.schedule({ items })).body
  const passes = await Promise.all(visitors.map((visitor) => visitor.queueFor(sale.saleId)))
  pass = new Map(visitors.map((visitor, index) => [visitor, passes[index] ?? ""]))
})

describe("a pool that is sold out", () => {
  it("was sold to those who came first", async () => {
    for (const first of [holder, giver]) expect((await ask(first, KEY)).status).toBe(201)
  })

  it("is answered without the ledger, by SKU", async () => {
    await whileRemembered(async () => {
      const before = await refusedByLedger()
      const answers = await Promise.all(Array.from({ length: 40 }, () => ask(new Visitor(addresses))))
      for (const answer of answers)
        expect(expectProblem(answer, 409, "sold_out").items).toEqual([{ sku: SKU }])
      expect(await refusedByLedger()).toBe(before)
    })
  })

  it("hazard 6: still gives a holder the hold of a key that comes again", async () => {
    const replay = await whileRemembered(() => ask(holder, KEY))
    expect(replay.status).toBe(200)
    expect(replay.body.items).toEqual([{ sku: SKU, quantity: 1, unitPriceCents: 2_500 }])
  })

  it("still tells a holder of the limit, and of a key that had another body", async () => {
    expectProblem(await whileRemembered(() => ask(holder)), 409, "limit_reached")
    const other = { items: [{ sku: SKU, quantity: 2 }], saleId: sale.saleId, pass: pass.get(holder) ?? "" }
    expectProblem(await whileRemembered(() => holder.hold(other, KEY)), 409, "idempotency_key_reused")
  })

  it("still wants key, body and pass in their order", async () => {
    await whileRemembered(async () => {
      const stranger = new Visitor(addresses)
      const items = [{ sku: SKU, quantity: 1 }]
      const keyless = await stranger.call("POST", "/api/holds", { items, saleId: sale.saleId, pass: "x" })
      expectProblem(keyless, 400, "idempotency_key_required")
      expectProblem(
        await stranger.hold({ items, saleId: sale.saleId, pass: "x", more: 1 }),
        422,
        "invalid_request",
      )
      expectProblem(await stranger.hold({ items, saleId: sale.saleId }), 403, "pass_required")
    })
  })

  it("hazard 5: is sold again at once when a hold is given back", async () => {
    const { holdId } = (await ask(giver, KEY)).body
    await remembered()
    const path = `/api/holds/${encodeURIComponent(holdId)}`
    expect((await giver.call("DELETE", path)).status).toBe(200)
    expect((await ask(buyer)).status).toBe(201)
  })
})
