import { HOLD_EXTENSION_MAX_MS } from "../../contract.ts"
import type { HoldCommand, HoldOutcome, PoolId, PoolState, PoolTerms } from "../../contract.ts"
import { AuditFailure } from "../auditor.ts"
import type { Decision } from "./decisions.ts"
import type { FreeUnits } from "./free-units.ts"
import { ANY, isGivenUp, isOpen, matches, refused, told } from "./booked-hold.ts"
import type { BookedHold, HeardPool } from "./booked-hold.ts"

const HOLD_DECISIONS = ["hold", "undo", "release", "claim", "sell", "extend", "return", "expire"] as const
type HoldDecision = Extract<Decision, { kind: (typeof HOLD_DECISIONS)[number] }>

export function isOfHolds(decision: Decision): decision is HoldDecision {
  return HOLD_DECISIONS.some((kind) => kind === decision.kind)
}

/**
 * One object's holds by the auditor's own books: it is told each durable decision in its order, and judges by the
 * contract's words. Whether units were to be had is not for one object's books to say.
 */
export class HoldBooks {
  /** What this object has heard of each pool. */
  readonly pools = new Map<PoolId, HeardPool>()
  readonly holds = new Map<string, BookedHold>()
  private readonly running = new Set<BookedHold>()
  private readonly undone = new Set<string>()
  private readonly free: FreeUnits
  /** Of all objects together: units by pool and customer, held or bought. */
  private readonly customers: Map<string, number>

  constructor(free: FreeUnits, customers: Map<string, number>) {
    this.free = free
    this.customers = customers
  }

  hear(pool: PoolId, terms: PoolTerms, state: PoolState, termsVersion: number): void {
    const heard = this.pools.get(pool)
    const units = heard ?? { held: 0, sold: 0 }
    this.pools.set(pool, { ...units, terms, state, termsVersion })
  }

  /** What an instance had only in memory is gone with it. */
  forgetClaims(): void {
    for (const hold of this.running) {
      hold.askedAgain = false
      hold.orderId = null
    }
  }

  judge(decision: HoldDecision): void {
    // These two come without a time, so nothing ends with them.
    if (decision.kind !== "undo" && decision.kind !== "return") this.expire(decision.atMs)
    const expected = this.expect(decision)
    if (expected === ANY || !("outcome" in decision)) return
    if (!matches(expected, decision.outcome))
      throw new AuditFailure({
        about: JSON.stringify(decision),
        ledgerSays: decision.outcome,
        booksSay: expected,
      })
  }

  unitsOf(pool: PoolId, customer: string): number {
    return this.customers.get(`${pool} ${customer}`) ?? 0
  }

  wasUndone(holdId: string): boolean {
    return this.undone.has(holdId)
  }

  private expect(decision: HoldDecision): unknown {
    switch (decision.kind) {
      case "hold":
        return this.hold(decision.command, decision.outcome, decision.atMs)
      case "undo":
        return this.undo(decision.holdId, decision.customer)
      case "release":
        return this.release(decision)
      case "claim":
        return this.claim(decision.holdId, decision.customer, decision.orderId)
      case "sell":
        return this.sell(decision)
      case "extend":
        return this.extend(decision)
      case "return":
        return this.takeBack(decision)
      case "expire":
        return ANY
    }
  }

  /** Whatever is decided at a time is decided after all that was due by then has ended. */
  expire(nowMs: number): void {
    for (const hold of this.running) if (hold.expiresAtMs <= nowMs) this.end(hold, "expired")
  }

  private hold(command: HoldCommand, outcome: HoldOutcome | null, nowMs: number): unknown {
    const { holdId, pool, customer, quantity } = command
    const earlier = this.holds.get(holdId)
    if (earlier) {
      const same = earlier.pool === pool && earlier.customer === customer && earlier.quantity === quantity
      if (!same) return refused("reused")
      earlier.askedAgain = earlier.state === "held"
      return { outcome: "held", replayed: true, ...told(earlier) }
    }
    const heard = this.pools.get(pool)
    // Left open: only where more units might help, or more knowledge.
    if (!heard) return outcome === null ? null : refused("unknown_pool")
    if (!isOpen(heard, nowMs)) return refused("not_open")
    const limit = heard.terms.perCustomerLimit
    if (limit !== null && this.unitsOf(pool, customer) + quantity > limit) return refused("limit_reached")
    if (outcome === null || outcome.outcome === "refused")
      return outcome === null ? null : refused("sold_out")
    return { outcome: "held", replayed: false, ...told(this.take(command, heard, nowMs)) }
  }

  private take(command: HoldCommand, heard: HeardPool, nowMs: number): BookedHold {
    const hold: BookedHold = {
      holdId: command.holdId,
      pool: command.pool,
      customer: command.customer,
      quantity: command.quantity,
      unitPriceCents: heard.terms.unitPriceCents,
      currency: heard.terms.currency,
      state: "held",
      orderId: null,
      askedAgain: false,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + heard.terms.holdSeconds * 1_000,
      firstExpiresAtMs: nowMs + heard.terms.holdSeconds * 1_000,
      extended: false,
      takes: false,
      returned: 0,
      late: null,
      metLimit: false,
    }
    this.holds.set(hold.holdId, hold)
    this.running.add(hold)
    heard.held += hold.quantity
    this.credit(hold, hold.quantity)
    this.free.take(hold)
    this.free.answer(hold.holdId, hold)
    return hold
  }

