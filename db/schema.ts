import { sql } from "drizzle-orm"
import { bigint, bigserial, check, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core"

/**
 * The system of record. Orders arrive here from the pipeline, the catalog and the sales' facts from the merchant;
 * stock levels are a copy of what the stock objects say. Money is integer minor units, times are timestamptz.
 */

export const products = pgTable("products", {
  id: uuid().primaryKey().defaultRandom(),
  slug: text().notNull().unique(),
  title: text().notNull(),
  description: text().notNull().default(""),
  brand: text().notNull().default(""),
  /** From the broadest to the narrowest: `["Kitchen", "Kettles"]`. */
  category: text().array().notNull().default(sql`'{}'`),
  attributes: jsonb().$type<Record<string, string>>().notNull().default({}),
  /** Public addresses of its pictures, the first is the main one. */
  images: jsonb().$type<string[]>().notNull().default([]),
  status: text({ enum: ["draft", "active", "archived"] }).notNull(),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

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
    position: integer().notNull(),
  },
  (table) => [index("variants_product").on(table.productId), check("variants_price", sql`${table.priceCents} >= 0`)],
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

export const sales = pgTable("sales", {
  id: uuid().primaryKey(),
  slug: text().notNull().unique(),
  title: text().notNull(),
  waitingOpensAt: timestamp({ withTimezone: true }).notNull(),
  opensAt: timestamp({ withTimezone: true }).notNull(),
  closesAt: timestamp({ withTimezone: true }).notNull(),
  admission: jsonb().$type<{ perMinute: number; maxActive: number; passMinutes: number }>().notNull(),
  holdSeconds: integer().notNull(),
  /** `scheduling` while units are being moved into its pools; a crash there is undone by the cron. */
  state: text({ enum: ["scheduling", "scheduled", "ended"] }).notNull(),
  createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

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
    position: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.saleId, table.sku] }), index("sale_items_sku").on(table.sku)],
)

/** Column names are a contract: others read this table directly. */
export const orders = pgTable(
  "orders",
  {
    id: text().primaryKey(),
    orderNumber: text().notNull().unique(),
    status: text().notNull(),
    version: integer().notNull(),
    totalCents: integer().notNull(),
    currency: text().notNull(),
    email: text().notNull(),
    saleId: text(),
    createdAt: timestamp({ withTimezone: true }).notNull(),
    holdId: text().notNull(),
    paymentIntentId: text(),
    paymentStatus: text().notNull(),
    shippingAddress: jsonb().$type<Record<string, string>>(),
    history: jsonb().$type<{ status: string; atMs: number }[]>().notNull(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index("orders_sale").on(table.saleId), index("orders_created").on(table.createdAt)],
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
  },
  (table) => [primaryKey({ columns: [table.orderId, table.sku] }), check("order_items_quantity", sql`${table.quantity} > 0`)],
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
