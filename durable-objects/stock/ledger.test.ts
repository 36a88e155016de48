import { describe, expect, it } from "vitest"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import { HOLD_RETENTION_MS, OPEN_POOL } from "./contract.ts"
import type { PoolTerms } from "./contract.ts"
import { Ledger } from "./ledger.ts"
import { STOCK_MIGRATIONS } from "./schema.ts"

const OPENS_MS = 1_000_000
const SALE = "sale-1"
const openTerms: PoolTerms = {
  unitPriceCents: 5_000,
  currency: "EUR",
  perCustomerLimit: null,
  holdSeconds: 600,
  opensAtMs: null,
  closesAtMs: null,
}
const saleTerms: PoolTerms = {
  unitPriceCents: 3_000,
  currency: "EUR",
  perCustomerLimit: 2,
  holdSeconds: 60,
  opensAtMs: OPENS_MS,
  closesAtMs: OPENS_MS + 3_600_000,
}

function ledgerWith(units: number, allotment = 0): { ledger: Ledger; sql: MemorySql } {
  const sql = new MemorySql()
  applyMigrations(sql, STOCK_MIGRATIONS)
  const ledger = new Ledger(sql)
  ledger.setOpenTerms(openTerms)
  ledger.receive({ id: "r1", delta: units, reason: "test" }, 0)
  if (allotment > 0) ledger.allot({ id: "a1", saleId: SALE, units: allotment, terms: saleTerms }, 0)
  return { ledger, sql }
}

const holdOf = (holdId: string, customer: string, quantity = 1, pool = SALE) => ({
  holdId,
  pool,
  customer,
  quantity,
})

function pool(ledger: Ledger, id: string) {
  const found = ledger.counts().pools.find((candidate) => candidate.pool === id)
  if (!found) throw new Error(`no pool ${id}`)
  return found
}

describe("receiving", () => {
  it("counts a receipt once, however often it is sent", () => {
    const { ledger } = ledgerWith(10)
    expect(ledger.receive({ id: "r1", delta: 10, reason: "test" }, 5)).toMatchObject({
      outcome: "received",
      replayed: true,
    })
    expect(ledger.counts()).toMatchObject({ received: 10, available: 10 })
  })

  it("refuses the same id with another number", () => {
    const { ledger } = ledgerWith(10)
    expect(ledger.receive({ id: "r1", delta: 11, reason: "test" }, 5)).toMatchObject({
      outcome: "refused",
      refusal: "reused",
    })
  })

  it("never takes out more than is free", () => {
    const { ledger } = ledgerWith(10, 8)
    expect(ledger.receive({ id: "r2", delta: -3, reason: "broken" }, 5)).toMatchObject({
      outcome: "refused",
      refusal: "insufficient_stock",
    })
    expect(ledger.receive({ id: "r3", delta: -2, reason: "broken" }, 5)).toMatchObject({
      outcome: "received",
    })
    expect(ledger.counts()).toMatchObject({ received: 8, available: 8 })
  })
})

