import { beforeAll, describe, expect, inject, it } from "vitest"
import type { SaleBody } from "./merchant.ts"
import { Clerk, fieldsOf, send, Visitor } from "./wire.ts"
import type { Problem } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const SKU = "INPUT"
const KIB_200 = 200 * 1_024
const BEARER = { authorization: "Bearer local-merchant-token" }
const counts = async () => (await clerk.stock(SKU)).body

let sale: SaleBody
let productId = ""
let untouched: unknown

beforeAll(async () => {
  productId = (await clerk.addProduct(SKU, 20)).id
  const items = [{ sku: SKU, allotment: 5, salePriceCents: 100, perCustomerLimit: 1 }]
  sale = (await clerk.schedule({ items, opensAtMs: Date.now() + 3_000_000 })).body
  untouched = await counts()
})

const KEY = { "idempotency-key": "hostile" }
/** `{sale}` and `{product}` stand for those made above. */
const WRITES: [method: string, path: string, headers: Record<string, string>][] = [
  ["POST", "/api/sales/{sale}/passes", {}],
  ["POST", "/api/holds", KEY],
  ["POST", "/api/checkouts", KEY],
  ["POST", "/merchant/api/products", BEARER],
  ["PUT", "/merchant/api/products/{product}", BEARER],
  ["POST", `/merchant/api/skus/${SKU}/stock`, BEARER],
  ["POST", "/merchant/api/sales", BEARER],
  ["PUT", "/merchant/api/sales/{sale}", BEARER],
  ["POST", "/merchant/api/sales/{sale}/replenish", BEARER],
]
const whole = (path: string) => path.replace("{sale}", sale.saleId).replace("{product}", productId)

const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`
const item = (quantity: string) =>
  `{"items":[{"sku":"${SKU}","quantity":${quantity}}],"email":"a@example.com"}`

const BODIES: [name: string, body: string | Uint8Array][] = [
  ["an empty body", ""],
  ["half a body", '{"items":['],
  ["null", "null"],
  ["an array", "[]"],
  ["a number", "1"],
  ["a string", '"x"'],
  ["two bodies", "{}{}"],
  ["a comment", "/* x */ {}"],
  ["bytes that are no UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d)],
  ["deep arrays", nested(20_000, "[", "]")],
  ["deep objects", nested(8_000, '{"items":', "}")],
  ["an unknown field", '{"nonsense":1}'],
  ["a prototype", '{"__proto__":{"items":[]},"constructor":{"prototype":{"x":1}}}'],
  ["200 KB", JSON.stringify({ items: "x".repeat(KIB_200) })],
]

describe.each(WRITES)("%s %s", (method, path, headers) => {
  it.each(BODIES)("refuses %s by name, and changes nothing", async (_, body) => {
    const json = { ...headers, "content-type": "application/json" }
    const answer = await send(addresses.url, { method, path: whole(path), headers: json, body })
    expect([400, 422]).toContain(answer.status)
    expect(fieldsOf(answer).filter(Boolean).length, JSON.stringify(answer.body)).toBeGreaterThan(0)
    for (const error of (answer.body as unknown as Problem).errors ?? []) expect(error.message).toMatch(/\S/)
  })

  it("refuses 200 KB that come in pieces, of no length told", async () => {
    const body = JSON.stringify({ items: "x".repeat(KIB_200) })
    const pieces = { ...headers, "content-type": "application/json", "transfer-encoding": "chunked" }
    const answer = await send(addresses.url, { method, path: whole(path), headers: pieces, body })
    expect([400, 422]).toContain(answer.status)
  })

  it.each([
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "x",
  ])("refuses a body that is said to be %j", async (contentType) => {
    const body = item("1")
    const typed = { ...headers, ...(contentType && { "content-type": contentType }) }
    const answer = await send(addresses.url, { method, path: whole(path), headers: typed, body })
    expect([400, 415, 422]).toContain(answer.status)
  })
})

describe("after all of it", () => {
  it("nothing is held, sold, received or changed", async () => {
    expect(await counts()).toEqual(untouched)
    const read = await clerk.call<SaleBody>("GET", `/sales/${sale.saleId}`)
    expect(read.body).toMatchObject({ title: sale.title, opensAtMs: sale.opensAtMs })
    expect((await clerk.call("GET", `/products/${productId}`)).body).toMatchObject({
      title: `Product ${SKU}`,
    })
  })
})

describe.each(["/api/holds", "/api/checkouts"])("%s", (path) => {
  const ask = (body: string) =>
    send(addresses.url, {
      method: "POST",
      path,
      headers: { ...KEY, "content-type": "application/json" },
      body,
    })

  it.each([
    "0",
    "-1",
    "1.5",
    '"1"',
    "null",
    "true",
    "1e999",
    "1e300",
    "9007199254740993",
    "[1]",
    "1001",
    "NaN",
  ])("refuses a quantity of %s", async (quantity) => {
    const answer = await ask(item(quantity))
    expect([400, 422]).toContain(answer.status)
    if (answer.status === 422) expect(fieldsOf(answer)).toContain("items.0.quantity")
  })

  it.each([
    "",
    " ",
    "a b",
    "\\u0000",
    "INPUT\\u0000",
    "\\ud800",
    "../INPUT",
    "INPUT~INPUT",
    "-x",
    "ü",
    "x".repeat(65),
  ])("refuses a SKU like %.20s", async (sku) => {
    const answer = await ask(`{"items":[{"sku":"${sku}","quantity":1}],"email":"a@example.com"}`)
    expect(answer.status).toBe(422)
    expect(fieldsOf(answer)).toContain("items.0.sku")
  })

  it.each(["", "nope", "\\u0000", "\\ud800", "open", "x".repeat(65), "x".repeat(5_000)])(
    "refuses a sale like %.20s",
    async (saleId) => {
      const body = `{"items":[{"sku":"${SKU}","quantity":1}],"saleId":"${saleId}","pass":"x","email":"a@example.com"}`
      expect([404, 422]).toContain((await ask(body)).status)
    },
  )

  it("refuses more lines than a purchase has, and lines that sum up to too much", async () => {
    const line = `{"sku":"${SKU}","quantity":1}`
    const many = await ask(
      `{"items":[${Array.from({ length: 500 }, () => line).join()}],"email":"a@example.com"}`,
    )
    expect(many.status).toBe(422)
    expect(fieldsOf(many)).toContain("items")
    const big = `{"sku":"${SKU}","quantity":1000}`
    const sum = await ask(
      `{"items":[${Array.from({ length: 10 }, () => big).join()}],"email":"a@example.com"}`,
    )
    expect([409, 422]).toContain(sum.status)
  })

  it("takes a body with a charset, and one with spaces around", async () => {
    const shopper = new Visitor(addresses)
    const body = path === "/api/holds" ? `{"items":[{"sku":"${SKU}","quantity":1}]}` : item("1")
    for (const [index, contentType] of ["application/json; charset=utf-8", "Application/JSON"].entries()) {
      const headers = { "content-type": contentType, "idempotency-key": `${path}${index}` }
      expect((await shopper.call("POST", path, ` \n${body}\n `, headers)).status).toBe(201)
    }
  })
})
