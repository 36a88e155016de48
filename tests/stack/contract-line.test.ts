import { createHash } from "node:crypto"
import { beforeAll, describe, expect, inject, it } from "vitest"
import { Clerk, expectProblem, fieldsOf, send, Visitor } from "./wire.ts"
import type { SaleBody } from "./merchant.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const visitor = new Visitor(addresses)
const NOWHERE = "00000000-0000-4000-8000-000000000000"

interface Board {
  saleId: string
  phase: string
  nowMs: number
  frontier: number
  stock: Record<string, string>
  drawCommitment: string
  drawSecret?: string
}

interface SaleView extends SaleBody {
  closesAtMs: number
  items: { sku: string; productSlug: string; salePriceCents: number; perCustomerLimit: number }[]
}

async function schedule(skus: string[], change: Record<string, unknown> = {}, units = 5): Promise<SaleBody> {
  await Promise.all(skus.map((sku) => clerk.addProduct(sku, units)))
  const items = skus.map((sku) => ({ sku, allotment: units, salePriceCents: 2_000, perCustomerLimit: 2 }))
  const sale = await clerk.schedule({ items, ...change })
  expect(sale.status, JSON.stringify(sale.body)).toBe(201)
  return sale.body
}

const inSeconds = (seconds: number) => Date.now() + seconds * 1_000
/** Both with a bell that is an hour away. */
const later = () => ({ opensAtMs: inSeconds(3_600), closesAtMs: inSeconds(7_200) })

let open: SaleBody
let other: SaleBody
let tight: SaleBody
let ahead: SaleBody
let over: SaleBody

beforeAll(async () => {
  const bell = { opensAtMs: inSeconds(2) }
  const admission = { perMinute: 6_000, maxActive: 1, passMinutes: 10 }
  ;[open, other, tight, ahead, over] = await Promise.all([
    schedule(["LINE-OPEN"], bell),
    schedule(["LINE-OTHER"], bell),
    schedule(["LINE-TIGHT"], { ...bell, admission }),
    schedule(["LINE-AHEAD"], later()),
    schedule(["LINE-OVER"], later()),
  ])
  await clerk.call("POST", `/sales/${over.saleId}/end`)
})

