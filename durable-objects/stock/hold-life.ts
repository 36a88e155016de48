import type {
  ClaimOutcome,
  ExtendOutcome,
  Goods,
  HoldCommand,
  HoldOutcome,
  HoldRecord,
  HoldRefusal,
  NumberedHold,
  PoolId,
  ReleaseOutcome,
  ReturnOutcome,
  SellOutcome,
} from "./contract.ts"
import { HoldBook } from "./hold-book.ts"
import { decideExtension, isAllBack, isOpen, replayOf, retakenHoldId } from "./hold-decisions.ts"
import { Levels } from "./levels.ts"
import { LimitBook } from "./limit-book.ts"
import { limitOf, PoolBook } from "./pool-book.ts"
import type { Pool } from "./pool-book.ts"
import { RefusalCounts } from "./refusal-counts.ts"
import type { Sql } from "../sqlite.ts"

/** The life of a hold: taken, claimed by an order, sold, given back, run out, sold late, returned. */
export abstract class HoldLife {
  protected readonly pools: PoolBook
  protected readonly holds: HoldBook
  protected readonly limits = new LimitBook()
  protected readonly levels: Levels
  private readonly refusals = new RefusalCounts()

  constructor(sql: Sql) {
    this.pools = new PoolBook(sql)
    this.holds = new HoldBook(sql)
    this.levels = new Levels(sql)
  }

  hold(command: HoldCommand, nowMs: number): HoldOutcome {
    const outcome = this.decideHold(command, nowMs)
    if (outcome.outcome === "refused") this.countRefusal(command.pool, outcome.refusal)
    return outcome
  }

  /** Decides and carries out, and counts nothing: a lane may ask for units and decide again. */
  protected decideHold(command: HoldCommand, nowMs: number): HoldOutcome {
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
      return this.endedBefore(command) ?? { outcome: "refused", refusal: refusal ?? "unknown_pool" }

    // From here it must succeed, unless the table knows the id: then nothing is written, and that hold is the answer.
    const { holdId, customer, quantity, orderId } = command
    const { unitPriceCents, currency, holdSeconds, goods } = pool.terms
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
    if (orderId !== undefined) this.holds.bindOrder(holdId, orderId)
    return {
      outcome: "held",
      replayed: false,
      state: "held",
      quantity,
      unitPriceCents,
      currency,
      expiresAtMs,
      ...(orderId !== undefined && goods && { goods }),
    }
  }

  /** Holds that were refused since this object started, by pool and reason: for who watches, not for any decision. */
  refusalsOf(pool: PoolId): Partial<Record<HoldRefusal, number>> {
    return this.refusals.of(pool)
  }

  protected countRefusal(pool: PoolId, refusal: HoldRefusal): void {
    if (this.pools.find(pool)) this.refusals.add(pool, refusal)
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
    this.holds.undo(hold)
    this.putBack(hold)
  }

  /** By an order, when it has ended: the hold's row names it then, and it is never sold to anybody. */
  release(holdId: string, customer: string, nowMs: number, orderId: string | null = null): ReleaseOutcome {
    this.expireDue(nowMs)
    const hold = this.holds.find(holdId)
    if (!hold || hold.customer !== customer) return { outcome: "refused", refusal: "not_found" }
    if (hold.state === "sold") return { outcome: "refused", refusal: "already_sold" }
    if (hold.state !== "held") {
      const soldLate = this.holds.find(retakenHoldId(holdId)) !== null
      if (soldLate) return { outcome: "refused", refusal: "already_sold" }
      if (orderId !== null && hold.orderId === null) this.holds.markGivenUp(hold, orderId)
      return { outcome: "released", replayed: true }
    }

    // From here it must succeed.
    this.endHold(hold, "released", nowMs, orderId)
    return { outcome: "released", replayed: false }
  }

  claim(holdId: string, customer: string, orderId: string, nowMs: number): ClaimOutcome {
    this.expireDue(nowMs)
    const hold = this.holds.find(holdId)
    if (!hold || hold.customer !== customer) return { outcome: "refused", refusal: "not_found" }
    if (hold.state === "released" || hold.state === "expired")
      return { outcome: "refused", refusal: "hold_expired" }
    if (hold.orderId !== null && hold.orderId !== orderId)
      return { outcome: "refused", refusal: "claimed_by_other" }
    if (hold.orderId === null) this.holds.bindOrder(holdId, orderId)
    const { quantity, unitPriceCents, currency, expiresAtMs, pool } = hold
    const goods = this.goodsOf(pool)
    return {
      outcome: "claimed",
      quantity,
      unitPriceCents,
      currency,
      expiresAtMs,
      pool,
      ...(goods && { goods }),
    }
  }

  goodsOf(pool: PoolId): Goods | undefined {
    return this.pools.find(pool)?.terms?.goods
  }

  sell(holdId: string, orderId: string, nowMs: number): SellOutcome {
    this.expireDue(nowMs)
    const hold = this.holds.find(holdId)
    if (!hold) return { outcome: "refused", refusal: "not_found" }
    if (hold.state === "released" || hold.state === "expired") return this.retake(hold, orderId, nowMs)
    if (hold.orderId !== null && hold.orderId !== orderId)
      return { outcome: "refused", refusal: "claimed_by_other" }
    if (hold.state === "sold") {
      return isAllBack(hold)
        ? { outcome: "refused", refusal: "gone" }
        : { outcome: "sold", replayed: true, retaken: false }
    }
    this.holds.end(holdId, "sold", orderId, nowMs)
    this.pools.move(hold.pool, { held: -hold.quantity, sold: hold.quantity })
    this.levels.changed()
    return { outcome: "sold", replayed: false, retaken: false }
  }

