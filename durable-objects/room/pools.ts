import type { PoolState, PoolTerms } from "../stock/contract.ts"
import { poolTermsOf } from "./contract.ts"
import type { RoomStore, ScheduledSale, ToldPool } from "./room-store.ts"

/** A pool that is not what it should be, and what to tell it. */
export interface PoolOrder extends ToldPool {
  terms: PoolTerms
  /** Its state was told before; only the terms are news. */
  termsOnly: boolean
}

/** What each item's pool was told last, and what is left to tell it. */
export class Pools {
  private readonly store: RoomStore
  private readonly told: Map<string, ToldPool>

  constructor(store: RoomStore) {
    this.store = store
    this.told = new Map(store.loadPools().map((pool) => [pool.sku, pool]))
  }

  /** What is left to tell the pools, so that each is what the sale and the clock say. */
  orders({ sale, termsVersion }: ScheduledSale, state: PoolState): PoolOrder[] {
    return sale.items.flatMap((item): PoolOrder[] => {
      const { sku } = item
      // Pools are made active and with the first terms, before the sale is scheduled here.
      const told = this.told.get(sku) ?? { sku, state: "active", termsVersion: 1 }
      if (told.state === state && (told.termsVersion === termsVersion || state === "closed")) return []
      return [{ sku, state, termsVersion, terms: poolTermsOf(sale, item), termsOnly: told.state === state }]
    })
  }

  carriedOut({ sku, state, termsVersion }: ToldPool): void {
    const told = { sku, state, termsVersion }
    this.store.savePool(told)
    this.told.set(sku, told)
  }
}