describe("holding", () => {
  it("sells the last unit to one of two", () => {
    const { ledger } = ledgerWith(1, 1)
    expect(ledger.hold(holdOf("h1", "ann"), OPENS_MS)).toMatchObject({
      outcome: "held",
      unitPriceCents: 3_000,
      expiresAtMs: OPENS_MS + 60_000,
    })
    expect(ledger.hold(holdOf("h2", "bob"), OPENS_MS)).toEqual({ outcome: "refused", refusal: "sold_out" })
    expect(pool(ledger, SALE)).toMatchObject({ available: 0, held: 1, sold: 0, received: 1 })
  })

  it("answers a double click with the same hold and burns no second unit", () => {
    const { ledger } = ledgerWith(5, 5)
    const first = ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    const again = ledger.hold(holdOf("h1", "ann"), OPENS_MS + 5_000)
    expect(again).toEqual({ ...first, replayed: true })
    expect(pool(ledger, SALE).held).toBe(1)
  })

  it("refuses an id that comes back with other content", () => {
    const { ledger } = ledgerWith(5, 5)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    expect(ledger.hold(holdOf("h1", "ann", 2), OPENS_MS)).toEqual({ outcome: "refused", refusal: "reused" })
    expect(ledger.hold(holdOf("h1", "bob"), OPENS_MS)).toEqual({ outcome: "refused", refusal: "reused" })
  })

  it("keeps the customer's limit over holds and orders together", () => {
    const { ledger } = ledgerWith(9, 9)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS)
    expect(ledger.hold(holdOf("h2", "ann"), OPENS_MS)).toMatchObject({ outcome: "held" })
    expect(ledger.hold(holdOf("h3", "ann"), OPENS_MS)).toEqual({
      outcome: "refused",
      refusal: "limit_reached",
    })
    expect(ledger.hold(holdOf("h4", "bob", 3), OPENS_MS)).toEqual({
      outcome: "refused",
      refusal: "limit_reached",
    })
    ledger.release("h2", "ann", OPENS_MS)
    expect(ledger.hold(holdOf("h5", "ann"), OPENS_MS)).toMatchObject({ outcome: "held" })
  })

  it("sells nothing before the bell, after the end, while paused, or of a sale it does not know", () => {
    const { ledger } = ledgerWith(5, 5)
    expect(ledger.hold(holdOf("h1", "ann"), OPENS_MS - 1)).toMatchObject({ refusal: "not_open" })
    expect(ledger.hold(holdOf("h2", "ann"), OPENS_MS + 3_600_000)).toMatchObject({ refusal: "not_open" })
    ledger.setPoolState(SALE, "paused")
    expect(ledger.hold(holdOf("h3", "ann"), OPENS_MS)).toMatchObject({ refusal: "not_open" })
    ledger.setPoolState(SALE, "active")
    expect(ledger.hold(holdOf("h4", "ann"), OPENS_MS)).toMatchObject({ outcome: "held" })
    expect(ledger.hold(holdOf("h5", "ann", 1, "another-sale"), OPENS_MS)).toMatchObject({
      refusal: "unknown_pool",
    })
  })
})

describe("the end of a hold", () => {
  it("comes by itself, with the next command, and the unit is for sale again", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    expect(ledger.hold(holdOf("h2", "bob"), OPENS_MS + 59_999)).toMatchObject({ refusal: "sold_out" })
    expect(ledger.hold(holdOf("h3", "bob"), OPENS_MS + 60_000)).toMatchObject({ outcome: "held" })
    expect(ledger.findHold("h1")).toMatchObject({ state: "expired", endedAtMs: OPENS_MS + 60_000 })
  })

  it("is the same however often it is given back", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    expect(ledger.release("h1", "ann", OPENS_MS)).toEqual({ outcome: "released", replayed: false })
    expect(ledger.release("h1", "ann", OPENS_MS)).toEqual({ outcome: "released", replayed: true })
    expect(pool(ledger, SALE)).toMatchObject({ available: 1, held: 0 })
  })

  it("is nobody else's to bring about", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    expect(ledger.release("h1", "eve", OPENS_MS)).toEqual({ outcome: "refused", refusal: "not_found" })
    expect(ledger.claim("h1", "eve", "o1", OPENS_MS)).toEqual({ outcome: "refused", refusal: "not_found" })
  })

  it("leaves a sold hold sold", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS)
    expect(ledger.release("h1", "ann", OPENS_MS)).toEqual({ outcome: "refused", refusal: "already_sold" })
    ledger.expireDue(OPENS_MS + 999_999)
    expect(pool(ledger, SALE)).toMatchObject({ available: 0, held: 0, sold: 1 })
  })
})

