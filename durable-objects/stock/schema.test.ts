import { expect, it } from "vitest"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import { OPEN_POOL } from "./contract.ts"
import type { NumberedHold } from "./contract.ts"
import { Ledger } from "./ledger.ts"
import { STOCK_MIGRATIONS } from "./schema.ts"

/** Holds as the first schema has them, one of each fate, in the order of their ids. */
const FIRST_SCHEMA_ROWS = `INSERT INTO holds VALUES
  ('a', 'open', 'ann', 2, 0, 5000, 'EUR', 'sold', 'order-a', 400, 900, 500),
  ('b', 'open', 'bob', 3, 3, 4000, 'EUR', 'sold', 'order-b', 100, 700, 150),
  ('c', 'sale-1', 'cem', 1, 0, 3000, 'EUR', 'released', NULL, 200, 260, 210),
  ('d', 'sale-1', 'dan', 1, 0, 3000, 'EUR', 'expired', NULL, 50, 110, 110),
  ('d!late', 'open', 'dan', 1, 0, 3000, 'EUR', 'sold', 'order-d', 300, 300, 300),
  ('e', 'sale-1', 'eve', 2, 0, 3000, 'EUR', 'held', NULL, 600, 660000, NULL)`

function firstLedger(): MemorySql {
  const sql = new MemorySql()
  applyMigrations(sql, STOCK_MIGRATIONS.slice(0, 1))
  sql.exec(`INSERT INTO pools VALUES
    ('open', 'active', 20, 4, 5000, 'EUR', NULL, 600, NULL, NULL),
    ('sale-1', 'active', 5, 0, 3000, 'EUR', 2, 60, 0, 3600000)`)
  sql.exec(FIRST_SCHEMA_ROWS)
  return sql
}

it("a ledger with rows of the first schema opens, and has every hold as it was", () => {
  const sql = firstLedger()
  const before = sql.exec(`SELECT * FROM holds`).toArray()
  applyMigrations(sql, STOCK_MIGRATIONS)
  const ledger = new Ledger(sql)
  expect(before.map(({ hold_id: holdId }) => firstRowOf(ledger.findHold(String(holdId))))).toEqual(before)
  expect(ledger.counts().pools).toMatchObject([
    { pool: OPEN_POOL, received: 20, available: 13, held: 0, sold: 7, archivedSold: 4 },
    { pool: "sale-1", received: 5, available: 3, held: 2, sold: 0 },
  ])
  expect(ledger.holdsPage(OPEN_POOL, 0, 10).map(({ holdId }) => holdId)).toEqual(["b", "d!late", "a"])
  expect(ledger.holdsPage("sale-1", 0, 10).map(({ holdId }) => holdId)).toEqual(["d", "c", "e"])
})

it("a ledger with rows of the first schema goes on where it was", () => {
  const sql = firstLedger()
  applyMigrations(sql, STOCK_MIGRATIONS)
  const ledger = new Ledger(sql)
  const again = { holdId: "c", pool: "sale-1", customer: "cem", quantity: 1 }
  expect(ledger.hold(again, 1_000)).toMatchObject({ replayed: true, state: "released" })
  expect(ledger.hold({ ...again, quantity: 2 }, 1_000)).toMatchObject({ refusal: "reused" })
  expect(ledger.hold({ ...again, holdId: "f" }, 1_000)).toMatchObject({ replayed: false, state: "held" })
  expect(ledger.hold({ ...again, holdId: "g", customer: "eve" }, 1_000)).toMatchObject({
    refusal: "limit_reached",
  })
  expect(ledger.sell("d", "order-d", 1_000)).toMatchObject({ outcome: "sold", replayed: true, retaken: true })
  expect(ledger.sell("e", "order-e", 1_000)).toMatchObject({ outcome: "sold", replayed: false })
  expect(new Ledger(sql).counts().pools).toEqual(ledger.counts().pools)
})

it.each(["c", "e"])("an id that is in the table twice is noticed at the start: %s", (holdId) => {
  const sql = firstLedger()
  applyMigrations(sql, STOCK_MIGRATIONS)
  sql.exec(
    `INSERT INTO holds (hold_id, customer, quantity, offer, created_at_ms, expires_at_ms, state, ended_at_ms)
     SELECT hold_id, customer, quantity, offer, created_at_ms, expires_at_ms, 2, 700 FROM holds WHERE hold_id = ?`,
    holdId,
  )
  expect(() => new Ledger(sql)).toThrow(`hold ${holdId} is there twice`)
})

/** A hold in the first schema's words. */
function firstRowOf(hold: NumberedHold | null) {
  return (
    hold && {
      hold_id: hold.holdId,
      pool: hold.pool,
      customer: hold.customer,
      quantity: hold.quantity,
      returned_quantity: hold.returnedQuantity,
      unit_price_cents: hold.unitPriceCents,
      currency: hold.currency,
      state: hold.state,
      order_id: hold.orderId,
      created_at_ms: hold.createdAtMs,
      expires_at_ms: hold.expiresAtMs,
      ended_at_ms: hold.endedAtMs,
    }
  )
}
