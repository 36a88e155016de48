import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { sql } from "drizzle-orm"
import { startPostgres } from "../local/postgres/embedded-postgres.ts"
import { startSqlOverHttp } from "../local/postgres/sql-over-http.ts"
import { Cleanup, findFreePort } from "../local/postgres/test-harness.ts"
import { findProduct } from "./catalog-product.ts"
import { searchProducts } from "./catalog-search.ts"
import type { CatalogSearch, FoundProduct } from "./catalog-search.ts"
import { openDatabase } from "./client.ts"
import type { Database } from "./client.ts"
import { isDatabaseAway, refusedBy } from "./failures.ts"
import { migrate } from "./migrate.ts"
import journal from "./migrations/meta/_journal.json" with { type: "json" }
import {
  deleteProduct,
  findProductRecord,
  insertProduct,
  listProductRecords,
  PRODUCT_SLUG_TAKEN,
  replaceProduct,
  SKU_TAKEN,
  skusSpokenFor,
} from "./products.ts"
import type { ProductDraft } from "./products.ts"
import {
  changeSale,
  claimForUndoing,
  deleteUndone,
  findHalfScheduled,
  findLiveSaleIds,
  findOverlaps,
  findSale,
  insertSale,
  listPublicSales,
  markEnded,
  markScheduled,
  readSkuFacts,
  SALE_SLUG_TAKEN,
  SALES_OVERLAP,
} from "./sales.ts"
import type { SaleDraft } from "./sales.ts"
import { readSaleOrders } from "./sale-orders.ts"
import { orderItems, orders, products, sales } from "./schema.ts"
import { upsertStockLevels } from "./stock-levels.ts"

const cleanup = new Cleanup()
const MIGRATIONS = journal.entries.length

let db: Database
let databaseUrl: string
let endpoint: string

beforeAll(async () => {
  const server = await startPostgres({ dataDir: await cleanup.dataDir(), port: await findFreePort() })
  cleanup.add(() => server.stop())
  databaseUrl = server.url
  await migrate(databaseUrl)
  const http = await startSqlOverHttp({ port: 0, databaseUrl })
  cleanup.add(() => http.stop())
  endpoint = http.url
}, 60_000)

afterAll(() => cleanup.run())

beforeEach(async () => {
  db = openDatabase({ DATABASE_URL: databaseUrl, NEON_SQL_ENDPOINT: endpoint })
  await db.execute(sql`truncate products, sales, stock_levels, orders cascade`)
})

function draft(slug: string, changes: Partial<ProductDraft> = {}): ProductDraft {
  const sku = slug.toUpperCase()
  const variants = [{ sku, title: "One size", attributes: {}, priceCents: 2_500, currency: "EUR" }]
  return {
    slug,
    title: slug,
    description: "",
    brand: "",
    category: [],
    attributes: {},
    images: [],
    status: "active",
    variants,
    ...changes,
  }
}

async function add(slug: string, changes: Partial<ProductDraft> = {}): Promise<string> {
  const id = crypto.randomUUID()
  await insertProduct(db, id, draft(slug, changes))
  return id
}

function priced(slug: string, priceCents: number, changes: Partial<ProductDraft> = {}): Promise<string> {
  const variants = [
    { sku: slug.toUpperCase(), title: "One size", attributes: {}, priceCents, currency: "EUR" },
  ]
  return add(slug, { ...changes, variants })
}

const ALL: CatalogSearch = {
  text: null,
  category: null,
  brand: null,
  priceMinCents: null,
  priceMaxCents: null,
  inStockOnly: false,
  sort: "relevance",
  after: null,
  limit: 24,
}

async function slugsOf(search: Partial<CatalogSearch>): Promise<string[]> {
  return (await searchProducts(db, { ...ALL, ...search })).items.map(({ slug }) => slug)
}

function levels(sku: string, units: { open: number; sale?: number; sold?: number }, version: number) {
  const { open, sale = 0, sold = 0 } = units
  const pools = [
    { pool: "open", available: open },
    { pool: "a-sale", available: sale },
  ]
  return {
    sku,
    atMs: Date.now(),
    counts: { received: open + sale + sold, available: open + sale, held: 0, sold, version, pools },
  }
}

