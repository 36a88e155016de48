import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { isPlainHoldRequest } from "./hold-body.ts"
import { holdRequest } from "./schemas.ts"

/** Whether the short cut and the schema agree: what the short cut takes the schema takes, and leaves as it is. */
function agree(body: unknown): boolean {
  const parsed = holdRequest.safeParse(body)
  if (!isPlainHoldRequest(body)) return true
  return parsed.success && JSON.stringify(sorted(parsed.data)) === JSON.stringify(sorted(body))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, unknown] => [key, sorted(inner)])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

const item = { sku: "KETTLE-BLUE", quantity: 1 }

describe("the short cut around the schema", () => {
  test("takes the requests that nearly everybody sends", () => {
    for (const body of [
      { items: [item] },
      { items: [item], saleId: "s" },
      { items: [item], saleId: "s", pass: "p" },
      { items: [item, { sku: "b", quantity: 1_000 }] },
    ])
      expect(isPlainHoldRequest(body), JSON.stringify(body)).toBe(true)
  })

  test.each([
    null,
    [],
    "x",
    {},
    { items: [] },
    { items: {} },
    { items: [item], more: 1 },
    { items: [{ ...item, more: 1 }] },
    { items: [{ sku: "a" }] },
    { items: [{ sku: "a", quantity: 0 }] },
    { items: [{ sku: "a", quantity: 1_001 }] },
    { items: [{ sku: "a", quantity: 1.5 }] },
    { items: [{ sku: "a", quantity: "1" }] },
    { items: [{ sku: "", quantity: 1 }] },
    { items: [{ sku: "a~b", quantity: 1 }] },
    { items: [[]] },
    { items: Array.from({ length: 11 }, () => item) },
    { items: [item], saleId: "" },
    { items: [item], saleId: null },
    { items: [item], pass: "x".repeat(401) },
    JSON.parse('{"items":[{"sku":"a","quantity":1}],"__proto__":{"saleId":"s"}}'),
  ])("leaves %j to the schema", (body) => {
    expect(isPlainHoldRequest(body)).toBe(false)
  })

  test("never takes what the schema refuses, and changes nothing that the schema would", () => {
    const text = fc.oneof(fc.constantFrom("a", "KETTLE", "", "a~b", "x".repeat(65)), fc.string())
    const line = fc.oneof(
      fc.record({ sku: text, quantity: fc.oneof(fc.integer({ min: -1, max: 1_002 }), fc.double()) }),
      fc.anything(),
    )
    const request = fc.record(
      { items: fc.oneof(fc.array(line, { maxLength: 12 }), fc.anything()), saleId: text, pass: text },
      { requiredKeys: ["items"] },
    )
    fc.assert(
      fc.property(fc.oneof(request, fc.anything(), fc.jsonValue()), (body) => {
        expect(agree(body)).toBe(true)
      }),
    )
  })
})
