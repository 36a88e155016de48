import { z } from "@hono/zod-openapi"
import {
  SHIPPING_BANDS_MAX,
  SHIPPING_METHODS_MAX,
  TAX_CLASS_DEFAULT,
  TAX_CODES_MAX,
  TAX_RATES_MAX,
} from "../../../durable-objects/prices/contract.ts"
import type { ShippingMethod, TaxRules } from "../../../durable-objects/prices/contract.ts"
import type { CouponTerms, CouponView } from "../../../durable-objects/prices/coupon/contract.ts"
import { cleanText } from "../../catalog/text.ts"
import { shippingMethodId } from "../../purchase/schemas.ts"
import { currency, PRICE_CENTS_MAX, taxClass, WEIGHT_GRAMS_MAX } from "./product-schemas.ts"

const TITLE_LENGTH_MAX = 100
const REGION_LENGTH_MAX = 120
const COUNTRIES_MAX = 250

const USES_MAX = 1_000_000_000

const country = z.string().regex(/^[A-Z]{2}$/, "Two capital letters, as in ISO 3166: DE, FR, US.")
const cents = z.int().min(0).max(PRICE_CENTS_MAX)
const atMs = z.int().min(0).max(8_640_000_000_000_000)

/** Kept as parts of 100,000, so that 8.875 % is exact. */
const percent = (min: number) =>
  z
    .number()
    .min(min)
    .max(100)
    .refine(
      (value) => Math.abs(value * 1_000 - Math.round(value * 1_000)) < 1e-6,
      "Three digits after the point at most.",
    )
    .openapi({ example: 8.875 })

const rateOf = (percentage: number) => Math.round(percentage * 1_000)
const percentOf = (ratePer100k: number) => ratePer100k / 1_000

const band = z.strictObject({
  upToGrams: z.int().min(1).max(WEIGHT_GRAMS_MAX).nullable(),
  priceCents: cents,
})

const bands = z
  .array(band)
  .min(1)
  .max(SHIPPING_BANDS_MAX)
  .superRefine((list, context) => {
    list.forEach(({ upToGrams }, index) => {
      const next = list[index + 1]
      if (!next) return
      if (upToGrams === null || (next.upToGrams !== null && next.upToGrams <= upToGrams))
        context.addIssue({
          code: "custom",
          path: [index, "upToGrams"],
          message: "Bands go from light to heavy, and only the last may be without a weight.",
        })
    })
  })

const shippingMethod = z
  .strictObject({
    id: shippingMethodId,
    title: cleanText(1, TITLE_LENGTH_MAX),
    countries: z.array(country).max(COUNTRIES_MAX).default([]).openapi({ description: "Empty: everywhere" }),
    currency,
    bands,
    freeFromCents: cents.nullable().default(null).openapi({
      description: "Goods that come to this after their discount are shipped for nothing",
    }),
  })
  .openapi("ShippingMethod")

/** Lists are replaced whole, so that two who change them at once would undo each other's change. */
const ifVersion = z
  .int()
  .optional()
  .openapi({ description: "Only if the prices are still of this version; left out: whatever they are" })

export const shippingBody = z
  .strictObject({
    version: ifVersion,
    methods: z
      .array(shippingMethod)
      .max(SHIPPING_METHODS_MAX)
      .superRefine((methods, context) => {
        methods.forEach(({ id }, index) => {
          if (methods.findIndex((other) => other.id === id) < index)
            context.addIssue({
              code: "custom",
              path: [index, "id"],
              message: "This id is in the list twice.",
            })
        })
      }),
  })
  .openapi("ShippingMethods")

export const shippingAnswer = z.object({ version: z.int(), methods: z.array(shippingMethod) })

const taxRate = z.strictObject({
  country,
  region: cleanText(1, REGION_LENGTH_MAX)
    .nullable()
    .default(null)
    .openapi({ description: "As addresses write it; null: the whole country" }),
  taxClass: taxClass.default(TAX_CLASS_DEFAULT),
  percent: percent(0),
})

const taxCode = z.strictObject({
  taxClass,
  taxCode: z
    .string()
    .regex(/^txcd_\d{8}$/, "As Stripe lists them: txcd_ and eight digits.")
    .openapi({ example: "txcd_99999999" }),
})

const taxCodes = z
  .array(taxCode)
  .max(TAX_CODES_MAX)
  .superRefine((codes, context) => {
    codes.forEach((code, index) => {
      if (codes.findIndex((other) => other.taxClass === code.taxClass) < index)
        context.addIssue({ code: "custom", path: [index], message: "This class is in the list twice." })
    })
  })

