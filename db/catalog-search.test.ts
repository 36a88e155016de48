import { beforeEach, describe, expect, it } from "vitest"
import { levelsOf, saleDraft, stageDatabase } from "../tests/staged-database.ts"
import { searchProducts } from "./catalog-search.ts"
import type { CatalogSearch, FoundProduct } from "./catalog-search.ts"
import type { ProductDraft } from "./products.ts"
import { changeSale } from "./sales.ts"
import { upsertStockLevels } from "./stock-levels.ts"

const staged = stageDatabase()

function priced(slug: string, priceCents: number, changes: Partial<ProductDraft> = {}): Promise<string> {
  const variants = [
    { sku: slug.toUpperCase(), title: "One size", attributes: {}, priceCents, currency: "EUR" },
  ]
  return staged.addProduct(slug, { ...changes, variants })
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
  return (await searchProducts(staged.db, { ...ALL, ...search })).items.map(({ slug }) => slug)
}

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
    const { facets, total } = await searchProducts(staged.db, { ...ALL, brand: "Quay" })
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
        const items: FoundProduct[] = (await searchProducts(staged.db, { ...ALL, sort, after, limit: 1 }))
          .items
        const [first] = items
        if (first) seen.push(first.slug)
        if (!first || items.length < 2) break
        after = { key: first.key, id: first.id }
      }
      expect(seen.toSorted(), sort).toEqual(["kettle", "lantern", "teapot"])
    }
  })

  it("sorts by units sold, and leaves out what is sold out when asked to", async () => {
    await upsertStockLevels(staged.db, [
      levelsOf("TEAPOT", { open: 0, sold: 9 }, 1),
      levelsOf("LANTERN", { open: 3, sold: 1 }, 1),
    ])
    expect((await slugsOf({ sort: "popular" })).slice(0, 2)).toEqual(["teapot", "lantern"])
    expect(await slugsOf({ inStockOnly: true })).toEqual(["lantern"])
  })

  it("adds a running sale's units to what can be bought, not those of one to come", async () => {
    await upsertStockLevels(staged.db, [levelsOf("KETTLE", { open: 2, sale: 5 }, 1)])
    const coming = await staged.schedule(saleDraft("coming"))
    expect((await searchProducts(staged.db, { ...ALL, text: "enamel" })).items[0]).toMatchObject({
      available: 2,
      saleId: null,
    })
    await changeSale(staged.db, coming.saleId, {
      ...coming,
      waitingOpensAtMs: Date.now() - 1_000,
      opensAtMs: Date.now() - 1_000,
    })
    const [found] = (await searchProducts(staged.db, { ...ALL, text: "enamel" })).items
    expect(found).toMatchObject({ available: 7, saleId: coming.saleId, salePriceCents: 1_000 })
  })
})
