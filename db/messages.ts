import { sql } from "drizzle-orm"
import type { Database } from "./client.ts"

/** A letter by what it tells of: one order's `confirmed`, `shipped:0`, `refunded:re_…` or `expired`. */
export interface LetterKey {
  orderId: string
  event: string
}

/** An order as a letter tells of it. */
export interface LetterOrder {
  orderId: string
  orderNumber: string
  status: string
  email: string
  currency: string
  totalCents: number
  discountCents: number
  shippingCents: number
  taxCents: number
  shippingAddress: Record<string, string> | null
  history: { status: string; atMs: number }[]
  shipments: { carrier: string; trackingNumber: string; atMs: number }[]
  refunds: { refundId: string; amountCents: number; status: string; atMs: number }[]
  items: { sku: string; title: string; quantity: number; unitPriceCents: number }[]
}

export interface ClaimedLetter extends LetterKey {
  /** This one counted. */
  attempts: number
  order: LetterOrder
}

/** Notes letters, due at once. Returns those that were not noted before. */
export async function noteLetters(db: Database, letters: readonly LetterKey[]): Promise<LetterKey[]> {
  if (letters.length === 0) return []
  const result = await db.execute<{ noted: LetterKey[] }>(sql`
    with noted as (
      insert into messages (order_id, event)
      select distinct "orderId", event from ${recordsOf(letters)} order by 1, 2
      on conflict do nothing
      returning order_id as "orderId", event
    )
    select coalesce(json_agg(noted), '[]') as noted from noted`)
  return result.rows[0]?.noted ?? []
}

/**
 * Takes those of the letters that are due, and puts them off by `forSeconds`: until then nobody else takes them, and
 * after that whoever took them counts as dead.
 */
export async function claimLetters(
  db: Database,
  letters: readonly LetterKey[],
  forSeconds: number,
): Promise<ClaimedLetter[]> {
  const result = await db.execute<{ claimed: ClaimedLetter[] }>(sql`
    with free as (
      select m.order_id, m.event from messages m
      join ${recordsOf(letters)} on m.order_id = asked."orderId" and m.event = asked.event
      where m.due_at <= now() order by m.order_id, m.event for update of m skip locked
    ), claimed as (
      update messages m set attempts = m.attempts + 1, due_at = now() + make_interval(secs => ${forSeconds}::float8)
      from free where m.order_id = free.order_id and m.event = free.event
      returning m.order_id, m.event, m.attempts
    )
    select coalesce(json_agg(json_build_object(
      'orderId', c.order_id, 'event', c.event, 'attempts', c.attempts, 'order', ${ORDER}
    )), '[]') as claimed
    from claimed c join orders o on o.id = c.order_id`)
  return result.rows[0]?.claimed ?? []
}

export async function markLetterSent(db: Database, { orderId, event }: LetterKey): Promise<void> {
  await db.execute(sql`
    update messages set sent_at = now(), due_at = null, failure = null
    where order_id = ${orderId} and event = ${event}`)
}

/** Puts a letter off, or for good when `forSeconds` is null. */
export async function putLetterOff(
  db: Database,
  { orderId, event }: LetterKey,
  failure: string,
  forSeconds: number | null,
): Promise<void> {
  const due = forSeconds === null ? sql`null` : sql`now() + make_interval(secs => ${forSeconds}::float8)`
  await db.execute(sql`
    update messages set due_at = ${due}, failure = ${failure} where order_id = ${orderId} and event = ${event}`)
}

/** Letters that have been due for so long that nobody seems to see to them, the oldest first. */
export async function overdueLetters(
  db: Database,
  { seconds, limit }: { seconds: number; limit: number },
): Promise<LetterKey[]> {
  const result = await db.execute<{ letters: LetterKey[] }>(sql`
    select coalesce(json_agg(json_build_object('orderId', order_id, 'event', event)), '[]') as letters from (
      select order_id, event from messages
      where due_at < now() - make_interval(secs => ${seconds}::float8) order by due_at limit ${limit}
    ) overdue`)
  return result.rows[0]?.letters ?? []
}

const recordsOf = (letters: readonly LetterKey[]) =>
  sql`jsonb_to_recordset(${JSON.stringify(letters)}::jsonb) as asked ("orderId" text, event text)`

/** A SKU whose product was deleted since is called by itself. */
const ORDER = sql`json_build_object(
  'orderId', o.id, 'orderNumber', o.order_number, 'status', o.status, 'email', o.email, 'currency', o.currency,
  'totalCents', o.total_cents, 'discountCents', o.discount_cents, 'shippingCents', o.shipping_cents,
  'taxCents', o.tax_cents, 'shippingAddress', o.shipping_address, 'history', o.history, 'shipments', o.shipments,
  'refunds', o.refunds,
  'items', (
    select coalesce(json_agg(json_build_object(
      'sku', i.sku, 'quantity', i.quantity, 'unitPriceCents', i.unit_price_cents,
      'title', case when p.id is null then i.sku
        when (select count(*) from variants other where other.product_id = p.id) = 1 then p.title
        else p.title || ', ' || v.title end
    ) order by i.sku), '[]')
    from order_items i left join variants v on v.sku = i.sku left join products p on p.id = v.product_id
    where i.order_id = o.id
  )
)`