export const taxesBody = z
  .strictObject({
    taxProvider: z.enum(["rates", "stripe"]).default("rates").openapi({
      description: "Who works the tax out: the rates below, or Stripe Tax, when a checkout is opened",
    }),
    taxCodes: taxCodes.default([]).openapi({
      description:
        "What a class is to Stripe Tax; one without a code counts as the account's tax settings have it",
    }),
    version: ifVersion,
    pricesIncludeTax: z.boolean(),
    homeCountry: country.nullable().default(null).openapi({
      description:
        "Whose tax counts for an order without an address. With Stripe Tax and null such an order is refused",
    }),
    shippingTaxClass: taxClass
      .nullable()
      .default(TAX_CLASS_DEFAULT)
      .openapi({ description: "null: shipping is not taxed" }),
    rates: z
      .array(taxRate)
      .max(TAX_RATES_MAX)
      .superRefine((rates, context) => {
        const seen = new Set<string>()
        rates.forEach((rate, index) => {
          const key = JSON.stringify([rate.country, rate.region?.toLowerCase() ?? null, rate.taxClass])
          if (seen.has(key))
            context.addIssue({ code: "custom", path: [index], message: "This rate is in the list twice." })
          seen.add(key)
        })
      }),
  })
  .openapi("Taxes")

export const taxesAnswer = z.object({ ...taxesBody.shape, version: z.int() })

export function taxRulesOf(body: z.infer<typeof taxesBody>): TaxRules {
  const { version: _version, ...taxes } = body
  const rates = body.rates.map(({ percent: of, ...rate }) => ({ ...rate, ratePer100k: rateOf(of) }))
  return { ...taxes, rates }
}

export function taxesAnswerOf(version: number, taxes: TaxRules): z.infer<typeof taxesAnswer> {
  const rates = taxes.rates.map(({ ratePer100k, ...rate }) => ({ ...rate, percent: percentOf(ratePer100k) }))
  return { version, ...taxes, rates }
}

export function shippingAnswerOf(version: number, methods: ShippingMethod[]): z.infer<typeof shippingAnswer> {
  return { version, methods }
}

const uses = z.int().min(1).max(USES_MAX).nullable().default(null)

export const couponBody = z
  .strictObject({
    percentOff: percent(0.001).nullable().default(null),
    amountOffCents: cents.min(1).nullable().default(null),
    currency: currency.nullable().default(null).openapi({
      description: "Of the amount and of the minimum; orders in another one may not use the coupon",
    }),
    minimumCents: cents.min(1).nullable().default(null).openapi({
      description: "What the goods must come to before the discount",
    }),
    startsAtMs: atMs.nullable().default(null),
    endsAtMs: atMs.nullable().default(null),
    usesMax: uses,
    usesPerCustomerMax: uses.openapi({ description: "A customer is an e-mail address" }),
  })
  .superRefine((body, context) => {
    const complain = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: [field], message })
    if ((body.percentOff === null) === (body.amountOffCents === null))
      complain("percentOff", "Either percentOff or amountOffCents.")
    const inMoney = body.amountOffCents !== null || body.minimumCents !== null
    if (inMoney && body.currency === null) complain("currency", "An amount or a minimum needs its currency.")
    if (!inMoney && body.currency !== null) complain("currency", "Only with an amount or a minimum.")
    if (body.startsAtMs !== null && body.endsAtMs !== null && body.endsAtMs <= body.startsAtMs)
      complain("endsAtMs", "It ends after it starts.")
  })
  .openapi("CouponTerms")

export const couponAnswer = z
  .object({ code: z.string(), ...couponBody.shape, uses: z.int() })
  .openapi("Coupon")

export function termsOf(code: string, body: z.infer<typeof couponBody>): CouponTerms {
  const { percentOff, amountOffCents, currency: of, minimumCents, ...rest } = body
  return {
    code,
    discount:
      amountOffCents !== null
        ? { kind: "amount", amountCents: amountOffCents, currency: of ?? "" }
        : { kind: "percent", ratePer100k: rateOf(percentOff ?? 0) },
    minimum: minimumCents === null ? null : { cents: minimumCents, currency: of ?? "" },
    ...rest,
  }
}

export function couponAnswerOf({ terms, uses: used }: CouponView): z.infer<typeof couponAnswer> {
  const { code, discount, minimum, startsAtMs, endsAtMs, usesMax, usesPerCustomerMax } = terms
  return {
    code,
    percentOff: discount.kind === "percent" ? percentOf(discount.ratePer100k) : null,
    amountOffCents: discount.kind === "amount" ? discount.amountCents : null,
    currency: discount.kind === "amount" ? discount.currency : (minimum?.currency ?? null),
    minimumCents: minimum?.cents ?? null,
    startsAtMs,
    endsAtMs,
    usesMax,
    usesPerCustomerMax,
    uses: used,
  }
}
