import { OPEN_POOL } from "../contract.ts"
import type { HoldCommand, HoldState, PoolId, PoolState, PoolTerms } from "../contract.ts"
import { Journal } from "./journal.ts"

/** A hold as the auditor wrote it down. */
export interface BookedHold {
  holdId: string
  pool: PoolId
  customer: string
  quantity: number
  unitPriceCents: number
  currency: string
  state: HoldState
  orderId: string | null
  /** Its command came again since the ledger started, so it is no longer one attempt's alone. */
  askedAgain: boolean
  createdAtMs: number
  expiresAtMs: number
  /** When the books heard of its end. */
  endedAtMs: number | null
  /** Its end was moved. */
  extended: boolean
  /** Units that came back after they were sold. */
  returned: number
  /** The late sale that took an ended hold's units again. */
  retake: BookedHold | null
}

export interface BookedPool {
  id: PoolId
  terms: PoolTerms
  state: PoolState
  /** Sold units whose holds are in Postgres and no longer here. */
  archivedSold: number
}

/** Holds are filed by the second in which they end, so that looking for due ones is looking at a few days' pages. */
const CALENDAR_PAGE_MS = 1_000

/** The auditor's memory of one SKU: what happened, and where every unit is. It decides nothing. */
export class Books {
  readonly journal = new Journal()
  readonly pools = new Map<PoolId, BookedPool>()
  readonly holds = new Map<string, BookedHold>()
  /** Late sales: their ids are the ledger's own business, so they are known by their content. */
  readonly retakes: BookedHold[] = []
  /** Late sales whose holds are forgotten, by the ids of these. */
  readonly orphans = new Map<string, BookedHold>()
  /** Content of every receipt and allotment that was carried out. */
  readonly deliveries = new Map<string, string>()
  private readonly byCustomer = new Map<string, BookedHold[]>()
  private readonly calendar = new Map<number, BookedHold[]>()
  private calendarPage = 0

  setTerms(id: PoolId, terms: PoolTerms): void {
    const pool = this.pools.get(id)
    if (pool) pool.terms = terms
    else {
      this.pools.set(id, { id, terms, state: "active", archivedSold: 0 })
      this.journal.open(id)
    }
  }

  available(pool: PoolId): number {
    return this.journal.balance(pool, "available")
  }

  /** Units that a customer holds or has bought from a pool, counted over the customer's holds each time. */
  unitsOf(customer: string, pool: PoolId): number {
    let units = 0
    for (const hold of this.byCustomer.get(customer) ?? []) {
      const counts = hold.state === "held" || hold.state === "sold"
      if (counts && hold.pool === pool) units += hold.quantity - hold.returned
    }
    return units
  }

  take(command: HoldCommand, pool: BookedPool, nowMs: number): BookedHold {
    const hold: BookedHold = {
      holdId: command.holdId,
      pool: pool.id,
      customer: command.customer,
      quantity: command.quantity,
      unitPriceCents: pool.terms.unitPriceCents,
      currency: pool.terms.currency,
      state: "held",
      orderId: null,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + pool.terms.holdSeconds * 1_000,
      endedAtMs: null,
      extended: false,
      returned: 0,
      retake: this.orphans.get(command.holdId) ?? null,
      askedAgain: false,
    }
    this.orphans.delete(hold.holdId)
    this.journal.move([pool.id, "available"], [pool.id, "held"], hold.quantity)
    this.holds.set(hold.holdId, hold)
    listed(this.byCustomer, hold.customer).push(hold)
    listed(this.calendar, Math.floor(hold.expiresAtMs / CALENDAR_PAGE_MS)).push(hold)
    return hold
  }

  /** Units of a hold that ends unsold are for sale where they came from, or in the open pool when that sale is over. */
  giveBack(
    hold: BookedHold,
    state: "released" | "expired",
    nowMs: number,
    givenUpBy: string | null = null,
  ): void {
    this.journal.move([hold.pool, "held"], [this.home(hold.pool), "available"], hold.quantity)
    hold.state = state
    hold.endedAtMs = nowMs
    // Whichever order pays for it late may have it, unless one has given it up: then nobody.
    hold.orderId = givenUpBy
  }

  /** As if the hold had never been. */
  strike(hold: BookedHold): void {
    this.giveBack(hold, "released", hold.createdAtMs)
    this.holds.delete(hold.holdId)
    if (hold.retake) this.orphans.set(hold.holdId, hold.retake)
  }

  /** A claim is a promise in memory: a ledger that restarts has forgotten those that no sale followed. */
  forgetClaims(): void {
    for (const hold of this.holds.values()) {
      hold.askedAgain = false
      if (hold.state === "held") hold.orderId = null
    }
  }

