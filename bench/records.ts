import { randomUUID } from "node:crypto"
import { sql } from "drizzle-orm"
import type { Database } from "../db/client.ts"
import type { OrderRecord } from "../db/order-records.ts"
import { upsertOrders } from "../db/order-records.ts"
import { orderItems, orders } from "../db/schema.ts"
import type { Contestant } from "./contestants.ts"
import type { Round } from "./load/generator.ts"

/** Postgres' writer alone, through the Worker's own driver: no queue, no lanes. */

export const RECORDS = ["insert", "record"] as const

/** Orders of one statement: ten messages of a hundred, a tenth of what a batch of the queue may carry. */
const ORDERS_PER_STATEMENT = 1_000

/** Statements under way at once: one for each order queue. */
const WRITERS = 4

export function recordContestants(db: Database): Contestant[] {
  return [
    {
      name: "insert",
      what: "one INSERT for each order, without its items, through Neon's driver",
      isServed: false,
      run: (seconds) =>
        write(db, seconds, 1, async ([order]) => {
          if (order)
            await db
              .insert(orders)
              .values({ ...order, createdAt: new Date(order.createdAtMs) } as typeof orders.$inferInsert)
        }),
    },
    {
      name: "record",
      what: `the pipeline's own statement for ${ORDERS_PER_STATEMENT} orders with their items, through the same driver`,
      isServed: false,
      run: (seconds) => write(db, seconds, ORDERS_PER_STATEMENT, (records) => upsertOrders(db, records)),
    },
  ]
}

/** Writes new orders until the time is over; each writer has one statement under way. */
async function write(
  db: Database,
  seconds: number,
  perStatement: number,
  one: (records: OrderRecord[]) => Promise<void>,
): Promise<Round> {
  // What the turn before left is no part of this one.
  await db.execute(sql`TRUNCATE ${orderItems}, ${orders}`)
  const startedMs = performance.now()
  let count = 0
  const writer = async () => {
    while (performance.now() - startedMs < seconds * 1000) {
      await one(Array.from({ length: perStatement }, newOrder))
      count += perStatement
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
  const took = (performance.now() - startedMs) / 1000
  return { count, seconds: took, p50Ms: null, p95Ms: null, p99Ms: null, cpuSeconds: null, clientBusy: null }
}

/** An order as a paid checkout leaves it, of one line. */
function newOrder(): OrderRecord {
  const id = randomUUID()
  const nowMs = Date.now()
  const statuses = ["created", "inventory_reserved", "payment_authorized", "confirmed"]
  return {
    id,
    orderNumber: `SW-${id.slice(0, 18)}`,
    status: "confirmed",
    version: 5,
    subtotalCents: 1_900,
    discountCents: 0,
    shippingCents: 0,
    taxCents: 0,
    totalCents: 1_900,
    refundedCents: 0,
    currency: "EUR",
    email: `${id.slice(0, 8)}@example.com`,
    saleId: "bench",
    holdId: randomUUID(),
    paymentIntentId: `pi_${id}`,
    paymentStatus: "captured",
    shippingAddress: {
      name: "Ann Example",
      line1: "1 Harbour Road",
      city: "Kiel",
      postalCode: "24103",
      country: "DE",
    },
    shippingMethod: null,
    couponCode: null,
    shipments: [],
    refunds: [],
    dispute: null,
    history: statuses.map((status) => ({ status, atMs: nowMs })),
    createdAtMs: nowMs,
    items: [
      {
        sku: "BENCH",
        quantity: 1,
        unitPriceCents: 1_900,
        discountCents: 0,
        taxCents: 0,
        returnedQuantity: 0,
      },
    ],
  }
}
