import { OPEN_POOL } from "../contract.ts"
import type { PoolId } from "../contract.ts"
import type { RootApi } from "./contract.ts"
import { ledgerNameFor } from "./names.ts"

/** Pools whose lanes are remembered. When there are more, all are forgotten and asked for again. */
const POOLS_KNOWN_MAX = 10_000

/** Over how many lanes each pool is spread, as far as has been asked: the number never changes, so it is asked for once. */
export class LaneDirectory {
  private readonly known = new Map<string, number>()

  /** For simulations, each of which begins as a fresh isolate does. */
  forgetAll(): void {
    this.known.clear()
  }

  /** Null for a pool that was not asked for yet. */
  lanesOf(sku: string, pool: PoolId): number | null {
    return pool === OPEN_POOL ? 1 : (this.known.get(`${sku} ${pool}`) ?? null)
  }

  /** The name of the object that keeps this customer's holds of a SKU. */
  async ledgerOf(
    root: (sku: string) => Pick<RootApi, "lanes">,
    sku: string,
    pool: PoolId,
    customer: string,
  ): Promise<string> {
    if (pool === OPEN_POOL) return sku
    const key = `${sku} ${pool}`
    const lanes = this.known.get(key) ?? (await root(sku).lanes(pool))
    if (lanes === null) return sku // No such pool yet: the root says so itself.
    if (this.known.size >= POOLS_KNOWN_MAX) this.known.clear()
    this.known.set(key, lanes)
    return ledgerNameFor({ sku, pool, lanes, customer })
  }
}
