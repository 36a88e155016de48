import { ARCHIVE_BATCH_MAX, OPEN_POOL } from "./contract.ts"
import type {
  AllotOutcome,
  ClaimOutcome,
  HoldCommand,
  HoldOutcome,
  HoldRecord,
  HoldRefusal,
  PoolId,
  PoolState,
  PoolTerms,
  ReceiveOutcome,
  ReleaseOutcome,
  ReturnOutcome,
  SellOutcome,
  StockCounts,
} from "./contract.ts"
import { CommandLog } from "./command-log.ts"
import { HoldBook } from "./hold-book.ts"
import { Levels } from "./levels.ts"
import { LimitBook } from "./limit-book.ts"
import { PoolBook } from "./pool-book.ts"
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
export class Ledger {
  private readonly pools: PoolBook
  private readonly holds: HoldBook
  private readonly limits = new LimitBook()
  private readonly levels: Levels
  private readonly refusals = new Map<PoolId, Partial<Record<HoldRefusal, number>>>()
  private readonly commands: CommandLog

  constructor(sql: Sql) {
    this.commands = new CommandLog(sql)
    this.pools = new PoolBook(sql)
    this.holds = new HoldBook(sql)
    this.levels = new Levels(sql)
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
    this.moveBetweenPools(OPEN_POOL, command.saleId, command.units)
    this.levels.changed()
    return { outcome: "allotted", replayed: false }
  }

  /** Closing a pool moves what is unsold and unheld back to the open pool; what is held follows when it comes back. */
  setPoolState(poolId: PoolId, state: PoolState): void {
    const pool = this.pools.find(poolId)
    if (!pool || pool.state === "closed" || pool.state === state) return
    this.pools.setState(poolId, state)
    if (state === "closed" && poolId !== OPEN_POOL) this.moveBetweenPools(poolId, OPEN_POOL, pool.available)
    this.levels.changed()
  }

  changeSaleTerms(poolId: PoolId, terms: PoolTerms): void {
    if (this.pools.find(poolId)) this.changeTerms(poolId, terms)
  }

  hold(command: HoldCommand, nowMs: number): HoldOutcome {
    this.expireDue(nowMs)
    const running = this.holds.findRunning(command.holdId)
    if (running) {
      const answer = replayOf(running, command)
      if (answer.outcome === "held") this.holds.markAskedAgain(command.holdId)
      return answer
    }
    const pool = this.pools.find(command.pool)
    const refusal = this.refusalOf(command, pool, nowMs)
    if (refusal || !pool?.terms)
      return this.endedBefore(command) ?? this.refuse(command.pool, refusal ?? "unknown_pool")

    // From here it must succeed, unless the table knows the id: then nothing is written, and that hold is the answer.
    const { holdId, customer, quantity } = command
    const { unitPriceCents, currency, holdSeconds } = pool.terms
    const expiresAtMs = nowMs + holdSeconds * 1000
    const hold = {
      holdId,
      pool: pool.pool,
      customer,
      quantity,
      unitPriceCents,
      currency,
      createdAtMs: nowMs,
      expiresAtMs,
    }
    if (!this.holds.insert(hold))
      return this.endedBefore(command) ?? { outcome: "refused", refusal: "reused" }
    this.pools.move(pool.pool, { available: -quantity, held: quantity })
    this.limits.add(pool.pool, customer, quantity)
    this.levels.changed()
    return {
      outcome: "held",
      replayed: false,
      state: "held",
      quantity,
      unitPriceCents,
      currency,
      expiresAtMs,
    }
  }

  /** Holds that were refused since this object started, by pool and reason: for who watches, not for any decision. */
  refusalsOf(pool: PoolId): Partial<Record<HoldRefusal, number>> {
    return { ...this.refusals.get(pool) }
  }

  private refuse(pool: PoolId, refusal: HoldRefusal): HoldOutcome {
    if (this.pools.find(pool)) {
      const counts = this.refusals.get(pool) ?? {}
      counts[refusal] = (counts[refusal] ?? 0) + 1
      this.refusals.set(pool, counts)
    }
    return { outcome: "refused", refusal }
  }

  /** The answer of a hold of this id that has ended, or null when there was none. It comes before every other refusal. */
  private endedBefore(command: HoldCommand): HoldOutcome | null {
    const ended = this.holds.find(command.holdId)
    return ended ? replayOf(ended, command) : null
  }

  undo(holdId: string, customer: string): void {
    const hold = this.holds.findRunning(holdId)
    if (!hold || hold.customer !== customer || hold.orderId !== null || this.holds.wasAskedAgain(holdId))
      return

    // From here it must succeed.
    this.holds.undo(holdId)
    this.putBack(hold)
  }

