import { randomUUID } from "node:crypto"
import { describe, expect, inject, it } from "vitest"
import { Clerk, expectProblem, fieldsOf, send, Visitor } from "./wire.ts"

const addresses = inject("stack")
const owner = new Clerk(addresses)
const staff = new Clerk(addresses, "local-staff-token")
const viewer = new Clerk(addresses, "local-viewer-token")
const NOWHERE = "00000000-0000-4000-8000-000000000000"

const variant = (sku: string) => ({ sku, title: "One", attributes: {}, priceCents: 1_200, currency: "EUR" })
const draft = (name: string, change: Record<string, unknown> = {}) => ({
  slug: name.toLowerCase(),
  title: `The ${name}`,
  description: "Made for a test.",
  brand: "Merchant works",
  category: ["Merchant", "Things"],
  attributes: { material: "oak" },
  images: ["https://example.com/a.png"],
  status: "active",
  variants: [variant(name)],
  ...change,
})
const add = (name: string, change?: Record<string, unknown>) =>
  owner.call<{ id: string }>("POST", "/products", draft(name, change))

describe("a merchant's product", () => {
  it("is made, read, rewritten and deleted, and shoppers see each of it", async () => {
    const made = await add("MERCHANT-WHOLE")
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ ...draft("MERCHANT-WHOLE"), id: expect.any(String) })
    const path = `/products/${made.body.id}`
    expect((await viewer.call("GET", path)).body).toMatchObject(draft("MERCHANT-WHOLE"))
    const shopper = new Visitor(addresses)
    expect((await shopper.get("/api/products/merchant-whole")).status).toBe(200)

    const next = draft("MERCHANT-WHOLE", {
      title: "Renamed",
      variants: [{ ...variant("MERCHANT-WHOLE"), priceCents: 900 }],
    })
    const rewritten = await owner.call("PUT", path, next)
    expect(rewritten.status).toBe(200)
    expect(rewritten.body).toMatchObject(next)
    const seen = async () => (await shopper.get("/api/products/merchant-whole")).body
    await expect.poll(seen).toMatchObject({ title: "Renamed", priceCents: 900 })

    expect((await owner.call("DELETE", path)).status).toBe(200)
    expectProblem(await owner.call("GET", path), 404, "product_not_found")
    expectProblem(await owner.call("DELETE", path), 404, "product_not_found")
    expectProblem(await owner.call("PUT", path, next), 404, "product_not_found")
    await expect.poll(async () => (await shopper.get("/api/products/merchant-whole")).status).toBe(404)
  })

  it("rewritten at another price is held at that price", async () => {
    const { id } = (await add("MERCHANT-PRICE")).body
    await owner.receive("MERCHANT-PRICE", 5)
    await owner.call(
      "PUT",
      `/products/${id}`,
      draft("MERCHANT-PRICE", { variants: [{ ...variant("MERCHANT-PRICE"), priceCents: 777 }] }),
    )
    const hold = await new Visitor(addresses).hold({ items: [{ sku: "MERCHANT-PRICE", quantity: 1 }] })
    expect(hold.body.items).toMatchObject([{ unitPriceCents: 777 }])
  })

  it("that was deleted is not sold any more", async () => {
    const { id } = (await add("MERCHANT-GONE")).body
    await owner.receive("MERCHANT-GONE", 5)
    expect((await owner.call("DELETE", `/products/${id}`)).status).toBe(200)
    const hold = await new Visitor(addresses).hold({ items: [{ sku: "MERCHANT-GONE", quantity: 1 }] })
    expect(hold.status, JSON.stringify(hold.body)).toBeGreaterThanOrEqual(400)
  })

  it("has a slug and SKUs that nobody else has, also when two ask at once", async () => {
    await add("MERCHANT-TAKEN")
    expectProblem(await add("MERCHANT-NEW", { slug: "merchant-taken" }), 409, "slug_taken")
    expectProblem(await add("MERCHANT-NEW", { variants: [variant("MERCHANT-TAKEN")] }), 409, "sku_taken")
    expectProblem(await new Visitor(addresses).get("/api/products/merchant-new"), 404, "product_not_found")
    const { id } = (await add("MERCHANT-SECOND")).body
    const move = (change: object) =>
      owner.call("PUT", `/products/${id}`, draft("MERCHANT-SECOND", { ...change }))
    expectProblem(await move({ slug: "merchant-taken" }), 409, "slug_taken")
    expectProblem(await move({ variants: [variant("MERCHANT-TAKEN")] }), 409, "sku_taken")
    const race = await Promise.all([1, 2, 3].map(() => add("MERCHANT-RACE")))
    expect(race.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409])
  })

  it("is in the list, page by page", async () => {
    await Promise.all(["MERCHANT-PAGE-1", "MERCHANT-PAGE-2", "MERCHANT-PAGE-3"].map((name) => add(name)))
    const seen: string[] = []
    for (let cursor: string | null = ""; cursor !== null && seen.length < 1_000;) {
      const page: { status: number; body: { items: { slug: string }[]; nextCursor: string | null } } =
        await viewer.call("GET", `/products?limit=2${cursor && `&cursor=${cursor}`}`)
      expect(page.status).toBe(200)
      seen.push(...page.body.items.map((item) => item.slug))
      cursor = page.body.nextCursor
    }
    expect(seen).toEqual(expect.arrayContaining(["merchant-page-1", "merchant-page-2", "merchant-page-3"]))
    expect(new Set(seen).size).toBe(seen.length)
  })

  it.each([
    ["slug", { slug: "Not A Slug" }],
    ["slug", { slug: "" }],
    ["title", { title: "" }],
    ["title", { title: "a\u0000b" }],
    ["description", { description: "a\ud800b" }],
    ["brand", { brand: 7 }],
    ["category.0", { category: [null] }],
    ["status", { status: "sold" }],
    ["images.0", { images: ["javascript:alert(1)"] }],
    ["attributes.a", { attributes: { a: { deep: 1 } } }],
    ["variants", { variants: [] }],
    ["variants.0.sku", { variants: [variant("no spaces")] }],
    ["variants.1.sku", { variants: [variant("MERCHANT-DUP"), variant("MERCHANT-DUP")] }],
    ["variants.0.priceCents", { variants: [{ ...variant("MERCHANT-BAD"), priceCents: 12.5 }] }],
    ["variants.0.priceCents", { variants: [{ ...variant("MERCHANT-BAD"), priceCents: -1 }] }],
    ["variants.0.priceCents", { variants: [{ ...variant("MERCHANT-BAD"), priceCents: 1e300 }] }],
    ["variants.0.priceCents", { variants: [{ ...variant("MERCHANT-BAD"), priceCents: "1200" }] }],
    ["variants.0.currency", { variants: [{ ...variant("MERCHANT-BAD"), currency: "euro" }] }],
    ["variants.0.currency", { variants: [{ ...variant("MERCHANT-BAD"), currency: "XXQ" }] }],
    ["colour", { colour: "red" }],
  ])("with a wrong %s is refused by that name: %j", async (field, change) => {
    const answer = await add("MERCHANT-BAD", change)
    expectProblem(answer, 422, "invalid_request")
    expect(fieldsOf(answer)).toContain(field)
  })
})

