import pg from "pg"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { Clerk, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const postgres = new pg.Client({ connectionString: addresses.databaseUrl })
const SKU = "ON-THE-WAY"
let saleId: string

interface AuditBody {
  promises: Record<string, { ok: boolean }>
  differences: { kind: string; subjects: Record<string, string> }[]
  counts: { pending: number }
}

beforeAll(async () => {
  await postgres.connect()
  await clerk.addProduct(SKU, 10)
  const items = [{ sku: SKU, allotment: 10, salePriceCents: 4_000, perCustomerLimit: 1 }]
  saleId = (await clerk.schedule({ items })).body.saleId
})
afterAll(() => postgres.end())

async function buy(): Promise<string> {
  const shopper = new Visitor(addresses)
  const pass = await shopper.queueFor(saleId)
  const items = [{ sku: SKU, quantity: 1 }]
  const { body } = await shopper.checkout({ items, saleId, pass, email: "ann@example.com" })
  await shopper.pay(body)
  await shopper.orderUntil(body.orderId, ["confirmed"])
  return body.orderId
}

const audit = async () => (await clerk.call<AuditBody>("GET", `/sales/${saleId}/audit`)).body

/** Nothing is on its way any more, and nothing was lost. */
async function comesToRest(): Promise<void> {
  const look = async () => {
    const { differences, counts } = await audit()
    return { differences, pending: counts.pending }
  }
  await expect.poll(look, { timeout: 60_000, interval: 500 }).toEqual({ differences: [], pending: 0 })
}

describe("the audit", () => {
  it("takes an order that its lane still sends to Postgres for being on its way", async () => {
    // Whoever reads may, whoever writes waits.
    await postgres.query("BEGIN")
    await postgres.query("LOCK TABLE orders IN SHARE MODE")
    try {
      await buy()
      const { differences, counts, promises } = await audit()
      expect(differences).toEqual([])
      expect(counts.pending).toBeGreaterThan(0)
      expect(promises["P3"]).toMatchObject({ ok: true })
    } finally {
      await postgres.query("ROLLBACK")
    }
    await comesToRest()
  })

  it("names an order at once that Postgres had reported and has no more", async () => {
    const orderId = await buy()
    await comesToRest()
    await postgres.query("DELETE FROM order_items WHERE order_id = $1", [orderId])
    await postgres.query("DELETE FROM orders WHERE id = $1", [orderId])
    expect((await audit()).differences).toMatchObject([
      { kind: "order_missing_in_postgres", subjects: { orderId } },
    ])
  })

  it("names an order that Postgres has as no lane left it", async () => {
    const orderId = await buy()
    const stored = () =>
      postgres.query("SELECT 1 FROM orders WHERE id = $1 AND status = 'confirmed'", [orderId])
    await expect.poll(async () => (await stored()).rowCount, { timeout: 20_000 }).toBe(1)
    await postgres.query("UPDATE orders SET status = 'shipped' WHERE id = $1", [orderId])
    const mine = async () =>
      (await audit()).differences.filter(({ subjects }) => subjects["orderId"] === orderId)
    await expect
      .poll(async () => (await mine()).map(({ kind }) => kind), { timeout: 20_000 })
      .toEqual(["order_differs_in_postgres"])
    await postgres.query("UPDATE orders SET status = 'confirmed', version = version + 1 WHERE id = $1", [
      orderId,
    ])
    expect((await mine()).map(({ kind }) => kind)).toEqual(["order_newer_in_postgres"])
  })
})
