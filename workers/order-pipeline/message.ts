import { z } from "zod"
import { orderStatus } from "../purchase/schemas.ts"

/**
 * What may come out of the queue. Checked once more at this end: between writer and reader lie deployments, and a
 * message that is not understood must be parked, not guessed at.
 */

const count = z.int().min(0)

/** What orders of before are without: a message may have waited while a newer version was deployed. */
const line = z.object({
  sku: z.string().min(1),
  quantity: z.int().min(1),
  unitPriceCents: count,
  discountCents: count.default(0),
  taxCents: count.default(0),
  returnedQuantity: count.default(0),
})

const totals = z.object({
  subtotalCents: count,
  discountCents: count,
  shippingCents: count,
  taxCents: count,
  pricesIncludeTax: z.boolean(),
})

const shipment = z.object({ carrier: z.string(), trackingNumber: z.string(), atMs: z.int() })

const refund = z.object({
  refundId: z.string().min(1),
  amountCents: count,
  status: z.enum(["pending", "succeeded", "failed"]),
  atMs: z.int(),
})

const order = z.object({
  orderId: z.string().min(1),
  orderNumber: z.string().min(1),
  status: orderStatus,
  version: z.int().min(1),
  history: z.array(z.object({ status: orderStatus, atMs: z.int() })),
  items: z.array(line).min(1),
  totals: totals.optional(),
  totalCents: count,
  currency: z.string().length(3),
  email: z.string(),
  shippingAddress: z.record(z.string(), z.string().optional()).nullable(),
  shippingMethod: z.object({ id: z.string(), title: z.string() }).nullable().default(null),
  couponCode: z.string().nullable().default(null),
  shipments: z.array(shipment).default([]),
  refunds: z.array(refund).default([]),
  dispute: z
    .object({ disputeId: z.string(), status: z.string(), amountCents: count })
    .nullable()
    .default(null),
  saleId: z.string().nullable(),
  holdId: z.string().min(1),
  payment: z.object({ status: z.string(), intentId: z.string().nullable() }),
  createdAtMs: z.int(),
})

const orders = z.object({
  kind: z.literal("orders"),
  snapshots: z.array(z.object({ lane: z.string().min(1), order })).min(1),
})

const levels = z.object({ received: z.int(), available: z.int(), held: z.int(), sold: z.int() })

const stockLevels = z.object({
  kind: z.literal("stock_levels"),
  sku: z.string().min(1),
  counts: levels.extend({
    version: count,
    pools: z.array(levels.extend({ pool: z.string(), state: z.enum(["active", "paused", "closed"]) })),
  }),
  atMs: z.int(),
})

const stockHolds = z.object({
  kind: z.literal("stock_holds"),
  sku: z.string().min(1),
  /** Left out by ledgers that had no lanes yet. */
  ledger: z.string().min(1).optional(),
  holds: z
    .array(
      z.object({
        holdId: z.string().min(1),
        pool: z.string().min(1),
        customer: z.string().min(1),
        quantity: z.int().min(1),
        returnedQuantity: count,
        unitPriceCents: count,
        currency: z.string(),
        state: z.enum(["sold", "released", "expired"]),
        orderId: z.string().nullable(),
        createdAtMs: z.int(),
        expiresAtMs: z.int(),
        endedAtMs: z.int(),
      }),
    )
    .min(1),
})

export const eventMessage = z.discriminatedUnion("kind", [orders, stockLevels, stockHolds])

export type OrdersMessage = z.infer<typeof orders>
export type StockLevelsMessage = z.infer<typeof stockLevels>
export type StockHoldsMessage = z.infer<typeof stockHolds>
export type EventBody = z.infer<typeof eventMessage>