  private end(hold: BookedHold, state: "released" | "expired", givenUpBy: string | null = null): void {
    hold.state = state
    // Whichever order pays for it late may have it, unless one has given it up: then nobody.
    hold.orderId = givenUpBy
    this.running.delete(hold)
    this.heardOf(hold).held -= hold.quantity
    this.credit(hold, -hold.quantity)
    this.free.end(hold)
  }

  private undo(holdId: string, customer: string): unknown {
    const hold = this.holds.get(holdId)
    const own = hold?.state === "held" && hold.customer === customer
    if (!hold || !own || hold.orderId !== null || hold.askedAgain) return ANY
    this.end(hold, "released")
    this.holds.delete(holdId)
    this.undone.add(holdId)
    return ANY
  }

  private release({ holdId, customer, orderId }: Extract<Decision, { kind: "release" }>): unknown {
    const hold = this.holds.get(holdId)
    if (!hold || hold.customer !== customer) return refused("not_found")
    if (hold.state === "sold" || hold.late) return refused("already_sold")
    if (hold.state !== "held") {
      hold.orderId ??= orderId
      return { outcome: "released", replayed: true }
    }
    this.end(hold, "released", orderId)
    return { outcome: "released", replayed: false }
  }

  private claim(holdId: string, customer: string, orderId: string): unknown {
    const hold = this.holds.get(holdId)
    if (!hold || hold.customer !== customer) return refused("not_found")
    if (hold.state === "released" || hold.state === "expired") return refused("hold_expired")
    if (hold.orderId !== null && hold.orderId !== orderId) return refused("claimed_by_other")
    hold.orderId = orderId
    const { quantity, unitPriceCents, currency, expiresAtMs, pool } = hold
    return { outcome: "claimed", quantity, unitPriceCents, currency, expiresAtMs, pool }
  }

  private sell(decision: Extract<Decision, { kind: "sell" }>): unknown {
    const { holdId, orderId, outcome, atMs } = decision
    const hold = this.holds.get(holdId)
    if (!hold) return refused("not_found")
    const servedOrder = hold.late?.orderId ?? hold.orderId
    if (servedOrder !== null && servedOrder !== orderId) return refused("claimed_by_other")
    if ((hold.late ?? hold).returned === hold.quantity) return refused("gone")
    if (hold.late || hold.state === "sold")
      return { outcome: "sold", replayed: true, retaken: hold.late !== null }
    const heard = this.heardOf(hold)
    if (hold.state === "held") {
      hold.state = "sold"
      hold.orderId = orderId
      this.running.delete(hold)
      heard.held -= hold.quantity
      heard.sold += hold.quantity
      this.free.sell(hold)
      return { outcome: "sold", replayed: false, retaken: false }
    }
    if (isGivenUp(hold)) return refused("gone")
    const limit = heard.terms.perCustomerLimit
    if (limit !== null && this.unitsOf(hold.pool, hold.customer) + hold.quantity > limit) {
      hold.metLimit = true
      return refused("gone")
    }
    if (outcome?.outcome !== "sold") return outcome === null ? null : refused("gone")
    hold.late = { orderId, atMs, returned: 0 }
    heard.sold += hold.quantity
    this.credit(hold, hold.quantity)
    this.free.move(hold.pool, -hold.quantity)
    this.free.answer(`${holdId} ${orderId}`, hold)
    return { outcome: "sold", replayed: false, retaken: true }
  }

  private extend({ holdId, orderId, untilMs }: Extract<Decision, { kind: "extend" }>): unknown {
    const hold = this.holds.get(holdId)
    if (!hold) return refused("not_found")
    if (hold.orderId !== null && hold.orderId !== orderId) return refused("claimed_by_other")
    if (hold.state !== "held") return refused("ended")
    const more = untilMs - hold.expiresAtMs
    const asItIs = { outcome: "extended", replayed: true, expiresAtMs: hold.expiresAtMs }
    if (hold.extended) return more === 0 ? asItIs : refused("extended_before")
    if (more <= 0) return asItIs
    if (more > HOLD_EXTENSION_MAX_MS) return refused("too_long")
    this.free.extend(hold, untilMs)
    hold.extended = true
    hold.orderId = orderId
    return { outcome: "extended", replayed: false, expiresAtMs: untilMs }
  }

  private takeBack({ holdId, orderId, upTo }: Extract<Decision, { kind: "return" }>): unknown {
    const hold = this.holds.get(holdId)
    const sale = hold?.late ?? (hold?.state === "sold" ? hold : null)
    if (!hold || sale?.orderId !== orderId) return refused("not_sold")
    const back = upTo === null || upTo > hold.quantity ? hold.quantity : upTo
    const units = back - sale.returned
    if (units <= 0) return { outcome: "returned", replayed: true }
    sale.returned = back
    this.heardOf(hold).sold -= units
    this.credit(hold, -units)
    this.free.move(hold.pool, units)
    return { outcome: "returned", replayed: false }
  }

  private credit({ pool, customer }: BookedHold, units: number): void {
    this.customers.set(`${pool} ${customer}`, this.unitsOf(pool, customer) + units)
  }

  private heardOf({ pool }: BookedHold): HeardPool {
    const heard = this.pools.get(pool)
    if (!heard) throw new Error(`the auditor's books have no pool ${pool}`)
    return heard
  }
}
