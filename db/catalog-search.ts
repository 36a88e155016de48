import { sql } from "drizzle-orm"
import type { SQL } from "drizzle-orm"
import type { Database } from "./client.ts"

export const SORTS = ["relevance", "price_asc", "price_desc", "newest", "popular", "rating"] as const
export type Sort = (typeof SORTS)[number]

/** Where a page of a list ended. Every sort has one number, the larger first; ties go by id. */
export interface Place {
  key: number
  id: string
}

export interface CatalogSearch {
  /** As it was typed; null for all products. */
  text: string | null
  category: string | null
  brand: string | null
  priceMinCents: number | null
  priceMaxCents: number | null
  inStockOnly: boolean
  sort: Sort
  after: Place | null
  limit: number
}

export interface FoundProduct extends Place {
  slug: string
  title: string
  brand: string
  category: string[]
  image: string | null
  priceCents: number
  currency: string
  available: number
  received: number
  saleId: string | null
  salePriceCents: number | null
}

export interface Facet {
  value: string
  count: number
}

export interface FoundProducts {
  /** One more than asked for, when there are more. */
  items: FoundProduct[]
  total: number
  facets: { category: Facet[]; brand: Facet[]; price: { minCents: number; maxCents: number } }
}

/** Words of a search that are looked at when it comes to misspelt ones; each costs a look into the index. */
export const TERMS_MAX = 6

/** Values of a facet, the most frequent first. */
const FACET_VALUES_MAX = 50

/** Of misspelt matches only those stay that are nearly as close as the best one. */
const NEAR_ENOUGH = 0.85

/**
 * One page of active products with its facets and total, in one statement. Where no product has the words as they
 * were typed, the closest spellings are found instead. Each facet ignores its own filter, so that it can be changed.
 */
export async function searchProducts(db: Database, search: CatalogSearch): Promise<FoundProducts> {
  const result = await db.execute<{ found: FoundProducts }>(searchStatement(search))
  const [row] = result.rows
  if (!row) throw new Error("the product search answered without a row")
  return row.found
}

export function searchStatement(search: CatalogSearch): SQL {
  return sql`
    with hits as materialized (${hitsOf(search.text)}),
    candidates as materialized (
      select p.id, p.slug, p.title, p.brand, p.category, p.images ->> 0 as image, hits.closeness, p.created_at,
        offer.price_cents, offer.currency, offer.available, offer.received, offer.sold, sale.sale_id, sale.sale_price_cents,
        ${search.category === null ? sql`true` : sql`${search.category}::text = any(p.category)`} as in_category,
        ${search.brand === null ? sql`true` : sql`p.brand = ${search.brand}::text`} as in_brand,
        ${priceFilter(search)} as in_price
      from hits
      join products p on p.id = hits.id
      cross join lateral (
        select min(v.price_cents) as price_cents, min(v.currency) as currency, coalesce(sum(l.sold), 0)::int as sold,
          coalesce(sum(l.received), 0)::int as received, coalesce(sum(${AVAILABLE}), 0)::int as available
        from variants v left join stock_levels l on l.sku = v.sku
        where v.product_id = p.id
      ) offer
      left join lateral (
        select i.sale_id, i.sale_price_cents
        from variants v join sale_items i on i.sku = v.sku join sales s on s.id = i.sale_id
        where v.product_id = p.id and s.state = 'scheduled' and i.during @> now()
        order by i.sale_price_cents, i.sale_id limit 1
      ) sale on true
      where p.status = 'active' and offer.price_cents is not null ${search.inStockOnly ? sql`and offer.available > 0` : sql``}
    ),
    matches as (
      select *, (${keyOf(search)})::float8 as key from candidates where in_category and in_brand and in_price
    ),
    page as (
      select key, id, slug, title, brand, category, image, price_cents as "priceCents", currency, available, received,
        sale_id as "saleId", sale_price_cents as "salePriceCents"
      from matches ${afterPlace(search.after)}
      order by key desc, id limit ${search.limit + 1}
    )
    select json_build_object(
      'items', (select coalesce(json_agg(page order by key desc, id), '[]') from page),
      'total', (select count(*) from matches),
      'facets', json_build_object(
        'category', ${facet(sql`unnest(category)`, sql`in_brand and in_price`)},
        'brand', ${facet(sql`brand`, sql`in_category and in_price and brand <> ''`)},
        'price', (
          select json_build_object('minCents', coalesce(min(price_cents), 0), 'maxCents', coalesce(max(price_cents), 0))
          from candidates where in_category and in_brand
        )
      )
    ) as found`
}

