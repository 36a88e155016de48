import { MemorySql } from "../../durable-objects/memory-sql.ts"
import { applyMigrations } from "../../durable-objects/sqlite.ts"
import { Ledger } from "../../durable-objects/stock/ledger.ts"
import { STOCK_MIGRATIONS } from "../../durable-objects/stock/schema.ts"

/** Decisions of one ledger; then a fresh one, so that each has the size of a sale. */
const DECISIONS_PER_LEDGER = 100_000
const DECISIONS_PER_TRANSACTION = 100

/** Decides holds on SQLite in memory for some seconds, and says how many in how long. No platform takes part. */
export function runStateMachine(seconds: number): { decisions: number; seconds: number } {
  let decisions = 0
  let elapsedMs = 0
  while (elapsedMs < seconds * 1_000) {
    const sql = new MemorySql()
    const ledger = openLedger(sql)
    const startMs = performance.now()
    for (let first = 0; first < DECISIONS_PER_LEDGER; first += DECISIONS_PER_TRANSACTION)
      sql.transactionSync(() => decideSome(ledger, first))
    elapsedMs += performance.now() - startMs
    decisions += DECISIONS_PER_LEDGER
    sql.database.close()
  }
  return { decisions, seconds: elapsedMs / 1_000 }
}

function openLedger(sql: MemorySql): Ledger {
  applyMigrations(sql, STOCK_MIGRATIONS)
  const ledger = new Ledger(sql)
  ledger.setOpenTerms({
    unitPriceCents: 1_900,
    currency: "EUR",
    perCustomerLimit: 2,
    holdSeconds: 3_600,
    opensAtMs: null,
    closesAtMs: null,
  })
  ledger.receive({ id: "prepare", delta: DECISIONS_PER_LEDGER, reason: "bench" }, 0)
  return ledger
}

function decideSome(ledger: Ledger, first: number): void {
  for (let number = first; number < first + DECISIONS_PER_TRANSACTION; number++) {
    const command = { holdId: holdIdOf(number), pool: "open", customer: `customer-${number}`, quantity: 1 }
    if (ledger.hold(command, number).outcome !== "held") throw new Error("a hold was refused")
  }
}

/** Real ids are hashes, so they don't come in order: neither do these. The factor is odd, so no two are alike. */
function holdIdOf(number: number): string {
  return `h_${Math.imul(number, 0x9e3779b1) >>> 0}-bench-hold~BENCH`
}
