import type { HoldApi, HoldText, PoolId } from "./contract.ts"
import type { StockObjects } from "./hold-items.ts"
import { LaneDirectory } from "./lease/directory.ts"
import { isLaneName } from "./lease/names.ts"
import { HoldCall, RootCall } from "./stock-call.ts"
import type { RootStockApi, StockCallOptions } from "./stock-call.ts"

/** The two kinds of objects that keep holds: a SKU's own, and its lanes. */
export interface LedgerBindings {
  STOCK: { getByName(name: string): RootStockApi & HoldText }
  STOCK_LANES: { getByName(name: string): HoldApi & HoldText }
}

/** Shared by all requests of an isolate: what it remembers never changes. */
export const laneDirectory = new LaneDirectory()

/** Every ledger by its name, as a Worker or another object calls it. */
export class Ledgers implements StockObjects {
  private readonly bindings: LedgerBindings
  private readonly options: StockCallOptions

  constructor(bindings: LedgerBindings, options: StockCallOptions = {}) {
    this.bindings = bindings
    this.options = options
  }

  /** A SKU's own ledger: the root of its lanes, where it has them. */
  root(sku: string): RootStockApi {
    return new RootCall(sku, (name) => this.bindings.STOCK.getByName(name), this.options)
  }

  getByName(ledger: string): HoldApi {
    if (!isLaneName(ledger)) return this.root(ledger)
    return new HoldCall(ledger, (name) => this.bindings.STOCK_LANES.getByName(name), this.options)
  }

  ledgerOf(sku: string, pool: PoolId, customer: string): Promise<string> {
    return laneDirectory.ledgerOf((root) => this.root(root), sku, pool, customer)
  }
}