describe("stock", () => {
  it("is received, once for each key, and read by pool from the ledger", async () => {
    await owner.addProduct("STOCK-PLAIN", 0)
    const first = await owner.receive("STOCK-PLAIN", 10, "delivery-1")
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({ available: 10, held: 0, sold: 0, received: 10 })
    const again = await Promise.all([1, 2, 3].map(() => owner.receive("STOCK-PLAIN", 10, "delivery-1")))
    for (const answer of again) expect(answer.body).toMatchObject({ available: 10, received: 10 })
    expectProblem(await owner.receive("STOCK-PLAIN", 11, "delivery-1"), 409, "idempotency_key_reused")
    const read = await viewer.call("GET", "/skus/STOCK-PLAIN/stock")
    expect(read.body).toMatchObject({ received: 10, pools: [{ pool: "open", available: 10 }] })
  })

  it("never goes below zero: what is held cannot be taken out", async () => {
    await owner.addProduct("STOCK-ZERO", 5)
    await new Visitor(addresses).hold({ items: [{ sku: "STOCK-ZERO", quantity: 3 }] })
    expectProblem(await owner.receive("STOCK-ZERO", -3), 409, "insufficient_stock")
    expect((await owner.receive("STOCK-ZERO", -2)).body).toMatchObject({ available: 0, held: 3, received: 3 })
    const race = await Promise.all([1, 2, 3].map(() => owner.receive("STOCK-ZERO", 1)))
    expect(race.map((answer) => answer.status)).toEqual([200, 200, 200])
    expect((await owner.stock("STOCK-ZERO")).body).toMatchObject({ available: 3, held: 3, received: 6 })
  })

  it.each(["STOCK-NOWHERE", "%00", "%E0%A4", "no%20spaces", "x".repeat(200), ".."])(
    "of %.30s is not found, read or written",
    async (sku) => {
      const headers = { authorization: "Bearer local-merchant-token", "content-type": "application/json" }
      const path = `/merchant/api/skus/${sku}/stock`
      expect((await send(addresses.url, { method: "GET", path, headers })).status).toBe(404)
      const body = JSON.stringify({ delta: 1, reason: "x", idempotencyKey: "k" })
      expect((await send(addresses.url, { method: "POST", path, headers, body })).status).toBe(404)
    },
  )

  it.each([
    ["delta", { delta: 0 }],
    ["delta", { delta: 1.5 }],
    ["delta", { delta: 1e18 }],
    ["delta", { delta: "1" }],
    ["reason", { reason: "a\u0000b" }],
    ["reason", { reason: undefined }],
    ["idempotencyKey", { idempotencyKey: "" }],
    ["idempotencyKey", { idempotencyKey: "\ud800" }],
    ["pool", { pool: "open" }],
  ])("with a wrong %s is refused by that name: %j", async (field, change) => {
    const body = { delta: 1, reason: "test", idempotencyKey: randomUUID(), ...change }
    const answer = await owner.call("POST", "/skus/STOCK-PLAIN/stock", body)
    expectProblem(answer, 422, "invalid_request")
    expect(fieldsOf(answer)).toContain(field)
    expect((await owner.stock("STOCK-PLAIN")).body.received).toBe(10)
  })
})