  extend(holdId: string, orderId: string, untilMs: number, nowMs: number): ExtendOutcome {
    this.expireDue(nowMs)
    const hold = this.holds.find(holdId)
    if (!hold) return { outcome: "refused", refusal: "not_found" }
    if (hold.orderId !== null && hold.orderId !== orderId)
      return { outcome: "refused", refusal: "claimed_by_other" }
    if (hold.state !== "held") return { outcome: "refused", refusal: "ended" }
    const decided = decideExtension(hold, untilMs)
    if (decided !== "extend") return decided

    // From here it must succeed.
    this.holds.extend(holdId, untilMs)
    this.holds.bindOrder(holdId, orderId)
    return { outcome: "extended", replayed: false, expiresAtMs: untilMs }
  }

  /**
   * Undoes a sale, or a part of it: `upTo` units of it are for sale again in all. The hold stays `sold`, with the units that
   * came back beside it.
   */
  returnUnits(holdId: string, orderId: string, upTo?: number): ReturnOutcome {
    const hold = this.saleOf(holdId, orderId)
    if (!hold) return { outcome: "refused", refusal: "not_sold" }
    const units = Math.min(upTo ?? hold.quantity, hold.quantity) - hold.returnedQuantity
    if (units <= 0) return { outcome: "returned", replayed: true }

    // From here it must succeed.
    this.holds.markReturned(hold, hold.returnedQuantity + units)
    this.pools.move(hold.pool, { sold: -units, available: units })
    this.limits.add(hold.pool, hold.customer, -units)
    this.moveOnIfClosed(hold.pool, units)
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

  isHolding(pool: PoolId, customer: string, nowMs: number): boolean {
    return this.holds.isHolding(pool, customer, nowMs)
  }

  findHold(holdId: string): NumberedHold | null {
    return this.holds.find(holdId)
  }

  holdsPage(pool: PoolId, afterSequence: number, limit: number): NumberedHold[] {
    return this.holds.page(pool, afterSequence, limit)
  }

  private refusalOf(command: HoldCommand, pool: Pool | null, nowMs: number): HoldRefusal | null {
    if (!pool?.terms || pool.lanes > 1) return "unknown_pool" // A pool with lanes is sold there, not here.
    if (!isOpen(pool.state, pool.terms, nowMs)) return "not_open"
    if (this.overLimit(pool, command.customer, command.quantity)) return "limit_reached"
    return pool.available < command.quantity ? "sold_out" : null
  }

  /** A payment that came after its hold's end: the units are sold again if there are any, at the price that was paid. */
  private retake(hold: HoldRecord, orderId: string, nowMs: number): SellOutcome {
    const retakenId = retakenHoldId(hold.holdId)
    const earlier = this.holds.find(retakenId)
    if (earlier) {
      if (earlier.orderId !== orderId) return { outcome: "refused", refusal: "claimed_by_other" }
      return isAllBack(earlier)
        ? { outcome: "refused", refusal: "gone" }
        : { outcome: "sold", replayed: true, retaken: true }
    }
    // Its order has given it up: this sale was under way when that was decided.
    if (hold.orderId !== null)
      return { outcome: "refused", refusal: hold.orderId === orderId ? "gone" : "claimed_by_other" }
    const from = this.poolToRetakeFrom(hold)
    if (!from || this.overLimit(from, hold.customer, hold.quantity) || from.available < hold.quantity)
      return { outcome: "refused", refusal: "gone" }

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

  protected overLimit(pool: Pool, customer: string, quantity: number): boolean {
    const limit = limitOf(pool)
    return limit !== null && this.limits.unitsOf(pool.pool, customer) + quantity > limit
  }

  private saleOf(holdId: string, orderId: string): NumberedHold | null {
    const candidates = [this.holds.find(holdId), this.holds.find(retakenHoldId(holdId))]
    return candidates.find((hold) => hold?.state === "sold" && hold.orderId === orderId) ?? null
  }

  private endHold(
    hold: HoldRecord,
    end: "released" | "expired",
    nowMs: number,
    orderId: string | null = null,
  ): void {
    this.holds.end(hold.holdId, end, orderId, nowMs)
    this.putBack(hold)
  }

  /** The units of a hold that runs no more are for sale again. */
  private putBack(hold: HoldRecord): void {
    this.pools.move(hold.pool, { held: -hold.quantity, available: hold.quantity })
    this.limits.add(hold.pool, hold.customer, -hold.quantity)
    this.moveOnIfClosed(hold.pool, hold.quantity)
    this.levels.changed()
  }

  /** Units that come back to a sale that is over go on to where they can be sold. */
  protected abstract moveOnIfClosed(pool: PoolId, units: number): void

  /** Where a late payment's units are looked for. */
  protected abstract poolToRetakeFrom(hold: HoldRecord): Pool | null
}