function sale(slug: string, changes: Partial<SaleDraft> = {}): SaleDraft {
  const opensAtMs = changes.opensAtMs ?? Date.now() + 60_000
  const item = {
    sku: "KETTLE",
    productSlug: "kettle",
    title: "kettle",
    image: null,
    allotment: 5,
    salePriceCents: 1_000,
    priceCents: 2_500,
  }
  return {
    saleId: crypto.randomUUID(),
    slug,
    title: slug,
    waitingOpensAtMs: opensAtMs,
    opensAtMs,
    closesAtMs: opensAtMs + 3_600_000,
    admission: { perMinute: 60, maxActive: 10, passMinutes: 5 },
    challenge: "none",
    holdSeconds: 600,
    items: [{ ...item, currency: "EUR", perCustomerLimit: 1, lanes: 1 }],
    ...changes,
  }
}

async function schedule(of: SaleDraft): Promise<SaleDraft> {
  await insertSale(db, of)
  await markScheduled(db, of.saleId)
  return of
}

describe("migrations", () => {
  it("apply twice without harm", async () => {
    await add("kettle")
    expect(await migrate(databaseUrl)).toEqual({ applied: 0 })
    expect(await slugsOf({})).toEqual(["kettle"])
  })

  it("apply once when several processes come at the same time", async () => {
    await db.execute(sql`create database crowded`)
    const url = databaseUrl.replace(/spillway$/, "crowded")
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)])
    expect(applied.map((one) => one.applied).toSorted((a, b) => a - b)).toEqual([0, 0, MIGRATIONS])
  })
})

describe("the product search", () => {
  beforeEach(async () => {
    await priced("kettle", 4_500, {
      title: "Enamel kettle",
      brand: "Fjord",
      category: ["Kitchen", "Kettles"],
      description: "Sings when it boils.",
    })
    await priced("teapot", 3_000, {
      title: "Stoneware teapot",
      brand: "Fjord",
      category: ["Kitchen", "Table"],
      description: "Pairs with the kettle.",
    })
    await priced("lantern", 8_900, { title: "Harbour lantern", brand: "Quay", category: ["Garden"] })
    await priced("draft", 100, { title: "Secret kettle", status: "draft" })
  })

  it("ranks a word of the title above one of the description, and shows active products only", async () => {
    expect(await slugsOf({ text: "kettle" })).toEqual(["kettle", "teapot"])
  })

  it("finds other forms of a word", async () => {
    expect(await slugsOf({ text: "kettles enameled" })).toEqual(["kettle"])
  })

  it.each([
    ["kettel", "kettle"],
    ["teapto", "teapot"],
    ["lantren", "lantern"],
    ["harbor lantern", "lantern"],
    ["enamal ketle", "kettle"],
  ])("finds what was misspelt: %s", async (text, slug) => {
    expect((await slugsOf({ text }))[0]).toBe(slug)
  })

  it("prefers a close word of the description to a distant one of the title", async () => {
    await priced("cloth", 1_000, { title: "Table cloth", description: "Washed linen, made to fade." })
    await priced("line", 1_000, { title: "Mooring line" })
    expect(await slugsOf({ text: "linnen" })).toEqual(["cloth"])
  })

  it("finds nothing for nonsense, and survives every operator of the search language", async () => {
    expect(await slugsOf({ text: "xqzwv" })).toEqual([])
    expect(await slugsOf({ text: `"' & | ! <-> ( * :` })).toEqual([])
  })

  it("filters by any level of the category, brand, and price", async () => {
    expect((await slugsOf({ category: "Kitchen" })).toSorted()).toEqual(["kettle", "teapot"])
    expect(await slugsOf({ category: "Table" })).toEqual(["teapot"])
    expect(await slugsOf({ brand: "Quay" })).toEqual(["lantern"])
    expect(await slugsOf({ priceMinCents: 3_000, priceMaxCents: 4_500, sort: "price_asc" })).toEqual([
      "teapot",
      "kettle",
    ])
  })

  it("counts each facet without its own filter", async () => {
    const { facets, total } = await searchProducts(db, { ...ALL, brand: "Quay" })
    expect(total).toBe(1)
    expect(facets.brand).toEqual([
      { value: "Fjord", count: 2 },
      { value: "Quay", count: 1 },
    ])
    expect(facets.category).toEqual([{ value: "Garden", count: 1 }])
    expect(facets.price).toEqual({ minCents: 8_900, maxCents: 8_900 })
  })

  it("goes on page after page without repeating or leaving out, in every order", async () => {
    for (const sort of ["relevance", "price_asc", "price_desc", "newest", "popular", "rating"] as const) {
      const seen: string[] = []
      let after: CatalogSearch["after"] = null
      for (;;) {
        const items: FoundProduct[] = (await searchProducts(db, { ...ALL, sort, after, limit: 1 })).items
        const [first] = items
        if (first) seen.push(first.slug)
        if (!first || items.length < 2) break
        after = { key: first.key, id: first.id }
      }
      expect(seen.toSorted(), sort).toEqual(["kettle", "lantern", "teapot"])
    }
  })

  it("sorts by units sold, and leaves out what is sold out when asked to", async () => {
    await upsertStockLevels(db, [
      levels("TEAPOT", { open: 0, sold: 9 }, 1),
      levels("LANTERN", { open: 3, sold: 1 }, 1),
    ])
    expect((await slugsOf({ sort: "popular" })).slice(0, 2)).toEqual(["teapot", "lantern"])
    expect(await slugsOf({ inStockOnly: true })).toEqual(["lantern"])
  })

  it("adds a running sale's units to what can be bought, not those of one to come", async () => {
    await upsertStockLevels(db, [levels("KETTLE", { open: 2, sale: 5 }, 1)])
    const coming = await schedule(sale("coming"))
    expect((await searchProducts(db, { ...ALL, text: "enamel" })).items[0]).toMatchObject({
      available: 2,
      saleId: null,
    })
    await changeSale(db, coming.saleId, {
      ...coming,
      waitingOpensAtMs: Date.now() - 1_000,
      opensAtMs: Date.now() - 1_000,
    })
    const [found] = (await searchProducts(db, { ...ALL, text: "enamel" })).items
    expect(found).toMatchObject({ available: 7, saleId: coming.saleId, salePriceCents: 1_000 })
  })
})

