import { randomUUID } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { startTestStack } from "./running-stack.ts"
import { Clerk, expectProblem, fieldsOf, Visitor } from "./wire.ts"

/** A shop of its own: what it asks for tax would be in the way of every other test's orders. */
let stack: Awaited<ReturnType<typeof startTestStack>>
let clerk: Clerk
let dataDir: string

const EMAIL = "ann@example.com"
const PLAIN = "TAXED"
const BOOK = "TAXED-BOOK"
const BERLIN = { name: "A", line1: "1 Quay", city: "Berlin", postalCode: "10115", country: "DE" }
const NEW_YORK = {
  name: "A",
  line1: "1 Quay",
  city: "New York",
  region: "NY",
  postalCode: "10001",
  country: "US",
}
const TAXES = {
  taxProvider: "stripe",
  taxCodes: [{ taxClass: "books", taxCode: "txcd_35010000" }],
  pricesIncludeTax: false,
  homeCountry: "DE",
  shippingTaxClass: "standard",
  // They rest: nobody is to be asked for half of everything.
  rates: [{ country: "DE", region: null, taxClass: "standard", percent: 50 }],
}
const SHIPPING = {
  id: "parcel",
  title: "Parcel",
  countries: [],
  currency: "EUR",
  bands: [{ upToGrams: null, priceCents: 490 }],
  freeFromCents: null,
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "spillway-tax-"))
  stack = await startTestStack(dataDir)
  clerk = new Clerk(stack)
  await clerk.addProduct(PLAIN, 1_000)
  const book = { sku: BOOK, title: "One", priceCents: 1_999, currency: "EUR", taxClass: "books" }
  await clerk.call("POST", "/products", { slug: "book", title: "Book", variants: [book] })
  await clerk.receive(BOOK, 1_000)
  await clerk.call("PUT", "/prices/shipping", { methods: [SHIPPING] })
  // Before the first order, so that no lane has a copy of other rules.
  await clerk.call("PUT", "/prices/taxes", TAXES)
})

afterAll(async () => {
  await stack.stop()
  await rm(dataDir, { recursive: true, force: true })
})

afterEach(() => setFaults({}))

async function setFaults(api: object): Promise<void> {
  const body = JSON.stringify({ api })
  expect((await fetch(`${stack.stripeUrl}/_faults`, { method: "POST", body })).status).toBe(200)
}

interface Books {
  intents: { id: string; amount: number; amountReceived: number; taxCalculationId: string | null }[]
  taxTransactions: { type: string; amount: number; tax: number; reason: string | null }[]
}

async function booksOf(orderId: string): Promise<Books> {
  const response = await fetch(`${stack.stripeUrl}/_ledger?metadata[orderId]=${orderId}`)
  return (await response.json()) as Books
}

