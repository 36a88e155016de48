import { describe, expect, it } from "vitest"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import { OrderBook } from "./order-book.ts"
import { OutboxBook } from "./outbox-book.ts"
import type { PaymentAnswer, Payments } from "./payments.ts"
import { Saga } from "./saga.ts"
import type { SagaParts } from "./saga.ts"
import { CHECKOUT_MIGRATIONS } from "./schema.ts"
import { plainLine, plainTotals } from "./totals.ts"

const NOW = 1_800_000_000_000
const ORDER = {
  orderId: "o1",
  orderNumber: "1",
  requestDigest: "d",
  subject: "s",
  email: "a@b.example",
  shippingAddress: null,
  holdId: "h1",
}

/** An order that waits for its intent, at a provider that is away until `awayUntilMs`. */
function stage() {
  const sql = new MemorySql()
  applyMigrations(sql, CHECKOUT_MIGRATIONS)
  const book = new OrderBook(sql, new OutboxBook(sql))
  const items = [plainLine({ sku: "A", quantity: 1, unitPriceCents: 500 })]
  book.insert(ORDER, NOW, NOW)
  const reserved = { items, totals: plainTotals(items), totalCents: 500, currency: "EUR" }
  book.change("o1", { status: "inventory_reserved", ...reserved, holdExpiresAtMs: NOW + 600_000 }, NOW)
  const world = { nowMs: NOW, asked: 0, awayUntilMs: null as number | null }
  const intent = { intentId: "pi_1", state: "requires_payment", clientSecret: "secret" } as const
  const answer = { ...intent, amountCents: 500, currency: "EUR", declineMessage: null }
  const createIntent = async (): Promise<PaymentAnswer> => {
    world.asked += 1
    return { outcome: "ok", intent: answer }
  }
  const parts: Partial<SagaParts> = {
    book,
    payments: { createIntent } as unknown as Payments,
    awayUntilMs: () => world.awayUntilMs,
    now: () => world.nowMs,
    random: () => 0.5,
  }
  return { world, book, saga: new Saga(parts as SagaParts) }
}

describe("an order while the provider is away", () => {
  it("is put off until the provider may be asked, and that counts as no failure: the same request goes out then", async () => {
    const { world, book, saga } = stage()
    world.awayUntilMs = NOW + 5_000
    await saga.drive("o1")
    expect(world.asked).toBe(0)
    expect(book.find("o1")).toMatchObject({ status: "inventory_reserved", attempts: 0, clientSecret: null })
    expect(book.nextDueMs()).toBe(NOW + 5_000)

    world.nowMs = NOW + 5_000
    world.awayUntilMs = null
    await saga.drive("o1")
    expect(book.find("o1")).toMatchObject({ intentId: "pi_1", clientSecret: "secret", attempts: 0 })
  })
})
