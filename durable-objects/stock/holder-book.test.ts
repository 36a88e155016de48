import { describe, expect, test } from "vitest"
import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import { fnv1a } from "../fnv1a.ts"
import { HOLDERS_MAX, OPEN_POOL } from "./contract.ts"
import { HolderBook } from "./holder-book.ts"
import { Ledger } from "./ledger.ts"
import { STOCK_MIGRATIONS } from "./schema.ts"

const UNITS = 100
const HOLD_SECONDS = 60

function stocked(): { sql: MemorySql; ledger: Ledger } {
  const sql = new MemorySql()
  applyMigrations(sql, STOCK_MIGRATIONS)
  const ledger = new Ledger(sql)
  ledger.setOpenTerms({
    unitPriceCents: 100,
    currency: "EUR",
    perCustomerLimit: null,
    holdSeconds: HOLD_SECONDS,
    opensAtMs: null,
    closesAtMs: null,
  })
  ledger.receive({ id: "r", delta: UNITS, reason: "test" }, 0)
  return { sql, ledger }
}

const take = (ledger: Ledger, customer: string, holdId = `h_${customer}`) =>
  ledger.hold({ holdId, pool: OPEN_POOL, customer, quantity: 1 }, 0)
const holders = (ledger: Ledger) => [...(ledger.holdersOf(OPEN_POOL) ?? [])].toSorted()
const hashes = (...customers: string[]) => customers.map(fnv1a).toSorted()

describe("the holders of a pool", () => {
  test("are all who have a hold, before and after they are first asked for", () => {
    const { ledger } = stocked()
    take(ledger, "a")
    take(ledger, "b")
    expect(holders(ledger)).toEqual(hashes("a", "b"))
    take(ledger, "c")
    take(ledger, "a", "h_again")
    expect(holders(ledger)).toEqual(hashes("a", "b", "c"))
    expect([...(ledger.holdersOf("another") ?? [])]).toEqual([])
  })

  test("stay holders when their holds have ended, for the same key still finds them", () => {
    const { ledger } = stocked()
    for (const customer of ["released", "expired", "sold"]) take(ledger, customer)
    ledger.release("h_released", "released", 1)
    ledger.sell("h_sold", "o", 2)
    ledger.expireDue(HOLD_SECONDS * 1_000 + 1)
    expect(holders(ledger)).toEqual(hashes("released", "expired", "sold"))
    ledger.reload()
    expect(holders(ledger)).toEqual(hashes("released", "expired", "sold"))
  })

  test("are read afresh after a rollback", () => {
    const { sql, ledger } = stocked()
    take(ledger, "a")
    holders(ledger)
    expect(() =>
      sql.transactionSync(() => {
        take(ledger, "rolled-back")
        throw new Error("rolled back")
      }),
    ).toThrow("rolled back")
    ledger.reload()
    expect(holders(ledger)).toEqual(hashes("a"))
  })

  test("are not told when they are too many", () => {
    const crowd = Array.from({ length: HOLDERS_MAX + 1 }, (_, index) => ({ customer: `c${index}` }))
    const rows = [...crowd]
    const sql = { exec: () => ({ toArray: () => rows }) } as unknown as MemorySql
    const book = new HolderBook(sql)
    expect(book.of("p")).toBeNull()
    rows.length = HOLDERS_MAX
    book.clear()
    expect(book.of("p")?.length).toBeGreaterThan(HOLDERS_MAX * 0.99)
  })
})
