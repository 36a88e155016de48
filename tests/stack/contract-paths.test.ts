import { beforeAll, describe, expect, inject, it } from "vitest"
import type { SaleBody } from "./merchant.ts"
import { Clerk, send, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const SKU = "PATHS"
const UNITS = 5

let sale: SaleBody
let shopper: Visitor
let cookie = ""

/** An open sale, and a shopper with a session and a ticket, whose turn has not been asked for. */
beforeAll(async () => {
  await clerk.addProduct(SKU, UNITS)
  const items = [{ sku: SKU, allotment: UNITS, salePriceCents: 100, perCustomerLimit: 5 }]
  const now = { opensAtMs: Date.now(), waitingOpensAtMs: Date.now() }
  sale = (await clerk.schedule({ items, ...now })).body
  shopper = new Visitor(addresses)
  await shopper.join(sale.saleId)
  cookie = [...shopper.cookies].map(([name, value]) => `${name}=${value}`).join("; ")
})

async function expectUntouched(): Promise<void> {
  expect((await clerk.stock(SKU)).body).toMatchObject({ available: UNITS, held: 0, sold: 0 })
}

let keys = 0
const post = (path: string, body: string, contentType = "application/json") =>
  send(addresses.url, {
    method: "POST",
    path,
    headers: { cookie, "content-type": contentType, "idempotency-key": `path-${(keys += 1)}` },
    body,
  })

/** Ways to write `/api/holds` that somebody's router might read as it. */
const spellings = (path: string) => {
  const [, first = "", second = ""] = path.split("/")
  const coded = `%${second.charCodeAt(0).toString(16)}${second.slice(1)}`
  return [
    `/${first.toUpperCase()}/${second.toUpperCase()}`,
    `/${first}/${second.toUpperCase()}`,
    `//${first}/${second}`,
    `/${first}//${second}`,
    `/${first}/${second}/`,
    `/${first}/${second}//`,
    `/${first}/${second}.`,
    `/${first}/${second}%20`,
    `/${first}/${second}%00`,
    `/${first}/${second};x=1`,
    `/${first}/${second}%2f`,
    `/${first}/${second}%3fpass=x`,
    `/${first}/${second}?pass=x`,
    `/${first}/${second}.json`,
    `/${first}/${coded}`,
    `/${first}%2f${second}`,
    `/${first}/./${second}`,
    `/${first}/x/../${second}`,
    `/${first}/x/%2e%2e/${second}`,
    `/x/..%2f${first}/${second}`,
    `/${first}\\${second}`,
    `/${first}%5c${second}`,
    `/${first}/%2e/${second}`,
    `/${first};x=1/${second}`,
    `/${first}/${second}%2e`,
    `/${first}/${second}%252f`,
    `/.${path}`,
    `http://localhost${path}`,
  ]
}

describe.each(["/api/holds", "/api/checkouts"])("hazard 27: %s", (path) => {
  it.each(spellings(path))("written %s never gets round the pass", async (spelling) => {
    const body = { items: [{ sku: SKU, quantity: 1 }], saleId: sale.saleId }
    const more = path === "/api/checkouts" ? { email: "a@example.com" } : {}
    const answer = await post(spelling, JSON.stringify({ ...body, ...more }))
    expect(answer.status).toBeGreaterThanOrEqual(400)
    await expectUntouched()
  })

  const sales: [string, (saleId: string) => unknown][] = [
    ["in other letter case", (saleId) => saleId.toUpperCase()],
    ["with a dot behind", (saleId) => `${saleId}.`],
    ["with a space before", (saleId) => ` ${saleId}`],
    ["with a NUL behind", (saleId) => `${saleId}\u0000`],
    ["with a slash behind", (saleId) => `${saleId}/`],
    ["percent-encoded", (saleId) => saleId.replaceAll("-", "%2d")],
    ["in braces", (saleId) => `{${saleId}}`],
    ["as a URN", (saleId) => `urn:uuid:${saleId}`],
    ["without dashes", (saleId) => saleId.replaceAll("-", "")],
    ["as the open pool", () => "open"],
    ["as nothing", () => null],
    ["as an array", (saleId) => [saleId]],
    ["left out", () => undefined],
  ]
  it.each(sales)("with the sale %s never gets round the pass", async (_, spell) => {
    const email = path === "/api/checkouts" ? { email: "a@example.com" } : {}
    const items = [{ sku: SKU, quantity: 1 }]
    for (const pass of [undefined, "x"]) {
      const answer = await post(path, JSON.stringify({ items, saleId: spell(sale.saleId), pass, ...email }))
      expect(answer.status).toBeGreaterThanOrEqual(400)
    }
    await expectUntouched()
  })
})

describe("hazards 25, 27: what is behind the line", () => {
  it.each([
    "inside",
    "Inside",
    "INSIDE",
    "inside/",
    "inside//",
    "inside.",
    "inside%2e",
    "inside%2f",
    "inside%5c",
    "inside;x=1",
    "inside\\",
    "%69nside",
    "%2569nside",
    "/inside",
    "./inside",
    "%2e/inside",
    "x/../inside",
    "x/%2e%2e/inside",
    "x\\..\\inside",
    "line/../inside",
    "inside%00",
    "inside?pass=x",
    "inside#x",
  ])("is not shown at /sales/{saleId}/%s without a pass", async (tail) => {
    for (const saleId of [sale.saleId, sale.saleId.toUpperCase()]) {
      const headers = { cookie }
      const answer = await send(addresses.url, { method: "GET", path: `/sales/${saleId}/${tail}`, headers })
      expect([301, 302, 303, 307, 308, 400, 403, 404]).toContain(answer.status)
      expect(JSON.stringify(answer.body)).not.toContain("inside__head")
    }
    await expectUntouched()
  })

  it("is not sold by the page's form without a pass, however the sale is written", async () => {
    const forms: Record<string, string>[] = [
      { saleId: sale.saleId },
      { saleId: sale.saleId.toUpperCase() },
      { saleId: "" },
      { saleId: "open" },
      {},
    ]
    for (const form of forms) {
      const body = new URLSearchParams({ sku: SKU, quantity: "1", ...form }).toString()
      await post("/buy", body, "application/x-www-form-urlencoded")
    }
    await expectUntouched()
  })
})

describe("hazard 27: the page's form", () => {
  it.each([
    "/buy",
    "/BUY",
    "//buy",
    "/buy/",
    "/buy.",
    "/buy%2e",
    "/buy;x=1",
    "/buy%00",
    "/buy%2f",
    "/./buy",
    "/%2e/buy",
    "/x/../buy",
    "/%62uy",
    "/\\buy",
    "/buy?saleId=",
  ])("sent to %s never gets round the pass", async (spelling) => {
    const body = new URLSearchParams({ sku: SKU, quantity: "1", saleId: sale.saleId }).toString()
    const answer = await post(spelling, body, "application/x-www-form-urlencoded")
    if (answer.status < 400) expect(answer.headers.get("location")).toBe(`/sales/${sale.saleId}/line`)
    await expectUntouched()
  })
})

describe("the same way with a pass", () => {
  it("is open", async () => {
    const pass = (await shopper.queueFor(sale.saleId)) ?? ""
    const hold = await shopper.hold({ items: [{ sku: SKU, quantity: 1 }], saleId: sale.saleId, pass })
    expect(hold.status).toBe(201)
  })
})
