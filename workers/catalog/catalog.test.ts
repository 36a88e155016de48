import { PgDialect } from "drizzle-orm/pg-core"
import { describe, expect, it } from "vitest"
import { searchStatement, termsOf, TERMS_MAX } from "../../db/catalog-search.ts"
import type { CatalogSearch } from "../../db/catalog-search.ts"
import { searchOf, viewOf } from "./catalog.ts"
import { encodeCursor } from "./cursor.ts"
import { productQuery } from "./schemas.ts"

const PLACE = { key: 1, id: "22a56789-7833-4f82-b6d8-b4a24b8ff42a" }

describe("the query of a product list", () => {
  it("has a default for all that is left out", () => {
    expect(searchOf({})).toEqual({
      text: null,
      category: null,
      brand: null,
      priceMinCents: null,
      priceMaxCents: null,
      inStockOnly: false,
      sort: "relevance",
      after: null,
      limit: 24,
    })
  })

  it("is the same for different ways to ask the same", () => {
    expect(searchOf({ q: "  red   kettle ", inStock: false })).toEqual(searchOf({ q: "red kettle" }))
    expect(searchOf({ q: "   " })).toEqual(searchOf({}))
  })

  it("takes a cursor only of its own sort, and of its own words where the order is by relevance", () => {
    expect(searchOf({ sort: "newest", cursor: encodeCursor("newest", PLACE) })).toMatchObject({
      after: PLACE,
    })
    expect(searchOf({ sort: "popular", cursor: encodeCursor("newest", PLACE) })).toBe("cursor_invalid")
    expect(searchOf({ q: "mug", cursor: encodeCursor("relevance kettle", PLACE) })).toBe("cursor_invalid")
    expect(searchOf({ cursor: encodeCursor("newest", PLACE) })).toMatchObject({ after: PLACE })
  })

  it("becomes a statement that carries every word of the shopper as a parameter", () => {
    const evil = `'; drop table products; --`
    const search = searchOf({
      q: evil,
      category: evil,
      brand: evil,
      minPrice: 1,
      maxPrice: 2,
      inStock: true,
    }) as CatalogSearch
    const { sql, params } = new PgDialect().sqlToQuery(searchStatement(search))
    expect(sql).not.toContain("drop table")
    expect(params.filter((param) => param === evil)).toHaveLength(3)
    expect(params).toContain("products") // One of the words that are compared by trigrams.
  })

  it("compares a bounded number of different words", () => {
    expect(termsOf("Kettle, kettle & Ötzi's")).toEqual(["kettle", "ötzi", "s"])
    expect(termsOf("a b c d e f g h i j")).toHaveLength(TERMS_MAX)
    expect(termsOf("!?")).toEqual([])
  })
})

describe("the parameters of a product list", () => {
  it("are read from the address", () => {
    const query = {
      q: "mug",
      minPrice: "100",
      maxPrice: "200",
      inStock: "true",
      sort: "price_asc",
      limit: "100",
    }
    expect(productQuery.parse(query)).toEqual({
      q: "mug",
      minPrice: 100,
      maxPrice: 200,
      inStock: true,
      sort: "price_asc",
      limit: 100,
    })
    expect(productQuery.parse({ inStock: "false" })).toEqual({ inStock: false })
  })

  it.each([
    [{ colour: "red" }, "colour"],
    [{ limit: "0" }, "limit"],
    [{ limit: "101" }, "limit"],
    [{ limit: "1e1" }, "limit"],
    [{ minPrice: "-1" }, "minPrice"],
    [{ minPrice: "1.5" }, "minPrice"],
    [{ maxPrice: "99999999999" }, "maxPrice"],
    [{ minPrice: "2", maxPrice: "1" }, "maxPrice"],
    [{ sort: "random" }, "sort"],
    [{ inStock: "maybe" }, "inStock"],
    [{ q: "a\u0000b" }, "q"],
    [{ q: "\ud800" }, "q"],
    [{ brand: "x".repeat(101) }, "brand"],
  ])("are refused by name: %j", (query, field) => {
    const parsed = productQuery.safeParse(query)
    const named = parsed.error?.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" ? issue.keys : [issue.path.join(".")],
    )
    expect(named).toEqual([field])
  })
})

describe("a product's page", () => {
  const variant = { title: "", attributes: {}, currency: "EUR" }
  const product = {
    id: PLACE.id,
    slug: "p",
    title: "p",
    description: "",
    brand: "",
    category: [],
    attributes: {},
    images: [],
    status: "active",
  }

  it("shows the lowest price, bands in the place of counts, and never a count", () => {
    const view = viewOf({
      ...product,
      sale: null,
      variants: [
        { ...variant, sku: "A", priceCents: 300, available: 0, received: 100 },
        { ...variant, sku: "B", priceCents: 200, available: 80, received: 100 },
      ],
    })
    expect(view).toMatchObject({
      priceCents: 200,
      stock: "in_stock",
      variants: [{ stock: "sold_out" }, { stock: "in_stock" }],
    })
    expect(JSON.stringify(view)).not.toMatch(/available|received/)
  })

  it("is not there without a variant", () => {
    expect(viewOf({ ...product, sale: null, variants: [] })).toBeNull()
  })
})
