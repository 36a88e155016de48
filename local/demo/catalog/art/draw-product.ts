import type { DemoProduct, DemoVariant } from "../product.ts"
import { GROUND, scenes } from "./scenes.ts"
import { shapes } from "./shapes.ts"
import { group, Sketch } from "./sketch.ts"
import { isColourName, tonesOf } from "./tones.ts"

/**
 * The product's picture as a standalone square SVG, in the colour of the variant (the first one unless told).
 * The same product and variant always give the same bytes.
 */
export function drawProduct(
  product: DemoProduct,
  variant: DemoVariant | undefined = product.variants[0],
): string {
  const colour = variant?.attributes["colour"] ?? ""
  if (!isColourName(colour))
    throw new Error(`${product.slug} has no pigment for "${colour}"; add it to tones.ts.`)
  const { shape, trim = "Brass" } = product.art
  const s = new Sketch([product.slug, colour, variant?.trim ?? ""].join(" "))
  const backdrop = scenes[product.category[0]](s)
  const thing = shapes[shape](s, tonesOf(colour), tonesOf(variant?.trim ?? trim))
  return s.svg(`${product.title}, ${colour.toLowerCase()}`, backdrop + scaled(thing, variant?.scale ?? 1))
}

/** A smaller size stands on the same spot. */
function scaled(thing: string, scale: number): string {
  if (scale === 1) return thing
  return group(thing, `transform="translate(400 ${GROUND}) scale(${scale}) translate(-400 -${GROUND})"`)
}
