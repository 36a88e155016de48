import { randomUUID } from "node:crypto"
import { describe, expect, inject, it, vi } from "vitest"
import type { SaleBody } from "./merchant.ts"
import { Clerk, expectProblem, fieldsOf, send, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const HOUR_MS = 3_600_000
const openPool = async (sku: string) =>
  (await clerk.stock(sku)).body.pools.find((pool) => pool.pool === "open")?.available
const phaseOf = async (saleId: string) => (await clerk.call<SaleBody>("GET", `/sales/${saleId}`)).body.phase
const item = (sku: string, change: Record<string, unknown> = {}) => ({
  sku,
  allotment: 3,
  salePriceCents: 900,
  perCustomerLimit: 1,
  ...change,
})

async function schedule(sku: string, change: Record<string, unknown> = {}, units = 5): Promise<SaleBody> {
  await clerk.addProduct(sku, units)
  const sale = await clerk.schedule({ items: [item(sku)], ...change })
  expect(sale.status, JSON.stringify(sale.body)).toBe(201)
  return sale.body
}

const later = (hours = 1) => ({
  opensAtMs: Date.now() + hours * HOUR_MS,
  closesAtMs: Date.now() + (hours + 1) * HOUR_MS - 60_000,
})

describe("scheduling a sale", () => {
  it("moves its units out of the open pool and answers with the sale", async () => {
    const times = later()
    const sale = await schedule("SCHED-PLAIN", times)
    expect(sale).toMatchObject({
      saleId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      phase: "waiting",
      ...times,
      items: [item("SCHED-PLAIN")],
      holdSeconds: 300,
    })
    const stock = await clerk.stock("SCHED-PLAIN")
    expect(stock.body).toMatchObject({ received: 5, available: 5 })
    expect(stock.body.pools.map((pool) => [pool.pool, pool.available])).toEqual(
      expect.arrayContaining([
        ["open", 2],
        [sale.saleId, 3],
      ]),
    )
    expect((await clerk.call("GET", `/sales/${sale.saleId}`)).body).toMatchObject(sale)
    const { body } = await clerk.call<{ items: SaleBody[] }>("GET", "/sales")
    expect(body.items.map((one) => one.saleId)).toContain(sale.saleId)
  })

  it("names every rule that is broken at once, and moves nothing", async () => {
    await clerk.addProduct("SCHED-BROKEN", 5)
    const nowMs = Date.now()
    const answer = await clerk.schedule({
      slug: "Not A Slug",
      opensAtMs: nowMs - HOUR_MS,
      closesAtMs: nowMs - 2 * HOUR_MS,
      waitingOpensAtMs: nowMs,
      items: [
        item("SCHED-BROKEN", { allotment: 6, salePriceCents: -1, perCustomerLimit: 0 }),
        item("SCHED-BROKEN"),
        item("SCHED-NOWHERE", { allotment: 0 }),
      ],
      admission: { perMinute: 0, maxActive: 0, passMinutes: 0 },
      holdSeconds: 29,
    })
    expect(answer.status).toBe(422)
    expect(fieldsOf(answer)).toEqual(
      expect.arrayContaining([
        "slug",
        "opensAtMs",
        "closesAtMs",
        "waitingOpensAtMs",
        "items.0.allotment",
        "items.0.salePriceCents",
        "items.0.perCustomerLimit",
        "items.1.sku",
        "items.2.sku",
        "items.2.allotment",
        "admission.perMinute",
        "admission.maxActive",
        "admission.passMinutes",
        "holdSeconds",
      ]),
    )
    expect(await openPool("SCHED-BROKEN")).toBe(5)
  })

  it("refuses a second sale of a SKU at the same time, also when both ask at once", async () => {
    await schedule("SCHED-OVERLAP", later(), 50)
    const again = await clerk.schedule({ items: [item("SCHED-OVERLAP")], ...later() })
    expect(again.status).toBe(422)
    expect(fieldsOf(again)).toContain("items.0.sku")
    expect((await clerk.schedule({ items: [item("SCHED-OVERLAP")], ...later(3) })).status).toBe(201)
    await clerk.addProduct("SCHED-RACE", 50)
    const race = await Promise.all(
      [1, 2, 3].map(() => clerk.schedule({ items: [item("SCHED-RACE")], ...later() })),
    )
    expect(race.map((answer) => answer.status).toSorted()).toEqual([201, 422, 422])
    await expect.poll(() => openPool("SCHED-RACE")).toBe(47)
  })

  it("refuses a slug that another sale has", async () => {
    const slug = `sched-slug-${randomUUID().slice(0, 8)}`
    await schedule("SCHED-SLUG-1", { slug, ...later() })
    await clerk.addProduct("SCHED-SLUG-2", 5)
    expectProblem(
      await clerk.schedule({ slug, items: [item("SCHED-SLUG-2")], ...later() }),
      409,
      "slug_taken",
    )
    await expect.poll(() => openPool("SCHED-SLUG-2")).toBe(5)
  })

  it.each([
    ["items", { items: [] }],
    ["items", { items: "all" }],
    ["title", { title: "\u0000" }],
    ["slug", { slug: "a\ud800" }],
    ["opensAtMs", { opensAtMs: "soon" }],
    ["opensAtMs", { opensAtMs: 1.5 }],
    ["closesAtMs", { closesAtMs: 1e300 }],
    ["closesAtMs", { closesAtMs: null }],
    ["admission", { admission: null }],
    ["admission.turbo", { admission: { perMinute: 1, maxActive: 1, passMinutes: 1, turbo: true } }],
    ["holdSeconds", { holdSeconds: 1e9 }],
    ["holdSeconds", { holdSeconds: "60" }],
    ["discount", { discount: 10 }],
  ])("with a wrong %s is refused by that name: %j", async (field, change) => {
    const answer = await clerk.schedule({
      items: [item("SCHED-PLAIN", { allotment: 1 })],
      ...later(9),
      ...change,
    })
    expect([400, 422]).toContain(answer.status)
    expect(fieldsOf(answer)).toContain(field)
  })
})

describe.concurrent("a scheduled sale", () => {
  it("is changed before its bell: title, times and admission", async () => {
    const { saleId } = await schedule("CHANGE-PLAIN", later())
    const change = {
      title: "Renamed",
      ...later(5),
      admission: { perMinute: 60, maxActive: 5, passMinutes: 2, paymentsPerMinute: 30 },
    }
    const changed = await clerk.call("PUT", `/sales/${saleId}`, change)
    expect(changed.status, JSON.stringify(changed.body)).toBe(200)
    expect(changed.body).toMatchObject(change)
    const seen = async () => (await new Visitor(addresses).get(`/api/sales/${saleId}`)).body
    await vi.waitFor(
      async () => expect(await seen()).toMatchObject({ title: "Renamed", opensAtMs: change.opensAtMs }),
      { timeout: 5_000 },
    )
    const wrong = await clerk.call("PUT", `/sales/${saleId}`, {
      closesAtMs: 5,
      admission: { perMinute: 0, maxActive: 1, passMinutes: 1 },
    })
    expect(wrong.status).toBe(422)
    expect(fieldsOf(wrong)).toEqual(expect.arrayContaining(["closesAtMs", "admission.perMinute"]))
    expect((await clerk.call("GET", `/sales/${saleId}`)).body).toMatchObject(change)
  })

  it("is replenished from the open pool, as far as that goes", async () => {
    const { saleId } = await schedule("CHANGE-MORE", later())
    const more = (units: unknown, sku = "CHANGE-MORE") =>
      clerk.call("POST", `/sales/${saleId}/replenish`, { sku, units })
    expectProblem(await more(3), 409, "insufficient_stock")
    const added = await more(2)
    expect(added.status).toBe(200)
    expect(added.body).toMatchObject({ items: [{ sku: "CHANGE-MORE", allotment: 5 }] })
    expect(await openPool("CHANGE-MORE")).toBe(0)
    for (const units of [0, -1, 1.5, "2", 1e300]) expect(fieldsOf(await more(units))).toContain("units")
    expect(fieldsOf(await more(1, "SCHED-PLAIN"))).toContain("sku")
  })

  it("is paused, resumed and ended, each as often as one likes", async () => {
    const { saleId } = await schedule("CHANGE-PAUSE", { opensAtMs: Date.now(), waitingOpensAtMs: Date.now() })
    const act = async (verb: string) => (await clerk.call("POST", `/sales/${saleId}/${verb}`)).status
    expect([await act("pause"), await act("pause")]).toEqual([200, 200])
    await vi.waitFor(async () => expect(await phaseOf(saleId)).toBe("paused"))
    const shopper = new Visitor(addresses)
    const { ticket } = (await shopper.join(saleId)).body
    const refused = async () => (await shopper.pass(saleId, ticket)).body.code
    await vi.waitFor(async () => expect(await refused()).toBe("not_your_turn"))
    expect([await act("resume"), await act("resume")]).toEqual([200, 200])
    const pass = (await shopper.queueFor(saleId)) ?? ""
    const inside = await shopper.hold({ items: [{ sku: "CHANGE-PAUSE", quantity: 1 }], saleId, pass })
    expect(inside.status).toBe(201)
    expect(await act("end")).toBe(200)
    expect([200, 409]).toContain(await act("end"))
    expect(await phaseOf(saleId)).toBe("ended")
    await vi.waitFor(async () => expect(await openPool("CHANGE-PAUSE")).toBe(4))
    const held = `/api/holds/${encodeURIComponent(inside.body.holdId)}`
    expect((await shopper.call("DELETE", held)).status).toBe(200)
    expect(await openPool("CHANGE-PAUSE"), "units that come back late are for sale again").toBe(5)
    const hold = { items: [{ sku: "CHANGE-PAUSE", quantity: 1 }], saleId, pass }
    expectProblem(await shopper.hold(hold), 409, "sale_not_open")
    for (const verb of ["pause", "resume"])
      expectProblem(await clerk.call("POST", `/sales/${saleId}/${verb}`), 409, "sale_over")
    expectProblem(await clerk.call("PUT", `/sales/${saleId}`, { title: "Late" }), 409, "sale_over")
    expectProblem(
      await clerk.call("POST", `/sales/${saleId}/replenish`, { sku: "CHANGE-PAUSE", units: 1 }),
      409,
      "sale_over",
    )
  })

  it("tells its numbers live, and its audit proves its promises", async () => {
    const { saleId } = await schedule("LIVE", { opensAtMs: Date.now(), waitingOpensAtMs: Date.now() })
    const shopper = new Visitor(addresses)
    const pass = (await shopper.queueFor(saleId)) ?? ""
    const body = { items: [{ sku: "LIVE", quantity: 1 }], saleId, pass }
    const checkout = (await shopper.checkout({ ...body, email: "ann@example.com" })).body
    expectProblem(await shopper.hold(body), 409, "limit_reached")
    await shopper.pay(checkout)
    await shopper.orderUntil(checkout.orderId, ["confirmed"])
    const live = async () => (await clerk.call("GET", `/sales/${saleId}/live`)).body
    await vi.waitFor(
      async () =>
        expect(await live()).toMatchObject({
          joined: 1,
          waiting: 0,
          admitted: 1,
          active: expect.any(Number),
          held: 0,
          sold: 1,
          revenueCents: 900,
          currency: "EUR",
          pacePerMinute: expect.any(Number),
          refusals: expect.any(Object),
        }),
      { timeout: 5_000 },
    )
    const audit = async () =>
      (await clerk.call<Record<string, Record<string, { ok: boolean }>>>("GET", `/sales/${saleId}/audit`))
        .body
    await vi.waitFor(
      async () =>
        expect(await audit()).toMatchObject({
          promises: Object.fromEntries(["P1", "P2", "P3", "P4", "P5"].map((name) => [name, { ok: true }])),
          differences: [],
          counts: { orders: 1, ordersInPostgres: 1 },
        }),
      { timeout: 10_000 },
    )
  })

  it("tells live how payments go, and how far webhooks and the queue are behind", async () => {
    const { saleId } = await schedule("LIVE-LAG", later())
    const live = JSON.stringify((await clerk.call("GET", `/sales/${saleId}/live`)).body)
    expect(live).toMatch(/payment/i)
    expect(live).toMatch(/queue/i)
    expect(live).toMatch(/webhook/i)
  })

  it.each(["00000000-0000-4000-8000-000000000000", "nope", "%00", "%E0%A4", "OPEN", "x".repeat(300)])(
    "%.40s is not found by any of its calls",
    async (saleId) => {
      const headers = { authorization: "Bearer local-merchant-token", "content-type": "application/json" }
      const calls = [
        ["GET", "", undefined],
        ["PUT", "", "{}"],
        ["POST", "/pause", undefined],
        ["POST", "/resume", undefined],
        ["POST", "/end", undefined],
        ["POST", "/replenish", '{"sku":"LIVE","units":1}'],
        ["GET", "/live", undefined],
        ["GET", "/audit", undefined],
      ] as const
      for (const [method, tail, body] of calls) {
        const path = `/merchant/api/sales/${saleId}${tail}`
        const answer = await send(addresses.url, {
          method,
          path,
          headers,
          ...(body !== undefined && { body }),
        })
        expectProblem(answer, 404, "sale_not_found")
      }
    },
  )
})
