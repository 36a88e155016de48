import { ARCHIVE_BATCH_MAX } from "./contract.ts"
import type { HoldRecord, NumberedHold, PoolId, PoolTerms, StockCounts } from "./contract.ts"
import { HoldLife } from "./hold-life.ts"
import { limitOf } from "./pool-book.ts"
import type { Pool, PoolView } from "./pool-book.ts"

/** What every ledger does beside the life of its holds: it remembers, counts, and forgets what is archived. */
export abstract class HoldLedger extends HoldLife {
  /** Reads everything from the tables: at the start, and after a rollback. */
  reload(): void {
    this.pools.load(this.holds.load(), this.loadLeases())
    this.limits.clear()
    for (const pool of this.pools.all()) this.watchLimit(pool)
    this.levels.load(this.standing())
  }

  /**
   * Ended holds that may move to Postgres, a stretch of the table at a time. Where a limit still counts them they stay:
   * of a pool with a limit, only when it is closed.
   */
  archivable(
    afterSequence: number,
    cutoffMs: number,
  ): { holds: NumberedHold[]; nextSequence: number | null } {
    const { ended, nextSequence } = this.holds.endedAfter(afterSequence, ARCHIVE_BATCH_MAX, cutoffMs)
    return { holds: ended.filter((hold) => !this.isCounted(hold)), nextSequence }
  }

  /**
   * Postgres has these ended holds: their rows go, what they sold stays in the pool's sum. One that a limit has come to
   * count meanwhile stays; it is sent again when it may go. So does one that runs: said twice, and its id holds again.
   */
  forgetArchived(holdIds: readonly string[]): void {
    const soldUnits = new Map<PoolId, number>()
    for (const holdId of holdIds) {
      const hold = this.holds.find(holdId)
      if (!hold || hold.state === "held" || this.isCounted(hold)) continue
      this.holds.delete(hold)
      const units = hold.state === "sold" ? hold.quantity - hold.returnedQuantity : 0
      soldUnits.set(hold.pool, (soldUnits.get(hold.pool) ?? 0) + units)
    }
    for (const [pool, units] of soldUnits) this.pools.archive(pool, units)
    if (soldUnits.size > 0) this.levels.changed()
  }

  /** See `HolderBook`. */
  holdersOf(pool: PoolId): Uint32Array | null {
    return this.holds.holders.of(pool)
  }

  counts(): StockCounts {
    return this.levels.of(this.standing())
  }

  /** Grows with every change. */
  get version(): number {
    return this.levels.newest
  }

  /** Units that are leased to others, by pool. */
  protected abstract loadLeases(): ReadonlyMap<PoolId, number>

  /** The pools as they are told: what is leased stands where its lanes have it. */
  protected abstract standing(): readonly PoolView[]

  /** A limit counts it: that of a pool which is not closed. */
  private isCounted({ pool }: HoldRecord): boolean {
    const found = this.pools.find(pool)
    return found?.state !== "closed" && limitOf(found) !== null
  }

  protected changeTerms(pool: PoolId, terms: PoolTerms, version?: number): void {
    this.pools.setTerms(pool, terms, version)
    this.holds.ensureOffer(pool, terms)
    this.watchLimit(this.pools.find(pool))
  }

  /** A limit that is new to a pool counts what its customers have already, as far as their holds are still here. */
  private watchLimit(pool: Pool | null): void {
    if (!pool) return
    if (limitOf(pool) === null) this.limits.forget(pool.pool)
    else if (!this.limits.watches(pool.pool))
      this.limits.watch(pool.pool, this.holds.unitsByCustomer(pool.pool))
  }
}
