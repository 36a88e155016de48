import { describe, expect, it } from "vitest"
import { HOLD_RETENTION_MS, OPEN_POOL } from "./contract.ts"
import { Ledger } from "./ledger.ts"
import { OPENS_MS, SALE, openTerms, saleTerms, ledgerWith, holdOf, pool } from "./staged-ledger.ts"

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
