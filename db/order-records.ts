import { sql } from "drizzle-orm"
import type { Database } from "./client.ts"

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

/**
 * Writes a batch of orders in one statement. A row changes only when the version that comes is newer, and then as a
 * whole, so messages that come twice, late or out of order leave the same rows. Lines are never taken away. `records` has each order once.
 */
export async function upsertOrders(db: Database, records: readonly OrderRecord[]): Promise<void> {
  if (records.length === 0) return
  await db.execute(sql`
    WITH incoming AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS record (
        id text, "orderNumber" text, status text, version int, "subtotalCents" int, "discountCents" int,
        "shippingCents" int, "taxCents" int, "totalCents" int, "refundedCents" int, currency text,
        email text, "saleId" text, "holdId" text, "paymentIntentId" text, "paymentStatus" text,
        "shippingAddress" jsonb, "shippingMethod" jsonb, "couponCode" text, shipments jsonb, refunds jsonb,
        dispute jsonb, history jsonb, "createdAtMs" bigint, items jsonb
      )
    ), written AS (
      INSERT INTO orders (id, order_number, status, version, subtotal_cents, discount_cents, shipping_cents, tax_cents,
        total_cents, refunded_cents, currency, email, sale_id, hold_id, payment_intent_id, payment_status,
        shipping_address, shipping_method, coupon_code, shipments, refunds, dispute, history, created_at, updated_at)
      SELECT id, "orderNumber", status, version, "subtotalCents", "discountCents", "shippingCents", "taxCents",
        "totalCents", "refundedCents", currency, email, "saleId", "holdId", "paymentIntentId", "paymentStatus",
        nullif("shippingAddress", 'null'::jsonb), nullif("shippingMethod", 'null'::jsonb), "couponCode", shipments,
        refunds, nullif(dispute, 'null'::jsonb), history, to_timestamp("createdAtMs" / 1000.0), now()
      FROM incoming
      ORDER BY id -- Batches that meet lock the rows in the same order, so they never wait in a circle.
      ON CONFLICT (id) DO UPDATE SET
        order_number = excluded.order_number, status = excluded.status, version = excluded.version,
        subtotal_cents = excluded.subtotal_cents, discount_cents = excluded.discount_cents,
        shipping_cents = excluded.shipping_cents, tax_cents = excluded.tax_cents, total_cents = excluded.total_cents,
        refunded_cents = excluded.refunded_cents, currency = excluded.currency, email = excluded.email,
        sale_id = excluded.sale_id, hold_id = excluded.hold_id, payment_intent_id = excluded.payment_intent_id,
        payment_status = excluded.payment_status, shipping_address = excluded.shipping_address,
        shipping_method = excluded.shipping_method, coupon_code = excluded.coupon_code,
        shipments = excluded.shipments, refunds = excluded.refunds, dispute = excluded.dispute,
        history = excluded.history, created_at = excluded.created_at, updated_at = excluded.updated_at
      WHERE orders.version < excluded.version
      RETURNING id
    )
    INSERT INTO order_items (order_id, sku, quantity, unit_price_cents, discount_cents, tax_cents, returned_quantity)
    SELECT incoming.id, item.sku, item.quantity, item."unitPriceCents", item."discountCents", item."taxCents",
      item."returnedQuantity"
    FROM incoming
    JOIN written ON written.id = incoming.id
    CROSS JOIN jsonb_to_recordset(incoming.items) AS item (
      sku text, quantity int, "unitPriceCents" int, "discountCents" int, "taxCents" int, "returnedQuantity" int
    )
    ON CONFLICT (order_id, sku) DO UPDATE SET
      quantity = excluded.quantity, unit_price_cents = excluded.unit_price_cents,
      discount_cents = excluded.discount_cents, tax_cents = excluded.tax_cents,
      returned_quantity = excluded.returned_quantity
  `)
}