describe("selling", () => {
  it("serves one order with one hold", () => {
    const { ledger } = ledgerWith(2, 2)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    expect(ledger.claim("h1", "ann", "o1", OPENS_MS)).toMatchObject({
      outcome: "claimed",
      quantity: 1,
      pool: SALE,
    })
    expect(ledger.claim("h1", "ann", "o2", OPENS_MS)).toEqual({
      outcome: "refused",
      refusal: "claimed_by_other",
    })
    expect(ledger.sell("h1", "o2", OPENS_MS)).toEqual({ outcome: "refused", refusal: "claimed_by_other" })
    expect(ledger.sell("h1", "o1", OPENS_MS)).toEqual({ outcome: "sold", replayed: false, retaken: false })
    expect(ledger.sell("h1", "o1", OPENS_MS)).toEqual({ outcome: "sold", replayed: true, retaken: false })
    expect(pool(ledger, SALE).sold).toBe(1)
  })

  it("takes units again for a payment that came late, when there are any", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    ledger.claim("h1", "ann", "o1", OPENS_MS)
    expect(ledger.sell("h1", "o1", OPENS_MS + 60_001)).toEqual({
      outcome: "sold",
      replayed: false,
      retaken: true,
    })
    expect(ledger.sell("h1", "o1", OPENS_MS + 60_002)).toEqual({
      outcome: "sold",
      replayed: true,
      retaken: true,
    })
    expect(pool(ledger, SALE)).toMatchObject({ available: 0, held: 0, sold: 1 })
  })

  it("refuses a late payment when others have the units", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    ledger.hold(holdOf("h2", "bob"), OPENS_MS + 60_000)
    expect(ledger.sell("h1", "o1", OPENS_MS + 60_001)).toEqual({ outcome: "refused", refusal: "gone" })
  })

  it.each(["held", "run out", "released by its shopper"])(
    "refuses for good an order that has given up its hold, which was %s",
    (standing) => {
      const { ledger, sql } = ledgerWith(1, 1)
      ledger.hold(holdOf("h1", "ann"), OPENS_MS)
      ledger.claim("h1", "ann", "o1", OPENS_MS)
      if (standing === "released by its shopper") ledger.release("h1", "ann", OPENS_MS)
      const nowMs = standing === "run out" ? OPENS_MS + 60_001 : OPENS_MS
      expect(ledger.release("h1", "ann", nowMs, "o1")).toMatchObject({ outcome: "released" })
      expect(ledger.release("h1", "ann", nowMs, "o1")).toEqual({ outcome: "released", replayed: true })
      for (const asked of [ledger, new Ledger(sql)]) {
        expect(asked.sell("h1", "o1", nowMs)).toEqual({ outcome: "refused", refusal: "gone" })
        expect(asked.sell("h1", "o2", nowMs)).toEqual({ outcome: "refused", refusal: "claimed_by_other" })
        expect(asked.claim("h1", "ann", "o2", nowMs)).toEqual({ outcome: "refused", refusal: "hold_expired" })
        expect(pool(asked, SALE)).toMatchObject({ available: 1, held: 0, sold: 0 })
      }
    },
  )

  it("replays a late sale though its id held anew since, and that hold was given up by another order", () => {
    const { ledger } = ledgerWith(5)
    ledger.hold(holdOf("h1", "ann", 1, OPEN_POOL), OPENS_MS)
    const lateMs = OPENS_MS + 3_600_000
    expect(ledger.sell("h1", "o1", lateMs)).toMatchObject({ outcome: "sold", retaken: true })
    ledger.forgetArchived(["h1"])
    expect(ledger.hold(holdOf("h1", "ann", 1, OPEN_POOL), lateMs)).toMatchObject({ replayed: false })
    expect(ledger.release("h1", "ann", lateMs, "o2")).toEqual({ outcome: "released", replayed: false })
    expect(ledger.sell("h1", "o1", lateMs)).toEqual({ outcome: "sold", replayed: true, retaken: true })
    expect(ledger.sell("h1", "o2", lateMs)).toEqual({ outcome: "refused", refusal: "claimed_by_other" })
  })

  it("leaves a sale as it is when its order gives up the hold: its units are returned", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS + 60_001)
    expect(ledger.release("h1", "ann", OPENS_MS + 60_002, "o1")).toMatchObject({ refusal: "already_sold" })
    ledger.returnUnits("h1", "o1")
    expect(ledger.sell("h1", "o1", OPENS_MS + 60_003)).toEqual({ outcome: "refused", refusal: "gone" })
    expect(pool(ledger, SALE)).toMatchObject({ available: 1, held: 0, sold: 0 })
  })

  it("puts returned units back once, however often it is asked", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS)
    expect(ledger.returnUnits("h1", "o1")).toEqual({ outcome: "returned", replayed: false })
    expect(ledger.returnUnits("h1", "o1")).toEqual({ outcome: "returned", replayed: true })
    expect(ledger.returnUnits("h1", "o2")).toEqual({ outcome: "refused", refusal: "not_sold" })
    expect(pool(ledger, SALE)).toMatchObject({ available: 1, sold: 0 })
  })
})

