import { and, eq, inArray, sql } from "drizzle-orm"
import type { SQL } from "drizzle-orm"
import type { Database } from "./client.ts"
import { saleItems, sales, variants } from "./schema.ts"
import type { SaleAdmission } from "./schema.ts"

type SaleState = (typeof sales.$inferSelect)["state"]
type SaleChallenge = (typeof sales.$inferSelect)["challenge"]

export interface SaleItemRecord {
  sku: string
  productSlug: string
  title: string
  image: string | null
  allotment: number
  salePriceCents: number
  priceCents: number
  currency: string
  perCustomerLimit: number
  /** Over how many objects the units are spread. */
  lanes: number
  /** What shipping and taxes go by, of a sale that is being scheduled: its room keeps it, and Postgres doesn't. */
  goods?: { weightGrams: number; taxClass: string }
}

/** A sale as Postgres has it. What only its room knows (phase, draw) is not here. */
export interface SaleRecord {
  saleId: string
  slug: string
  title: string
  waitingOpensAtMs: number
  opensAtMs: number
  closesAtMs: number
  admission: SaleAdmission
  holdSeconds: number
  challenge: SaleChallenge
  /** Before the bell, for those who were invited; null or absent where nobody is. */
  earlyAccess?: { opensAtMs: number } | null
  state: SaleState
  items: SaleItemRecord[]
}

/** Constraints that a sale's rows can meet; `refusedBy` names them. */
export const SALE_SLUG_TAKEN = "sales_slug_unique"
export const SALES_OVERLAP = "sale_items_no_overlap"

/** Ended sales are listed to shoppers for this long. */
const ENDED_LISTED_DAYS = 7

/** Sales that a list shows at most. */
const SALES_LISTED_MAX = 100

/** Facts of a SKU that a sale's item repeats. A product that was deleted since leaves its SKU as title. */
const SKU_FACTS = sql`
  coalesce(p.slug, '') as "productSlug",
  case when p.id is null then i.sku
    when v.title = p.title or (select count(*) from variants o where o.product_id = p.id) = 1 then p.title
    else p.title || ', ' || v.title end as title,
  p.images ->> 0 as image, coalesce(v.price_cents, 0) as "priceCents", coalesce(v.currency, '') as currency`

const RECORD = sql`json_build_object(
  'saleId', s.id, 'slug', s.slug, 'title', s.title, 'admission', s.admission, 'holdSeconds', s.hold_seconds,
  'challenge', s.challenge, 'state', s.state,
  'waitingOpensAtMs', round(extract(epoch from s.waiting_opens_at) * 1000)::bigint,
  'opensAtMs', round(extract(epoch from s.opens_at) * 1000)::bigint,
  'closesAtMs', round(extract(epoch from s.closes_at) * 1000)::bigint,
  'earlyAccess', case when s.early_access_opens_at is not null then
    json_build_object('opensAtMs', round(extract(epoch from s.early_access_opens_at) * 1000)::bigint) end,
  'items', (
    select coalesce(json_agg(item), '[]') from (
      select i.sku, i.allotment, i.sale_price_cents as "salePriceCents", i.per_customer_limit as "perCustomerLimit", i.lanes,
        ${SKU_FACTS}
      from sale_items i left join variants v on v.sku = i.sku left join products p on p.id = v.product_id
      where i.sale_id = s.id order by i.position
    ) item
  )
)`

/** The sale, also while it is being scheduled or undone. */
export async function findSale(db: Database, saleId: string): Promise<SaleRecord | null> {
  const [sale] = await readSales(db, sql`where s.id = ${saleId}::uuid`)
  return sale ?? null
}

/** What shoppers are shown: sales that run or come, then those that ended lately. */
export async function listPublicSales(db: Database): Promise<SaleRecord[]> {
  return readSales(
    db,
    sql`where s.state in ('scheduled', 'ended') and s.closes_at > now() - make_interval(days => ${ENDED_LISTED_DAYS}::int)
      order by s.state = 'ended' or s.closes_at <= now(), s.opens_at, s.id limit ${SALES_LISTED_MAX}`,
  )
}

