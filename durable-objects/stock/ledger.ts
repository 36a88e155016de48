import { OPEN_POOL } from "./contract.ts"
import type {
  AllotCommand,
  AllotOutcome,
  HoldRecord,
  PoolId,
  PoolState,
  PoolTerms,
  ReceiveOutcome,
  StockCounts,
} from "./contract.ts"
import { CommandLog } from "./command-log.ts"
import { HoldLedger } from "./hold-ledger.ts"
import type { LaneGrant, LaneReport, LeaseAnswer, Want } from "./lease/contract.ts"
import { freeOf, LeaseBook } from "./lease/lease-book.ts"
import type { Lease } from "./lease/lease-book.ts"
import type { Pool, PoolView } from "./pool-book.ts"
import type { Sql } from "../sqlite.ts"

/**
 * The ledger of one SKU: the pure state machine under the stock object. It decides one command at a time over its
 * tables and what it remembers of them; the clock comes in as an argument. Refusals are returned, in the order of
 * precedence that the contract documents; a broken invariant throws and takes the whole command with it, and then
 * `reload` brings memory back to what the tables say.
 *
 * P1 holds before and after every command: `available + leased + held + sold = received` in every pool, none negative.
 */
export class Ledger extends HoldLedger {
  private readonly commands: CommandLog
  private readonly leases: LeaseBook

