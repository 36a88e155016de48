import pg from "pg"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { Merchant } from "./merchant.ts"
import { Shopper } from "./shopper.ts"

const addresses = inject("stack")
const merchant = new Merchant(addresses)
const postgres = new pg.Client({ connectionString: addresses.databaseUrl })

beforeAll(() => postgres.connect())
afterAll(() => postgres.end())

interface EmulatorLedger {
  captures: { intentId: string; amountCents: number }[]
  intents: { id: string; status: string; metadata: { orderId?: string; saleId?: string } }[]
}

describe.each([{ lanes: 1 }, { lanes: 4 }])(
  "a whole sale over $lanes lanes: twenty shoppers, ten units",
  ({ lanes }) => {
    const SKU = `WHOLE-SALE-${lanes}`
    const UNITS = 10
    const SHOPPERS = 20

    it("ten orders are confirmed in Postgres, ten shoppers are told, and all three ledgers agree", async () => {
      await merchant.addProduct(SKU, UNITS)
      const sale = await merchant.schedule({
        items: [{ sku: SKU, allotment: UNITS, salePriceCents: 3_000, perCustomerLimit: 1, lanes }],
      })
      expect(sale.status).toBe(201)
      const { saleId } = sale.body

      const results = await Promise.all(Array.from({ length: SHOPPERS }, () => buy(saleId)))
      const orders = results.filter((result) => result.outcome === "bought")
      expect(orders).toHaveLength(UNITS)
      expect(results.filter((result) => result.outcome === "refused")).toHaveLength(SHOPPERS - UNITS)

      await expect.poll(() => confirmedOrders(saleId), { timeout: 20_000 }).toHaveLength(UNITS)
      const rows = await confirmedOrders(saleId)
      expect(rows.every((row) => row.total_cents === 3_000 && row.quantity === 1 && row.sku === SKU)).toBe(
        true,
      )

      // Lanes tell the SKU's ledger what they sold within about a second.
      await expect
        .poll(async () => (await merchant.stock(SKU)).body, { timeout: 5_000 })
        .toMatchObject({ received: UNITS, available: 0, held: 0, sold: UNITS })

      const ledger = (await (await fetch(`${addresses.stripeUrl}/_ledger`)).json()) as EmulatorLedger
      const intents = new Set(
        ledger.intents.filter((intent) => intent.metadata.saleId === saleId).map((intent) => intent.id),
      )
      expect(ledger.captures.filter((capture) => intents.has(capture.intentId))).toHaveLength(UNITS)

      const audit = await merchant.call<{
        promises: Record<string, { ok: boolean }>
        differences: unknown[]
      }>("GET", `/sales/${saleId}/audit`)
      expect(audit.body.differences).toEqual([])
      expect(Object.entries(audit.body.promises).filter(([, promise]) => !promise.ok)).toEqual([])

      const live = await merchant.call<{ sold: number; joined: number; revenueCents: number }>(
        "GET",
        `/sales/${saleId}/live`,
      )
      expect(live.body).toMatchObject({ sold: UNITS, joined: SHOPPERS, revenueCents: UNITS * 3_000 })
    })

    async function buy(saleId: string): Promise<{ outcome: "bought" | "refused" }> {
      const shopper = new Shopper(addresses)
      const pass = await shopper.queueFor(saleId)
      if (pass === null) return { outcome: "refused" }
      const hold = await shopper.hold({ items: [{ sku: SKU, quantity: 1 }], saleId, pass })
      if (hold.status === 409) {
        expect(hold.body.code).toBe("sold_out")
        return { outcome: "refused" }
      }
      expect(hold.status).toBe(201)
      const checkout = await shopper.checkout({ holdId: hold.body.holdId, email: "ann@example.com" })
      expect(checkout.status).toBe(201)
      const paid = await shopper.pay(checkout.body)
      expect(paid.body.status).toBe("requires_capture")
      const order = await shopper.orderUntil(checkout.body.orderId, ["confirmed"])
      expect(order.history.map((entry) => entry.status)).toEqual([
        "created",
        "inventory_reserved",
        "payment_authorized",
        "confirmed",
      ])
      return { outcome: "bought" }
    }

    async function confirmedOrders(
      saleId: string,
    ): Promise<{ total_cents: number; quantity: number; sku: string }[]> {
      const { rows } = await postgres.query(
        `SELECT orders.total_cents, order_items.quantity, order_items.sku FROM orders JOIN order_items ON order_items.order_id = orders.id
       WHERE orders.sale_id = $1 AND orders.status = 'confirmed'`,
        [saleId],
      )
      return rows as { total_cents: number; quantity: number; sku: string }[]
    }
  },
)