describe("sales", () => {
  it("are listed with public facts and without a count of units", async () => {
    const find = async () => {
      const list = await visitor.get<{ items?: SaleView[] } & SaleView[]>("/api/sales")
      expect(list.status).toBe(200)
      expect(list.headers.get("cache-control")).toBeTruthy()
      return (list.body.items ?? list.body).find((sale) => sale.saleId === ahead.saleId)
    }
    await expect.poll(find).toMatchObject({ title: "A test sale", phase: "waiting" })
    expect(JSON.stringify(await find())).not.toMatch(/"allotment":|"available"|"received"|drawSecret/)
  })

  it("one has title, times, items, prices, limits and the draw's commitment", async () => {
    const { status, body } = await visitor.get<SaleView>(`/api/sales/${ahead.saleId}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ title: "A test sale", opensAtMs: ahead.opensAtMs })
    expect(body.drawCommitment).toMatch(/^[0-9a-f]{64}$/)
    expect(body.items).toMatchObject([
      { sku: "LINE-AHEAD", productSlug: "product-line-ahead", salePriceCents: 2_000, perCustomerLimit: 2 },
    ])
    expect(JSON.stringify(body)).not.toMatch(/"allotment":|drawSecret/)
  })

  it.each([NOWHERE, "nope", "%00", "%E0%A4", "open", "..%2f", "x".repeat(500)])(
    "%.40s is not found, on any of its calls",
    async (saleId) => {
      const asked = { "content-type": "application/json" }
      const answers = await Promise.all([
        send(addresses.url, { method: "GET", path: `/api/sales/${saleId}` }),
        send(addresses.url, { method: "GET", path: `/api/sales/${saleId}/board` }),
        send(addresses.url, { method: "POST", path: `/api/sales/${saleId}/tickets` }),
        send(addresses.url, {
          method: "POST",
          path: `/api/sales/${saleId}/passes`,
          headers: asked,
          body: '{"ticket":"t"}',
        }),
      ])
      for (const answer of answers) expectProblem(answer, 404, "sale_not_found")
    },
  )
})

describe("the board", () => {
  it("is public for a second and says when and what, but not the draw's secret before the bell", async () => {
    const { headers, body } = await visitor.get<Board>(`/api/sales/${ahead.saleId}/board`)
    expect(headers.get("cache-control")).toBe("public, max-age=1")
    expect(headers.getSetCookie()).toEqual([])
    expect(body).toMatchObject({
      saleId: ahead.saleId,
      phase: "waiting",
      stock: { "LINE-AHEAD": "in_stock" },
    })
    for (const name of ["nowMs", "opensAtMs", "closesAtMs", "frontier", "joined", "served", "pacePerMinute"])
      expect(body, name).toHaveProperty(name, expect.any(Number))
    expect(body).toHaveProperty("pollAfterMs", expect.any(Number))
    expect(body.drawCommitment).toBe(ahead.drawCommitment)
    expect(body).not.toHaveProperty("drawSecret")
  })

  it("publishes the secret that was committed to at the bell", async () => {
    const read = async () => (await visitor.get<Board>(`/api/sales/${open.saleId}/board`)).body
    await expect.poll(async () => (await read()).drawSecret, { timeout: 5_000 }).toBeTruthy()
    const { drawSecret = "", drawCommitment } = await read()
    const digests = [Buffer.from(drawSecret), Buffer.from(drawSecret, "base64url")].map((bytes) =>
      createHash("sha256").update(bytes).digest("hex"),
    )
    expect(digests).toContain(drawCommitment)
  })

  it("has at most 1 KB for as many items with as long names as a sale may have", async () => {
    const skus = Array.from({ length: 20 }, (_, index) => `LINE-LONG-${index}-`.padEnd(64, "X"))
    const sale = await schedule(skus, later())
    const response = await fetch(`${addresses.url}/api/sales/${sale.saleId}/board`)
    expect((await response.arrayBuffer()).byteLength).toBeLessThanOrEqual(1_024)
  })

  it("of a sale that was ended says so, and nobody can join it", async () => {
    await expect
      .poll(async () => (await visitor.get<Board>(`/api/sales/${over.saleId}/board`)).body.phase)
      .toBe("ended")
    const late = new Visitor(addresses)
    expectProblem(await late.join(over.saleId), 409, "sale_over")
  })
})

describe("tickets", () => {
  it("are one for each session: joining again gives the same place", async () => {
    const shopper = new Visitor(addresses)
    const first = await shopper.join(ahead.saleId)
    expect(first.status).toBe(201)
    expect(first.body).toMatchObject({ ticket: expect.any(String), ticketId: expect.any(String) })
    const again = await shopper.join(ahead.saleId)
    expect(again.status).toBe(200)
    expect(again.body).toEqual(first.body)
  })

  it("are one for a session that asks many times at once", async () => {
    const shopper = new Visitor(addresses)
    await shopper.join(other.saleId)
    const ids = await Promise.all([1, 2, 3, 4, 5].map(async () => (await shopper.join(ahead.saleId)).body))
    expect(new Set(ids.map((body) => `${body.ticketId} ${body.arrivedAtMs}`)).size).toBe(1)
  })

  it("are kept when the ticket's cookie is lost, for the session stays", async () => {
    const shopper = new Visitor(addresses)
    const first = await shopper.join(ahead.saleId)
    for (const name of shopper.cookies.keys()) if (name !== "spillway_session") shopper.cookies.delete(name)
    expect((await shopper.join(ahead.saleId)).body.ticketId).toBe(first.body.ticketId)
  })

  it("come with a session cookie that no script can read", async () => {
    const shopper = new Visitor(addresses)
    const { headers } = await shopper.join(ahead.saleId)
    const cookie = headers.getSetCookie().find((text) => text.startsWith("spillway_session="))
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
  })
})

describe("passes", () => {
  it("are refused before the bell, with the time to ask again", async () => {
    const shopper = new Visitor(addresses)
    const { ticket } = (await shopper.join(ahead.saleId)).body
    const refused = await shopper.pass(ahead.saleId, ticket)
    expectProblem(refused, 425, "not_your_turn")
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(60)
  })

  it("are given once for a ticket: asking again gives the same one", async () => {
    const shopper = new Visitor(addresses)
    const pass = await shopper.queueFor(open.saleId)
    const { ticket } = (await shopper.join(open.saleId)).body
    const again = await shopper.pass(open.saleId, ticket)
    expect(again.status).toBe(200)
    expect(again.body.pass).toBe(pass)
    expect(again.body.expiresAtMs).toBeGreaterThan(Date.now())
  })

  it("hazard 24: a ticket that is forged, altered, another sale's or another session's gives no pass", async () => {
    const [owner, thief] = [new Visitor(addresses), new Visitor(addresses)]
    const { ticket } = (await owner.join(open.saleId)).body
    await Promise.all([owner.join(other.saleId), thief.join(open.saleId)])
    const last = ticket.endsWith("A") ? "B" : "A"
    const session = owner.cookies.get("spillway_session") ?? ""
    for (const forged of [
      "x",
      `${ticket.slice(0, -1)}${last}`,
      `${ticket}x`,
      session,
      ticket.replace("v1", "v2"),
    ])
      expectProblem(await owner.pass(open.saleId, forged), 403, "ticket_invalid")
    expectProblem(await owner.pass(other.saleId, ticket), 403, "ticket_invalid")
    expectProblem(await thief.pass(open.saleId, ticket), 403, "ticket_invalid")
    expectProblem(await new Visitor(addresses).pass(open.saleId, ticket), 403, "ticket_invalid")
  })

  it("never exceed the cap: who is too many keeps the place and is told when to ask", async () => {
    const [one, two] = [new Visitor(addresses), new Visitor(addresses)]
    const tickets = await Promise.all([one.join(tight.saleId), two.join(tight.saleId)])
    const ask = (shopper: Visitor, index: number) =>
      shopper.pass(tight.saleId, tickets[index]?.body.ticket ?? "")
    const admitted = async () => {
      const answers = await Promise.all([ask(one, 0), ask(two, 1)])
      for (const answer of answers) expect([200, 201, 425, 503]).toContain(answer.status)
      return answers.filter((answer) => answer.status < 300).length
    }
    await expect.poll(admitted, { timeout: 10_000 }).toBeGreaterThan(0)
    for (let round = 0; round < 5; round++) expect(await admitted()).toBe(1)
  })

  it.each([
    ["{}", "ticket"],
    ['{"ticket":1}', "ticket"],
    ['{"ticket":""}', "ticket"],
    ['{"ticket":"t","more":1}', "more"],
    [`{"ticket":"${"x".repeat(5_000)}"}`, "ticket"],
  ])("of a body like %.40s are refused with the field", async (body, field) => {
    const answer = await visitor.call("POST", `/api/sales/${open.saleId}/passes`, body)
    expectProblem(answer, 422, "invalid_request")
    expect(fieldsOf(answer)).toContain(field)
  })
})