  constructor(sql: Sql) {
    super(sql)
    this.commands = new CommandLog(sql)
    this.leases = new LeaseBook(sql)
    this.reload()
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

  /** Moves units from the open pool into a sale's. A closed pool takes none, and a pool keeps its lanes. */
  allot(command: AllotCommand, nowMs: number): AllotOutcome {
    this.expireDue(nowMs)
    const { saleId, units, terms, lanes = 1 } = command
    const available = this.pools.find(OPEN_POOL)?.available ?? 0
    const content = `allot ${saleId} ${units}`
    const seen = this.commands.seen(command.id, content)
    const pool = this.pools.find(saleId)
    if (seen === "same") return { outcome: "allotted", replayed: true }
    if (seen === "other") return { outcome: "refused", refusal: "reused", available }
    if (pool?.state === "closed") return { outcome: "refused", refusal: "pool_closed", available }
    if (pool && pool.lanes !== lanes) return { outcome: "refused", refusal: "lanes_fixed", available }
    if (units > available) return { outcome: "refused", refusal: "insufficient_stock", available }

    // From here it must succeed.
    this.commands.record(command.id, content, nowMs)
    this.pools.ensure(saleId, lanes)
    this.changeTerms(saleId, terms)
    this.pools.moveBetween(OPEN_POOL, saleId, units)
    this.levels.changed()
    return { outcome: "allotted", replayed: false }
  }

  /** Closing a pool moves what is unsold and unheld back to the open pool; what is held follows when it comes back. */
  setPoolState(poolId: PoolId, state: PoolState): void {
    const pool = this.pools.find(poolId)
    if (!pool || pool.state === "closed" || pool.state === state) return
    this.pools.setState(poolId, state)
    this.moveOnIfClosed(poolId)
    this.levels.changed()
  }

  changeSaleTerms(poolId: PoolId, terms: PoolTerms): void {
    if (this.pools.find(poolId)) this.changeTerms(poolId, terms)
  }

  /** The counts as they are told to Postgres, under a version that no later telling will fall below. */
  tellCounts(): StockCounts {
    return this.levels.tell(this.standing())
  }

  /** True while Postgres is not known to have the newest counts. */
  get hasNews(): boolean {
    return this.levels.pending
  }

  acknowledge(version: number): void {
    this.levels.acknowledge(version)
  }

  /** Over how many lanes a pool is spread; null while there is no such pool. */
  lanesOf(pool: PoolId): number | null {
    return this.pools.find(pool)?.lanes ?? null
  }

  /** The standing towards every lane that has ever asked for units of a pool. */
  grantsOf(poolId: PoolId): LaneGrant[] {
    const pool = this.pools.find(poolId)
    return pool ? this.leases.of(poolId).map((lease) => grantOf(pool, lease)) : []
  }

  get mustRecall(): boolean {
    return !this.leases.isEmpty && this.poolsToRecall().length > 0
  }

  /** Pools with a lane that does not know the newest terms or state yet, or has units of a sale that is over. */
  poolsToRecall(): PoolId[] {
    const isDue = ({ pool, state, termsVersion }: Pool) =>
      this.leases.of(pool).some((lease) => {
        const isBehind = lease.toldTermsVersion < termsVersion
        return isBehind || (state === "closed" && freeOf(lease) > 0)
      })
    return this.pools.all().flatMap((pool) => (isDue(pool) ? [pool.pool] : []))
  }

  /** Takes in what a lane says of itself: what it gave back is here again. */
  takeIn(report: LaneReport): void {
    const lease = this.leases.ensure(report.pool, report.lane)
    const { reportVersion } = lease
    const cameBack = this.leases.takeIn(lease, report)
    if (lease.reportVersion === reportVersion) return
    this.pools.move(report.pool, { leased: -cameBack, available: cameBack })
    this.moveOnIfClosed(report.pool)
    this.levels.changed()
  }

  /**
   * A lane's question for free units. It is granted what it wants, or its share of what is here when that is more; and
   * what there is, when there is less. Null: no such pool, or no such lane of it.
   */
  lease(report: LaneReport, want: Want, nowMs: number): LeaseAnswer | null {
    this.expireDue(nowMs)
    const pool = this.pools.find(report.pool)
    if (!pool || pool.lanes === 1 || report.lane >= pool.lanes) return null
    this.takeIn(report)
    const lease = this.leases.ensure(report.pool, report.lane)
    const isOver = pool.state === "closed"
    const units = isOver ? want.late : want.holds + want.late
    const missing = units - freeOf(lease)
    if (isOver) this.drawFromOpen(pool, missing)
    const short = missing > pool.available
    if (units > 0) this.grant(pool, lease, missing)
    const others = this.leases.of(report.pool).filter((other) => other !== lease)
    const elsewhere = others.reduce((sum, other) => sum + freeOf(other), 0)
    return { grant: grantOf(pool, lease), short, elsewhere, unsure: false }
  }

  /** Late payments of a sale that is over are served from the open pool, as far as it goes. */
  private drawFromOpen(pool: Pool, missing: number): void {
    const open = this.pools.find(OPEN_POOL)?.available ?? 0
    if (missing > pool.available)
      this.pools.moveBetween(OPEN_POOL, pool.pool, Math.min(open, missing - pool.available))
  }

  /** What is missing, or the lane's share of what is left: half of an equal one, so that leases shrink towards the end. */
  private grant(pool: Pool, lease: Lease, missing: number): void {
    const share = pool.state === "closed" ? 0 : Math.floor(pool.available / (2 * pool.lanes))
    const units = Math.min(pool.available, Math.max(missing, share - Math.max(0, freeOf(lease))))
    if (units <= 0) return
    this.leases.grant(lease, units)
    this.pools.move(pool.pool, { available: -units, leased: units })
  }

  protected override loadLeases(): ReadonlyMap<PoolId, number> {
    return this.leases.load()
  }

  protected override standing(): readonly PoolView[] {
    return this.pools.all().map((pool) => {
      if (pool.lanes === 1) return pool
      const { held, sold, archivedSold } = this.leases.totalsOf(pool.pool)
      return {
        ...pool,
        held,
        sold,
        archivedSold,
        available: pool.received - held - sold,
        unleased: pool.available,
        leases: this.leases.of(pool.pool),
      }
    })
  }

  /** Units of a sale that is over are for sale in the open pool. */
  protected override moveOnIfClosed(poolId: PoolId): void {
    const pool = this.pools.find(poolId)
    if (pool?.state === "closed" && poolId !== OPEN_POOL)
      this.pools.moveBetween(poolId, OPEN_POOL, pool.available)
  }

  /** The units of a sale that is over are in the open pool. A limit that was reached meanwhile stands. */
  protected override poolToRetakeFrom({ pool: poolId }: HoldRecord): Pool | null {
    const own = this.pools.find(poolId)
    return own?.state === "closed" ? this.pools.find(OPEN_POOL) : own
  }
}

function grantOf(pool: Pool, { lane, granted, takenBack }: Lease): LaneGrant {
  if (!pool.terms) throw new Error(`pool ${pool.pool} has lanes and no terms`)
  return {
    pool: pool.pool,
    lane,
    granted,
    takenBack,
    terms: pool.terms,
    state: pool.state,
    termsVersion: pool.termsVersion,
  }
}
