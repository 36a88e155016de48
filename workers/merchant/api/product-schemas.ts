import { z } from "@hono/zod-openapi"
import { TAX_CLASS_DEFAULT } from "../../../durable-objects/prices/contract.ts"
import { cleanText } from "../../catalog/text.ts"
import { sku } from "../../purchase/schemas.ts"

/** Stripe takes no larger amount. */
export const PRICE_CENTS_MAX = 99_999_999

const TITLE_LENGTH_MAX = 200
const DESCRIPTION_LENGTH_MAX = 10_000
const NAME_LENGTH_MAX = 100
const CATEGORY_DEPTH_MAX = 6
const ATTRIBUTES_MAX = 30
const IMAGES_MAX = 12
const IMAGE_LENGTH_MAX = 500
const VARIANTS_MAX = 50
const SLUG_LENGTH_MAX = 100

/** The part of an address that names a product or a sale. */
const SLUG_PATTERN = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
export const SLUG_ADVICE = `Lower-case letters, digits and single dashes, ${SLUG_LENGTH_MAX} at most.`

export function isSlug(text: string): boolean {
  return text.length <= SLUG_LENGTH_MAX && SLUG_PATTERN.test(text)
}

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"))

export const currency = z
  .string()
  .refine(
    (code) => CURRENCIES.has(code),
    "A currency's three capital letters, as in ISO 4217: EUR, USD, JPY.",
  )

/** Ten tons: heavier is a mistake of units. */
export const WEIGHT_GRAMS_MAX = 10_000_000

/** Which of the shop's rates count for it. */
export const taxClass = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, "1 to 40 lower-case letters, digits, dashes or underscores.")
  .openapi({ example: TAX_CLASS_DEFAULT })

const attributes = z
  .record(cleanText(1, NAME_LENGTH_MAX), cleanText(0, TITLE_LENGTH_MAX))
  .refine((record) => Object.keys(record).length <= ATTRIBUTES_MAX, `At most ${ATTRIBUTES_MAX} attributes.`)

/** A path of this shop, or a secure address elsewhere. */
const image = z
  .string()
  .max(IMAGE_LENGTH_MAX)
  .regex(/^(?:\/(?!\/)|https:\/\/)[\x21-\x7e]+$/, "A path such as /media/… or an https address.")

const variant = z.strictObject({
  sku,
  title: cleanText(1, TITLE_LENGTH_MAX),
  attributes: attributes.default({}),
  priceCents: z.int().min(0).max(PRICE_CENTS_MAX),
  currency,
  weightGrams: z.int().min(0).max(WEIGHT_GRAMS_MAX).default(0).openapi({ description: "Of one unit" }),
  taxClass: taxClass.default(TAX_CLASS_DEFAULT),
})

const variants = z
  .array(variant)
  .min(1)
  .max(VARIANTS_MAX)
  .superRefine((list, context) => {
    const seen = new Set<string>()
    list.forEach(({ sku: id, currency }, index) => {
      if (seen.has(id))
        context.addIssue({ code: "custom", path: [index, "sku"], message: "This SKU is in the list twice." })
      if (currency !== list[0]?.currency) {
        context.addIssue({
          code: "custom",
          path: [index, "currency"],
          message: "All variants have one currency.",
        })
      }
      seen.add(id)
    })
  })

export const productBody = z
  .strictObject({
    slug: z.string().refine(isSlug, SLUG_ADVICE),
    title: cleanText(1, TITLE_LENGTH_MAX),
    description: cleanText(0, DESCRIPTION_LENGTH_MAX).default(""),
    brand: cleanText(0, NAME_LENGTH_MAX).default(""),
    category: z.array(cleanText(1, NAME_LENGTH_MAX)).max(CATEGORY_DEPTH_MAX).default([]),
    attributes: attributes.default({}),
    images: z.array(image).max(IMAGES_MAX).default([]),
    status: z.enum(["draft", "active", "archived"]).default("active"),
    variants,
  })
  .openapi("ProductDraft")

export const productRecord = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    title: z.string(),
    description: z.string(),
    brand: z.string(),
    category: z.array(z.string()),
    attributes: z.record(z.string(), z.string()),
    images: z.array(z.string()),
    status: z.enum(["draft", "active", "archived"]),
    variants: z.array(
      z.object({
        sku: z.string(),
        title: z.string(),
        attributes: z.record(z.string(), z.string()),
        priceCents: z.int(),
        currency: z.string(),
        weightGrams: z.int(),
        taxClass: z.string(),
      }),
    ),
    createdAtMs: z.int(),
    updatedAtMs: z.int(),
  })
  .openapi("MerchantProduct")

export const productPage = z.object({ items: z.array(productRecord), nextCursor: z.string().nullable() })

export const removal = z.object({ id: z.uuid(), outcome: z.enum(["deleted", "archived"]) })