describe("units that come back in part", () => {
  it("are counted in all, so that being told twice is being told once", () => {
    const { ledger } = ledgerWith(5)
    ledger.hold(holdOf("h1", "ann", 3, OPEN_POOL), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS)
    for (const [upTo, replayed, sold] of [
      [1, false, 2],
      [1, true, 2],
      [3, false, 0],
      [2, true, 0],
      [9, true, 0],
    ] as const) {
      expect(ledger.returnUnits("h1", "o1", upTo)).toEqual({ outcome: "returned", replayed })
      expect(pool(ledger, OPEN_POOL)).toMatchObject({ available: 5 - sold, sold })
    }
  })

  it("are taken off the customer's limit at once", () => {
    const { ledger } = ledgerWith(9, 9)
    ledger.hold(holdOf("h1", "ann", 2), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS)
    expect(ledger.hold(holdOf("h2", "ann"), OPENS_MS)).toMatchObject({ refusal: "limit_reached" })
    ledger.returnUnits("h1", "o1", 1)
    expect(ledger.hold(holdOf("h2", "ann"), OPENS_MS)).toMatchObject({ outcome: "held" })
    expect(ledger.hold(holdOf("h3", "ann"), OPENS_MS)).toMatchObject({ refusal: "limit_reached" })
  })
})

describe("a sale's units", () => {
  it("come out of the open pool and go back to it at the end, held ones when they return", () => {
    const { ledger } = ledgerWith(10, 6)
    expect(pool(ledger, OPEN_POOL).available).toBe(4)
    ledger.hold(holdOf("h1", "ann", 2), OPENS_MS)
    ledger.setPoolState(SALE, "closed")
    expect(pool(ledger, SALE)).toMatchObject({ available: 0, held: 2, received: 2 })
    expect(pool(ledger, OPEN_POOL).available).toBe(8)
    ledger.release("h1", "ann", OPENS_MS)
    expect(pool(ledger, SALE)).toMatchObject({ available: 0, held: 0, received: 0 })
    expect(pool(ledger, OPEN_POOL)).toMatchObject({ available: 10, received: 10 })
  })

  it("are never more than there are", () => {
    const { ledger } = ledgerWith(10, 6)
    expect(ledger.allot({ id: "a2", saleId: SALE, units: 5, terms: saleTerms }, 0)).toMatchObject({
      refusal: "insufficient_stock",
      available: 4,
    })
    expect(ledger.allot({ id: "a1", saleId: SALE, units: 6, terms: saleTerms }, 0)).toMatchObject({
      outcome: "allotted",
      replayed: true,
    })
    expect(pool(ledger, SALE).available).toBe(6)
  })

  it("cannot be added to a sale that is over", () => {
    const { ledger } = ledgerWith(10, 6)
    ledger.setPoolState(SALE, "closed")
    expect(ledger.allot({ id: "a2", saleId: SALE, units: 1, terms: saleTerms }, 0)).toMatchObject({
      refusal: "pool_closed",
    })
    ledger.setPoolState(SALE, "active")
    expect(ledger.hold(holdOf("h1", "ann"), OPENS_MS)).toMatchObject({ refusal: "not_open" })
  })
})

it("the database itself refuses what can't be", () => {
  const { ledger, sql } = ledgerWith(10, 6)
  ledger.hold(holdOf("h1", "ann"), OPENS_MS)
  expect(() => sql.exec(`UPDATE pools SET received = -1 WHERE pool = ?`, SALE)).toThrow(/CHECK/)
  expect(() => sql.exec(`UPDATE holds SET quantity = 0`)).toThrow(/CHECK/)
  expect(() => sql.exec(`UPDATE holds SET state = 1`)).toThrow(/CHECK/)
})

it("counts that don't add up are noticed as soon as they are read", () => {
  const { ledger, sql } = ledgerWith(10, 6)
  ledger.hold(holdOf("h1", "ann"), OPENS_MS)
  sql.exec(`UPDATE pools SET received = 0 WHERE pool = ?`, SALE)
  expect(() => ledger.reload()).toThrow(/does not add up/)
})

