import { HOLD_EXTENSION_MAX_MS, OPEN_POOL } from "../contract.ts"
import type {
  AllotOutcome,
  ClaimOutcome,
  ExtendOutcome,
  HoldCommand,
  HoldOutcome,
  HoldRefusal,
  ReleaseOutcome,
  ReturnOutcome,
  SellOutcome,
  StockCounts,
} from "../contract.ts"
import { Books } from "./books.ts"
import type { BookedHold, BookedPool } from "./books.ts"
import type { Command } from "./commands.ts"

/** The version is the ledger's own number; the auditor judges only how it moves. */
export type BookedCounts = Omit<StockCounts, "version">
type ExpectedReceipt =
  | { outcome: "received"; replayed: boolean; counts: BookedCounts }
  | { outcome: "refused"; refusal: "insufficient_stock" | "reused"; counts: BookedCounts }
export type Expected =
  | HoldOutcome
  | ReleaseOutcome
  | ClaimOutcome
  | SellOutcome
  | ExtendOutcome
  | ReturnOutcome
  | ExpectedReceipt
  | AllotOutcome
  | number
  | null

/**
 * The contract's words as rules over the auditor's books: what a ledger has to answer, in one reading of the contract
 * that shares no line with the ledger. Whatever is decided at a time is decided after all that was due by then ended.
 */
export class Rules {
  readonly books = new Books()

  decide(command: Command, nowMs: number): Expected {
    switch (command.kind) {
      // These come without a time, so nothing can end with them.
      case "openTerms":
        this.books.setTerms(OPEN_POOL, command.terms)
        return null
      case "saleTerms":
        this.books.setTerms(command.pool, command.terms)
        return null
      case "poolState": {
        const pool = this.books.pools.get(command.pool)
        if (pool) this.books.changeState(pool, command.state)
        return null
      }
      case "undo": {
        const hold = this.books.holds.get(command.holdId)
        const own = hold?.state === "held" && hold.customer === command.customer
        if (hold && own && hold.orderId === null && !hold.askedAgain) this.books.strike(hold)
        return null
      }
      case "return":
        return this.takeBack(command.holdId, command.orderId, command.upTo)
      case "expire":
        return this.books.expire(nowMs)
      case "forget":
        for (const { holdId, isLateSale } of command.booked) this.forget(holdId, isLateSale)
        return null
      case "receive":
      case "allot":
      case "hold":
      case "release":
      case "claim":
      case "sell":
      case "extend":
        this.books.expire(nowMs)
        return this.decideAt(command, nowMs)
    }
  }

  counts(): BookedCounts {
    const total: BookedCounts = { received: 0, available: 0, held: 0, sold: 0, pools: [] }
    for (const { id, state, archivedSold } of this.books.pools.values()) {
      const pool = { ...this.books.journal.counts(id), state, archivedSold }
      total.pools.push(pool)
      for (const sum of ["received", "available", "held", "sold"] as const) total[sum] += pool[sum]
    }
    return total
  }

  private decideAt(
    command: Extract<
      Command,
      { kind: "receive" | "allot" | "hold" | "release" | "claim" | "sell" | "extend" }
    >,
    nowMs: number,
  ): Expected {
    switch (command.kind) {
      case "receive":
        return this.receive(command)
      case "allot":
        return this.allot(command)
      case "hold":
        return this.hold(command, nowMs)
      case "release":
        return this.release(command, nowMs)
      case "claim":
        return this.claim(command.holdId, command.customer, command.orderId)
      case "sell":
        return this.sell(command.holdId, command.orderId, nowMs)
      case "extend":
        return this.extend(command.holdId, command.orderId, command.untilMs)
    }
  }

  private receive({ id, delta, reason }: Extract<Command, { kind: "receive" }>): ExpectedReceipt {
    const content = `${delta} ${reason}`
    const earlier = this.books.deliveries.get(id)
    if (earlier === content) return { outcome: "received", replayed: true, counts: this.counts() }
    if (earlier !== undefined) return { outcome: "refused", refusal: "reused", counts: this.counts() }
    if (this.books.available(OPEN_POOL) + delta < 0)
      return { outcome: "refused", refusal: "insufficient_stock", counts: this.counts() }
    this.books.deliveries.set(id, content)
    this.books.journal.bring(OPEN_POOL, delta)
    return { outcome: "received", replayed: false, counts: this.counts() }
  }