/** The order's figures as Postgres has them, once it has them. */
async function rowOf(orderId: string): Promise<object | undefined> {
  const client = new pg.Client({ connectionString: stack.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query("SELECT * FROM orders WHERE id = $1", [orderId])
    return rows[0] as object | undefined
  } finally {
    await client.end()
  }
}

const holdOne = async (shopper: Visitor) =>
  (await shopper.hold({ items: [{ sku: PLAIN, quantity: 1 }] })).body.holdId

it("Stripe Tax is a setting beside the rates, with codes that Stripe could know", async () => {
  expect((await clerk.call("GET", "/prices/taxes")).body).toMatchObject(TAXES)
  const twice = [...TAXES.taxCodes, { taxClass: "books", taxCode: "books" }]
  const wrong = await clerk.call("PUT", "/prices/taxes", { ...TAXES, taxProvider: "abacus", taxCodes: twice })
  expect(fieldsOf(wrong)).toEqual(expect.arrayContaining(["taxProvider", "taxCodes.1.taxCode"]))
  const same = await clerk.call("PUT", "/prices/taxes", {
    ...TAXES,
    taxCodes: [...TAXES.taxCodes, ...TAXES.taxCodes],
  })
  expect(fieldsOf(same)).toEqual(["taxCodes.1"])
})

describe("a purchase whose tax Stripe works out", () => {
  // 19 % of 10,000 and of 490, and 7 % of 1,999.
  const TAX = 1_900 + 93 + 140
  const TOTAL = 10_000 + 1_999 + 490 + TAX

  it("has it in its total from the checkout on, is paid, recorded for the tax office, and given back", async () => {
    const items = [PLAIN, BOOK].map((sku, index) => ({
      sku,
      allotment: 50,
      salePriceCents: index === 0 ? 5_000 : 1_999,
      perCustomerLimit: 2,
    }))
    const { saleId } = (await clerk.schedule({ items })).body
    const shopper = new Visitor(stack)
    const pass = await shopper.queueFor(saleId)
    const bought = [
      { sku: PLAIN, quantity: 2 },
      { sku: BOOK, quantity: 1 },
    ]
    const { holdId } = (await shopper.hold({ items: bought, saleId, pass })).body

    // Looking at prices asks Stripe nothing, and says that the tax is still to come.
    await setFaults({ down: true })
    const quoted = await shopper.call("POST", "/api/quotes", { holdId, country: "DE" })
    const plain = { subtotalCents: 11_999, shippingCents: 490, taxCents: 0, pricesIncludeTax: false }
    expect(quoted.body).toMatchObject({ taxLater: true, totals: plain, totalCents: 12_489 })
    const page = await shopper.get<{ text: string }>(`/checkout/${holdId}`)
    expect(page.body.text).toContain("added before you pay")
    await setFaults({})

    const opened = await shopper.checkout({ holdId, email: EMAIL, shippingAddress: BERLIN })
    expect(opened.status, JSON.stringify(opened.body)).toBe(201)
    expect(opened.body).toMatchObject({ totalCents: TOTAL, totals: { ...plain, taxCents: TAX } })
    const { orderId } = opened.body
    const pay = (await shopper.get<{ text: string }>(`/pay/${orderId}`)).body.text
    for (const sum of ["€21.33", "€146.22"]) expect(pay).toContain(sum)
    expect(await booksOf(orderId)).toMatchObject({
      intents: [{ amount: TOTAL, taxCalculationId: expect.stringMatching(/^taxcalc_/) as string }],
      taxTransactions: [],
    })

    await shopper.pay(opened.body)
    const order = await shopper.orderUntil(orderId, ["confirmed"])
    expect(order).toMatchObject({
      totalCents: TOTAL,
      items: [
        { sku: PLAIN, taxCents: 1_900 },
        { sku: BOOK, taxCents: 140 },
      ],
    })
    const recorded = { type: "transaction", amount: TOTAL, tax: TAX, reason: null }
    expect((await booksOf(orderId)).taxTransactions).toMatchObject([recorded])
    await expect
      .poll(() => rowOf(orderId), { timeout: 20_000 })
      .toMatchObject({ status: "confirmed", total_cents: TOTAL, tax_cents: TAX })

    const refund = (amountCents: number) =>
      clerk.call("POST", `/orders/${orderId}/refund`, { amountCents, idempotencyKey: randomUUID() })
    expect((await refund(5_000)).status).toBe(200)
    expect((await refund(TOTAL - 5_000)).status).toBe(200)
    await shopper.orderUntil(orderId, ["refunded"])
    const { taxTransactions } = await booksOf(orderId)
    expect(taxTransactions.map(({ type }) => type)).toEqual(["transaction", "reversal", "reversal"])
    expect(taxTransactions.reduce((sum, { tax }) => sum + tax, 0)).toBe(0)
    const audit = async () =>
      (await clerk.call<{ differences: object[] }>("GET", `/sales/${saleId}/audit`)).body
    await expect
      .poll(async () => (await audit()).differences, { timeout: 60_000, interval: 1_000 })
      .toEqual([])
  })

  it("is taxed where it goes, and at home when it goes nowhere", async () => {
    const totalsFor = async (shippingAddress?: object) => {
      const items = [{ sku: PLAIN, quantity: 1 }]
      return (await new Visitor(stack).checkout({ items, email: EMAIL, shippingAddress })).body
    }
    expect(await totalsFor(NEW_YORK)).toMatchObject({ totalCents: 5_000 + 490 + 444 + 43 })
    expect(await totalsFor({ ...BERLIN, country: "AU" })).toMatchObject({ totalCents: 5_490 })
    expect(await totalsFor()).toMatchObject({
      totalCents: 5_950,
      totals: { shippingCents: 0, taxCents: 950 },
    })
  })

  it("to an address that tells too little is refused by its field, and the hold waits for a better one", async () => {
    const shopper = new Visitor(stack)
    const body = { holdId: await holdOne(shopper), email: EMAIL }
    const key = randomUUID()
    const nowhere = { ...body, shippingAddress: { ...NEW_YORK, postalCode: "unknown" } }
    const refused = await shopper.checkout(nowhere, key)
    expectProblem(refused, 422, "invalid_request")
    expect(fieldsOf(refused)).toEqual(["shippingAddress"])

    const fields = new URLSearchParams({ ...nowhere.shippingAddress, email: EMAIL }).toString()
    const form = { "content-type": "application/x-www-form-urlencoded", origin: stack.url }
    const page = await shopper.call<{ text: string }>("POST", `/checkout/${body.holdId}`, fields, form)
    expect(page.status).toBe(422)
    expect(page.body.text).toContain("Tax cannot be worked out for this address")

    const opened = await shopper.checkout({ ...body, shippingAddress: NEW_YORK }, key)
    expect(opened.status, JSON.stringify(opened.body)).toBe(201)
  })
})

describe("while Stripe does not answer about tax", () => {
  it.each<[string, object]>([
    ["is down", { down: true }],
    ["fails at taxes alone", { error500: 1, calls: ["tax"] }],
  ])(
    "because it %s, nothing is sold at a wrong price: the hold is kept, and the same request opens later",
    async (_, faults) => {
      const shopper = new Visitor(stack)
      const before = (await clerk.stock(PLAIN)).body
      const body = { holdId: await holdOne(shopper), email: EMAIL, shippingAddress: BERLIN }
      const key = randomUUID()
      const inOne = { items: [{ sku: PLAIN, quantity: 1 }], email: EMAIL, shippingAddress: BERLIN }
      const keyOfOne = randomUUID()
      await setFaults(faults)
      for (const answer of [await shopper.checkout(body, key), await shopper.checkout(inOne, keyOfOne)]) {
        expectProblem(answer, 503, "payment_unavailable")
        expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0)
      }
      expect((await clerk.stock(PLAIN)).body).toMatchObject({
        held: before.held + 2,
        available: before.available - 2,
      })
      await setFaults({})
      for (const [asked, under] of [
        [body, key],
        [inOne, keyOfOne],
      ] as const) {
        await expect
          .poll(async () => (await shopper.checkout(asked, under)).status, { timeout: 30_000, interval: 500 })
          .toBeLessThan(300)
        const opened = (await shopper.checkout(asked, under)).body
        expect(opened).toMatchObject({ totalCents: 5_000 + 490 + 950 + 93 })
        expect((await booksOf(opened.orderId)).intents).toMatchObject([{ amount: 6_533 }])
      }
      expect((await clerk.stock(PLAIN)).body).toMatchObject({ held: before.held + 2 })
    },
  )
})
