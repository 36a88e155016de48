import type { Sql } from "../../sqlite.ts"
import type { HoldCommand, HoldOutcome, HoldRecord, PoolId, SellOutcome } from "../contract.ts"
import { retakenHoldId } from "../hold-decisions.ts"
import { HoldLedger } from "../hold-ledger.ts"
import type { Pool } from "../pool-book.ts"
import type { LaneCounts, LaneGrant, LaneReport } from "./contract.ts"
import { StandingBook } from "./standing-book.ts"

/**
 * The ledger of one lane of a SKU: holds live here as they do in the SKU's own ledger, and the units come from there.
 * What it has of a pool is `accepted - returned = available + held + sold`.
 */
export class LaneLedger extends HoldLedger {
  private readonly lane: number
  private readonly standings: StandingBook

  constructor(sql: Sql, lane: number) {
    super(sql)
    this.lane = lane
    this.standings = new StandingBook(sql)
    this.reload()
  }

  override reload(): void {
    this.standings.load()
    super.reload()
  }

  /** Null: there are too few units here, or the pool is not known here, and the root may know better. */
  tryHold(command: HoldCommand, nowMs: number): HoldOutcome | null {
    const outcome = this.decideHold(command, nowMs)
    if (outcome.outcome !== "refused") return outcome
    if (outcome.refusal === "sold_out" || outcome.refusal === "unknown_pool") return null
    this.countRefusal(command.pool, outcome.refusal)
    return outcome
  }

  /** Null: the payment came late, and there are too few units here to serve it all the same. */
  trySell(holdId: string, orderId: string, nowMs: number): SellOutcome | null {
    const outcome = this.sell(holdId, orderId, nowMs)
    if (outcome.outcome !== "refused" || outcome.refusal !== "gone") return outcome
    const hold = this.holds.find(holdId)
    const endedUnsold = hold?.state === "expired" || hold?.state === "released"
    if (!hold || !endedUnsold || hold.orderId !== null || this.holds.find(retakenHoldId(holdId)))
      return outcome
    const pool = this.poolToRetakeFrom(hold)
    if (!pool || this.overLimit(pool, hold.customer, hold.quantity)) return outcome
    return null
  }

  /** Takes in the root's standing: units that are new here, terms and state when they are newer. */
  accept(grant: LaneGrant): void {
    const { pool, granted, terms, state, termsVersion } = grant
    this.pools.ensure(pool)
    if (termsVersion > (this.pools.find(pool)?.termsVersion ?? 0)) {
      this.changeTerms(pool, terms, termsVersion)
      this.pools.setState(pool, state, termsVersion)
      this.levels.changed()
    }
    const units = this.standings.accept(pool, granted)
    if (units === 0) return
    this.pools.move(pool, { received: units, available: units })
    this.levels.changed()
  }

  /** Gives back every unit that nobody holds, or so many of them. */
  giveBack(poolId: PoolId, units = this.availableIn(poolId)): void {
    if (units === 0) return
    this.standings.giveBack(poolId, units)
    this.pools.move(poolId, { received: -units, available: -units })
    this.levels.changed()
  }

  /** This lane's standing, as it may be told once it is durable. */
  report(poolId: PoolId, nowMs: number): LaneReport {
    this.expireDue(nowMs)
    const pool = this.pools.find(poolId)
    if (!pool) return nothingYet(poolId, this.lane)
    if (pool.state === "closed") this.giveBack(poolId)
    const { accepted, returned, version } = this.standings.tell(poolId)
    const { held, sold, archivedSold, termsVersion } = pool
    return {
      pool: poolId,
      lane: this.lane,
      version,
      accepted,
      returned,
      held,
      sold,
      archivedSold,
      termsVersion,
    }
  }

  laneCounts(poolId: PoolId): LaneCounts | null {
    const counts = this.counts().pools.find(({ pool }) => pool === poolId)
    return counts ? { ...counts, ...this.standings.of(poolId), version: this.version } : null
  }

  poolIds(): PoolId[] {
    return this.pools.all().map(({ pool }) => pool)
  }

  /** Moves with every change of a pool, as long as this object lives. */
  changesOf(pool: PoolId): number {
    return this.pools.find(pool)?.changes ?? 0
  }

  availableIn(pool: PoolId): number {
    return this.pools.find(pool)?.available ?? 0
  }

  /** Units, all told, that went back to the root. */
  returnedOf(pool: PoolId): number {
    return this.standings.of(pool).returned
  }

  protected override loadLeases(): ReadonlyMap<PoolId, number> {
    return new Map()
  }

  protected override standing(): readonly Pool[] {
    return this.pools.all()
  }

  /** No more than came free: what else is here was granted for payments that came late, and they decide in a moment. */
  protected override moveOnIfClosed(pool: PoolId, units: number): void {
    if (this.pools.find(pool)?.state === "closed") this.giveBack(pool, units)
  }

  protected override poolToRetakeFrom({ pool }: HoldRecord): Pool | null {
    return this.pools.find(pool)
  }
}

/** What a lane says that has never had a unit of a pool. */
export function nothingYet(pool: PoolId, lane: number): LaneReport {
  return {
    pool,
    lane,
    version: 0,
    accepted: 0,
    returned: 0,
    held: 0,
    sold: 0,
    archivedSold: 0,
    termsVersion: 0,
  }
}