  private allot({ id, saleId, units, terms }: Extract<Command, { kind: "allot" }>): AllotOutcome {
    const available = this.books.available(OPEN_POOL)
    const content = `${units} to ${saleId}`
    const earlier = this.books.deliveries.get(id)
    if (earlier === content) return { outcome: "allotted", replayed: true }
    if (earlier !== undefined) return { outcome: "refused", refusal: "reused", available }
    if (this.books.pools.get(saleId)?.state === "closed")
      return { outcome: "refused", refusal: "pool_closed", available }
    if (units > available) return { outcome: "refused", refusal: "insufficient_stock", available }
    this.books.deliveries.set(id, content)
    this.books.setTerms(saleId, terms)
    this.books.journal.move([OPEN_POOL, "available"], [saleId, "available"], units)
    return { outcome: "allotted", replayed: false }
  }

  private hold(command: HoldCommand, nowMs: number): HoldOutcome {
    const earlier = this.books.holds.get(command.holdId)
    if (earlier) {
      const same =
        earlier.pool === command.pool &&
        earlier.customer === command.customer &&
        earlier.quantity === command.quantity
      if (!same) return refusedHold("reused")
      earlier.askedAgain = earlier.state === "held"
      return { outcome: "held", replayed: true, ...told(earlier) }
    }
    const pool = this.books.pools.get(command.pool)
    if (!pool) return refusedHold("unknown_pool")
    if (!isOpen(pool, nowMs)) return refusedHold("not_open")
    if (this.overLimit(pool, command)) return refusedHold("limit_reached")
    if (command.quantity > this.books.available(pool.id)) return refusedHold("sold_out")
    const taken = this.books.take(command, pool, nowMs)
    taken.orderId = command.orderId ?? null
    return { outcome: "held", replayed: false, ...told(taken) }
  }

  private release(
    { holdId, customer, orderId }: Extract<Command, { kind: "release" }>,
    nowMs: number,
  ): ReleaseOutcome {
    const hold = this.books.holds.get(holdId)
    if (!hold || hold.customer !== customer) return { outcome: "refused", refusal: "not_found" }
    if (hold.state === "sold") return { outcome: "refused", refusal: "already_sold" }
    if (lateSaleOf(hold)) return { outcome: "refused", refusal: "already_sold" }
    // What ran out has given its units back already: that is what the caller wanted.
    if (hold.state !== "held") {
      hold.orderId ??= orderId ?? null
      return { outcome: "released", replayed: true }
    }
    this.books.giveBack(hold, "released", nowMs, orderId ?? null)
    return { outcome: "released", replayed: false }
  }

  private claim(holdId: string, customer: string, orderId: string): ClaimOutcome {
    const hold = this.books.holds.get(holdId)
    if (!hold || hold.customer !== customer) return { outcome: "refused", refusal: "not_found" }
    if (hold.state === "released" || hold.state === "expired")
      return { outcome: "refused", refusal: "hold_expired" }
    if (hold.orderId !== null && hold.orderId !== orderId)
      return { outcome: "refused", refusal: "claimed_by_other" }
    hold.orderId = orderId
    const { quantity, unitPriceCents, currency, expiresAtMs, pool } = hold
    return { outcome: "claimed", quantity, unitPriceCents, currency, expiresAtMs, pool }
  }