  release(holdId: string, customer: string, nowMs: number): ReleaseOutcome {
    this.expireDue(nowMs)
    const hold = this.holds.find(holdId)
    if (!hold || hold.customer !== customer) return { outcome: "refused", refusal: "not_found" }
    if (hold.state === "sold") return { outcome: "refused", refusal: "already_sold" }
    if (hold.state !== "held") {
      const soldLate = this.holds.find(retakenHoldId(holdId)) !== null
      return soldLate
        ? { outcome: "refused", refusal: "already_sold" }
        : { outcome: "released", replayed: true }
    }

    // From here it must succeed.
    this.endHold(hold, "released", nowMs)
    return { outcome: "released", replayed: false }
  }

  claim(holdId: string, customer: string, orderId: string, nowMs: number): ClaimOutcome {
    this.expireDue(nowMs)
    const hold = this.holds.find(holdId)
    if (!hold || hold.customer !== customer) return { outcome: "refused", refusal: "not_found" }
    if (hold.orderId !== null && hold.orderId !== orderId)
      return { outcome: "refused", refusal: "claimed_by_other" }
    if (hold.state === "released" || hold.state === "expired")
      return { outcome: "refused", refusal: "hold_expired" }
    if (hold.orderId === null) this.holds.bindOrder(holdId, orderId)
    const { quantity, unitPriceCents, currency, expiresAtMs, pool } = hold
    return { outcome: "claimed", quantity, unitPriceCents, currency, expiresAtMs, pool }
  }

  sell(holdId: string, orderId: string, nowMs: number): SellOutcome {
    this.expireDue(nowMs)
    const hold = this.holds.find(holdId)
    if (!hold) return { outcome: "refused", refusal: "not_found" }
    if (hold.orderId !== null && hold.orderId !== orderId)
      return { outcome: "refused", refusal: "claimed_by_other" }
    if (hold.state === "sold") {
      return hold.returnedQuantity > 0
        ? { outcome: "refused", refusal: "gone" }
        : { outcome: "sold", replayed: true, retaken: false }
    }
    if (hold.state === "held") {
      this.holds.end(holdId, "sold", orderId, nowMs)
      this.pools.move(hold.pool, { held: -hold.quantity, sold: hold.quantity })
      this.levels.changed()
      return { outcome: "sold", replayed: false, retaken: false }
    }
    return this.retake(hold, orderId, nowMs)
  }

  /** Undoes a sale: the units are for sale again. The hold stays `sold`, with the units that came back beside it. */
  returnUnits(holdId: string, orderId: string): ReturnOutcome {
    const hold = this.saleOf(holdId, orderId)
    if (!hold) return { outcome: "refused", refusal: "not_sold" }
    if (hold.returnedQuantity > 0) return { outcome: "returned", replayed: true }

    // From here it must succeed.
    this.holds.markReturned(hold.holdId, hold.quantity)
    this.pools.move(hold.pool, { sold: -hold.quantity, available: hold.quantity })
    this.limits.add(hold.pool, hold.customer, -hold.quantity)
    this.drainIfClosed(hold.pool, hold.quantity)
    this.levels.changed()
    return { outcome: "returned", replayed: false }
  }

  /** Ends every hold whose time is up. Cheap when none is: the earliest end is known. */
  expireDue(nowMs: number): number {
    let ended = 0
    for (let hold = this.holds.takeDue(nowMs); hold; hold = this.holds.takeDue(nowMs)) {
      this.endHold(hold, "expired", nowMs)
      ended++
    }
    return ended
  }

  get hasEndedHolds(): boolean {
    return this.holds.hasEnded
  }

  get earliestExpiryMs(): number | null {
    return this.holds.earliestExpiryMs
  }

  findHold(holdId: string): HoldRecord | null {
    return this.holds.find(holdId)
  }

  holdsPage(pool: PoolId, afterHoldId: string, limit: number): HoldRecord[] {
    return this.holds.page(pool, afterHoldId, limit)
  }

  /**
   * Ended holds that may move to Postgres, a stretch of the table at a time. Where a limit still counts them they stay:
   * of a pool with a limit, only when it is closed.
   */
  archivable(afterHoldId: string, cutoffMs: number): { holds: HoldRecord[]; nextHoldId: string | null } {
    const { ended, nextHoldId } = this.holds.endedAfter(afterHoldId, ARCHIVE_BATCH_MAX, cutoffMs)
    const holds = ended.filter(({ pool }) => {
      const found = this.pools.find(pool)
      return found?.state === "closed" || limitOf(found) === null
    })
    return { holds, nextHoldId }
  }

