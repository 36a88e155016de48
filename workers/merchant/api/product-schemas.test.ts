import { describe, expect, it } from "vitest"
import { productBody } from "./product-schemas.ts"
import { saleBody, saleChangeBody } from "./sale-schemas.ts"
import { stockChange } from "./stock-routes.ts"

const variant = { sku: "KETTLE-RED", title: "Red", priceCents: 4_500, currency: "EUR" }
const product = { slug: "enamel-kettle", title: "Enamel kettle", variants: [variant] }

interface Issue {
  code: string
  path: PropertyKey[]
  keys?: string[]
}

/** Each bad field as the `422` names it. */
function fieldsOf(
  schema: { safeParse(value: unknown): { error?: { issues: unknown[] } | undefined } },
  value: unknown,
): string[] {
  const issues = (schema.safeParse(value).error?.issues ?? []) as Issue[]
  return issues.flatMap(({ code, path, keys }) =>
    code === "unrecognized_keys" && keys ? keys.map((key) => [...path, key].join(".")) : [path.join(".")],
  )
}

describe("a product", () => {
  it("has defaults for what is left out", () => {
    expect(productBody.parse(product)).toEqual({
      ...product,
      description: "",
      brand: "",
      category: [],
      attributes: {},
      images: [],
      status: "active",
      variants: [{ ...variant, attributes: {}, weightGrams: 0, taxClass: "standard" }],
    })
  })

  it.each<[string, object, string[]]>([
    ["an unknown field", { colour: "red" }, ["colour"]],
    ["a slug of another shape", { slug: "Enamel Kettle" }, ["slug"]],
    ["no title", { title: "   " }, ["title"]],
    ["control characters", { description: "a\u0000b" }, ["description"]],
    ["half a surrogate pair", { brand: "\ud800" }, ["brand"]],
    ["a status that there is not", { status: "live" }, ["status"]],
    ["no variants", { variants: [] }, ["variants"]],
    ["a SKU of another shape", { variants: [{ ...variant, sku: "~" }] }, ["variants.0.sku"]],
    ["a SKU twice", { variants: [variant, variant] }, ["variants.1.sku"]],
    [
      "two currencies",
      { variants: [variant, { ...variant, sku: "B", currency: "USD" }] },
      ["variants.1.currency"],
    ],
    ["a weight below nothing", { variants: [{ ...variant, weightGrams: -1 }] }, ["variants.0.weightGrams"]],
    [
      "a tax class with spaces",
      { variants: [{ ...variant, taxClass: "two words" }] },
      ["variants.0.taxClass"],
    ],
    ["half a cent", { variants: [{ ...variant, priceCents: 0.5 }] }, ["variants.0.priceCents"]],
    ["an unknown field of a variant", { variants: [{ ...variant, stock: 5 }] }, ["variants.0.stock"]],
    ["an image of another scheme", { images: ["javascript:alert(1)"] }, ["images.0"]],
    ["an image of another host, in disguise", { images: ["//evil.example/x.svg"] }, ["images.0"]],
    ["attributes that are no text", { attributes: { size: 5 } }, ["attributes.size"]],
  ])("is refused by field: %s", (_, changes, fields) => {
    expect(fieldsOf(productBody, { ...product, ...changes })).toEqual(fields)
  })
})

describe("a change of stock", () => {
  const change = { delta: 5, reason: "delivery", idempotencyKey: "d-1" }

  it.each<[object, string[]]>([
    [{}, []],
    [{ delta: -1_000_000, warehouse: "north" }, []],
    [{ delta: 0 }, ["delta"]],
    [{ delta: 1.5 }, ["delta"]],
    [{ delta: "5" }, ["delta"]],
    [{ delta: 1_000_001 }, ["delta"]],
    [{ reason: "" }, ["reason"]],
    [{ idempotencyKey: undefined }, ["idempotencyKey"]],
    [{ note: "x" }, ["note"]],
  ])("%j is refused for %j", (changes, fields) => {
    expect(fieldsOf(stockChange, { ...change, ...changes })).toEqual(fields)
  })
})

describe("a sale's shape", () => {
  const item = { sku: "A", allotment: 1, salePriceCents: 1, perCustomerLimit: 1 }
  const admission = { perMinute: 1, maxActive: 1, passMinutes: 1 }
  const sale = {
    slug: "s",
    title: "s",
    opensAtMs: 1,
    closesAtMs: 2,
    items: [item],
    admission,
    holdSeconds: 60,
  }

  it("is refused by field", () => {
    expect(fieldsOf(saleBody, sale)).toEqual([])
    const wrong = {
      ...sale,
      opensAtMs: 9e12,
      items: [{ ...item, allotment: "1", extra: 1 }],
      admission: { ...admission, perMinute: 0.5 },
    }
    expect(fieldsOf(saleBody, wrong).toSorted()).toEqual([
      "admission.perMinute",
      "items.0.allotment",
      "items.0.extra",
      "opensAtMs",
    ])
  })

  it("may name only what changes", () => {
    expect(fieldsOf(saleChangeBody, { title: "Renamed" })).toEqual([])
    expect(fieldsOf(saleChangeBody, { phase: "ended" })).toEqual(["phase"])
  })
})
