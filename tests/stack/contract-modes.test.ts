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

describe("early access", () => {
  it("is by links, each good for one place, before the sale opens to others", async () => {
    const sku = "MODE-EARLY"
    await clerk.addProduct(sku, 3)
    const opensAtMs = Date.now() + 60_000
    const sale = await clerk.schedule({
      items: [{ sku, allotment: 3, salePriceCents: 900, perCustomerLimit: 1 }],
      opensAtMs,
      earlyAccess: { opensAtMs: Date.now() + 2_000 },
    })
    expect(sale.status, JSON.stringify(sale.body)).toBe(201)
    const { saleId } = sale.body
    const made = await clerk.call<{ invitations: { token: string; url: string }[] }>(
      "POST",
      `/sales/${saleId}/invitations`,
      { group: "friends", count: 3 },
    )
    expect(made.status).toBe(201)
    const [one, two] = made.body.invitations
    if (!one || !two) throw new Error("three links were asked for")
    expect(new Set(made.body.invitations.map(({ token }) => token)).size).toBe(3)

    // By the page, without script: the link, its button, then the line, then inside.
    const guest = new Visitor(addresses)
    const { pathname } = new URL(one.url)
    const page = await guest.get<{ text: string }>(pathname)
    expect(page.status).toBe(200)
    expect(page.body.text.match(/<button/g)).toHaveLength(1)
    expect((await guest.call("POST", pathname)).headers.get("location")).toBe(`/sales/${saleId}/line`)
    const entered = () => guest.call("POST", `/sales/${saleId}/enter`)
    await vi.waitFor(async () => expect((await entered()).status).toBe(303), { timeout: 20_000 })
    const inside = await guest.get<{ text: string }>(`/sales/${saleId}/inside`)
    expect(inside.body.text).toContain("You’re inside")

    // By the API, up to the hold; the same link again is nobody's.
    const script = new Visitor(addresses)
    const [mine, copied] = await Promise.all(
      [script, new Visitor(addresses)].map(async (shopper) => {
        const join = { invitation: two.token }
        const joined = await shopper.call<{ ticket: string }>("POST", `/api/sales/${saleId}/tickets`, join)
        expect(joined.status).toBe(201)
        return { shopper, ticket: joined.body.ticket }
      }),
    )
    if (!mine || !copied) throw new Error("both joined")
    let pass = ""
    await vi.waitFor(
      async () => {
        const answer = await mine.shopper.pass(saleId, mine.ticket)
        expect(answer.status).toBe(201)
        pass = answer.body.pass
      },
      { timeout: 20_000 },
    )
    expectProblem(await copied.shopper.pass(saleId, copied.ticket), 403, "ticket_invalid")
    const hold = { items: [{ sku, quantity: 1 }], saleId, pass }
    const held = await mine.shopper.call("POST", "/api/holds", hold, { "idempotency-key": "early" })
    expect(held.status, JSON.stringify(held.body)).toBe(201)

    const other = new Visitor(addresses)
    const { ticket } = (await other.join(saleId)).body
    expect((await other.pass(saleId, ticket)).status).toBe(425)
    expect(await boardOf(saleId)).toMatchObject({ phase: "waiting" })
    expect(await boardOf(saleId)).not.toHaveProperty("drawSecret")
    const audit = await clerk.call("GET", `/sales/${saleId}/audit`)
    expect(audit.body).toMatchObject({ differences: [] })
  })

  it("refuses links for sales without it, in numbers and to groups that make no sense, and forged ones", async () => {
    const { saleId } = await scheduleIn({}, "MODE-PLAIN", 3, 3_600_000)
    const ask = (body: unknown, id = saleId) => clerk.call("POST", `/sales/${id}/invitations`, body)
    const none = await ask({ group: "friends", count: 1 })
    expectProblem(none, 422, "invalid_request")
    expect(fieldsOf(none)).toEqual(["earlyAccess"])
    for (const [body, field] of [
      [{ group: "friends", count: 0 }, "count"],
      [{ group: "friends", count: 1_001 }, "count"],
      [{ group: "", count: 1 }, "group"],
      [{ group: "a b", count: 1 }, "group"],
      [{ group: "x".repeat(41), count: 1 }, "group"],
    ] as const)
      expect(fieldsOf(await ask(body))).toEqual([field])
    const nowhere = await ask({ group: "friends", count: 1 }, "00000000-0000-4000-8000-00000000dead")
    expectProblem(nowhere, 404, "sale_not_found")
    const page = await new Visitor(addresses).get<{ text: string }>(`/sales/${saleId}/invited/v1.a.b.c`)
    expect(page.status).toBe(403)
    expect(page.body.text).toContain("This invitation is not valid")
    const draw = await clerk.schedule({
      items: [{ sku: "MODE-PLAIN", allotment: 1, salePriceCents: 900, perCustomerLimit: 1 }],
      opensAtMs: Date.now() + 1_000,
      earlyAccess: { opensAtMs: Date.now() + 2_000 },
      admission: { ...ADMISSION, mode: "draw" },
    })
    expect(new Set(fieldsOf(draw))).toEqual(
      new Set(["earlyAccess.opensAtMs", "earlyAccess", "items.0.allotment", "items.0.sku"]),
    )
  })
})

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
