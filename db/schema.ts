import { sql } from "drizzle-orm"
import {
  bigint,
  bigserial,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core"

/**
 * The system of record. Orders arrive here from the pipeline, the catalog and the sales' facts from the merchant;
 * stock levels are a copy of what the stock objects say. Money is integer minor units, times are timestamptz.
 */

/** Lexemes with their weights, for full text search. */
const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" })

/** A span of time, `[from, to)`; `empty` overlaps nothing. */
const tstzrange = customType<{ data: string }>({ dataType: () => "tstzrange" })

export const products = pgTable(
  "products",
  {
    id: uuid().primaryKey().defaultRandom(),
    slug: text().notNull().unique(),
    title: text().notNull(),
    description: text().notNull().default(""),
    brand: text().notNull().default(""),
    /** From the broadest to the narrowest: `["Kitchen", "Kettles"]`. */
    category: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    attributes: jsonb().$type<Record<string, string>>().notNull().default({}),
    /** Public addresses of its pictures, the first is the main one. */
    images: jsonb().$type<string[]>().notNull().default([]),
    status: text({ enum: ["draft", "active", "archived"] }).notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** What full text search looks in: a hit in the title counts most, in the description least. */
    search: tsvector().generatedAlwaysAs(
      sql`setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', brand || ' ' || category_words(category)), 'B') || setweight(to_tsvector('english', description), 'D')`,
    ),
    /** What misspelt words are compared with, by their trigrams. */
    words: text().generatedAlwaysAs(
      sql`title || ' ' || brand || ' ' || category_words(category) || ' ' || description`,
    ),
  },
  (table) => [
    index("products_search").using("gin", table.search),
    index("products_words").using("gin", table.words.op("gin_trgm_ops")),
    index("products_category").using("gin", table.category),
    index("products_brand").on(table.brand),
    check("products_status", sql`${table.status} in ('draft', 'active', 'archived')`),
  ],
)

export const variants = pgTable(
  "variants",
  {
    sku: text().primaryKey(),
    productId: uuid()
      .notNull()
      .references(() => products.id, { onDelete: "cascade" }),
    title: text().notNull(),
    attributes: jsonb().$type<Record<string, string>>().notNull().default({}),
    priceCents: integer().notNull(),
    currency: text().notNull(),
    /** For shipping and taxes: what one weighs, and which rates count for it. */
    weightGrams: integer().notNull().default(0),
    taxClass: text().notNull().default("standard"),
    position: integer().notNull(),
  },
  (table) => [
    index("variants_product").on(table.productId),
    check("variants_price", sql`${table.priceCents} >= 0`),
    check("variants_weight", sql`${table.weightGrams} >= 0`),
  ],
)

/** A copy of each stock object's counts, newest version wins. A hint for lists, never the truth. */
export const stockLevels = pgTable("stock_levels", {
  sku: text().primaryKey(),
  received: integer().notNull(),
  available: integer().notNull(),
  held: integer().notNull(),
  sold: integer().notNull(),
  /** Units in the open pool that nobody holds. */
  openAvailable: integer().notNull(),
  version: bigint({ mode: "number" }).notNull(),
  updatedAt: timestamp({ withTimezone: true }).notNull(),
})

/** Ended holds that have left their stock objects: who had what, when, and how it ended. */
export const stockHolds = pgTable(
  "stock_holds",
  {
    sku: text().notNull(),
    holdId: text().notNull(),
    pool: text().notNull(),
    customer: text().notNull(),
    quantity: integer().notNull(),
    returnedQuantity: integer().notNull(),
    unitPriceCents: integer().notNull(),
    currency: text().notNull(),
    state: text({ enum: ["sold", "released", "expired"] }).notNull(),
    orderId: text(),
    createdAt: timestamp({ withTimezone: true }).notNull(),
    expiresAt: timestamp({ withTimezone: true }).notNull(),
    endedAt: timestamp({ withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sku, table.holdId] }),
    index("stock_holds_pool").on(table.sku, table.pool),
  ],
)

/** How a sale lets people in. What came later is optional: older sales are without it. */
export interface SaleAdmission {
  perMinute: number
  maxActive: number
  passMinutes: number
  /** What the payment provider takes; no limit when left out. */
  paymentsPerMinute?: number | undefined
  mode?: "lottery" | "first_come" | "draw" | undefined
  drawFactor?: number | undefined
  turnMinutes?: number | undefined
}

export const sales = pgTable(
  "sales",
  {
    id: uuid().primaryKey(),
    slug: text().notNull().unique(),
    title: text().notNull(),
    waitingOpensAt: timestamp({ withTimezone: true }).notNull(),
    opensAt: timestamp({ withTimezone: true }).notNull(),
    closesAt: timestamp({ withTimezone: true }).notNull(),
    admission: jsonb().$type<SaleAdmission>().notNull(),
    holdSeconds: integer().notNull(),
    /** What who joins must pass first. */
    challenge: text({ enum: ["none", "turnstile", "proof_of_work"] })
      .notNull()
      .default("none"),
    /** When those who were invited may enter; null where nobody is. */
    earlyAccessOpensAt: timestamp({ withTimezone: true }),
    /**
     * `scheduling` while units are being moved into its pools; what a crash leaves there the cron claims as `undoing`,
     * gives its units back and deletes. Only `scheduled` and `ended` are seen by anyone.
     */
    state: text({ enum: ["scheduling", "undoing", "scheduled", "ended"] }).notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index("sales_live")
      .on(table.closesAt)
      .where(sql`state <> 'ended'`),
    check("sales_challenge", sql`${table.challenge} in ('none', 'turnstile', 'proof_of_work')`),
    check("sales_state", sql`${table.state} in ('scheduling', 'undoing', 'scheduled', 'ended')`),
    check(
      "sales_times",
      sql`${table.waitingOpensAt} <= ${table.opensAt} and ${table.opensAt} < ${table.closesAt}`,
    ),
    check("sales_early_access", sql`${table.earlyAccessOpensAt} < ${table.opensAt}`),
  ],
)

