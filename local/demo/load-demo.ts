import { demoProducts, drawProduct, toMerchantProduct } from "./catalog/catalog.ts"
import type { DemoProduct, DemoSale } from "./catalog/catalog.ts"
import { MerchantCallFailed, MerchantClient } from "./merchant-client.ts"
import {
  DEMO_HOLD_SECONDS,
  DEMO_LASTS_MINUTES,
  DEMO_OPENS_AFTER_SECONDS,
  demoAdmission,
  demoSales,
} from "./sales.ts"

/** Calls under way at once; workerd has one thread, so more would only wait. */
const CONCURRENCY = 8

const LIST_PAGE = 100

interface ListedSale {
  saleId: string
  phase: string
  closesAtMs: number
  items: { sku: string }[]
}

/**
 * Fills the shop through the merchant API, as a merchant's script would, and schedules a sale that opens within a
 * minute. What is there already is left as it is.
 */
export async function loadDemo(url: string, log: (text: string) => void): Promise<void> {
  const merchant = new MerchantClient(url, "local-merchant-token")
  const missing = await missingProducts(merchant)
  if (missing.length > 0) {
    await inParallel(missing, (product) => addProduct(merchant, product))
    log(`${missing.length} products added`)
  }
  const sale = await scheduleDemoSale(merchant)
  log(`"${sale.title}" opens in ${DEMO_OPENS_AFTER_SECONDS} s: ${url}/sales/${sale.saleId}`)
}

async function missingProducts(merchant: MerchantClient): Promise<DemoProduct[]> {
  const known = new Set<string>()
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: { items: { slug: string }[]; nextCursor: string | null } = await merchant.get(
      `/merchant/api/products?limit=${LIST_PAGE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    for (const { slug } of page.items) known.add(slug)
    cursor = page.nextCursor
  }
  return demoProducts.filter((product) => !known.has(product.slug))
}

/** Pictures and stock first: a product that is seen can be bought, also when this run dies half way. */
async function addProduct(merchant: MerchantClient, product: DemoProduct): Promise<void> {
  const pictures = new Set(product.variants.map((variant) => drawProduct(product, variant)))
  const images: string[] = []
  for (const picture of pictures) images.push((await merchant.upload(picture, "image/svg+xml")).url)
  try {
    await merchant.post("/merchant/api/products", toMerchantProduct(product, images))
  } catch (error) {
    if (!(error instanceof MerchantCallFailed && error.code === "slug_taken")) throw error
  }
  for (const { sku, initialStock } of product.variants) {
    if (initialStock === 0) continue
    await merchant.post(`/merchant/api/skus/${sku}/stock`, {
      delta: initialStock,
      reason: "first stock of the demo shop",
      idempotencyKey: `demo-first-stock-${sku}`,
    })
  }
}

async function scheduleDemoSale(merchant: MerchantClient): Promise<{ saleId: string; title: string }> {
  const { items: sales } = await merchant.get<{ items: ListedSale[] }>(
    `/merchant/api/sales?limit=${LIST_PAGE}`,
  )
  const live = sales.filter((sale) => sale.phase !== "ended")
  const free = demoSales.find((candidate) => !live.some((sale) => sellsSameAs(sale, candidate)))
  if (free) return schedule(merchant, free)
  // Every set of pieces is in a sale that still runs: the one that would close first makes room.
  const oldest = live
    .filter((sale) => demoSales.some((candidate) => sellsSameAs(sale, candidate)))
    .toSorted((a, b) => a.closesAtMs - b.closesAtMs)[0]
  if (!oldest) throw new Error("no demo sale is free and none runs")
  await merchant.post(`/merchant/api/sales/${oldest.saleId}/end`, {})
  return scheduleDemoSale(merchant)
}

function sellsSameAs(sale: ListedSale, candidate: DemoSale): boolean {
  return sale.items.some((item) => candidate.items.some((other) => other.sku === item.sku))
}

async function schedule(
  merchant: MerchantClient,
  { slug, title, items }: DemoSale,
): Promise<{ saleId: string; title: string }> {
  await restockFor(merchant, items)
  const nowMs = Date.now()
  const opensAtMs = nowMs + DEMO_OPENS_AFTER_SECONDS * 1000
  return merchant.post("/merchant/api/sales", {
    slug: `${slug}-${nowMs.toString(36)}`,
    title,
    waitingOpensAtMs: nowMs,
    opensAtMs,
    closesAtMs: opensAtMs + DEMO_LASTS_MINUTES * 60_000,
    items,
    admission: demoAdmission,
    holdSeconds: DEMO_HOLD_SECONDS,
  })
}

/** After many starts the demo's stock thins out; the shop then receives what the next sale needs. */
async function restockFor(merchant: MerchantClient, items: DemoSale["items"]): Promise<void> {
  for (const { sku, allotment } of items) {
    const { pools } = await merchant.get<{ pools: { pool: string; available: number }[] }>(
      `/merchant/api/skus/${sku}/stock`,
    )
    const available = pools.find(({ pool }) => pool === "open")?.available ?? 0
    if (available >= allotment) continue
    const receipt = {
      delta: allotment - available,
      reason: "the demo shop restocks for its sale",
      idempotencyKey: `demo-restock-${sku}-${Date.now()}`,
    }
    await merchant.post(`/merchant/api/skus/${sku}/stock`, receipt)
  }
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items]
  const workers = Array.from({ length: CONCURRENCY }, async () => {
    for (let item = queue.shift(); item; item = queue.shift()) await work(item)
  })
  await Promise.all(workers)
}
