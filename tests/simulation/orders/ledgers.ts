import { MemorySql } from "../../../durable-objects/memory-sql.ts"
import { applyMigrations } from "../../../durable-objects/sqlite.ts"
import { HOLD_PAGE_MAX, OPEN_POOL } from "../../../durable-objects/stock/contract.ts"
import type { HoldCommand, NumberedHold, PoolTerms } from "../../../durable-objects/stock/contract.ts"
import { Ledger } from "../../../durable-objects/stock/ledger.ts"
import { Ledgers } from "../../../durable-objects/stock/ledgers.ts"
import type { LedgerBindings } from "../../../durable-objects/stock/ledgers.ts"
import { STOCK_MIGRATIONS } from "../../../durable-objects/stock/schema.ts"
import type { StockLedger } from "../../../workers/merchant/audit/ledgers.ts"
import type { Life, Network } from "./network.ts"

interface Shelf {
  sql: MemorySql
  ledger: Ledger
  received: number
}

/** What is on sale. */
export interface Goods {
  sku: string
  units: number
  /** Of these, units that are the sale's; the rest is in the open pool. */
  allotment: number
  unitPriceCents: number
}

const HOLD_SECONDS = 60
/** So long after the last command every hold that is nobody's has ended by its ledger's alarm. */
export const HOLD_MS = HOLD_SECONDS * 1_000
const PER_CUSTOMER_LIMIT = 4

/** The stock objects: real ledgers on tables that outlive them, reached over the network, their alarms to the second. */
export class StockStation {
  private readonly network: Network
  private readonly saleId: string
  private readonly shelves = new Map<string, Shelf>()

  constructor(network: Network, saleId: string, goods: readonly Goods[]) {
    this.network = network
    this.saleId = saleId
    for (const each of goods) this.shelves.set(each.sku, this.stock(each))
  }

  private stock({ sku, units, allotment, unitPriceCents }: Goods): Shelf {
    const sql = new MemorySql()
    applyMigrations(sql, STOCK_MIGRATIONS)
    const ledger = new Ledger(sql)
    const terms: PoolTerms = {
      unitPriceCents,
      currency: "EUR",
      perCustomerLimit: PER_CUSTOMER_LIMIT,
      holdSeconds: HOLD_SECONDS,
      opensAtMs: null,
      closesAtMs: null,
    }
    ledger.setOpenTerms({ ...terms, perCustomerLimit: null })
    ledger.receive({ id: `first ${sku}`, delta: units, reason: "delivery" }, this.network.nowMs)
    ledger.allot({ id: "allot", saleId: this.saleId, units: allotment, terms }, this.network.nowMs)
    return { sql, ledger, received: units }
  }

  /** Every ledger, as the caller with this life reaches it. */
  ledgersFor(life: Life): Ledgers {
    return new Ledgers(this.bindingsFor(life))
  }

  bindingsFor(life: Life): LedgerBindings {
    const stub = (sku: string) =>
      new Proxy(
        {},
        {
          get:
            (_, method) =>
            (...args: unknown[]) =>
              this.network.call(life, `${sku} ${String(method)}`, () =>
                this.answer(sku, String(method), args),
              ),
        },
      )
    const none = (name: string): never => {
      throw new Error(`the simulated shop has no lane ${name}`)
    }
    // The proxy answers what `answer` knows, and throws for the rest.
    return { STOCK: { getByName: stub }, STOCK_LANES: { getByName: none } } as unknown as LedgerBindings
  }

  private answer(sku: string, method: string, args: unknown[]): unknown {
    const { sql, ledger } = this.shelf(sku)
    const [first, second, third] = args as [string, string, string]
    const nowMs = this.network.nowMs
    const commands: Record<string, () => unknown> = {
      holdText: () => JSON.stringify(ledger.hold(JSON.parse(first) as HoldCommand, nowMs)),
      undo: () => ledger.undo(first, second),
      release: () => ledger.release(first, second, nowMs, third),
      claim: () => ledger.claim(first, second, third, nowMs),
      sell: () => ledger.sell(first, second, nowMs),
      extend: () => ledger.extend(first, second, Number(third), nowMs),
      returnUnits: () => ledger.returnUnits(first, second, args[2] as number | undefined),
      readHold: () => {
        ledger.expireDue(nowMs)
        const hold = ledger.findHold(first)
        return hold?.customer === second ? hold : null
      },
      lanes: () => ledger.lanesOf(first),
    }
    const command = commands[method]
    if (!command) throw new Error(`the simulated ledger does not know ${method}`)
    try {
      return sql.transactionSync(command)
    } catch (error) {
      ledger.reload()
      throw error
    }
  }

  /** The object is put away, or its machine dies: what its tables say is all that is left. */
  restart(sku: string): void {
    const shelf = this.shelf(sku)
    shelf.ledger = new Ledger(shelf.sql)
  }

  /** The ledgers' alarms up to this moment, each at its time. */
  expireUntil(toMs: number): void {
    for (const { ledger } of this.shelves.values())
      for (
        let dueMs = ledger.earliestExpiryMs;
        dueMs !== null && dueMs <= toMs;
        dueMs = ledger.earliestExpiryMs
      )
        ledger.expireDue(dueMs)
  }

  /** The sale is over: its units are for sale in the open pool. */
  closeSale(): void {
    for (const { ledger } of this.shelves.values()) ledger.setPoolState(this.saleId, "closed")
  }

  get skus(): string[] {
    return [...this.shelves.keys()]
  }

  /** Received, available, held and sold, over all pools. */
  countsOf(sku: string): { received: number; available: number; held: number; sold: number } {
    return this.shelf(sku).ledger.counts()
  }

  receivedOf(sku: string): number {
    return this.shelf(sku).received
  }

  /** For the audit, as it reads them. */
  read(): StockLedger[] {
    return this.skus.map((sku) => {
      const { ledger } = this.shelf(sku)
      const holds = [this.saleId, OPEN_POOL].flatMap((pool) => holdsOf(ledger, pool))
      return {
        sku,
        perCustomerLimit: PER_CUSTOMER_LIMIT,
        counts: ledger.counts(),
        lanes: [],
        holds,
        still: true,
      }
    })
  }

  private shelf(sku: string): Shelf {
    const shelf = this.shelves.get(sku)
    if (!shelf) throw new Error(`there is no ledger for ${sku}`)
    return shelf
  }
}

function holdsOf(ledger: Ledger, pool: string): NumberedHold[] {
  const holds: NumberedHold[] = []
  for (;;) {
    const page = ledger.holdsPage(pool, holds.at(-1)?.sequence ?? 0, HOLD_PAGE_MAX)
    holds.push(...page)
    if (page.length < HOLD_PAGE_MAX) return holds
  }
}