export const saleItems = pgTable(
  "sale_items",
  {
    saleId: uuid()
      .notNull()
      .references(() => sales.id, { onDelete: "cascade" }),
    sku: text().notNull(),
    allotment: integer().notNull(),
    salePriceCents: integer().notNull(),
    perCustomerLimit: integer().notNull(),
    /** Over how many objects the units are spread. */
    lanes: integer().notNull().default(1),
    position: integer().notNull(),
    /**
     * From opening (of early access, where there is one) to close, cut short when the sale ends early. The constraint `sale_items_no_overlap` (written by
     * hand in the migrations, the schema language has no words for it) lets no two of one SKU overlap.
     */
    during: tstzrange().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.saleId, table.sku] }),
    index("sale_items_sku").on(table.sku),
    check(
      "sale_items_amounts",
      sql`${table.allotment} > 0 and ${table.salePriceCents} >= 0 and ${table.perCustomerLimit} > 0`,
    ),
  ],
)

/** Column names are a contract: others read this table directly. */
export const orders = pgTable(
  "orders",
  {
    id: text().primaryKey(),
    orderNumber: text().notNull().unique(),
    status: text().notNull(),
    version: integer().notNull(),
    subtotalCents: integer().notNull().default(0),
    discountCents: integer().notNull().default(0),
    shippingCents: integer().notNull().default(0),
    taxCents: integer().notNull().default(0),
    totalCents: integer().notNull(),
    refundedCents: integer().notNull().default(0),
    currency: text().notNull(),
    email: text().notNull(),
    saleId: text(),
    createdAt: timestamp({ withTimezone: true }).notNull(),
    holdId: text().notNull(),
    paymentIntentId: text(),
    paymentStatus: text().notNull(),
    shippingAddress: jsonb().$type<Record<string, string>>(),
    shippingMethod: jsonb().$type<{ id: string; title: string }>(),
    couponCode: text(),
    shipments: jsonb()
      .$type<{ carrier: string; trackingNumber: string; atMs: number }[]>()
      .notNull()
      .default([]),
    refunds: jsonb()
      .$type<{ refundId: string; amountCents: number; status: string; atMs: number }[]>()
      .notNull()
      .default([]),
    dispute: jsonb().$type<{ disputeId: string; status: string; amountCents: number }>(),
    history: jsonb().$type<{ status: string; atMs: number }[]>().notNull(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index("orders_sale").on(table.saleId),
    index("orders_created").on(table.createdAt),
    index("orders_status").on(table.status, table.createdAt),
    index("orders_email").on(sql`lower(${table.email})`),
  ],
)

export const orderItems = pgTable(
  "order_items",
  {
    orderId: text()
      .notNull()
      .references(() => orders.id, { onDelete: "cascade" }),
    sku: text().notNull(),
    quantity: integer().notNull(),
    unitPriceCents: integer().notNull(),
    discountCents: integer().notNull().default(0),
    taxCents: integer().notNull().default(0),
    returnedQuantity: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.sku] }),
    index("order_items_sku").on(table.sku),
    check("order_items_quantity", sql`${table.quantity} > 0`),
  ],
)

/**
 * Letters to shoppers, each by the event it tells of. A row is inserted once, by whoever records the event; it is due
 * until its letter was sent, was no longer true, or failed for good.
 */
export const messages = pgTable(
  "messages",
  {
    orderId: text().notNull(),
    /** `confirmed`, `shipped:<parcel>`, `refunded:<refund>` or `expired`. */
    event: text().notNull(),
    notedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** From when on it may be sent; null when nothing is left to do. Whoever sends it puts it off first. */
    dueAt: timestamp({ withTimezone: true }).defaultNow(),
    sentAt: timestamp({ withTimezone: true }),
    attempts: integer().notNull().default(0),
    /** Why it was not sent; null while nothing went wrong. */
    failure: text(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.event] }),
    index("messages_due")
      .on(table.dueAt)
      .where(sql`due_at is not null`),
  ],
)

/** Messages that could not be written after all deliveries, with why; they can be sent again from here. */
export const deadLetters = pgTable("dead_letters", {
  id: bigserial({ mode: "number" }).primaryKey(),
  messageId: text().notNull().unique(),
  body: jsonb().notNull(),
  reason: text().notNull(),
  attempts: integer().notNull(),
  firstFailedAt: timestamp({ withTimezone: true }).notNull(),
  lastFailedAt: timestamp({ withTimezone: true }).notNull(),
  replayedAt: timestamp({ withTimezone: true }),
})
