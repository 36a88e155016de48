import { z } from "@hono/zod-openapi"
import { SORTS } from "../../db/catalog-search.ts"
import { CURSOR_LENGTH_MAX } from "./cursor.ts"
import { cleanText } from "./text.ts"

/** What the catalog's calls take and give. The OpenAPI document is made of these. */

export const LIMIT_DEFAULT = 24
export const LIMIT_MAX = 100

/** Longer ones are no words that somebody looks for. */
const SEARCH_LENGTH_MAX = 200
const NAME_LENGTH_MAX = 100

/** Postgres's `integer`; no price comes near it. */
const PRICE_CENTS_MAX = 2_147_483_647

const cents = z
  .string()
  .regex(/^\d{1,10}$/, "Whole cents, 0 or more.")
  .transform(Number)
  .refine((value) => value <= PRICE_CENTS_MAX, `At most ${PRICE_CENTS_MAX}.`)
  .openapi({ type: "integer", minimum: 0 })

export const pageLimit = z
  .string()
  .regex(/^\d{1,3}$/, `A whole number from 1 to ${LIMIT_MAX}.`)
  .transform(Number)
  .refine((value) => value >= 1 && value <= LIMIT_MAX, `A whole number from 1 to ${LIMIT_MAX}.`)
  .openapi({ type: "integer", minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })

export const productQuery = z
  .strictObject({
    q: cleanText(0, SEARCH_LENGTH_MAX).optional().openapi({
      description: "Words to look for. Where no product has them as typed, the closest spellings are found.",
    }),
    category: cleanText(1, NAME_LENGTH_MAX)
      .optional()
      .openapi({ description: "Any level of a category path, as the facet spells it." }),
    brand: cleanText(1, NAME_LENGTH_MAX).optional(),
    minPrice: cents
      .optional()
      .openapi({ description: "Cents; a product's price is that of its cheapest variant." }),
    maxPrice: cents.optional(),
    inStock: z
      .enum(["true", "false", "1", "0"])
      .transform((value) => value === "true" || value === "1")
      .optional()
      .openapi({ type: "boolean", description: "true: leaves out what is sold out." }),
    sort: z.enum(SORTS).optional().openapi({
      description:
        "relevance (the default; without q the newest come first), popular by units sold. rating orders as popular does until the shop has reviews.",
    }),
    cursor: z
      .string()
      .max(CURSOR_LENGTH_MAX)
      .optional()
      .openapi({ description: "nextCursor of the page before, with the same sort." }),
    limit: pageLimit.optional(),
  })
  .refine(
    ({ minPrice, maxPrice }) => minPrice === undefined || maxPrice === undefined || minPrice <= maxPrice,
    {
      path: ["maxPrice"],
      message: "maxPrice is below minPrice.",
    },
  )

export const stockBand = z.enum(["in_stock", "low", "last_few", "sold_out"]).openapi("StockBand")

const productCard = z
  .object({
    slug: z.string(),
    title: z.string(),
    brand: z.string(),
    category: z.array(z.string()),
    image: z.string().nullable(),
    priceCents: z.int(),
    currency: z.string(),
    stock: stockBand,
    saleId: z.string().nullable(),
    salePriceCents: z.int().nullable(),
  })
  .openapi("ProductCard")

const facetValues = z.array(z.object({ value: z.string(), count: z.int() }))

export const productList = z
  .object({
    items: z.array(productCard),
    facets: z.object({
      category: facetValues,
      brand: facetValues,
      price: z.object({ minCents: z.int(), maxCents: z.int() }),
    }),
    nextCursor: z.string().nullable(),
    total: z.int(),
  })
  .openapi("ProductList")

export const productView = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    title: z.string(),
    description: z.string(),
    brand: z.string(),
    category: z.array(z.string()),
    attributes: z.record(z.string(), z.string()),
    images: z.array(z.string()),
    status: z.string(),
    priceCents: z.int(),
    currency: z.string(),
    stock: stockBand,
    variants: z.array(
      z.object({
        sku: z.string(),
        title: z.string(),
        attributes: z.record(z.string(), z.string()),
        priceCents: z.int(),
        currency: z.string(),
        stock: stockBand,
      }),
    ),
    sale: z
      .object({
        saleId: z.uuid(),
        slug: z.string(),
        title: z.string(),
        opensAtMs: z.int(),
        closesAtMs: z.int(),
        items: z.array(z.object({ sku: z.string(), salePriceCents: z.int(), perCustomerLimit: z.int() })),
      })
      .nullable()
      .openapi({ description: "The sale that runs, else the next one." }),
  })
  .openapi("Product")
