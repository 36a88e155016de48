import { sql } from "drizzle-orm"
import { AVAILABLE } from "./catalog-search.ts"
import type { Database } from "./client.ts"

interface CatalogVariant {
  sku: string
  title: string
  attributes: Record<string, string>
  priceCents: number
  currency: string
  available: number
  received: number
}

export interface CatalogSale {
  saleId: string
  slug: string
  title: string
  opensAtMs: number
  closesAtMs: number
  items: { sku: string; salePriceCents: number; perCustomerLimit: number }[]
}

export interface CatalogProduct {
  id: string
  slug: string
  title: string
  description: string
  brand: string
  category: string[]
  attributes: Record<string, string>
  images: string[]
  status: string
  variants: CatalogVariant[]
  /** The sale that runs, else the next one. */
  sale: CatalogSale | null
}

/** An active product with its variants in the merchant's order, and null when there is none of this slug. */
export async function findProduct(db: Database, slug: string): Promise<CatalogProduct | null> {
  const result = await db.execute<{ product: CatalogProduct }>(sql`
    select json_build_object(
      'id', p.id, 'slug', p.slug, 'title', p.title, 'description', p.description, 'brand', p.brand,
      'category', p.category, 'attributes', p.attributes, 'images', p.images, 'status', p.status,
      'variants', (
        select coalesce(json_agg(json_build_object(
          'sku', v.sku, 'title', v.title, 'attributes', v.attributes, 'priceCents', v.price_cents, 'currency', v.currency,
          'available', coalesce(${AVAILABLE}, 0), 'received', coalesce(l.received, 0)
        ) order by v.position), '[]')
        from variants v left join stock_levels l on l.sku = v.sku
        where v.product_id = p.id
      ),
      'sale', (
        select json_build_object(
          'saleId', s.id, 'slug', s.slug, 'title', s.title,
          'opensAtMs', (extract(epoch from s.opens_at) * 1000)::bigint,
          'closesAtMs', (extract(epoch from s.closes_at) * 1000)::bigint,
          'items', (
            select json_agg(json_build_object(
              'sku', i.sku, 'salePriceCents', i.sale_price_cents, 'perCustomerLimit', i.per_customer_limit
            ) order by i.position)
            from sale_items i join variants v on v.sku = i.sku
            where i.sale_id = s.id and v.product_id = p.id
          )
        )
        from sales s
        where s.state = 'scheduled' and s.closes_at > now() and exists (
          select from sale_items i join variants v on v.sku = i.sku where i.sale_id = s.id and v.product_id = p.id
        )
        order by s.opens_at, s.id limit 1
      )
    ) as product
    from products p
    where p.slug = ${slug} and p.status = 'active'`)
  return result.rows[0]?.product ?? null
}
