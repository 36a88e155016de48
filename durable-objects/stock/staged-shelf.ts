import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import { OPEN_POOL } from "./contract.ts"
import type { HoldOutcome, PoolTerms } from "./contract.ts"
import { GroupCommit } from "./group-commit.ts"
import type { StockObjects } from "./hold-items.ts"
import { Ledger } from "./ledger.ts"
import { STOCK_MIGRATIONS } from "./schema.ts"

/** For tests: ledgers as their objects have them, some of whose calls fail on their way. */

export const START_MS = 1_000_000
export const HOLD_MS = 60_000
export const TERMS: PoolTerms = {
  unitPriceCents: 2_500,
  currency: "EUR",
  perCustomerLimit: null,
  holdSeconds: HOLD_MS / 1_000,
  opensAtMs: null,
  closesAtMs: null,
}

/** One SKU's ledger behind its group commit, as the object has it; the disk takes a moment. */
export class Shelf {
  readonly sql = new MemorySql()
  nowMs = START_MS
  ledger: Ledger
  /** The next calls of these kinds fail on their way. */
  readonly unreachable = new Set<"hold" | "release" | "sell" | "undo">()
  private readonly commits: GroupCommit

  constructor(units: number, terms: Partial<PoolTerms> = {}) {
    applyMigrations(this.sql, STOCK_MIGRATIONS)
    this.ledger = new Ledger(this.sql)
    this.ledger.setOpenTerms({ ...TERMS, ...terms })
    if (units > 0) this.ledger.receive({ id: "r1", delta: units, reason: "delivery" }, START_MS)
    const storage = {
      transactionSync: <T>(closure: () => T) => this.sql.transactionSync(closure),
      sync: () => Promise.resolve(),
    }
    this.commits = new GroupCommit(storage, () => this.ledger.reload())
  }

  hold(holdId: string, customer: string, quantity = 1, pool = OPEN_POOL): Promise<HoldOutcome> {
    return this.submit(() => this.ledger.hold({ holdId, pool, customer, quantity }, this.nowMs))
  }

  submit<T>(decide: () => T): Promise<T> {
    return this.commits.submit(decide)
  }

  restart(): void {
    this.ledger = new Ledger(this.sql)
  }

  levels(): number[] {
    this.ledger.expireDue(this.nowMs)
    const { available, held, sold } = this.ledger.counts()
    return [available, held, sold]
  }

  reach<T>(kind: "hold" | "release" | "sell" | "undo", decide: () => T): Promise<T> {
    if (this.unreachable.has(kind)) return Promise.reject(new Error(`${kind} did not arrive`))
    return this.submit(decide)
  }
}

export function objectsOf(shelves: Record<string, Shelf>): StockObjects {
  return {
    getByName: (sku) => {
      const at = shelves[sku]
      if (!at) throw new Error(`there is no shelf for ${sku}`)
      return {
        hold: (command) => at.reach("hold", () => at.ledger.hold(command, at.nowMs)),
        undo: (id, customer) => at.reach("undo", () => at.ledger.undo(id, customer)),
        release: (id, customer, orderId) =>
          at.reach("release", () => at.ledger.release(id, customer, at.nowMs, orderId)),
        claim: (id, customer, order) => at.submit(() => at.ledger.claim(id, customer, order, at.nowMs)),
        sell: (id, order) => at.reach("sell", () => at.ledger.sell(id, order, at.nowMs)),
        extend: (id, order, untilMs) => at.submit(() => at.ledger.extend(id, order, untilMs, at.nowMs)),
        returnUnits: (id, order) => at.submit(() => at.ledger.returnUnits(id, order)),
        readHold: (id) => at.submit(() => at.ledger.findHold(id)),
      }
    },
    ledgerOf: (sku) => Promise.resolve(sku),
  }
}