/** What merchants are shown: the sales that open last come first. */
export async function listAllSales(db: Database): Promise<SaleRecord[]> {
  return readSales(
    db,
    sql`where s.state in ('scheduled', 'ended') order by s.opens_at desc, s.id limit ${SALES_LISTED_MAX}`,
  )
}

async function readSales(db: Database, selection: SQL): Promise<SaleRecord[]> {
  const result = await db.execute<{ sale: SaleRecord }>(
    sql`select ${RECORD} as sale from sales s ${selection}`,
  )
  return result.rows.map(({ sale }) => sale)
}

export type SaleDraft = Omit<SaleRecord, "state">

/** Facts of those SKUs that the catalog has, archived products aside. */
export async function readSkuFacts(
  db: Database,
  skus: readonly string[],
): Promise<Pick<SaleItemRecord, "sku" | "productSlug" | "title" | "image" | "priceCents" | "currency">[]> {
  const result = await db.execute<{
    sku: string
    productSlug: string
    title: string
    image: string | null
    priceCents: number
    currency: string
  }>(sql`
    select i.sku, ${SKU_FACTS}
    from jsonb_array_elements_text(${JSON.stringify(skus)}::jsonb) as i(sku)
    join variants v on v.sku = i.sku join products p on p.id = v.product_id
    where p.status <> 'archived'`)
  return result.rows
}

/** What shipping and taxes go by, of those SKUs that the catalog has. */
export async function readGoods(
  db: Database,
  skus: readonly string[],
): Promise<{ sku: string; weightGrams: number; taxClass: string }[]> {
  const { sku, weightGrams, taxClass } = variants
  return db
    .select({ sku, weightGrams, taxClass })
    .from(variants)
    .where(inArray(sku, [...skus]))
}

/** Other sales that would sell one of the SKUs at the same time. */
export async function findOverlaps(
  db: Database,
  span: { skus: readonly string[]; opensAtMs: number; closesAtMs: number; exceptSaleId: string },
): Promise<{ sku: string; slug: string }[]> {
  const result = await db.execute<{ sku: string; slug: string }>(sql`
    select i.sku, s.slug from sale_items i join sales s on s.id = i.sale_id
    where i.sku in (select jsonb_array_elements_text(${JSON.stringify(span.skus)}::jsonb))
      and i.during && ${during(span.opensAtMs, span.closesAtMs)} and s.id <> ${span.exceptSaleId}::uuid
    order by i.sku, s.slug`)
  return result.rows
}

/** Writes sale and items in one transaction, as `scheduling`. Throws with `SALE_SLUG_TAKEN` or `SALES_OVERLAP`. */
export async function insertSale(db: Database, sale: SaleDraft): Promise<void> {
  const { saleId, slug, title, admission, holdSeconds, challenge, earlyAccess } = sale
  const earlyAccessOpensAt = earlyAccess && new Date(earlyAccess.opensAtMs)
  const items = sale.items.map(({ sku, allotment, salePriceCents, perCustomerLimit, lanes }, position) => ({
    saleId,
    sku,
    allotment,
    salePriceCents,
    perCustomerLimit,
    lanes,
    position,
    during: during(firstOpensAtMs(sale), sale.closesAtMs),
  }))
  await db.batch([
    db.insert(sales).values({
      id: saleId,
      slug,
      title,
      admission,
      holdSeconds,
      challenge,
      earlyAccessOpensAt,
      ...timesOf(sale),
      state: "scheduling",
    }),
    db.insert(saleItems).values(items),
  ])
}

/** `scheduling -> scheduled`. False when the sale was undone meanwhile. */
export async function markScheduled(db: Database, saleId: string): Promise<boolean> {
  const rows = await db
    .update(sales)
    .set({ state: "scheduled" })
    .where(and(eq(sales.id, saleId), eq(sales.state, "scheduling")))
    .returning({ id: sales.id })
  return rows.length > 0
}

