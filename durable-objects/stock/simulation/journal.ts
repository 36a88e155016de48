import type { PoolCounts, PoolId } from "../contract.ts"

/** Where units can be: outside the house, or in one of a pool's three places. */
export type Place = "available" | "held" | "sold"
type Account = number

const OUTSIDE: Account = 0
const PLACES: readonly Place[] = ["available", "held", "sold"]

/**
 * Units in double entry: every movement takes from one account what it gives to another, so nothing is made or lost
 * between them, and a pool's `received` is never written down: it is what its accounts add up to. All movements are
 * kept, so that the balances can be added up anew.
 */
export class Journal {
  private readonly firstAccountOf = new Map<PoolId, Account>()
  private readonly balances: number[] = [0]
  /** Three numbers a movement: from, to, units. */
  private readonly movements: number[] = []

  open(pool: PoolId): void {
    if (this.firstAccountOf.has(pool)) return
    this.firstAccountOf.set(pool, this.balances.length)
    for (const _ of PLACES) this.balances.push(0)
  }

  /** Units come in from outside; below zero, they go out. */
  bring(pool: PoolId, units: number): void {
    this.post(OUTSIDE, this.account(pool, "available"), units)
  }

  move(from: [PoolId, Place], to: [PoolId, Place], units: number): void {
    this.post(this.account(...from), this.account(...to), units)
  }

  balance(pool: PoolId, place: Place): number {
    return this.balances[this.account(pool, place)] ?? 0
  }

  counts(pool: PoolId): Omit<PoolCounts, "state" | "archivedSold"> {
    const available = this.balance(pool, "available")
    const held = this.balance(pool, "held")
    const sold = this.balance(pool, "sold")
    return { pool, received: available + held + sold, available, held, sold }
  }

  /** Adds up all movements from the first one; throws when that is not what the balances say, or one is below zero. */
  recount(): void {
    const sums = this.balances.map(() => 0)
    for (let at = 0; at < this.movements.length; at += 3) {
      const [from = 0, to = 0, units = 0] = this.movements.slice(at, at + 3)
      sums[from] = (sums[from] ?? 0) - units
      sums[to] = (sums[to] ?? 0) + units
    }
    for (const [account, sum] of sums.entries()) {
      if (sum !== this.balances[account]) throw new Error("the auditor's own books don't add up")
      if (sum < 0 && account !== OUTSIDE) throw new Error("the auditor's own books went below zero")
    }
  }

  private post(from: Account, to: Account, units: number): void {
    this.balances[from] = (this.balances[from] ?? 0) - units
    this.balances[to] = (this.balances[to] ?? 0) + units
    this.movements.push(from, to, units)
  }

  private account(pool: PoolId, place: Place): Account {
    const first = this.firstAccountOf.get(pool)
    if (first === undefined) throw new Error(`the auditor's books have no pool ${pool}`)
    return first + PLACES.indexOf(place)
  }
}