  private sell(holdId: string, orderId: string, nowMs: number): SellOutcome {
    const hold = this.books.holds.get(holdId)
    if (!hold) return { outcome: "refused", refusal: "not_found" }
    const lateSale = lateSaleOf(hold)
    const servedOrder = lateSale?.orderId ?? hold.orderId
    if (servedOrder !== null && servedOrder !== orderId)
      return { outcome: "refused", refusal: "claimed_by_other" }
    const sale = lateSale ?? hold
    if (sale.returned === sale.quantity) return { outcome: "refused", refusal: "gone" }
    if (sale.state === "sold") return { outcome: "sold", replayed: true, retaken: lateSale !== null }
    if (hold.state === "held") {
      this.books.sell(hold, orderId, nowMs)
      return { outcome: "sold", replayed: false, retaken: false }
    }
    // An order that gave it up does not pay for it late.
    if (hold.orderId !== null) return { outcome: "refused", refusal: "gone" }
    const pool = this.books.pools.get(this.books.home(hold.pool))
    if (!pool || this.books.available(pool.id) < hold.quantity || this.overLimit(pool, hold))
      return { outcome: "refused", refusal: "gone" }
    this.books.sellLate(hold, orderId, nowMs)
    return { outcome: "sold", replayed: false, retaken: true }
  }

  private extend(holdId: string, orderId: string, untilMs: number): ExtendOutcome {
    const hold = this.books.holds.get(holdId)
    if (!hold) return { outcome: "refused", refusal: "not_found" }
    if (hold.orderId !== null && hold.orderId !== orderId)
      return { outcome: "refused", refusal: "claimed_by_other" }
    if (hold.state !== "held") return { outcome: "refused", refusal: "ended" }
    const { expiresAtMs, extended } = hold
    const again = { outcome: "extended", replayed: true, expiresAtMs } as const
    if (untilMs === expiresAtMs) return again
    if (extended) return { outcome: "refused", refusal: "extended_before" }
    if (untilMs < expiresAtMs) return again
    if (untilMs > expiresAtMs + HOLD_EXTENSION_MAX_MS) return { outcome: "refused", refusal: "too_long" }
    this.books.extend(hold, untilMs)
    hold.orderId = orderId
    return { outcome: "extended", replayed: false, expiresAtMs: untilMs }
  }

  /** A hold may go to Postgres when it has ended and no limit counts it: of a pool with a limit, only when that is closed. */
  mayBeForgotten({ state, pool }: BookedHold): boolean {
    const found = this.books.pools.get(pool)
    return state !== "held" && (found?.state === "closed" || found?.terms.perCustomerLimit === null)
  }

  /** What a limit has come to count since it was sent to Postgres stays here. */
  private forget(holdId: string, isLateSale: boolean): void {
    const hold = this.books.holds.get(holdId)
    const record = isLateSale ? (hold?.retake ?? this.books.orphans.get(holdId)) : hold
    if (record && this.mayBeForgotten(record)) this.books.forget(record, isLateSale)
  }

  private overLimit(pool: BookedPool, wish: { customer: string; quantity: number }): boolean {
    const limit = pool.terms.perCustomerLimit
    return limit !== null && this.books.unitsOf(wish.customer, pool.id) + wish.quantity > limit
  }

  private takeBack(holdId: string, orderId: string, upTo: number | undefined): ReturnOutcome {
    const hold = this.books.holds.get(holdId)
    const sales = [hold, hold?.retake ?? this.books.orphans.get(holdId)]
    const sale = sales.find((sale) => sale?.state === "sold" && sale.orderId === orderId)
    if (!sale) return { outcome: "refused", refusal: "not_sold" }
    const back = upTo === undefined || upTo > sale.quantity ? sale.quantity : upTo
    if (back <= sale.returned) return { outcome: "returned", replayed: true }
    this.books.takeBack(sale, back)
    return { outcome: "returned", replayed: false }
  }
}

function refusedHold(refusal: HoldRefusal): HoldOutcome {
  return { outcome: "refused", refusal }
}

function told({ state, quantity, unitPriceCents, currency, expiresAtMs }: BookedHold) {
  return { state, quantity, unitPriceCents, currency, expiresAtMs }
}

/** An id may hold again after its first hold was forgotten: then what was sold late under it says nothing of the new one. */
function lateSaleOf({ state, retake }: BookedHold): BookedHold | null {
  return state === "released" || state === "expired" ? retake : null
}

function isOpen({ state, terms }: BookedPool, nowMs: number): boolean {
  if (state !== "active") return false
  return (
    (terms.opensAtMs === null || nowMs >= terms.opensAtMs) &&
    (terms.closesAtMs === null || nowMs < terms.closesAtMs)
  )
}