it("after a rollback, and after a restart, it remembers what the tables say", () => {
  const { ledger, sql } = ledgerWith(10, 6)
  ledger.hold(holdOf("h1", "ann"), OPENS_MS)
  const before = ledger.counts()
  expect(() =>
    sql.transactionSync(() => {
      ledger.hold(holdOf("h2", "ann"), OPENS_MS)
      ledger.sell("h1", "o1", OPENS_MS)
      throw new Error("a neighbour broke an invariant")
    }),
  ).toThrow(/neighbour/)
  ledger.reload()
  expect(ledger.counts().pools).toEqual(before.pools)
  expect(new Ledger(sql).counts().pools).toEqual(before.pools)
  expect(ledger.hold(holdOf("h3", "ann", 2), OPENS_MS)).toMatchObject({ refusal: "limit_reached" })
  expect(ledger.hold(holdOf("h4", "ann"), OPENS_MS)).toMatchObject({ outcome: "held" })
})

describe("holds that have ended", () => {
  const LATER_MS = OPENS_MS + HOLD_RETENTION_MS + 3_600_000

  it("move out after their time, and the counts stay what they were", () => {
    const { ledger, sql } = ledgerWith(10)
    ledger.hold(holdOf("h1", "ann", 2, OPEN_POOL), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS)
    ledger.hold(holdOf("h2", "bob", 1, OPEN_POOL), OPENS_MS)
    ledger.release("h2", "bob", OPENS_MS)
    ledger.hold(holdOf("h3", "eve", 1, OPEN_POOL), LATER_MS)
    expect(ledger.archivable(0, OPENS_MS).holds).toEqual([])
    const { holds, nextSequence } = ledger.archivable(0, LATER_MS - HOLD_RETENTION_MS)
    expect(holds.map(({ holdId }) => holdId)).toEqual(["h1", "h2"])
    expect(nextSequence).toBeNull()
    const before = { ...ledger.counts(), pools: undefined, version: undefined }
    ledger.forgetArchived(["h1", "h2"])
    ledger.forgetArchived(["h1", "h2"])
    expect({ ...ledger.counts(), pools: undefined, version: undefined }).toEqual(before)
    expect(pool(ledger, OPEN_POOL)).toMatchObject({ sold: 2, archivedSold: 2, held: 1 })
    expect(pool(new Ledger(sql), OPEN_POOL)).toMatchObject({
      sold: 2,
      archivedSold: 2,
      held: 1,
      available: 7,
    })
  })

  it("stay while a limit counts them, until the sale is over", () => {
    const { ledger } = ledgerWith(10, 6)
    ledger.hold(holdOf("h1", "ann", 2), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS)
    expect(ledger.archivable(0, LATER_MS).holds).toEqual([])
    ledger.setPoolState(SALE, "closed")
    expect(ledger.archivable(0, LATER_MS).holds).toHaveLength(1)
  })

  it("stay when a limit came to count them on their way to Postgres", () => {
    const { ledger, sql } = ledgerWith(10)
    ledger.hold(holdOf("h1", "ann", 2, OPEN_POOL), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS)
    expect(ledger.archivable(0, LATER_MS).holds).toHaveLength(1)
    ledger.setOpenTerms({ ...openTerms, perCustomerLimit: 2 })
    ledger.forgetArchived(["h1"])
    expect(new Ledger(sql).hold(holdOf("h2", "ann", 1, OPEN_POOL), OPENS_MS)).toMatchObject({
      refusal: "limit_reached",
    })
  })

  it("stay when their id holds again by the time Postgres says a second time that it has them", () => {
    const { ledger } = ledgerWith(10)
    const hold = holdOf("h1", "ann", 1, OPEN_POOL)
    ledger.hold(hold, OPENS_MS)
    ledger.release("h1", "ann", OPENS_MS)
    ledger.forgetArchived(["h1"])
    ledger.hold(hold, OPENS_MS)
    ledger.forgetArchived(["h1"])
    expect(ledger.findHold("h1")).toMatchObject({ state: "held" })
    expect(ledger.counts()).toMatchObject({ held: 1 })
  })
})
