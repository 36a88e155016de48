import { OPEN_POOL } from "../../contract.ts"
import type { PoolId } from "../../contract.ts"
import { AuditFailure } from "../auditor.ts"

/** A hold whose time runs, as far as free units go. */
export interface Running {
  pool: PoolId
  quantity: number
  expiresAtMs: number
  /** Its units are taken: neither was it ended, nor is its time up. */
  takes: boolean
}

/** One pool's units at every moment there was, in their order. */
class PoolUnits {
  isClosed = false
  /** Units that nobody holds and nobody bought, wherever they are: with the root, in a lane, or under way. */
  private readonly free: number[] = [0]
  /** Units that a late payment can have: of a sale that is over, those of the open pool too. */
  private readonly reachable: number[] = [0]
  private readonly takes: Take[] = []

  get freeNow(): number {
    return this.free.at(-1) ?? 0
  }

  get moment(): number {
    return this.free.length - 1
  }

  become(free: number, reachable: number): void {
    this.free.push(free)
    this.reachable.push(reachable)
  }

  /** Somebody got units, and these are counted as taken from now on. */
  take(take: Omit<Take, "taken">): void {
    this.takes.push({ ...take, taken: this.moment })
  }

  /**
   * The fewest at any moment from `since` on. Who had asked already may come first from the moment of their question on,
   * whenever they were served.
   */
  lowest(of: "free" | "reachable", since: number): number {
    const promised = Array.from({ length: this.free.length - since + 1 }, () => 0)
    for (const { asked, taken, quantity } of this.takesAfter(since)) {
      const from = Math.max(0, asked - since)
      promised[from] = (promised[from] ?? 0) + quantity
      promised[taken - since] = (promised[taken - since] ?? 0) - quantity
    }
    let lowest = Infinity
    let waiting = 0
    for (let at = since; at < this.free.length; at++) {
      waiting += promised[at - since] ?? 0
      lowest = Math.min(lowest, (this[of][at] ?? Infinity) - waiting)
    }
    return lowest
  }

  private takesAfter(moment: number): Take[] {
    let first = this.takes.length
    while (first > 0 && (this.takes[first - 1]?.taken ?? 0) > moment) first--
    return this.takes.slice(first)
  }
}

/** Units that somebody got: the moments of the question, and of the decision being durable. */
interface Take {
  quantity: number
  asked: number
  taken: number
}

/** A moment of one pool, to be asked about later. */
export interface Moment {
  pool: PoolId
  at: number
}

/**
 * How many units are free in each pool, by the auditor's own count, now and at every moment before. A unit is free again
 * at the very time at which its hold ends, whether anyone has noticed or not.
 */
export class FreeUnits {
  private readonly pools = new Map<PoolId, PoolUnits>()
  /** Holds by the millisecond at which they end; the times are a heap of their own. */
  private readonly ends = new Map<number, Running[]>()
  private readonly endTimes: number[] = []
  /** Holds whose time is up and whose ledger has not noticed. Should the clock go back, they run again. */
  private readonly unnoticed = new Set<Running>()
  private advancedTo = -Infinity
  /** When somebody first asked for units, by the name of the question. */
  private readonly questions = new Map<string, Moment>()

  /** Frees what has ended by now. Where the clock went back, what it had ended is taken again, until it ends again. */
  advance(nowMs: number): void {
    if (nowMs < this.advancedTo) {
      for (const hold of this.unnoticed) if (hold.expiresAtMs > nowMs) this.take(hold)
    }
    this.advancedTo = nowMs
    for (let first = this.endTimes[0]; first !== undefined && first <= nowMs; first = this.endTimes[0]) {
      this.endTimes.shift()
      for (const hold of this.ends.get(first) ?? []) {
        // One that was extended stands under both of its ends.
        if (!hold.takes || hold.expiresAtMs !== first) continue
        this.end(hold)
        this.unnoticed.add(hold)
      }
      this.ends.delete(first)
    }
  }

  take(hold: Running): void {
    hold.takes = true
    this.unnoticed.delete(hold)
    this.move(hold.pool, -hold.quantity)
    const others = this.ends.get(hold.expiresAtMs)
    if (others) others.push(hold)
    else {
      this.ends.set(hold.expiresAtMs, [hold])
      insertSorted(this.endTimes, hold.expiresAtMs)
    }
  }

  end(hold: Running): void {
    this.unnoticed.delete(hold)
    if (!hold.takes) return
    hold.takes = false
    this.move(hold.pool, hold.quantity)
  }

  /** Its end may have come before anybody knew that it was moved: then its units are taken again. */
  extend(hold: Running, untilMs: number): void {
    this.end(hold)
    hold.expiresAtMs = untilMs
    this.take(hold)
  }

  /** It takes its units for good. It may have been sold in time and written down after. */
  sell(hold: Running): void {
    this.unnoticed.delete(hold)
    if (!hold.takes) this.move(hold.pool, -hold.quantity)
    hold.takes = false
  }

  close(pool: PoolId): void {
    this.unitsOf(pool).isClosed = true
    this.move(pool, 0)
  }

  move(pool: PoolId, units: number): void {
    const free = this.freeIn(pool) + units
    if (free < 0)
      throw new AuditFailure({
        about: `P1: free units of ${pool}`,
        ledgerSays: units,
        booksSay: this.freeIn(pool),
      })
    const open = pool === OPEN_POOL ? free : this.freeIn(OPEN_POOL)
    for (const [id, other] of this.pools) {
      if (id !== pool && (pool !== OPEN_POOL || !other.isClosed)) continue
      const now = id === pool ? free : other.freeNow
      other.become(now, other.isClosed ? now + open : now)
    }
  }

  freeIn(pool: PoolId): number {
    return this.unitsOf(pool).freeNow
  }

  moment(pool: PoolId): Moment {
    return { pool, at: this.unitsOf(pool).moment }
  }

  /** Somebody asks for units that may be theirs from now on. */
  question(name: string, moment: Moment): void {
    if (!this.questions.has(name)) this.questions.set(name, moment)
  }

  /** Somebody got units; called when they are counted as taken. */
  answer(name: string, { pool, quantity }: Running): void {
    const units = this.unitsOf(pool)
    units.take({ quantity, asked: this.questions.get(name)?.at ?? units.moment })
  }

  /** The fewest units that one who asked at that moment could have had since. */
  lowestSince({ pool, at }: Moment, of: "free" | "reachable"): number {
    return this.unitsOf(pool).lowest(of, at)
  }

  private unitsOf(pool: PoolId): PoolUnits {
    const known = this.pools.get(pool)
    if (known) return known
    const units = new PoolUnits()
    this.pools.set(pool, units)
    return units
  }
}

/** Most times come in order, so the place is near the end. */
function insertSorted(times: number[], time: number): void {
  let at = times.length
  while (at > 0 && (times[at - 1] ?? 0) > time) at--
  times.splice(at, 0, time)
}
