import { Hono } from "hono"
import type { Context } from "hono"
import { listProducts, readProduct } from "../../catalog/catalog.ts"
import type { ProductList, ProductView } from "../../catalog/catalog.ts"
import { LIMIT_MAX } from "../../catalog/schemas.ts"
import { listSales } from "../../catalog/sales-list.ts"
import type { App } from "../../http/app.ts"
import { CACHE_CONTROL } from "../../http/cache-headers.ts"
import { Home } from "../pages/home.tsx"
import { Product } from "../pages/product.tsx"
import { Products, SORTS } from "../pages/products.tsx"
import type { SaleView } from "../pages/sale-view.ts"
import { phaseByTimes } from "../words/phases.ts"
import { answerPage, siteOf } from "./answer.ts"
import { answerRefusal, unlessAway } from "./failures.tsx"
import { OPEN_HOLD_SECONDS, roomIfAnswering, viewOfRoom, viewOfSummary } from "./sale-views.ts"

/** Pages that are the same for everybody, and cached whole. */
export const catalogPages = new Hono<App>()

/** A shelf on the first page; the rest is behind its link. */
const SHELF_CARDS_MAX = 4

const SEARCH_LENGTH_MAX = 100

catalogPages.get("/", async (c) => {
  const nowMs = Date.now()
  const [sale, list] = await Promise.all([
    nextSale(c, nowMs),
    unlessAway(listProducts(c, { limit: LIMIT_MAX, sort: "newest" })),
  ])
  const page = <Home site={siteOf(c)} nowMs={nowMs} sale={sale} shelves={list && shelvesOf(list)} />
  // While Postgres is away an older copy in the cache is the better answer, so this one is an error and is not kept.
  return answerPage(
    c,
    page,
    list ? { cacheControl: CACHE_CONTROL.catalog } : { status: 503, retryAfterSeconds: 10 },
  )
})

async function nextSale(c: Context<App>, nowMs: number): Promise<SaleView | null> {
  const sales = await unlessAway(listSales(c))
  const next = sales?.find((sale) => sale.state === "scheduled" && sale.closesAtMs > nowMs)
  if (!next) return null
  const room = await roomIfAnswering(c, next.saleId)
  return room ? viewOfRoom(room) : viewOfSummary(next, nowMs)
}

function shelvesOf(list: ProductList) {
  const byCategory = Map.groupBy(list.items, (card) => card.category[0] ?? "More")
  return [...byCategory].map(([category, cards]) => {
    const counted = list.facets.category.find((facet) => facet.value === category)?.count
    return { category, total: Math.max(cards.length, counted ?? 0), cards: cards.slice(0, SHELF_CARDS_MAX) }
  })
}

catalogPages.get("/products", async (c) => {
  const query = {
    q: (c.req.query("q") ?? "").trim().slice(0, SEARCH_LENGTH_MAX),
    category: (c.req.query("category") ?? "").slice(0, SEARCH_LENGTH_MAX),
    sort: SORTS.find((sort) => sort.value === c.req.query("sort"))?.value ?? "relevance",
    cursor: c.req.query("cursor") ?? "",
  }
  const list = await unlessAway(
    listProducts(c, {
      q: query.q || undefined,
      category: query.category || undefined,
      sort: query.sort,
      cursor: query.cursor || undefined,
    }),
  )
  const found = list && {
    items: list.items,
    total: list.total,
    nextCursor: list.nextCursor,
    categories: departments(list),
  }
  const page = <Products site={siteOf(c)} query={query} found={found} />
  return answerPage(
    c,
    page,
    list ? { cacheControl: CACHE_CONTROL.catalog } : { status: 503, retryAfterSeconds: 10 },
  )
})

/** The broadest categories, the ones a shopper thinks in. */
function departments(list: ProductList): { value: string; count: number }[] {
  return list.facets.category
}

catalogPages.get("/products/:slug", async (c) => {
  const product = await readProduct(c, c.req.param("slug"))
  if (!product) return answerRefusal(c, "product_not_found")
  const room = product.sale ? await roomIfAnswering(c, product.sale.saleId) : null
  const page = <Product site={siteOf(c)} {...productProps(product, room && viewOfRoom(room), Date.now())} />
  return answerPage(c, page, { cacheControl: CACHE_CONTROL.catalog })
})

function productProps(product: ProductView, room: SaleView | null, nowMs: number) {
  const { sale } = product
  const phase = room?.phase ?? (sale ? phaseByTimes(sale, nowMs) : "ended")
  const inSale = new Map(sale?.items.map((item) => [item.sku, item]))
  return {
    product,
    variants: product.variants.map((variant) => ({
      ...variant,
      stock: (phase === "open" ? room?.stock[variant.sku] : undefined) ?? variant.stock,
      salePriceCents: inSale.get(variant.sku)?.salePriceCents ?? null,
      perCustomerLimit: inSale.get(variant.sku)?.perCustomerLimit ?? null,
    })),
    sale: sale && {
      saleId: sale.saleId,
      title: sale.title,
      phase,
      opensAtMs: sale.opensAtMs,
      skus: room?.items.map((item) => item.sku) ?? [],
    },
    holdSeconds: phase === "open" && room ? room.holdSeconds : OPEN_HOLD_SECONDS,
  }
}