  /** Postgres has these ended holds: their rows go, what they sold stays in the pool's sum. */
  forgetArchived(holdIds: readonly string[]): void {
    const soldUnits = new Map<PoolId, number>()
    for (const holdId of holdIds) {
      const hold = this.holds.find(holdId)
      if (!hold) continue
      this.holds.delete(holdId)
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
    this.watchLimit(this.pools.find(pool))
  }

  /** A limit that is new to a pool counts what its customers have already, as far as their holds are still here. */
  private watchLimit(pool: Pool | null): void {
    if (!pool) return
    if (limitOf(pool) === null) this.limits.forget(pool.pool)
    else if (!this.limits.watches(pool.pool))
      this.limits.watch(pool.pool, this.holds.unitsByCustomer(pool.pool))
  }

  private refusalOf(command: HoldCommand, pool: Pool | null, nowMs: number): HoldRefusal | null {
    if (!pool?.terms) return "unknown_pool"
    const { opensAtMs, closesAtMs } = pool.terms
    if (pool.state !== "active") return "not_open"
    if (opensAtMs !== null && nowMs < opensAtMs) return "not_open"
    if (closesAtMs !== null && nowMs >= closesAtMs) return "not_open"
    if (this.overLimit(pool, command.customer, command.quantity)) return "limit_reached"
    return pool.available < command.quantity ? "sold_out" : null
  }

  /** A payment that came after its hold's end: the units are sold again if there are any, at the price that was paid. */
  private retake(hold: HoldRecord, orderId: string, nowMs: number): SellOutcome {
    const retakenId = retakenHoldId(hold.holdId)
    const earlier = this.holds.find(retakenId)
    if (earlier) {
      if (earlier.orderId !== orderId) return { outcome: "refused", refusal: "claimed_by_other" }
      return earlier.returnedQuantity > 0
        ? { outcome: "refused", refusal: "gone" }
        : { outcome: "sold", replayed: true, retaken: true }
    }
    const from = this.poolToRetakeFrom(hold)
    if (!from) return { outcome: "refused", refusal: "gone" }

    // From here it must succeed.
    const { customer, quantity, unitPriceCents, currency } = hold
    const retaken = { holdId: retakenId, pool: from.pool, customer, quantity, unitPriceCents, currency }
    this.holds.insert({ ...retaken, createdAtMs: nowMs, expiresAtMs: nowMs })
    this.holds.end(retakenId, "sold", orderId, nowMs)
    this.pools.move(from.pool, { available: -quantity, sold: quantity })
    this.limits.add(from.pool, customer, quantity)
    this.levels.changed()
    return { outcome: "sold", replayed: false, retaken: true }
  }

  /** The units of a sale that is over are in the open pool. A limit that was reached meanwhile stands. */
  private poolToRetakeFrom({ pool: poolId, customer, quantity }: HoldRecord): Pool | null {
    const own = this.pools.find(poolId)
    const pool = own?.state === "closed" ? this.pools.find(OPEN_POOL) : own
    if (!pool || pool.available < quantity || this.overLimit(pool, customer, quantity)) return null
    return pool
  }

  private overLimit(pool: Pool, customer: string, quantity: number): boolean {
    const limit = limitOf(pool)
    return limit !== null && this.limits.unitsOf(pool.pool, customer) + quantity > limit
  }

  private saleOf(holdId: string, orderId: string): HoldRecord | null {
    const candidates = [this.holds.find(holdId), this.holds.find(retakenHoldId(holdId))]
    return candidates.find((hold) => hold?.state === "sold" && hold.orderId === orderId) ?? null
  }

  private endHold(hold: HoldRecord, end: "released" | "expired", nowMs: number): void {
    this.holds.end(hold.holdId, end, null, nowMs)
    this.putBack(hold)
  }

  /** The units of a hold that runs no more are for sale again. */
  private putBack(hold: HoldRecord): void {
    this.pools.move(hold.pool, { held: -hold.quantity, available: hold.quantity })
    this.limits.add(hold.pool, hold.customer, -hold.quantity)
    this.drainIfClosed(hold.pool, hold.quantity)
    this.levels.changed()
  }

  /** Units that come back to a sale that is over are for sale in the open pool. */
  private drainIfClosed(poolId: PoolId, units: number): void {
    if (poolId !== OPEN_POOL && this.pools.find(poolId)?.state === "closed")
      this.moveBetweenPools(poolId, OPEN_POOL, units)
  }

  private moveBetweenPools(from: PoolId, to: PoolId, units: number): void {
    if (units === 0) return
    this.pools.move(from, { received: -units, available: -units })
    this.pools.move(to, { received: units, available: units })
  }
}

function limitOf(pool: Pool | null): number | null {
  return pool?.terms?.perCustomerLimit ?? null
}

/** The id under which an expired hold's units are taken again. */
function retakenHoldId(holdId: string): string {
  return `${holdId}!late`
}

function replayOf(earlier: HoldRecord, command: HoldCommand): HoldOutcome {
  const same =
    earlier.pool === command.pool &&
    earlier.customer === command.customer &&
    earlier.quantity === command.quantity
  if (!same) return { outcome: "refused", refusal: "reused" }
  const { state, quantity, unitPriceCents, currency, expiresAtMs } = earlier
  return { outcome: "held", replayed: true, state, quantity, unitPriceCents, currency, expiresAtMs }
}
