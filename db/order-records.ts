import { sql } from "drizzle-orm"
import type { SQL } from "drizzle-orm"
import type { Database } from "./client.ts"
import { isDeadlock, refusedBy } from "./failures.ts"

/** An order as it is written: the columns of `orders`, and its items. */
export interface OrderRecord {
  id: string
  orderNumber: string
  status: string
  version: number
  subtotalCents: number
  discountCents: number
  shippingCents: number
  taxCents: number
  totalCents: number
  refundedCents: number
  currency: string
  email: string
  saleId: string | null
  holdId: string
  paymentIntentId: string | null
  paymentStatus: string
  shippingAddress: object | null
  shippingMethod: object | null
  couponCode: string | null
  shipments: { carrier: string; trackingNumber: string; atMs: number }[]
  refunds: { refundId: string; amountCents: number; status: string; atMs: number }[]
  dispute: object | null
  history: { status: string; atMs: number }[]
  createdAtMs: number
  items: {
    sku: string
    quantity: number
    unitPriceCents: number
    discountCents: number
    taxCents: number
    returnedQuantity: number
  }[]
}

type OrderLine = OrderRecord["items"][number] & { orderId: string }

/** What a column holds. A time comes in epoch milliseconds. */
type Kind = "text" | "integer" | "document" | "time"

/** The column of each field. */
type Columns<Row> = { [Field in keyof Row]: readonly [column: string, kind: Kind] }

const ORDER_COLUMNS: Columns<Omit<OrderRecord, "items">> = {
  id: ["id", "text"],
  orderNumber: ["order_number", "text"],
  status: ["status", "text"],
  version: ["version", "integer"],
  subtotalCents: ["subtotal_cents", "integer"],
  discountCents: ["discount_cents", "integer"],
  shippingCents: ["shipping_cents", "integer"],
  taxCents: ["tax_cents", "integer"],
  totalCents: ["total_cents", "integer"],
  refundedCents: ["refunded_cents", "integer"],
  currency: ["currency", "text"],
  email: ["email", "text"],
  saleId: ["sale_id", "text"],
  holdId: ["hold_id", "text"],
  paymentIntentId: ["payment_intent_id", "text"],
  paymentStatus: ["payment_status", "text"],
  shippingAddress: ["shipping_address", "document"],
  shippingMethod: ["shipping_method", "document"],
  couponCode: ["coupon_code", "text"],
  shipments: ["shipments", "document"],
  refunds: ["refunds", "document"],
  dispute: ["dispute", "document"],
  history: ["history", "document"],
  createdAtMs: ["created_at", "time"],
}

const LINE_COLUMNS: Columns<OrderLine> = {
  orderId: ["order_id", "text"],
  sku: ["sku", "text"],
  quantity: ["quantity", "integer"],
  unitPriceCents: ["unit_price_cents", "integer"],
  discountCents: ["discount_cents", "integer"],
  taxCents: ["tax_cents", "integer"],
  returnedQuantity: ["returned_quantity", "integer"],
}

/** How often a batch is offered that met another with the same new orders. */
const ATTEMPTS_MAX = 5

/** An order's own number refuses it while another statement inserts the same order: Postgres looks at `id` alone first. */
const NUMBER_TAKEN = "orders_orderNumber_unique"

/**
 * Writes a batch of orders in one statement. A row changes only when the version that comes is newer, and then as a
 * whole, so messages that come twice, late or out of order leave the same rows. Lines are never taken away. `records` has each order once.
 */
export async function upsertOrders(db: Database, records: readonly OrderRecord[]): Promise<void> {
  if (records.length === 0) return
  const statement = upsertOf(records)
  for (let attempt = 1; ; attempt++) {
    try {
      await db.execute(statement)
      return
    } catch (error) {
      const metAnother = refusedBy(error) === NUMBER_TAKEN || isDeadlock(error)
      if (!metAnother || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

function upsertOf(records: readonly OrderRecord[]): SQL {
  const lines = records.flatMap((order) => order.items.map((item) => ({ orderId: order.id, ...item })))
  return sql`
    WITH written AS (
      INSERT INTO orders (${namesOf(ORDER_COLUMNS)}, updated_at)
      SELECT ${valuesOf(ORDER_COLUMNS)}, now()
      FROM ${rowsOf(ORDER_COLUMNS, records)} AS incoming (${namesOf(ORDER_COLUMNS)})
      ORDER BY id -- Batches that meet lock the rows in the same order, so they never wait in a circle.
      ON CONFLICT (id) DO UPDATE SET ${changesOf(ORDER_COLUMNS, ["id"])}, updated_at = excluded.updated_at
      WHERE orders.version < excluded.version
      RETURNING id
    )
    INSERT INTO order_items (${namesOf(LINE_COLUMNS)})
    SELECT ${valuesOf(LINE_COLUMNS)}
    FROM ${rowsOf(LINE_COLUMNS, lines)} AS incoming (${namesOf(LINE_COLUMNS)})
    JOIN written ON written.id = incoming.order_id
    ON CONFLICT (order_id, sku) DO UPDATE SET ${changesOf(LINE_COLUMNS, ["order_id", "sku"])}
  `
}

/**
 * The rows as one array for each column, side by side. In a JSON object for each row Postgres would read every name
 * again, and numbers as decimals, for a third more work (docs/benchmark.md). Numbers come as Postgres' own arrays, the
 * rest as JSON, which can escape whatever a text has in it.
 */
function rowsOf<Row extends object>(columns: Columns<Row>, rows: readonly Row[]): SQL {
  const arrays = entriesOf(columns).map(([field, [, kind]]) => {
    const values = rows.map((row) => row[field])
    if (kind === "integer") return sql`unnest(${`{${values.join()}}`}::int[])`
    if (kind === "time") return sql`unnest(${`{${values.join()}}`}::bigint[])`
    const json = JSON.stringify(values)
    if (kind === "document") return sql`jsonb_array_elements(${json}::jsonb)`
    return sql`jsonb_array_elements_text(${json}::jsonb)`
  })
  return sql`ROWS FROM (${sql.join(arrays, sql`, `)})`
}

function namesOf<Row extends object>(columns: Columns<Row>): SQL {
  return listOf(entriesOf(columns).map(([, [column]]) => column))
}

/** What `rowsOf` gives, as the table takes it. */
function valuesOf<Row extends object>(columns: Columns<Row>): SQL {
  return listOf(
    entriesOf(columns).map(([, [column, kind]]) => {
      if (kind === "document") return `nullif(${column}, 'null')` // JSON's null is not SQL's.
      return kind === "time" ? `to_timestamp(${column} / 1000.0)` : column
    }),
  )
}

/** Everything but the key, by which the row was found. */
function changesOf<Row extends object>(columns: Columns<Row>, key: readonly string[]): SQL {
  const others = entriesOf(columns).filter(([, [column]]) => !key.includes(column))
  return listOf(others.map(([, [column]]) => `${column} = excluded.${column}`))
}

function entriesOf<Row extends object>(columns: Columns<Row>) {
  return Object.entries(columns) as [keyof Row, Columns<Row>[keyof Row]][]
}

/** Of this file's own words, never of what came. */
function listOf(words: readonly string[]): SQL {
  return sql.raw(words.join(", "))
}
