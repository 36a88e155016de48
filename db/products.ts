import { eq, sql } from "drizzle-orm"
import type { Place } from "./catalog-search.ts"
import type { Database } from "./client.ts"
import { products, variants } from "./schema.ts"

interface VariantDraft {
  sku: string
  title: string
  attributes: Record<string, string>
  priceCents: number
  currency: string
  /** Of one unit; 0 when left out. */
  weightGrams?: number
  /** `standard` when left out. */
  taxClass?: string
}

/** A product as the merchant writes it. */
export interface ProductDraft {
  slug: string
  title: string
  description: string
  brand: string
  category: string[]
  attributes: Record<string, string>
  images: string[]
  status: "draft" | "active" | "archived"
  variants: VariantDraft[]
}

export interface ProductRecord extends ProductDraft {
  id: string
  variants: Required<VariantDraft>[]
  createdAtMs: number
  updatedAtMs: number
}

/** Unique constraints that a product's rows can meet; `refusedBy` names them. */
export const PRODUCT_SLUG_TAKEN = "products_slug_unique"
export const SKU_TAKEN = "variants_pkey"

const RECORD = sql`json_build_object(
  'id', p.id, 'slug', p.slug, 'title', p.title, 'description', p.description, 'brand', p.brand, 'category', p.category,
  'attributes', p.attributes, 'images', p.images, 'status', p.status,
  'variants', (
    select coalesce(json_agg(json_build_object(
      'sku', v.sku, 'title', v.title, 'attributes', v.attributes, 'priceCents', v.price_cents, 'currency', v.currency,
      'weightGrams', v.weight_grams, 'taxClass', v.tax_class
    ) order by v.position), '[]')
    from variants v where v.product_id = p.id
  ),
  'createdAtMs', floor(extract(epoch from p.created_at) * 1000)::bigint,
  'updatedAtMs', floor(extract(epoch from p.updated_at) * 1000)::bigint
)`

/** Products of every status, the newest first; one more than asked for when there are more. */
export async function listProductRecords(
  db: Database,
  page: { after: Place | null; limit: number },
): Promise<(Place & { product: ProductRecord })[]> {
  const key = sql`(extract(epoch from p.created_at) * 1000000)::float8`
  const after = page.after
  const result = await db.execute<{ rows: (Place & { product: ProductRecord })[] }>(sql`
    select coalesce(json_agg(json_build_object('key', key, 'id', id, 'product', product) order by key desc, id), '[]') as rows
    from (
      select ${key} as key, p.id, ${RECORD} as product from products p
      where ${after === null ? sql`true` : sql`(${key} < ${after.key}::float8 or (${key} = ${after.key}::float8 and p.id > ${after.id}::uuid))`}
      order by 1 desc, p.id limit ${page.limit + 1}
    ) listed`)
  return result.rows[0]?.rows ?? []
}

export async function findProductRecord(db: Database, id: string): Promise<ProductRecord | null> {
  const result = await db.execute<{ product: ProductRecord }>(
    sql`select ${RECORD} as product from products p where p.id = ${id}::uuid`,
  )
  return result.rows[0]?.product ?? null
}

/** One transaction. Throws with the constraint `PRODUCT_SLUG_TAKEN` or `SKU_TAKEN` when another product has them. */
export async function insertProduct(db: Database, id: string, draft: ProductDraft): Promise<void> {
  await db.batch([
    db.insert(products).values({ id, ...columnsOf(draft) }),
    db.insert(variants).values(variantRows(id, draft)),
  ])
}

/**
 * Writes the whole product anew, in one transaction. Its variants are taken out and put back, so that a SKU of
 * another product is refused by the key itself and never taken over. Throws as `insertProduct` does.
 */
export async function replaceProduct(db: Database, id: string, draft: ProductDraft): Promise<void> {
  await db.batch([
    db
      .update(products)
      .set({ ...columnsOf(draft), updatedAt: sql`now()` })
      .where(eq(products.id, id)),
    db.delete(variants).where(eq(variants.productId, id)),
    db.insert(variants).values(variantRows(id, draft)),
  ])
}

export async function archiveProduct(db: Database, id: string): Promise<void> {
  await db
    .update(products)
    .set({ status: "archived", updatedAt: sql`now()` })
    .where(eq(products.id, id))
}

export async function deleteProduct(db: Database, id: string): Promise<void> {
  await db.delete(products).where(eq(products.id, id))
}

/** Whether the catalog knows the SKU, whatever its product's status. */
export async function skuExists(db: Database, sku: string): Promise<boolean> {
  const rows = await db.select({ sku: variants.sku }).from(variants).where(eq(variants.sku, sku))
  return rows.length > 0
}

/** Those of the SKUs that an order or a sale which is not over speaks of. */
export async function skusSpokenFor(db: Database, skus: readonly string[]): Promise<string[]> {
  const result = await db.execute<{ sku: string }>(sql`
    select asked.sku from jsonb_array_elements_text(${JSON.stringify(skus)}::jsonb) as asked(sku)
    where exists (select from order_items o where o.sku = asked.sku)
      or exists (
        select from sale_items i join sales s on s.id = i.sale_id
        where i.sku = asked.sku and s.state <> 'ended' and s.closes_at > now()
      )`)
  return result.rows.map(({ sku }) => sku)
}

function columnsOf({ variants: _variants, ...columns }: ProductDraft): Omit<ProductDraft, "variants"> {
  return columns
}

function variantRows(productId: string, draft: ProductDraft): (typeof variants.$inferInsert)[] {
  return draft.variants.map((variant, position) => ({ ...variant, productId, position }))
}
