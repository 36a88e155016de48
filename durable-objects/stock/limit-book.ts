import type { PoolId } from "./contract.ts"

/**
 * Units by customer, for the pools that have a limit. Every customer in it has at least one unit, so it is never larger
 * than the stock of those pools.
 */
export class LimitBook {
  private readonly pools = new Map<PoolId, Map<string, number>>()

  /** Begins to count for a pool, from what its holds come to. */
  watch(pool: PoolId, units: Map<string, number>): void {
    this.pools.set(pool, units)
  }

  forget(pool: PoolId): void {
    this.pools.delete(pool)
  }

  watches(pool: PoolId): boolean {
    return this.pools.has(pool)
  }

  unitsOf(pool: PoolId, customer: string): number {
    return this.pools.get(pool)?.get(customer) ?? 0
  }

  add(pool: PoolId, customer: string, units: number): void {
    const counts = this.pools.get(pool)
    if (!counts) return
    const after = (counts.get(customer) ?? 0) + units
    if (after < 0) throw new Error(`customer ${customer} would have ${after} units of ${pool}`)
    if (after === 0) counts.delete(customer)
    else counts.set(customer, after)
  }

  clear(): void {
    this.pools.clear()
  }
}
