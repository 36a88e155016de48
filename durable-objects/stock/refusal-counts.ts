import type { HoldRefusal, PoolId } from "./contract.ts"

/** How many holds were refused since the object started, by pool and reason. */
export class RefusalCounts {
  private readonly pools = new Map<PoolId, Partial<Record<HoldRefusal, number>>>()

  add(pool: PoolId, refusal: HoldRefusal): void {
    const counts = this.pools.get(pool) ?? {}
    counts[refusal] = (counts[refusal] ?? 0) + 1
    this.pools.set(pool, counts)
  }

  of(pool: PoolId): Partial<Record<HoldRefusal, number>> {
    return { ...this.pools.get(pool) }
  }
}
