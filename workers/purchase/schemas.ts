import { z } from "@hono/zod-openapi"
import { couponCodeOf } from "../../durable-objects/prices/coupon/contract.ts"
import { HOLD_QUANTITY_MAX } from "../../durable-objects/stock/contract.ts"
import { HOLD_LINES_MAX, SKU_PATTERN } from "../../durable-objects/stock/hold-items.ts"
import { cleanText } from "../catalog/text.ts"
import { TOKEN_LENGTH_MAX } from "../../waiting-room/signed-token.ts"

export const sku = z
  .string()
  .regex(
    SKU_PATTERN,
    "A SKU has 1 to 64 letters, digits, dots, dashes or underscores, and begins with a letter or digit.",
  )
  .openapi({ example: "KETTLE-BLUE" })

export const items = z
  .array(z.strictObject({ sku, quantity: z.int().min(1).max(HOLD_QUANTITY_MAX) }))
  .min(1)
  .max(HOLD_LINES_MAX)

/** A sale's id has 36; what is longer is looked up nowhere. */
export const SALE_ID_LENGTH_MAX = 64

const saleId = z.string().min(1).max(SALE_ID_LENGTH_MAX)
const pass = z.string().min(1).max(TOKEN_LENGTH_MAX)

export const holdRequest = z
  .strictObject({ items, saleId: saleId.optional(), pass: pass.optional() })
  .openapi("HoldRequest")

export const heldItems = z.array(z.object({ sku, quantity: z.int(), unitPriceCents: z.int() }))

export const holdAnswer = z
  .object({ holdId: z.string(), items: heldItems, currency: z.string(), expiresAtMs: z.int() })
  .openapi("Hold")

export const holdState = holdAnswer
  .extend({
    state: z.enum(["held", "sold", "released", "expired"]),
    saleId: z.string().nullable(),
    orderId: z.string().nullable(),
  })
  .openapi("HoldState")

const line = (max: number) => cleanText(1, max)

export const shippingAddress = z
  .strictObject({
    name: line(120),
    line1: line(200),
    line2: line(200).optional(),
    city: line(120),
    postalCode: line(20),
    region: line(120).optional(),
    country: z.string().regex(/^[A-Z]{2}$/, "Two capital letters, as in ISO 3166: DE, FR, US."),
  })
  .openapi("ShippingAddress")

export const email = z.email().max(254)

/** As people type it; what comes out is how it is kept. */
export const couponCode = z
  .string()
  .max(100)
  .transform((typed, context) => {
    const code = couponCodeOf(typed)
    if (code !== null) return code
    const message =
      "A code has 1 to 40 letters, digits, dashes or underscores, and begins with a letter or digit."
    context.addIssue({ code: "custom", message })
    return z.NEVER
  })
  .openapi({ type: "string", example: "SPRING-10" })

export const shippingMethodId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, "1 to 40 lower-case letters, digits, dashes or underscores.")
  .openapi({ example: "parcel" })

/** Either a `holdId`, or the items to hold in the same call (then with their sale and pass, where they have one). */
export const checkoutRequest = z
  .strictObject({
    holdId: z.string().min(1).max(1_024).optional(),
    items: items.optional(),
    saleId: saleId.optional(),
    pass: pass.optional(),
    email,
    shippingAddress: shippingAddress.optional(),
    couponCode: couponCode.optional(),
    shippingMethod: shippingMethodId.optional().openapi({
      description: "Without one: the cheapest that goes to the address.",
    }),
  })
  .superRefine((body, context) => {
    const complain = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: [field], message })
    if (body.holdId === undefined && body.items === undefined)
      complain("holdId", "Send a holdId, or items to hold now.")
    if (body.holdId === undefined) return
    for (const field of ["items", "saleId", "pass"] as const) {
      if (body[field] !== undefined) complain(field, "Not together with a holdId: the hold has it already.")
    }
  })
  .openapi("CheckoutRequest")

export const orderStatus = z.enum([
  "created",
  "inventory_reserved",
  "payment_authorized",
  "confirmed",
  "shipped",
  "delivered",
  "payment_failed",
  "reservation_expired",
  "cancelled",
  "refunded",
])

/** What the total is made of: `subtotal - discount + shipping`, and the tax where prices are without it. */
export const totals = z
  .object({
    subtotalCents: z.int(),
    discountCents: z.int(),
    shippingCents: z.int(),
    taxCents: z.int(),
    pricesIncludeTax: z.boolean(),
  })
  .openapi("Totals")

export const chosenShipping = z.object({ id: z.string(), title: z.string() }).nullable()

export const checkoutAnswer = z
  .object({
    orderId: z.string(),
    orderNumber: z.string(),
    status: orderStatus,
    totalCents: z.int(),
    totals,
    shippingMethod: chosenShipping,
    couponCode: z.string().nullable(),
    currency: z.string(),
    clientSecret: z.string(),
    publishableKey: z.string(),
    holdExpiresAtMs: z.int(),
    orderToken: z.string(),
  })
  .openapi("Checkout")

export const orderAnswer = z
  .object({
    orderId: z.string(),
    orderNumber: z.string(),
    status: orderStatus,
    history: z.array(z.object({ status: orderStatus, atMs: z.int() })),
    items: heldItems,
    totalCents: z.int(),
    totals,
    shippingMethod: chosenShipping,
    couponCode: z.string().nullable(),
    currency: z.string(),
    payment: z.object({ status: z.string(), message: z.string().nullable() }),
    shipments: z.array(z.object({ carrier: z.string(), trackingNumber: z.string(), atMs: z.int() })),
    refunds: z.array(
      z.object({ amountCents: z.int(), status: z.enum(["pending", "succeeded", "failed"]), atMs: z.int() }),
    ),
    saleId: z.string().nullable(),
    holdExpiresAtMs: z.int(),
  })
  .openapi("Order")
