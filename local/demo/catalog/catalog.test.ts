import { describe, expect, it } from "vitest"
import { demoProducts, demoSale, demoShopName, drawProduct, toMerchantProduct } from "./catalog.ts"

const variants = demoProducts.flatMap((product) => product.variants.map((variant) => ({ product, variant })))
const pictures = variants.map(({ product, variant }) => ({
  sku: variant.sku,
  svg: drawProduct(product, variant),
}))

/** The first thing wrong with the markup, or undefined: tags balance, quotes close, no stray `&` or `<`. */
function faultIn(xml: string): string | undefined {
  const open: string[] = []
  const attributes = /^(?:\s+[\w:-]+="[^"<]*")*\s*$/
  for (const [, text = "", closing, name = "", inside = "", selfClosing] of xml.matchAll(
    /([^<]*)<(\/?)([\w]+)([^<>]*?)(\/?)>/g,
  )) {
    if (/&(?!amp;|lt;|gt;)/.test(text + inside)) return `a bare ampersand near <${name}`
    if (!attributes.test(inside)) return `malformed attributes in <${name}${inside}>`
    if (closing && open.pop() !== name) return `</${name}> closes nothing`
    if (!closing && !selfClosing) open.push(name)
  }
  const rest = xml.replaceAll(/[^<]*<\/?[\w]+[^<>]*>/g, "")
  if (rest !== "") return `text outside of tags: ${rest.slice(0, 40)}`
  return open.length > 0 ? `<${open.join("> <")}> left open` : undefined
}

function wordsOf(text: string): number {
  return text.trim().split(/\s+/).length
}

describe("the shelves", () => {
  it("hold at least 44 products in at least 7 departments", () => {
    expect(demoProducts.length).toBeGreaterThanOrEqual(44)
    expect(new Set(demoProducts.map(({ category }) => category[0])).size).toBeGreaterThanOrEqual(7)
    expect(demoShopName).toBe("Harbour & Kiln")
  })

  it("every SKU is unique and well formed", () => {
    const skus = variants.map(({ variant }) => variant.sku)
    expect(new Set(skus).size).toBe(skus.length)
    expect(skus.filter((sku) => !/^[A-Z0-9][A-Z0-9-]{2,31}$/.test(sku))).toEqual([])
  })

  it("every slug and title is unique, and slugs are kebab-case", () => {
    const slugs = demoProducts.map(({ slug }) => slug)
    expect(new Set(slugs).size).toBe(slugs.length)
    expect(slugs.filter((slug) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug))).toEqual([])
    expect(new Set(demoProducts.map(({ title }) => title)).size).toBe(slugs.length)
  })

  it("every description is 40 to 90 words", () => {
    const off = demoProducts.map(({ slug, description }) => [slug, wordsOf(description)] as const)
    expect(off.filter(([, words]) => words < 40 || words > 90)).toEqual([])
  })

  it("every price is between 6 and 420 euros, in whole cents", () => {
    const off = variants.filter(
      ({ variant: { priceCents: cents } }) => !Number.isInteger(cents) || cents < 600 || cents > 42000,
    )
    expect(off.map(({ variant }) => variant.sku)).toEqual([])
  })

  it("every product has 1 to 4 variants with different titles, and says its material, origin and care", () => {
    for (const { slug, variants: own, attributes } of demoProducts) {
      expect(own.length, slug).toBeGreaterThanOrEqual(1)
      expect(own.length, slug).toBeLessThanOrEqual(4)
      expect(new Set(own.map(({ title }) => title)).size, slug).toBe(own.length)
      expect(Object.keys(attributes), slug).toEqual(expect.arrayContaining(["material", "origin", "care"]))
    }
  })

  it("the stock shows every band: sold out, the last few, low and plenty", () => {
    const counts = variants.map(({ variant }) => variant.initialStock)
    const within = (low: number, high: number) =>
      counts.filter((count) => count >= low && count <= high).length
    expect(within(0, 0)).toBe(2)
    expect(within(1, 3)).toBeGreaterThanOrEqual(3)
    expect(within(4, 9)).toBeGreaterThanOrEqual(5)
    expect(within(20, 200)).toBeGreaterThan(counts.length / 2)
  })

  it("what is sent to the merchant API carries nothing that only the demo knows", () => {
    for (const product of demoProducts) {
      const sent = toMerchantProduct(product)
      expect(Object.keys(sent).toSorted()).toEqual([
        "attributes",
        "brand",
        "category",
        "description",
        "images",
        "slug",
        "status",
        "title",
        "variants",
      ])
      for (const variant of sent.variants)
        expect(Object.keys(variant)).toEqual(["sku", "title", "attributes", "priceCents", "currency"])
    }
  })
})