  sell(hold: BookedHold, orderId: string, nowMs: number): void {
    this.journal.move([hold.pool, "held"], [hold.pool, "sold"], hold.quantity)
    hold.state = "sold"
    hold.orderId = orderId
    hold.endedAtMs = nowMs
  }

  /** A payment came late and is served from what is there: the old hold stays ended, a new one is sold at once. */
  sellLate(hold: BookedHold, orderId: string, nowMs: number): void {
    const pool = this.home(hold.pool)
    const retake: BookedHold = {
      ...hold,
      extended: false,
      pool,
      orderId,
      createdAtMs: nowMs,
      endedAtMs: nowMs,
      state: "sold",
    }
    this.journal.move([pool, "available"], [pool, "sold"], hold.quantity)
    listed(this.byCustomer, retake.customer).push(retake)
    this.retakes.push(retake)
    hold.retake = retake
  }

  /** Postgres has it: its record goes, what was sold stays sold, and a limit knows of it no more. */
  forget(record: BookedHold, isLateSale: boolean): void {
    const pool = this.pools.get(record.pool)
    if (pool && record.state === "sold") pool.archivedSold += record.quantity - record.returned
    const owned = listed(this.byCustomer, record.customer)
    owned.splice(owned.indexOf(record), 1)
    const hold = this.holds.get(record.holdId)
    if (isLateSale) {
      this.retakes.splice(this.retakes.indexOf(record), 1)
      this.orphans.delete(record.holdId)
      if (hold) hold.retake = null
    } else {
      this.holds.delete(record.holdId)
      if (record.retake) this.orphans.set(record.holdId, record.retake)
    }
  }

  /** `back` units of it in all. */
  takeBack(hold: BookedHold, back: number): void {
    this.journal.move([hold.pool, "sold"], [this.home(hold.pool), "available"], back - hold.returned)
    hold.returned = back
  }

  /** Filed anew under its new end; under its old one it is found and let be, for it has not come yet. */
  extend(hold: BookedHold, untilMs: number): void {
    hold.expiresAtMs = untilMs
    hold.extended = true
    listed(this.calendar, Math.floor(untilMs / CALENDAR_PAGE_MS)).push(hold)
  }

  /** A closed sale's unsold units go back to the open pool; what is held follows when it comes back. */
  changeState(pool: BookedPool, state: PoolState): void {
    if (pool.state === "closed") return
    pool.state = state
    if (state !== "closed") return
    this.journal.move([pool.id, "available"], [OPEN_POOL, "available"], this.available(pool.id))
  }

  /** Where a pool's units go when they come back, and where a late payment finds them. */
  home(pool: PoolId): PoolId {
    return this.pools.get(pool)?.state === "closed" ? OPEN_POOL : pool
  }

  /** Ends every hold whose time is up, and says how many there were. */
  expire(nowMs: number): number {
    const lastPage = Math.floor(nowMs / CALENDAR_PAGE_MS)
    let ended = 0
    // Far jumps of the clock pass many empty pages: then the filed pages are fewer than the days between.
    const pages =
      lastPage - this.calendarPage > this.calendar.size
        ? [...this.calendar.keys()].filter((page) => page <= lastPage).sort((a, b) => a - b)
        : Array.from({ length: lastPage - this.calendarPage + 1 }, (_, index) => this.calendarPage + index)
    for (const page of pages) {
      const filed = this.calendar.get(page)
      if (!filed) continue
      const running = filed.filter((hold) => hold.state === "held")
      for (const hold of running) {
        // One that was extended is filed twice.
        if (hold.state !== "held" || hold.expiresAtMs > nowMs) continue
        this.giveBack(hold, "expired", nowMs)
        ended++
      }
      if (page < lastPage) this.calendar.delete(page)
      else
        this.calendar.set(
          page,
          running.filter((hold) => hold.state === "held"),
        )
    }
    this.calendarPage = lastPage
    return ended
  }

  /** Where every unit is, counted over all holds: the journal has to say the same. */
  recount(): void {
    this.journal.recount()
    const counted = new Map<string, number>()
    for (const { id, archivedSold } of this.pools.values()) counted.set(`${id} sold`, archivedSold)
    for (const hold of [...this.holds.values(), ...this.retakes]) {
      if (hold.state !== "held" && hold.state !== "sold") continue
      const place = `${hold.pool} ${hold.state}`
      counted.set(place, (counted.get(place) ?? 0) + hold.quantity - hold.returned)
    }
    for (const { id } of this.pools.values())
      for (const place of ["held", "sold"] as const)
        if (this.journal.balance(id, place) !== (counted.get(`${id} ${place}`) ?? 0))
          throw new Error(`the auditor's journal and list of holds differ in ${id} ${place}`)
  }
}

function listed<Key, Value>(lists: Map<Key, Value[]>, key: Key): Value[] {
  let list = lists.get(key)
  if (!list) lists.set(key, (list = []))
  return list
}
