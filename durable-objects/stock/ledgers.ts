import type { HoldApi, PoolId } from "./contract.ts"
import type { StockObjects } from "./hold-items.ts"
import type { RootApi } from "./lease/contract.ts"
import { LaneDirectory } from "./lease/directory.ts"
import { isLaneName } from "./lease/names.ts"

/** The two kinds of objects that keep holds: a SKU's own, and its lanes. */
export interface LedgerBindings {
  STOCK: { getByName(name: string): HoldApi & Pick<RootApi, "lanes"> }
  STOCK_LANES: { getByName(name: string): HoldApi }
}

/** Shared by all requests of an isolate: what it remembers never changes. */
const directory = new LaneDirectory()

/** Every ledger by its name, as a Worker or another object reaches it. */
export class Ledgers implements StockObjects {
  private readonly bindings: LedgerBindings

  constructor(bindings: LedgerBindings) {
    this.bindings = bindings
  }

  getByName(ledger: string): HoldApi {
    const { STOCK, STOCK_LANES } = this.bindings
    return isLaneName(ledger) ? STOCK_LANES.getByName(ledger) : STOCK.getByName(ledger)
  }

  ledgerOf(sku: string, pool: PoolId, customer: string): Promise<string> {
    return directory.ledgerOf((root) => this.bindings.STOCK.getByName(root), sku, pool, customer)
  }
}