describe("the pictures", () => {
  it("every picture is under 6 KB", () => {
    const heavy = pictures.map(({ sku, svg }) => [sku, new TextEncoder().encode(svg).length] as const)
    expect(heavy.filter(([, bytes]) => bytes > 6000)).toEqual([])
  })

  it("every picture is well-formed, and the check would notice if not", () => {
    expect(faultIn('<a><b x="1"></a>')).toBeDefined()
    expect(faultIn('<a x="1>"</a>')).toBeDefined()
    expect(faultIn("<a>R & D</a>")).toBeDefined()
    expect(pictures.map(({ sku, svg }) => [sku, faultIn(svg)]).filter(([, fault]) => fault)).toEqual([])
  })

  it("every picture is a titled square image with no script, text, or outside reference", () => {
    for (const { sku, svg } of pictures) {
      expect(svg, sku).toMatch(
        /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 800 800" role="img"[^>]*><title>[^<]{6,}<\/title>/,
      )
      expect(svg, sku).not.toMatch(
        /<script|<text|<image|<style|<foreignObject|\son\w+=|href="(?!#)|url\((?!#)/i,
      )
      expect(svg, sku).not.toMatch(/NaN|undefined|Infinity/)
    }
  })

  it("every gradient, clip and stamp that is used is there", () => {
    for (const { sku, svg } of pictures) {
      const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
      const used = [...svg.matchAll(/(?:url\(#|href="#)([^)"]+)/g)].map(([, id]) => id)
      expect(new Set(ids).size, sku).toBe(ids.length)
      expect(
        used.filter((id) => !ids.includes(id)),
        sku,
      ).toEqual([])
    }
  })

  it("no two products share a picture, and no two colours of one product", () => {
    const byLook = new Map<string, Set<string>>()
    for (const { product, variant } of variants) {
      const svg = drawProduct(product, variant)
      byLook.set(svg, (byLook.get(svg) ?? new Set()).add(`${product.slug} ${variant.attributes["colour"]}`))
    }
    expect([...byLook.values()].filter((looks) => looks.size > 1)).toEqual([])
    expect(new Set(demoProducts.map(({ art }) => art.shape)).size).toBe(demoProducts.length)
  })

  it("the same product always gives the same picture, and the first variant stands for it", () => {
    for (const product of demoProducts)
      expect(drawProduct(product)).toBe(drawProduct(product, product.variants[0]))
  })
})

describe("the demo sale", () => {
  it("sells only what the catalog has, below its price, with stock for many restarts", () => {
    expect(demoSale.items).toHaveLength(3)
    for (const { sku, allotment, salePriceCents, perCustomerLimit } of demoSale.items) {
      const hero = variants.find(({ variant }) => variant.sku === sku)?.variant
      expect(hero, sku).toBeDefined()
      expect(salePriceCents, sku).toBeLessThan(hero?.priceCents ?? 0)
      expect(hero?.initialStock, sku).toBe(4000)
      expect(allotment * 20, sku).toBeLessThanOrEqual(4000)
      expect(perCustomerLimit, sku).toBeGreaterThanOrEqual(1)
    }
  })
})