describe("products", () => {
  it("are read with their variants in order and the next sale", async () => {
    const variants = ["B", "A"].map((sku) => ({
      sku,
      title: sku,
      attributes: { size: sku },
      priceCents: 100,
      currency: "EUR",
    }))
    await add("kettle", { variants })
    const coming = await schedule(
      sale("coming", { items: sale("x").items.map((item) => ({ ...item, sku: "A" })) }),
    )
    const product = await findProduct(db, "kettle")
    expect(product?.variants.map(({ sku }) => sku)).toEqual(["B", "A"])
    expect(product?.sale).toEqual({
      saleId: coming.saleId,
      slug: "coming",
      title: "coming",
      opensAtMs: coming.opensAtMs,
      closesAtMs: coming.closesAtMs,
      items: [{ sku: "A", salePriceCents: 1_000, perCustomerLimit: 1 }],
    })
    expect(await findProduct(db, "none")).toBeNull()
  })

  it("refuse a slug or a SKU that another one has, also when written anew", async () => {
    await add("kettle")
    const id = await add("teapot")
    expect(refusedBy(await add("kettle").catch((error: unknown) => error))).toBe(PRODUCT_SLUG_TAKEN)
    const thief = draft("teapot", { variants: draft("kettle").variants })
    expect(refusedBy(await replaceProduct(db, id, thief).catch((error: unknown) => error))).toBe(SKU_TAKEN)
    expect((await findProductRecord(db, id))?.variants.map(({ sku }) => sku)).toEqual(["TEAPOT"])
  })

  it("are listed to merchants page by page, and gone when deleted", async () => {
    for (const slug of ["a", "b", "c"]) await add(slug, { status: "draft" })
    const [first, second] = await listProductRecords(db, { after: null, limit: 1 })
    expect(first?.product.slug).toBe("c")
    expect(second?.product.slug).toBe("b")
    if (!first) throw new Error("the first page is empty")
    expect(
      (await listProductRecords(db, { after: first, limit: 5 })).map(({ product }) => product.slug),
    ).toEqual(["b", "a"])
    await deleteProduct(db, first.id)
    expect(await findProductRecord(db, first.id)).toBeNull()
  })

  it("are spoken for by orders and by sales that are not over", async () => {
    await schedule(sale("coming"))
    await db.insert(orders).values(order("o-1", "s"))
    await db.insert(orderItems).values({ orderId: "o-1", sku: "SOLD", quantity: 1, unitPriceCents: 5 })
    expect((await skusSpokenFor(db, ["KETTLE", "SOLD", "FREE"])).toSorted()).toEqual(["KETTLE", "SOLD"])
  })
})

