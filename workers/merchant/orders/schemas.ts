import { z } from "@hono/zod-openapi"
import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import type { RefundStanding } from "../../../durable-objects/checkout/fulfilment/contract.ts"
import { HOLD_QUANTITY_MAX } from "../../../durable-objects/stock/contract.ts"
import { HOLD_LINES_MAX } from "../../../durable-objects/stock/hold-items.ts"
import { pageLimit } from "../../catalog/schemas.ts"
import { cleanText } from "../../catalog/text.ts"
import { orderStatus, SALE_ID_LENGTH_MAX, sku } from "../../purchase/schemas.ts"
import { PRICE_CENTS_MAX } from "../api/product-schemas.ts"

/** Merchants' calls about orders: what they send, and what they are told. */

/** Longest cursor, e-mail address and order number that are looked at. */
const CURSOR_LENGTH_MAX = 64
const EMAIL_LENGTH_MAX = 254
const ORDER_NUMBER_LENGTH_MAX = 40

export const orderQuery = z.strictObject({
  status: orderStatus.optional(),
  saleId: z.string().min(1).max(SALE_ID_LENGTH_MAX).optional(),
  email: cleanText(1, EMAIL_LENGTH_MAX).optional(),
  orderNumber: cleanText(1, ORDER_NUMBER_LENGTH_MAX).optional(),
  cursor: z.string().max(CURSOR_LENGTH_MAX).optional(),
  limit: pageLimit.optional(),
})

export const shipBody = z
  .strictObject({ carrier: cleanText(1, 80), trackingNumber: cleanText(1, 120) })
  .openapi("Shipment")

export const refundBody = z
  .strictObject({
    amountCents: z.int().min(1).max(PRICE_CENTS_MAX).optional().openapi({
      description: "Left out: all that is left of the payment",
    }),
    restock: z.boolean().optional().openapi({ description: "Whether units go back to the stock" }),
    lines: z
      .array(z.strictObject({ sku, quantity: z.int().min(1).max(HOLD_QUANTITY_MAX) }))
      .min(1)
      .max(HOLD_LINES_MAX)
      .optional()
      .openapi({ description: "Which units came back; needed with restock where only a part is refunded" }),
    idempotencyKey: cleanText(1, 200),
  })
  .superRefine((body, context) => {
    if (body.lines !== undefined && body.restock !== true)
      context.addIssue({ code: "custom", path: ["lines"], message: "Lines come back only with restock." })
  })
  .openapi("RefundRequest")

const cents = z.int()
const status = z.enum(["pending", "succeeded", "failed"])

export const merchantOrder = z
  .object({
    orderId: z.string(),
    orderNumber: z.string(),
    status: orderStatus,
    history: z.array(z.object({ status: orderStatus, atMs: z.int() })),
    items: z.array(
      z.object({
        sku: z.string(),
        quantity: z.int(),
        unitPriceCents: cents,
        discountCents: cents,
        taxCents: cents,
        returnedQuantity: z.int(),
      }),
    ),
    totals: z.object({
      subtotalCents: cents,
      discountCents: cents,
      shippingCents: cents,
      taxCents: cents,
      pricesIncludeTax: z.boolean(),
    }),
    totalCents: cents,
    refundedCents: cents,
    currency: z.string(),
    email: z.string(),
    shippingAddress: z.record(z.string(), z.string()).nullable(),
    shippingMethod: z.object({ id: z.string(), title: z.string() }).nullable(),
    couponCode: z.string().nullable(),
    payment: z.object({
      status: z.string(),
      intentId: z.string().nullable(),
      message: z.string().nullable(),
    }),
    shipments: z.array(z.object({ carrier: z.string(), trackingNumber: z.string(), atMs: z.int() })),
    refunds: z.array(z.object({ refundId: z.string(), amountCents: cents, status, atMs: z.int() })),
    dispute: z.object({ disputeId: z.string(), status: z.string(), amountCents: cents }).nullable(),
    saleId: z.string().nullable(),
    createdAtMs: z.int(),
  })
  .openapi("MerchantOrder")

export const refundAnswer = merchantOrder
  .extend({
    refund: z.object({
      refundId: z.string().nullable().openapi({ description: "Stripe's, once it has answered" }),
      amountCents: cents,
      status,
    }),
  })
  .openapi("RefundedOrder")

export const orderPage = z
  .object({
    items: z.array(
      z.object({
        orderId: z.string(),
        orderNumber: z.string(),
        status: orderStatus,
        email: z.string(),
        saleId: z.string().nullable(),
        totalCents: cents,
        refundedCents: cents,
        currency: z.string(),
        createdAtMs: z.int(),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi("OrderPage")

export type MerchantOrder = z.infer<typeof merchantOrder>

export function merchantOrderOf(order: OrderView): MerchantOrder {
  const {
    holdId: _hold,
    holdExpiresAtMs: _end,
    version: _version,
    payment,
    shippingAddress,
    ...facts
  } = order
  const given = Object.entries(shippingAddress ?? {}).filter((entry) => entry[1] !== undefined)
  const refunded = order.refunds.filter((refund) => refund.status === "succeeded")
  return {
    ...facts,
    refundedCents: refunded.reduce((sum, refund) => sum + refund.amountCents, 0),
    shippingAddress: shippingAddress && Object.fromEntries(given),
    payment: { status: payment.status, intentId: payment.intentId, message: payment.declineMessage },
  }
}

export function refundAnswerOf(order: OrderView, refund: RefundStanding): z.infer<typeof refundAnswer> {
  const { refundId, amountCents, status: stands } = refund
  return { ...merchantOrderOf(order), refund: { refundId, amountCents, status: stands } }
}
