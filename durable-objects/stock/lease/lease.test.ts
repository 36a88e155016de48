import { describe, expect, it } from "vitest"
import { MemorySql } from "../../memory-sql.ts"
import { applyMigrations } from "../../sqlite.ts"
import type { PoolTerms } from "../contract.ts"
import { Ledger } from "../ledger.ts"
import { STOCK_MIGRATIONS } from "../schema.ts"
import { nothingYet } from "./lane-ledger.ts"

const SALE = "sale-1"
const NOW_MS = 1_000_000
const NOTHING = { holds: 0, late: 0 }

const terms: PoolTerms = {
  unitPriceCents: 1_000,
  currency: "EUR",
  perCustomerLimit: null,
  holdSeconds: 60,
  opensAtMs: null,
  closesAtMs: null,
}

function tables(): MemorySql {
  const sql = new MemorySql()
  applyMigrations(sql, STOCK_MIGRATIONS)
  return sql
}

/** A root with so many units in a sale of two lanes, and so many in the open pool. */
function rootWith(units: { sale: number; open: number }): Ledger {
  const root = new Ledger(tables())
  root.setOpenTerms(terms)
  root.receive({ id: "first", delta: units.sale + units.open, reason: "test" }, NOW_MS)
  root.allot({ id: "allot", saleId: SALE, units: units.sale, terms, lanes: 2 }, NOW_MS)
  return root
}

describe("a root", () => {
  it("serves late payments of a sale that is over with what the open pool has, though it is not enough for all", () => {
    const root = rootWith({ sale: 0, open: 2 })
    root.lease(nothingYet(SALE, 0), NOTHING, NOW_MS)
    root.setPoolState(SALE, "closed")
    const answer = root.lease(nothingYet(SALE, 0), { holds: 0, late: 3 }, NOW_MS)
    expect(answer).toMatchObject({ short: true, grant: { granted: 2 } })
  })
})
