import { beforeAll, describe, expect, inject, it, vi } from "vitest"
import { Clerk, expectProblem, fieldsOf, send, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const visitor = new Visitor(addresses)

const BRAND = "Catalog Contract Works"
const BANDS = ["in_stock", "low", "last_few", "sold_out"]

interface Card {
  slug: string
  brand: string
  category: string[]
  priceCents: number
  currency: string
  stock: string
  saleId?: string | null
}

interface Page {
  items: Card[]
  facets: Record<string, unknown>
  nextCursor: string | null
  total: number
}

interface Product extends Card {
  title: string
  variants: { sku: string; priceCents: number; currency: string; stock: string }[]
  sale: { saleId: string; items: { sku: string; salePriceCents: number }[] } | null
}

/** Six lamps from 10 to 60 euro; every second one is a desk lamp, and two have no units. */
const LAMPS = [1, 2, 3, 4, 5, 6].map((number) => ({
  slug: `catalog-lamp-${number}`,
  sku: `CATALOG-LAMP-${number}`,
  priceCents: number * 1_000,
  kind: number % 2 === 0 ? "Catalog desk lamps" : "Catalog floor lamps",
  units: number > 4 ? 0 : 1_000,
}))

const LAMPS_HIDDEN = { priceCents: 1_000, kind: "Catalog floor lamps", units: 0 }

async function addLamp(lamp: (typeof LAMPS)[number], status = "active"): Promise<void> {
  const added = await clerk.call("POST", "/products", {
    slug: lamp.slug,
    title: `Quixotronic lamp ${lamp.slug.at(-1) ?? ""}`,
    description: "A lamp that only this test knows.",
    brand: BRAND,
    category: ["Catalog lights", lamp.kind],
    attributes: { colour: "amber" },
    images: [],
    status,
    variants: [{ sku: lamp.sku, title: "One", attributes: {}, priceCents: lamp.priceCents, currency: "EUR" }],
  })
  expect(added.status).toBe(201)
  if (lamp.units > 0) expect((await clerk.receive(lamp.sku, lamp.units)).status).toBe(200)
}

function list(query: Record<string, string>): Promise<{ status: number; body: Page; headers: Headers }> {
  return visitor.get<Page>(`/api/products?${new URLSearchParams({ brand: BRAND, ...query }).toString()}`)
}

const slugs = (page: { body: Page }) => page.body.items.map((item) => item.slug)
const lampsWhere = (keep: (lamp: (typeof LAMPS)[number]) => boolean) =>
  LAMPS.filter(keep).map((lamp) => lamp.slug)

beforeAll(async () => {
  await Promise.all(LAMPS.map((lamp) => addLamp(lamp)))
  await Promise.all(
    ["draft", "archived"].map((status, index) =>
      addLamp({ ...LAMPS_HIDDEN, slug: `catalog-lamp-${status}`, sku: `CATALOG-HIDDEN-${index}` }, status),
    ),
  )
  await vi.waitUntil(async () => (await list({})).body.total === LAMPS.length)
})

describe("the list of products", () => {
  it("has cards, facets, a cursor and a total, and may be kept by whoever stands in between", async () => {
    const page = await list({})
    expect(page.status).toBe(200)
    expect(page.body).toMatchObject({ total: 6, nextCursor: null, facets: expect.any(Object) })
    for (const card of page.body.items) {
      expect(Number.isSafeInteger(card.priceCents)).toBe(true)
      expect(card.currency).toBe("EUR")
      expect(BANDS).toContain(card.stock)
    }
    expect(page.headers.get("cache-control")).toMatch(/public.*max-age=\d+/)
    expect(page.headers.getSetCookie()).toEqual([])
  })

  it("never shows a draft, an archived product, or a count of units", async () => {
    const page = await list({ limit: "100" })
    expect(slugs(page)).not.toContain("catalog-lamp-draft")
    expect(slugs(page)).not.toContain("catalog-lamp-archived")
    expect(JSON.stringify(page.body.items)).not.toMatch(/available|received|"held"|1000,"avail/)
  })

  it("filters by category, by price on both ends, and by what is in stock", async () => {
    const [category, atLeast, atMost, between, inStock, all] = await Promise.all([
      list({ category: "Catalog desk lamps" }),
      list({ minPrice: "4000" }),
      list({ maxPrice: "2000" }),
      list({ minPrice: "2000", maxPrice: "4000", category: "Catalog desk lamps" }),
      list({ inStock: "true" }),
      list({ inStock: "false" }),
    ])
    expect(slugs(category).toSorted()).toEqual(lampsWhere((lamp) => lamp.kind === "Catalog desk lamps"))
    expect(slugs(atLeast).toSorted()).toEqual(lampsWhere((lamp) => lamp.priceCents >= 4_000))
    expect(slugs(atMost).toSorted()).toEqual(lampsWhere((lamp) => lamp.priceCents <= 2_000))
    expect(slugs(between).toSorted()).toEqual(["catalog-lamp-2", "catalog-lamp-4"])
    expect(slugs(inStock).toSorted()).toEqual(lampsWhere((lamp) => lamp.units > 0))
    expect(all.body.total).toBe(6)
  })

  it("finds by words, whole or misspelt", async () => {
    expect((await list({ q: "quixotronic" })).body.total).toBe(6)
    expect((await list({ q: "quixotronc lamp" })).body.total).toBeGreaterThan(0)
    expect((await list({ q: "zzzzzzzzzz" })).body).toMatchObject({ items: [], total: 0, nextCursor: null })
  })

  it("sorts in every documented order", async () => {
    const prices = async (sort: string) =>
      (await list({ sort })).body.items.map((item) => item.priceCents / 1_000)
    expect(await prices("price_asc")).toEqual([1, 2, 3, 4, 5, 6])
    expect(await prices("price_desc")).toEqual([6, 5, 4, 3, 2, 1])
    for (const sort of ["relevance", "newest", "popular", "rating"])
      expect((await prices(sort)).toSorted()).toEqual([1, 2, 3, 4, 5, 6])
  })

  it.each(["relevance", "price_asc", "price_desc", "newest", "popular", "rating"])(
    "walked by its cursor, sorted by %s, shows each product once",
    async (sort) => {
      const seen: string[] = []
      for (let cursor: string | null = ""; cursor !== null && seen.length < 20;) {
        const page: { body: Page } = await list({ sort, limit: "2", ...(cursor && { cursor }) })
        expect(page.body.items.length).toBeLessThanOrEqual(2)
        expect(page.body.total).toBe(6)
        seen.push(...slugs(page))
        cursor = page.body.nextCursor
      }
      expect(seen.toSorted()).toEqual(LAMPS.map((lamp) => lamp.slug))
    },
  )

  it.each([
    ["sort=cheapest", "sort"],
    ["limit=0", "limit"],
    ["limit=100000", "limit"],
    ["limit=two", "limit"],
    ["minPrice=-1", "minPrice"],
    ["minPrice=1.5", "minPrice"],
    ["maxPrice=99999999999999999999", "maxPrice"],
    ["minPrice=NaN", "minPrice"],
    ["inStock=maybe", "inStock"],
    ["cursor=garbage", "cursor"],
    ["cursor=", "cursor"],
    ["colour=red", "colour"],
    ["q=a%00b", "q"],
    ["brand=%00", "brand"],
    [`q=${"x".repeat(201)}`, "q"],
  ])("refuses ?%.40s and names the field", async (query, field) => {
    const answer = await send(addresses.url, { method: "GET", path: `/api/products?${query}` })
    expect([400, 422]).toContain(answer.status)
    expect(fieldsOf(answer)).toContain(field)
  })

  it.each([
    "q=%E0%A4",
    "q=%ED%A0%80",
    "brand=%",
    "sort=newest&sort=popular",
    "q=1&q=2",
    "q='%3B--",
    "q=%25_",
  ])("is never broken by ?%s", async (query) => {
    const answer = await send(addresses.url, { method: "GET", path: `/api/products?${query}` })
    expect([200, 400, 422]).toContain(answer.status)
  })
})

describe("one product", () => {
  it("has its variants with SKUs, prices and stock bands, and no sale while none runs", async () => {
    const product = await visitor.get<Product>("/api/products/catalog-lamp-3")
    expect(product.status).toBe(200)
    expect(product.body).toMatchObject({ slug: "catalog-lamp-3", priceCents: 3_000, currency: "EUR" })
    expect(product.body.variants).toMatchObject([{ sku: "CATALOG-LAMP-3", priceCents: 3_000 }])
    expect(product.body.stock).toBe("in_stock")
    expect(product.body.sale ?? null).toBeNull()
    expect(product.headers.get("cache-control")).toMatch(/public/)
  })

  it("says sold_out when it has no units", async () => {
    expect((await visitor.get<Product>("/api/products/catalog-lamp-6")).body.stock).toBe("sold_out")
  })

  it("names the sale that runs with it", async () => {
    await clerk.addProduct("CATALOG-ON-SALE", 10)
    const sale = await clerk.schedule({
      items: [{ sku: "CATALOG-ON-SALE", allotment: 5, salePriceCents: 700, perCustomerLimit: 1 }],
      opensAtMs: Date.now(),
      waitingOpensAtMs: Date.now(),
    })
    expect(sale.status).toBe(201)
    const read = async () => (await visitor.get<Product>("/api/products/product-catalog-on-sale")).body.sale
    await expect.poll(read).toMatchObject({
      saleId: sale.body.saleId,
      items: [{ sku: "CATALOG-ON-SALE", salePriceCents: 700 }],
    })
  })

  it.each(["no-such-lamp", "catalog-lamp-draft", "catalog-lamp-archived", "CATALOG-LAMP-1", "1", "null"])(
    "%s is not found",
    async (slug) => {
      expectProblem(await visitor.get(`/api/products/${slug}`), 404, "product_not_found")
    },
  )

  it.each([
    "%00",
    "a%00b",
    "%E0%A4%A",
    "%ED%A0%80",
    "%",
    "%2e%2e",
    "..%2f..%2fetc",
    "catalog-lamp-1%20",
    "catalog-lamp-1.",
    "%27%3B--",
    "x".repeat(300),
    "%F0%9F%92%A1",
  ])("malformed: %.40s is a 404, never a 500", async (slug) => {
    const answer = await send(addresses.url, { method: "GET", path: `/api/products/${slug}` })
    expect(answer.status).toBe(404)
  })
})
