import type { Context } from "hono"
import { readProduct } from "../../catalog/catalog.ts"
import type { App } from "../../http/app.ts"
import type { Line } from "../components/order-lines.tsx"
import { unlessAway } from "./failures.tsx"
import { roomIfAnswering } from "./sale-views.ts"

interface BareLine {
  sku: string
  quantity: number
  unitPriceCents: number
}

/**
 * Names and pictures of what is held or bought: from the sale, or from the product the shopper came from. Nothing
 * depends on them, so where neither is at hand a line is named by its SKU, and no page waits for Postgres.
 */
export async function nameLines(
  c: Context<App>,
  items: readonly BareLine[],
  from: { saleId: string | null; productSlug: string },
): Promise<Line[]> {
  const room = from.saleId === null ? null : await roomIfAnswering(c, from.saleId)
  const named = new Map(room?.facts.items.map((item) => [item.sku, { title: item.title, image: item.image }]))
  const isMissing = items.some((item) => !named.has(item.sku))
  const product =
    isMissing && from.productSlug !== "" ? await unlessAway(readProduct(c, from.productSlug)) : null
  for (const variant of product?.variants ?? []) {
    const title =
      product && product.variants.length > 1
        ? `${product.title}, ${variant.title}`
        : (product?.title ?? variant.sku)
    if (!named.has(variant.sku)) named.set(variant.sku, { title, image: product?.images[0] ?? null })
  }
  return items.map(({ sku, quantity, unitPriceCents }) => ({
    sku,
    quantity,
    unitPriceCents,
    ...(named.get(sku) ?? { title: sku, image: null }),
  }))
}
