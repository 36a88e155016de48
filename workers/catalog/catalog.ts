import type { Context } from "hono"
import { findProduct } from "../../db/catalog-product.ts"
import type { CatalogProduct, CatalogSale } from "../../db/catalog-product.ts"
import { searchProducts } from "../../db/catalog-search.ts"
import type { CatalogSearch, Facet, FoundProduct, FoundProducts, Sort } from "../../db/catalog-search.ts"
import { openDatabase } from "../../db/client.ts"
import type { StockBand } from "../../durable-objects/room/contract.ts"
import { bandOf } from "../../waiting-room/stock-band.ts"
import type { App } from "../http/app.ts"
import { ProblemError } from "../http/problem.ts"
import { decodeCursor, encodeCursor } from "./cursor.ts"
import { cached } from "./page-cache.ts"
import { LIMIT_DEFAULT } from "./schemas.ts"
import { isCleanText } from "./text.ts"

interface ProductCard {
  slug: string
  title: string
  brand: string
  category: string[]
  image: string | null
  priceCents: number
  currency: string
  stock: StockBand
  /** The sale that runs now with one of its SKUs. */
  saleId: string | null
  salePriceCents: number | null
}

interface ProductVariant {
  sku: string
  title: string
  attributes: Record<string, string>
  priceCents: number
  currency: string
  stock: StockBand
}

export interface ProductView {
  id: string
  slug: string
  title: string
  description: string
  brand: string
  category: string[]
  attributes: Record<string, string>
  images: string[]
  status: string
  priceCents: number
  currency: string
  stock: StockBand
  variants: ProductVariant[]
  /** The sale that runs, else the next one. */
  sale: CatalogSale | null
}

export interface ProductQuery {
  q?: string | undefined
  category?: string | undefined
  brand?: string | undefined
  /** Cents. */
  minPrice?: number | undefined
  maxPrice?: number | undefined
  inStock?: boolean | undefined
  sort?: Sort | undefined
  cursor?: string | undefined
  limit?: number | undefined
}

export interface ProductList {
  items: ProductCard[]
  facets: { category: Facet[]; brand: Facet[]; price: { minCents: number; maxCents: number } }
  nextCursor: string | null
  total: number
}

/** Stock bands move within seconds; beyond the first limit a page is refreshed behind its answer. */
const FRESHNESS = { freshMs: 2_000, staleMs: 60_000 }

const SLUG_LENGTH_MAX = 100

/** One page of the active products. Throws `invalid_request` for a cursor that is not of this list's order. */
export async function listProducts(c: Context<App>, query: ProductQuery): Promise<ProductList> {
  const search = searchOf(query)
  if (search === "cursor_invalid") {
    const message = "This is no nextCursor of a list with this sort. Begin again without it."
    throw new ProblemError("invalid_request", { detail: message, errors: [{ field: "cursor", message }] })
  }
  return cached(c, `products?${JSON.stringify(search)}`, FRESHNESS, async () => {
    return listOf(search, await searchProducts(openDatabase(c.env), search))
  })
}

/** An active product; null when there is none of this slug. */
export async function readProduct(c: Context<App>, slug: string): Promise<ProductView | null> {
  if (slug.length > SLUG_LENGTH_MAX || !isCleanText(slug)) return null
  return cached(c, `product/${slug}`, FRESHNESS, async () => {
    const product = await findProduct(openDatabase(c.env), slug)
    return product && viewOf(product)
  })
}

/** The query with its defaults, the same for all ways to ask the same. */
export function searchOf(query: ProductQuery): CatalogSearch | "cursor_invalid" {
  const text = query.q?.trim().replaceAll(/\s+/g, " ") || null
  const sort = query.sort ?? "relevance"
  const after = query.cursor === undefined ? null : decodeCursor(orderOf(sort, text), query.cursor)
  if (query.cursor !== undefined && after === null) return "cursor_invalid"
  return {
    text,
    category: query.category ?? null,
    brand: query.brand ?? null,
    priceMinCents: query.minPrice ?? null,
    priceMaxCents: query.maxPrice ?? null,
    inStockOnly: query.inStock ?? false,
    sort,
    after,
    limit: query.limit ?? LIMIT_DEFAULT,
  }
}

/** What the keys of a cursor mean: relevance is another number for each search, and newness without one. */
function orderOf(sort: Sort, text: string | null): string {
  if (sort !== "relevance") return sort
  return text === null ? "newest" : `relevance ${text.slice(0, ORDER_TEXT_LENGTH)}`
}

/** Enough of a search to tell it from another, little enough for a short cursor. */
const ORDER_TEXT_LENGTH = 20

function listOf(search: CatalogSearch, found: FoundProducts): ProductList {
  const items = found.items.slice(0, search.limit)
  const last = items.at(-1)
  const nextCursor =
    last && found.items.length > search.limit ? encodeCursor(orderOf(search.sort, search.text), last) : null
  return { items: items.map(cardOf), facets: found.facets, nextCursor, total: found.total }
}

function cardOf(found: FoundProduct): ProductCard {
  const { slug, title, brand, category, image, priceCents, currency, saleId, salePriceCents } = found
  const stock = bandOf(found.available, found.received)
  return { slug, title, brand, category, image, priceCents, currency, stock, saleId, salePriceCents }
}

export function viewOf(product: CatalogProduct): ProductView | null {
  const [first] = product.variants
  if (!first) return null
  const { id, slug, title, description, brand, category, attributes, images, status, sale } = product
  const available = product.variants.reduce((sum, variant) => sum + variant.available, 0)
  const received = product.variants.reduce((sum, variant) => sum + variant.received, 0)
  return {
    id,
    slug,
    title,
    description,
    brand,
    category,
    attributes,
    images,
    status,
    priceCents: Math.min(...product.variants.map(({ priceCents }) => priceCents)),
    currency: first.currency,
    stock: bandOf(available, received),
    variants: product.variants.map(({ available: units, received: of, ...variant }) => ({
      ...variant,
      stock: bandOf(units, of),
    })),
    sale,
  }
}
