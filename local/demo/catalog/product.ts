import type { scenes } from "./art/scenes.ts"
import type { ShapeName } from "./art/shapes.ts"
import type { ColourName } from "./art/tones.ts"

/** The shop's departments; each has its own backdrop. */
export type Department = keyof typeof scenes

/** A product as the merchant API takes it, plus what only the demo needs: its picture and its first stock. */
export type DemoProduct = {
  readonly slug: string
  readonly title: string
  readonly description: string
  readonly brand: string
  readonly category: readonly [top: Department, sub: string]
  readonly attributes: Readonly<Record<string, string>>
  readonly status: "active"
  readonly variants: readonly DemoVariant[]
  /** Demo only: what to draw, and the colour of its trim where it has one. */
  readonly art: { readonly shape: ShapeName; readonly trim?: ColourName }
}

export type DemoVariant = {
  readonly sku: string
  readonly title: string
  readonly attributes: Readonly<Record<string, string>>
  readonly priceCents: number
  readonly currency: "EUR"
  /** Demo only: units on the shelf when the shop is first filled. */
  readonly initialStock: number
  /** Demo only: the trim where it differs from the product's, and the size in the picture (1 is full). */
  readonly trim?: ColourName
  readonly scale?: number
}

type VariantFacts = {
  readonly colour: ColourName
  readonly size?: string
  readonly title?: string
  readonly trim?: ColourName
  readonly scale?: number
}

/** One variant; its title is its colour and size unless told. */
export function variant(
  sku: string,
  facts: VariantFacts,
  priceCents: number,
  initialStock: number,
): DemoVariant {
  const { colour, size, title, trim, scale } = facts
  return {
    sku,
    title: title ?? (size === undefined ? colour : `${colour}, ${size}`),
    attributes: { colour, ...(size !== undefined && { size }) },
    priceCents,
    currency: "EUR",
    initialStock,
    ...(trim && { trim }),
    ...(scale !== undefined && { scale }),
  }
}

/** The product without its demo-only parts, ready to be posted to the merchant API. */
export function toMerchantProduct(product: DemoProduct, images: readonly unknown[] = []) {
  const { art: _art, variants, ...facts } = product
  return {
    ...facts,
    images,
    variants: variants.map(({ sku, title, attributes, priceCents, currency }) => ({
      sku,
      title,
      attributes,
      priceCents,
      currency,
    })),
  }
}