const CALLS = [
  ["GET", "/products", "viewer"],
  ["POST", "/products", "staff"],
  ["GET", `/products/${NOWHERE}`, "viewer"],
  ["PUT", `/products/${NOWHERE}`, "staff"],
  ["DELETE", `/products/${NOWHERE}`, "staff"],
  ["GET", "/skus/AUTH/stock", "viewer"],
  ["POST", "/skus/AUTH/stock", "staff"],
  ["POST", "/sales", "owner"],
  ["GET", `/sales/${NOWHERE}`, "viewer"],
  ["PUT", `/sales/${NOWHERE}`, "owner"],
  ["POST", `/sales/${NOWHERE}/pause`, "staff"],
  ["POST", `/sales/${NOWHERE}/resume`, "staff"],
  ["POST", `/sales/${NOWHERE}/end`, "owner"],
  ["POST", `/sales/${NOWHERE}/replenish`, "owner"],
  ["GET", `/sales/${NOWHERE}/live`, "viewer"],
  ["GET", `/sales/${NOWHERE}/audit`, "viewer"],
] as const

describe.each(CALLS)("%s /merchant/api%s", (method, path, role) => {
  const ask = (headers: Record<string, string>) =>
    send(addresses.url, {
      method,
      path: `/merchant/api${path}`,
      headers: { "content-type": "application/json", ...headers },
    })

  it("lets nobody in without a known token", async () => {
    const wrong = [
      "",
      "Bearer",
      "Bearer x",
      "Bearer local-merchant-tokenx",
      "Basic local-merchant-token",
      "local-merchant-token",
    ]
    expectProblem(await ask({}), 401, "unauthorized")
    for (const authorization of wrong) expectProblem(await ask({ authorization }), 401, "unauthorized")
  })

  it(`needs the role ${role}`, async () => {
    const clerks = { viewer, staff, owner }
    const rank = ["viewer", "staff", "owner"] as const
    for (const name of rank) {
      const answer = await clerks[name].call(method, path)
      if (rank.indexOf(name) < rank.indexOf(role)) expectProblem(answer, 403, "forbidden")
      else expect([200, 400, 404, 422], name).toContain(answer.status)
    }
  })

  it("is nothing for another site's page", async () => {
    if (method === "GET") return
    const authorization = "Bearer local-merchant-token"
    expectProblem(await ask({ authorization, origin: "https://evil.example" }), 403, "cross_origin")
  })
})