/** `scheduled -> ended`: the SKUs are free for another sale from now on. */
export async function markEnded(db: Database, saleId: string): Promise<void> {
  await db.batch([
    db
      .update(sales)
      .set({ state: "ended" })
      .where(and(eq(sales.id, saleId), eq(sales.state, "scheduled"))),
    db.execute(sql`
      update sale_items set during = tstzrange(lower(during), greatest(lower(during), least(upper(during), now())))
      where sale_id = ${saleId}::uuid and not isempty(during)`),
  ])
}

/** Sales that have opened and are not marked as ended; their rooms know whether they are over. */
export async function findLiveSaleIds(db: Database): Promise<string[]> {
  const rows = await db
    .select({ id: sales.id })
    .from(sales)
    .where(and(eq(sales.state, "scheduled"), sql`${sales.opensAt} <= now()`))
    .orderBy(sales.closesAt)
    .limit(SALES_LISTED_MAX)
  return rows.map(({ id }) => id)
}

/** Claims this one for undoing, so that nothing can mark it scheduled any more. False when it is not half-scheduled. */
export async function claimForUndoing(db: Database, saleId: string): Promise<boolean> {
  const result = await db.execute<{ id: string }>(sql`
    update sales set state = 'undoing' where id = ${saleId}::uuid and state in ('scheduling', 'undoing') returning id`)
  return result.rows.length > 0
}

/** Half-scheduled sales that have been so for longer than any scheduling takes. */
export async function findHalfScheduled(
  db: Database,
  olderThanMs: number,
): Promise<{ saleId: string; skus: string[] }[]> {
  const result = await db.execute<{ saleId: string; skus: string[] }>(sql`
    select s.id as "saleId", coalesce((select json_agg(i.sku) from sale_items i where i.sale_id = s.id), '[]') as skus
    from sales s
    where s.state in ('scheduling', 'undoing') and s.created_at < now() - make_interval(secs => ${olderThanMs / 1000}::float8)
    order by s.created_at limit ${SALES_LISTED_MAX}`)
  return result.rows
}

/** Forgets a sale that was undone; one that shoppers could have seen is never deleted. */
export async function deleteUndone(db: Database, saleId: string): Promise<void> {
  await db.delete(sales).where(and(eq(sales.id, saleId), eq(sales.state, "undoing")))
}

export type SaleChange = Pick<
  SaleRecord,
  "title" | "waitingOpensAtMs" | "opensAtMs" | "closesAtMs" | "admission" | "earlyAccess"
>

/** One transaction; early access stays as it was scheduled. Throws with `SALES_OVERLAP`. */
export async function changeSale(db: Database, saleId: string, change: SaleChange): Promise<void> {
  const { title, admission } = change
  await db.batch([
    db
      .update(sales)
      .set({ title, admission, ...timesOf(change) })
      .where(eq(sales.id, saleId)),
    db
      .update(saleItems)
      .set({ during: during(firstOpensAtMs(change), change.closesAtMs) })
      .where(eq(saleItems.saleId, saleId)),
  ])
}

/** The allotment after a replenishment, from the room, which adds each of them once. */
export async function setAllotment(
  db: Database,
  saleId: string,
  sku: string,
  allotment: number,
): Promise<void> {
  await db
    .update(saleItems)
    .set({ allotment })
    .where(and(eq(saleItems.saleId, saleId), eq(saleItems.sku, sku)))
}

function firstOpensAtMs({ earlyAccess, opensAtMs }: Pick<SaleRecord, "earlyAccess" | "opensAtMs">): number {
  return Math.min(opensAtMs, earlyAccess?.opensAtMs ?? opensAtMs)
}

function timesOf(sale: Pick<SaleRecord, "waitingOpensAtMs" | "opensAtMs" | "closesAtMs">): {
  waitingOpensAt: Date
  opensAt: Date
  closesAt: Date
} {
  return {
    waitingOpensAt: new Date(sale.waitingOpensAtMs),
    opensAt: new Date(sale.opensAtMs),
    closesAt: new Date(sale.closesAtMs),
  }
}

function during(opensAtMs: number, closesAtMs: number): SQL<string> {
  return sql<string>`tstzrange(${new Date(opensAtMs).toISOString()}::timestamptz, ${new Date(closesAtMs).toISOString()}::timestamptz)`
}
