import { describe, expect, inject, it, vi } from "vitest"
import type { SaleBody } from "./merchant.ts"
import { Clerk, expectProblem, fieldsOf, Visitor } from "./wire.ts"

/** The modes of a sale, from the merchant's call to the shopper's pass. */

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const ADMISSION = { perMinute: 6_000, maxActive: 100, passMinutes: 10 }

async function scheduleIn(admission: Record<string, unknown>, sku: string, units = 3, opensInMs = 2_500) {
  await clerk.addProduct(sku, units)
  const sale = await clerk.schedule({
    items: [{ sku, allotment: units, salePriceCents: 900, perCustomerLimit: 1 }],
    opensAtMs: Date.now() + opensInMs,
    closesAtMs: Date.now() + opensInMs + 3_600_000,
    admission: { ...ADMISSION, ...admission },
  })
  expect(sale.status, JSON.stringify(sale.body)).toBe(201)
  return sale.body
}

const saleAs = async (saleId: string) =>
  (await clerk.call<SaleBody & { admission: Record<string, unknown> }>("GET", `/sales/${saleId}`)).body
const boardOf = async (saleId: string) =>
  (await new Visitor(addresses).get<Record<string, unknown>>(`/api/sales/${saleId}/board`)).body
const untilOpen = (saleId: string) =>
  vi.waitFor(async () => expect(await boardOf(saleId)).toMatchObject({ phase: "open" }), { timeout: 20_000 })

describe("a mode", () => {
  it("is kept with the sale, through changes, and told to shoppers", async () => {
    const admission = { mode: "draw", drawFactor: 2.5, turnMinutes: 30 }
    const { saleId } = await scheduleIn(admission, "MODE-KEPT", 3, 3_600_000)
    expect((await saleAs(saleId)).admission).toEqual({ ...ADMISSION, ...admission })
    const slower = { ...ADMISSION, perMinute: 60 }
    const changed = await clerk.call("PUT", `/sales/${saleId}`, { admission: slower })
    expect(changed).toMatchObject({ status: 200, body: { admission: { ...slower, ...admission } } })
    const other = await clerk.call("PUT", `/sales/${saleId}`, {
      admission: { ...ADMISSION, mode: "first_come" },
    })
    expectProblem(other, 422, "invalid_sale")
    expect(fieldsOf(other)).toContain("admission.mode")
    const visitor = new Visitor(addresses)
    expect((await visitor.get(`/api/sales/${saleId}`)).body).toMatchObject({ mode: "draw" })
    expect(await boardOf(saleId)).toMatchObject({ mode: "draw" })
    const list = await visitor.get<{ items: SaleBody[] }>("/api/sales")
    expect(list.body.items.find((sale) => sale.saleId === saleId)).toMatchObject({ mode: "draw" })
  })

  it("that breaks rules is refused with all of them, and so are sales for accounts only", async () => {
    const sku = "MODE-BROKEN"
    await clerk.addProduct(sku, 3)
    const items = [{ sku, allotment: 3, salePriceCents: 900, perCustomerLimit: 1 }]
    const broken = await clerk.schedule({
      items,
      requireAccount: true,
      admission: { ...ADMISSION, mode: "lottery", drawFactor: 11, turnMinutes: 5 },
    })
    expectProblem(broken, 422, "invalid_sale")
    expect(new Set(fieldsOf(broken))).toEqual(
      new Set(["requireAccount", "admission.drawFactor", "admission.turnMinutes"]),
    )
    const unknown = await clerk.schedule({ items, admission: { ...ADMISSION, mode: "auction" } })
    expectProblem(unknown, 422, "invalid_request")
    expect(fieldsOf(unknown)).toEqual(["admission.mode"])
  })

  it("first_come: nobody before the bell, then in the order of arrival", async () => {
    const { saleId } = await scheduleIn({ mode: "first_come", perMinute: 60 }, "MODE-FIRST", 3, 6_000)
    const shoppers = [new Visitor(addresses), new Visitor(addresses), new Visitor(addresses)]
    const tickets: string[] = []
    for (const shopper of shoppers) {
      const joined = await shopper.join(saleId)
      tickets.push(joined.body.ticket)
      // The room counts by the second: turns of one second may come together.
      const nextSecondMs = joined.body.arrivedAtMs + 1_000
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThanOrEqual(nextSecondMs), { timeout: 5_000 })
    }
    const ask = (index: number) => shoppers[index]?.pass(saleId, tickets[index] ?? "")
    expect((await ask(0))?.status).toBe(425)
    await untilOpen(saleId)
    const admitted: number[] = []
    await vi.waitFor(
      async () => {
        // The last asks first.
        for (const index of [2, 1, 0]) {
          if (!admitted.includes(index) && (await ask(index))?.status === 201) admitted.push(index)
        }
        expect(admitted).toHaveLength(3)
      },
      { timeout: 30_000, interval: 200 },
    )
    expect(admitted[0]).toBe(0)
    const audit = await clerk.call("GET", `/sales/${saleId}/audit`)
    expect(audit.body).toMatchObject({ differences: [] })
  })

  it("draw: registration ends at the bell, and winners are let in", async () => {
    const { saleId } = await scheduleIn({ mode: "draw" }, "MODE-DRAW", 3)
    const winner = new Visitor(addresses)
    const { ticket } = (await winner.join(saleId)).body
    await untilOpen(saleId)
    const late = await new Visitor(addresses).join(saleId)
    expect(expectProblem(late, 409, "sale_over").detail).toMatch(/registration .* closed/i)
    // Two winners for one registration: everybody who is here is drawn.
    await vi.waitFor(async () => expect(await boardOf(saleId)).toMatchObject({ drawnBelow: 0 }), {
      timeout: 20_000,
    })
    await vi.waitFor(async () => expect((await winner.pass(saleId, ticket)).status).toBe(201), {
      timeout: 20_000,
    })
    const page = await new Visitor(addresses).get<{ text: string }>(`/sales/${saleId}`)
    expect(page.body.text).toContain("the winners are drawn")
    expect(page.body.text).not.toContain("Join the line")
    const joinPage = await new Visitor(addresses).call<{ text: string }>("POST", `/sales/${saleId}/join`, "")
    expect(joinPage.status).toBe(409)
    expect(joinPage.body.text).toContain("Registration has closed")
  })
})