/**
 * What of a variant can be bought now: the open pool's units, and those of a sale that runs. Needs `v` (variants)
 * and `l` (stock_levels). Units of a sale that is yet to come are not for sale.
 */
export const AVAILABLE = sql`l.open_available + coalesce((
  select least(i.allotment, l.available - l.open_available)
  from sale_items i join sales s on s.id = i.sale_id
  where i.sku = v.sku and s.state = 'scheduled' and i.during @> now()
), 0)`

/** The words of a search, as they are compared with misspelt ones. */
export function termsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return [...new Set(words)].slice(0, TERMS_MAX)
}

function hitsOf(text: string | null): SQL {
  if (text === null) return sql`select id, 0::float8 as closeness from products where status = 'active'`
  const exact = sql`
    select p.id, ts_rank_cd(p.search, asked)::float8 as closeness
    from products p, websearch_to_tsquery('english', ${text}) asked
    where p.status = 'active' and p.search @@ asked`
  const [first, ...others] = termsOf(text)
  if (first === undefined) return exact
  const sum = others.reduce(
    (sofar, _, index) => sql`${sofar} + ${sql.raw(`t${index + 1}`)}.closeness`,
    sql`t0.closeness`,
  )
  const joins = others.map(
    (term, index) => sql` join products_like(${term}) ${sql.raw(`t${index + 1}`)} using (id)`,
  )
  return sql`
    with exact as materialized (${exact}),
    near as (
      select id, closeness, max(closeness) over () as best from (
        select id, (${sum})::float8 as closeness from products_like(${first}) t0 ${sql.join(joins)}
      ) spellings
      where not exists (select from exact)
    )
    select id, closeness from exact
    union all
    select id, closeness from near where closeness >= best * ${NEAR_ENOUGH}::float8`
}

function priceFilter({ priceMinCents, priceMaxCents }: CatalogSearch): SQL {
  const above = priceMinCents === null ? sql`true` : sql`offer.price_cents >= ${priceMinCents}::int`
  const below = priceMaxCents === null ? sql`true` : sql`offer.price_cents <= ${priceMaxCents}::int`
  return sql`(${above} and ${below})`
}

/** Microseconds since 1970 are exact in a float8 until the year 2255. */
const NEWNESS = sql`extract(epoch from created_at) * 1000000`

const KEYS: Record<Exclude<Sort, "relevance">, SQL> = {
  price_asc: sql`-price_cents`,
  price_desc: sql`price_cents`,
  newest: NEWNESS,
  popular: sql`sold`,
  rating: sql`sold`, // Until there are reviews, what many bought stands for what many liked.
}

function keyOf({ sort, text }: CatalogSearch): SQL {
  if (sort !== "relevance") return KEYS[sort]
  return text === null ? NEWNESS : sql`closeness`
}

function afterPlace(after: Place | null): SQL {
  if (after === null) return sql``
  return sql`where key < ${after.key}::float8 or (key = ${after.key}::float8 and id > ${after.id}::uuid)`
}

function facet(value: SQL, condition: SQL): SQL {
  return sql`(
    select coalesce(json_agg(json_build_object('value', value, 'count', count) order by count desc, value), '[]') from (
      select ${value} as value, count(*) as count from candidates where ${condition}
      group by 1 order by count desc, value limit ${FACET_VALUES_MAX}
    ) values
  )`
}
