import { ARCHIVE_BATCH_MAX, OPEN_POOL } from "./contract.ts"
import type {
  AllotOutcome,
  NumberedHold,
  PoolId,
  PoolState,
  PoolTerms,
  ReceiveOutcome,
  StockCounts,
} from "./contract.ts"
import { CommandLog } from "./command-log.ts"
import { HoldLife } from "./hold-life.ts"
import { limitOf } from "./pool-book.ts"
import type { Pool } from "./pool-book.ts"
import type { Sql } from "../sqlite.ts"

/**
 * The ledger of one SKU: the pure state machine under the stock object. It decides one command at a time over its
 * tables and what it remembers of them; the clock comes in as an argument. Refusals are returned, in the order of
 * precedence that the contract documents; a broken invariant throws and takes the whole command with it, and then
 * `reload` brings memory back to what the tables say.
 *
 * P1 holds before and after every command: `available + held + sold = received` in every pool, none negative.
 */
export class Ledger extends HoldLife {
  private readonly commands: CommandLog

  constructor(sql: Sql) {
    super(sql)
    this.commands = new CommandLog(sql)
    this.reload()
  }

  /** Reads everything from the tables: at the start, and after a rollback. */
  reload(): void {
    this.pools.load(this.holds.load())
    this.limits.clear()
    for (const pool of this.pools.all()) this.watchLimit(pool)
    this.levels.load(this.pools.all())
  }

  /** Adds units to the open pool, or takes unsold ones out (`delta` below zero). */
  receive(command: { id: string; delta: number; reason: string }, nowMs: number): ReceiveOutcome {
    this.expireDue(nowMs)
    const content = `receive ${command.delta} ${command.reason}`
    const seen = this.commands.seen(command.id, content)
    if (seen === "other") return { outcome: "refused", refusal: "reused", counts: this.counts() }
    if (seen === "same") return { outcome: "received", replayed: true, counts: this.counts() }
    const open = this.pools.find(OPEN_POOL)
    if ((open?.available ?? 0) + command.delta < 0)
      return { outcome: "refused", refusal: "insufficient_stock", counts: this.counts() }

    // From here it must succeed.
    this.commands.record(command.id, content, nowMs)
    this.pools.ensure(OPEN_POOL)
    this.pools.move(OPEN_POOL, { received: command.delta, available: command.delta })
    this.levels.changed()
    return { outcome: "received", replayed: false, counts: this.tellCounts() }
  }

  setOpenTerms(terms: PoolTerms): void {
    this.pools.ensure(OPEN_POOL)
    this.changeTerms(OPEN_POOL, terms)
  }

  /** Moves units from the open pool into a sale's. A closed pool takes none. */
  allot(
    command: { id: string; saleId: PoolId; units: number; terms: PoolTerms },
    nowMs: number,
  ): AllotOutcome {
    this.expireDue(nowMs)
    const open = this.pools.find(OPEN_POOL)
    const available = open?.available ?? 0
    const content = `allot ${command.saleId} ${command.units}`
    const seen = this.commands.seen(command.id, content)
    if (seen === "same") return { outcome: "allotted", replayed: true }
    if (seen === "other") return { outcome: "refused", refusal: "reused", available }
    if (this.pools.find(command.saleId)?.state === "closed")
      return { outcome: "refused", refusal: "pool_closed", available }
    if (command.units > available) return { outcome: "refused", refusal: "insufficient_stock", available }

    // From here it must succeed.
    this.commands.record(command.id, content, nowMs)
    this.pools.ensure(command.saleId)
    this.changeTerms(command.saleId, command.terms)
    this.pools.moveBetween(OPEN_POOL, command.saleId, command.units)
    this.levels.changed()
    return { outcome: "allotted", replayed: false }
  }

  /** Closing a pool moves what is unsold and unheld back to the open pool; what is held follows when it comes back. */
  setPoolState(poolId: PoolId, state: PoolState): void {
    const pool = this.pools.find(poolId)
    if (!pool || pool.state === "closed" || pool.state === state) return
    this.pools.setState(poolId, state)
    if (state === "closed" && poolId !== OPEN_POOL) this.pools.moveBetween(poolId, OPEN_POOL, pool.available)
    this.levels.changed()
  }

  changeSaleTerms(poolId: PoolId, terms: PoolTerms): void {
    if (this.pools.find(poolId)) this.changeTerms(poolId, terms)
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
    const holds = ended.filter(({ pool }) => {
      const found = this.pools.find(pool)
      return found?.state === "closed" || limitOf(found) === null
    })
    return { holds, nextSequence }
  }

  /** Postgres has these ended holds: their rows go, what they sold stays in the pool's sum. */
  forgetArchived(holdIds: readonly string[]): void {
    const soldUnits = new Map<PoolId, number>()
    for (const holdId of holdIds) {
      const hold = this.holds.find(holdId)
      if (!hold) continue
      this.holds.delete(hold)
      const units = hold.state === "sold" ? hold.quantity - hold.returnedQuantity : 0
      soldUnits.set(hold.pool, (soldUnits.get(hold.pool) ?? 0) + units)
    }
    for (const [pool, units] of soldUnits) this.pools.archive(pool, units)
    if (soldUnits.size > 0) this.levels.changed()
  }

  counts(): StockCounts {
    return this.levels.of(this.pools.all())
  }

  /** The counts as they are told to Postgres, under a version that no later telling will fall below. */
  tellCounts(): StockCounts {
    return this.levels.tell(this.pools.all())
  }

  /** True while Postgres is not known to have the newest counts. */
  get hasNews(): boolean {
    return this.levels.pending
  }

  get version(): number {
    return this.levels.newest
  }

  acknowledge(version: number): void {
    this.levels.acknowledge(version)
  }

  private changeTerms(pool: PoolId, terms: PoolTerms): void {
    this.pools.setTerms(pool, terms)
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
