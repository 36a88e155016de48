import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import type { PoolTerms } from "./contract.ts"
import { Ledger } from "./ledger.ts"
import { STOCK_MIGRATIONS } from "./schema.ts"

/** For tests: a ledger with units in the open pool and in a sale. */

export const OPENS_MS = 1_000_000
export const SALE = "sale-1"
export const openTerms: PoolTerms = {
  unitPriceCents: 5_000,
  currency: "EUR",
  perCustomerLimit: null,
  holdSeconds: 600,
  opensAtMs: null,
  closesAtMs: null,
}
export const saleTerms: PoolTerms = {
  unitPriceCents: 3_000,
  currency: "EUR",
  perCustomerLimit: 2,
  holdSeconds: 60,
  opensAtMs: OPENS_MS,
  closesAtMs: OPENS_MS + 3_600_000,
}

export function ledgerWith(units: number, allotment = 0): { ledger: Ledger; sql: MemorySql } {
  const sql = new MemorySql()
  applyMigrations(sql, STOCK_MIGRATIONS)
  const ledger = new Ledger(sql)
  ledger.setOpenTerms(openTerms)
  ledger.receive({ id: "r1", delta: units, reason: "test" }, 0)
  if (allotment > 0) ledger.allot({ id: "a1", saleId: SALE, units: allotment, terms: saleTerms }, 0)
  return { ledger, sql }
}

export const holdOf = (holdId: string, customer: string, quantity = 1, pool = SALE) => ({
  holdId,
  pool,
  customer,
  quantity,
})

export function pool(ledger: Ledger, id: string) {
  const found = ledger.counts().pools.find((candidate) => candidate.pool === id)
  if (!found) throw new Error(`no pool ${id}`)
  return found
}