function order(id: string, saleId: string): typeof orders.$inferInsert {
  const facts = {
    status: "confirmed",
    version: 3,
    totalCents: 5,
    currency: "EUR",
    email: "a@b.example",
    paymentStatus: "captured",
  }
  return { id, orderNumber: id, saleId, holdId: `h-${id}`, createdAt: new Date(1_000), history: [], ...facts }
}

describe("stock levels", () => {
  it("keep the highest version, whatever comes late, twice or together", async () => {
    await upsertStockLevels(db, [
      levels("A", { open: 1 }, 5),
      levels("A", { open: 9 }, 7),
      levels("B", { open: 2 }, 1),
    ])
    await upsertStockLevels(db, [levels("A", { open: 3 }, 6)])
    await upsertStockLevels(db, [])
    const { rows } = await db.execute(
      sql`select sku, open_available, version::int as version from stock_levels order by sku`,
    )
    expect(rows).toEqual([
      { sku: "A", open_available: 9, version: 7 },
      { sku: "B", open_available: 2, version: 1 },
    ])
  })
})

describe("sales", () => {
  it("of the same SKU never overlap, however many are scheduled at once", async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => insertSale(db, sale(`sale-${index}`))),
    )
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [refusedBy(outcome.reason)] : [],
    )
    expect(refused).toEqual(Array.from({ length: 7 }, () => SALES_OVERLAP))
    const { rows } = await db.execute(sql`select count(*)::int as count from sales`)
    expect(rows).toEqual([{ count: 1 }])
  })

  it("may follow each other to the millisecond, or sell other SKUs at the same time", async () => {
    const first = await schedule(sale("first"))
    await schedule(
      sale("next", {
        opensAtMs: first.closesAtMs,
        waitingOpensAtMs: first.opensAtMs,
        closesAtMs: first.closesAtMs + 1,
      }),
    )
    await schedule(sale("other", { items: first.items.map((item) => ({ ...item, sku: "TEAPOT" })) }))
    const span = {
      opensAtMs: first.opensAtMs,
      closesAtMs: first.closesAtMs,
      skus: ["KETTLE", "TEAPOT", "FREE"],
    }
    expect(await findOverlaps(db, { ...span, exceptSaleId: first.saleId })).toEqual([
      { sku: "TEAPOT", slug: "other" },
    ])
  })

  it("cannot be moved over each other, nor have one slug", async () => {
    const first = await schedule(sale("first"))
    const next = await schedule(sale("next", { opensAtMs: first.closesAtMs }))
    const moved = changeSale(db, next.saleId, {
      ...next,
      waitingOpensAtMs: first.opensAtMs,
      opensAtMs: first.opensAtMs,
    })
    expect(refusedBy(await moved.catch((error: unknown) => error))).toBe(SALES_OVERLAP)
    expect((await findSale(db, next.saleId))?.opensAtMs).toBe(next.opensAtMs)
    const namesake = insertSale(
      db,
      sale("first", { items: first.items.map((item) => ({ ...item, sku: "X" })) }),
    )
    expect(refusedBy(await namesake.catch((error: unknown) => error))).toBe(SALE_SLUG_TAKEN)
  })

  it("free their SKUs when they end early", async () => {
    const running = await schedule(sale("running", { opensAtMs: Date.now() - 1_000 }))
    expect(await findLiveSaleIds(db)).toEqual([running.saleId])
    await markEnded(db, running.saleId)
    await markEnded(db, running.saleId)
    expect(await findLiveSaleIds(db)).toEqual([])
    await schedule(sale("again", { opensAtMs: Date.now() + 100 }))
    const coming = await schedule(sale("never", { opensAtMs: Date.now() + 9e6 }))
    await markEnded(db, coming.saleId)
    await schedule(sale("instead", { opensAtMs: Date.now() + 9e6 }))
    expect((await listPublicSales(db)).map(({ slug }) => slug)).toEqual([
      "again",
      "instead",
      "running",
      "never",
    ])
  })

  it("sell from the opening of early access on, so that nothing else may then", async () => {
    const opensAtMs = Date.now() + 3_600_000
    const earlyAccess = { opensAtMs: opensAtMs - 1_800_000 }
    const admission = { perMinute: 60, maxActive: 10, passMinutes: 5, mode: "first_come" as const }
    const early = await schedule(sale("early", { opensAtMs, earlyAccess, admission }))
    expect(await findSale(db, early.saleId)).toMatchObject({ earlyAccess, admission })
    const before = sale("before", { opensAtMs: opensAtMs - 3_000_000, closesAtMs: opensAtMs - 1_000_000 })
    expect(await insertSale(db, before).catch(refusedBy)).toBe(SALES_OVERLAP)
    await changeSale(db, early.saleId, { ...early, title: "Renamed", opensAtMs: opensAtMs + 60_000 })
    expect(await findSale(db, early.saleId)).toMatchObject({ earlyAccess, title: "Renamed" })
    expect(await insertSale(db, before).catch(refusedBy)).toBe(SALES_OVERLAP)
  })

  it("are read as they were written, with the catalog's words", async () => {
    const variants = ["KETTLE", "KETTLE-XL"].map((sku) => ({
      sku,
      title: sku,
      attributes: {},
      priceCents: 2_500,
      currency: "EUR",
    }))
    await add("kettle", { title: "Enamel kettle", images: ["/media/k.svg"], variants })
    const written = await schedule(sale("one"))
    const item = { ...written.items[0], title: "Enamel kettle, KETTLE", image: "/media/k.svg" }
    expect(await findSale(db, written.saleId)).toEqual({
      ...written,
      earlyAccess: null,
      state: "scheduled",
      items: [item],
    })
    expect(await readSkuFacts(db, ["KETTLE", "none"])).toEqual([
      {
        sku: "KETTLE",
        productSlug: "kettle",
        title: "Enamel kettle, KETTLE",
        image: "/media/k.svg",
        priceCents: 2_500,
        currency: "EUR",
      },
    ])
  })

  it("that were left half scheduled are claimed for undoing, and can then no longer be scheduled", async () => {
    const half = sale("half")
    await insertSale(db, half)
    expect(await findHalfScheduled(db, 60_000)).toEqual([])
    await db.update(sales).set({ createdAt: new Date(Date.now() - 120_000) })
    expect(await findHalfScheduled(db, 60_000)).toEqual([{ saleId: half.saleId, skus: ["KETTLE"] }])
    expect(await claimForUndoing(db, half.saleId)).toBe(true)
    expect(await markScheduled(db, half.saleId)).toBe(false)
    expect(await claimForUndoing(db, half.saleId)).toBe(true) // Broken off and done again.
    await deleteUndone(db, half.saleId)
    expect(await findSale(db, half.saleId)).toBeNull()
    const whole = await schedule(sale("whole"))
    expect(await claimForUndoing(db, whole.saleId)).toBe(false)
    await deleteUndone(db, whole.saleId)
    expect((await findSale(db, whole.saleId))?.state).toBe("scheduled")
  })

  it("give the audit their orders with items, in the order of bytes", async () => {
    await db.insert(orders).values([order("b", "s"), order("A", "s"), order("c", "other")])
    await db.insert(orderItems).values({ orderId: "b", sku: "KETTLE", quantity: 2, unitPriceCents: 5 })
    const read = await readSaleOrders(db, "s")
    expect(read.map(({ orderId }) => orderId)).toEqual(["A", "b"])
    expect(read[1]).toMatchObject({
      createdAtMs: 1_000,
      totalCents: 5,
      items: [{ sku: "KETTLE", quantity: 2, unitPriceCents: 5 }],
    })
  })
})

describe("failures", () => {
  it("tell a wrong query and a refusal from a Postgres that is away", async () => {
    const wrong = await db.execute(sql`select nothing_like_it`).catch((error: unknown) => error)
    const odd = { slug: "x", title: "x", status: "odd" as "draft" }
    const refused = await db
      .insert(products)
      .values(odd)
      .catch((error: unknown) => error)
    openDatabase({
      DATABASE_URL: databaseUrl,
      NEON_SQL_ENDPOINT: `http://127.0.0.1:${await findFreePort()}/sql`,
    })
    const away = await db.execute(sql`select 1`).catch((error: unknown) => error)
    expect([wrong, refused, away].map(isDatabaseAway)).toEqual([false, false, true])
    expect([wrong, refused, away].map(refusedBy)).toEqual([null, "products_status", null])
  })
})
