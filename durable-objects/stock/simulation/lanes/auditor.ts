import type { HoldRecord, PoolId, SellOutcome } from "../../contract.ts"
import type { HoldLedger } from "../../hold-ledger.ts"
import type { LaneGrant, LaneReport } from "../../lease/contract.ts"
import { laneName } from "../../lease/names.ts"
import type { Decision } from "./decisions.ts"
import { FreeUnits } from "./free-units.ts"
import type { Moment } from "./free-units.ts"
import { isGivenUp } from "./booked-hold.ts"
import type { BookedHold } from "./booked-hold.ts"
import type { HoldBooks } from "./hold-books.ts"
import { check } from "./lease-books.ts"
import { LaneBooks, RootBooks, same } from "./object-books.ts"
import type { ObjectBooks } from "./object-books.ts"

/** Decisions that a fault shows, at most. */
const LATEST_SHOWN_MAX = 40

const NO_STANDING = { accepted: 0, returned: 0, units: 0 }

type HeldTerms = Pick<HoldRecord, "quantity" | "unitPriceCents" | "currency" | "expiresAtMs">

/**
 * Keeps independent books of a root and its lanes, from the contract alone. It counts what is durable: a decision that a
 * crash took away never was, and what anyone is told must be in the books already.
 */
export class Auditor {
  readonly free = new FreeUnits()
  private readonly customers = new Map<string, number>()
  private readonly root = new RootBooks(this.free, this.customers)
  private readonly lanes = new Map<string, LaneBooks>()
  /** What was kept last, to be shown with a fault. */
  readonly latest: { object: string; decision: Decision }[] = []
  private readonly rootName: string
  private readonly now: () => number

  constructor(rootName: string, now: () => number) {
    this.rootName = rootName
    this.now = now
  }

  get leases() {
    return this.root.leases
  }

  /** Takes over what is durable now, in the order in which it was decided, and compares. */
  keep(object: string, decisions: readonly Decision[], ledger: HoldLedger | null): void {
    this.free.advance(this.now())
    const books = this.objectBooks(object)
    for (const decision of decisions) {
      this.latest.push({ object, decision })
      books.judge(decision)
    }
    if (this.latest.length > 2 * LATEST_SHOWN_MAX) this.latest.splice(0, LATEST_SHOWN_MAX)
    if (decisions.length === 0 || !ledger) return
    books.compare(ledger)
    for (const pool of this.leases.sales.keys()) this.checkUnits(pool)
  }

  /** A new instance finds what was durable, and has forgotten what was only in memory. */
  noticeStart(object: string, ledger: HoldLedger | null): void {
    this.booksOf(object).forgetClaims()
    if (ledger) this.objectBooks(object).compare(ledger)
  }

  /** Nothing is told before it is durable. */
  hearGrant({ pool, lane, granted }: LaneGrant): void {
    const booked = this.leases.leaseOf(pool, lane).granted
    check(granted <= booked, `a grant to lane ${lane} before it is durable`, granted, booked)
  }

  hearReport(report: LaneReport): void {
    const { reports } = this.lane(laneName(this.rootName, report.lane)).standingOf(report.pool)
    const made = reports[report.version]
    const wasMade = report.version === 0 ? isNothing(report) : same(made, report)
    check(wasMade, `a report of lane ${report.lane}`, report, made)
  }

  /** What somebody was told of a hold is in the books. */
  judgeTold(object: string, holdId: string, told: HeldTerms): void {
    const hold = this.booksOf(object).holds.get(holdId)
    // Another attempt may have undone it before this one heard of it.
    if (this.booksOf(object).wasUndone(holdId)) return
    const { quantity, unitPriceCents, currency, expiresAtMs } = told
    const booked = hold && {
      quantity: hold.quantity,
      unitPriceCents: hold.unitPriceCents,
      currency: hold.currency,
      // Who was told before the hold was extended may hear it after.
      expiresAtMs: expiresAtMs === hold.firstExpiresAtMs ? expiresAtMs : hold.expiresAtMs,
    }
    check(same(booked, { quantity, unitPriceCents, currency, expiresAtMs }), `hold ${holdId}`, told, hold)
  }

  /** Somebody asks for units, under a name of their question: the moment is what the answer is judged by. */
  question(name: string, pool: PoolId): Moment {
    this.free.advance(this.now())
    const moment = this.free.moment(pool)
    this.free.question(name, moment)
    return moment
  }

  /** `sold_out` is true: at some moment since the question fewer units were free than it asked for. */
  judgeSoldOut(since: Moment, quantity: number): void {
    this.checkLack(`sold_out of ${since.pool}`, since, "free", quantity)
  }

  judgeSell(
    object: string,
    asked: { holdId: string; orderId: string },
    told: SellOutcome,
    since: Moment,
  ): void {
    this.free.advance(this.now())
    const hold = this.booksOf(object).holds.get(asked.holdId)
    if (told.outcome === "sold") {
      const isSold = hold?.late?.orderId === asked.orderId || hold?.orderId === asked.orderId
      check(isSold, `the sale of ${asked.holdId}`, told, hold)
      return
    }
    const needsUnits = told.refusal === "gone" && hold && !hold.late && !hold.returned
    if (!needsUnits || hold.metLimit || isGivenUp(hold)) return
    this.checkLack(
      `gone, to a payment for ${asked.holdId} of ${hold.pool}`,
      since,
      "reachable",
      hold.quantity,
    )
  }

  hold(object: string, holdId: string): BookedHold | null {
    return this.booksOf(object).holds.get(holdId) ?? null
  }

  heardIn(lane: number, pool: PoolId) {
    return this.lane(laneName(this.rootName, lane)).holds.pools.get(pool) ?? null
  }

  heldIn(object: string): number {
    return [...this.booksOf(object).pools.values()].reduce((sum, { held }) => sum + held, 0)
  }

  /** Reads all holds of an object and finds each in the books, and each of the books' among them. */
  checkHolds(object: string, ledger: HoldLedger): void {
    const books = this.booksOf(object)
    const missing = new Set(books.holds.keys())
    const lateSales = [...books.holds.values()].filter(({ late }) => late)
    for (const pool of books.pools.keys()) {
      for (const record of ledger.holdsPage(pool, 0, Number.MAX_SAFE_INTEGER)) {
        const hold = books.holds.get(record.holdId)
        missing.delete(record.holdId)
        const isLate = !hold && lateSales.some((hold) => isLateSale(hold, record))
        check(isLate || (hold !== undefined && isSame(hold, record)), `a hold of ${object}`, record, hold)
      }
    }
    const [first] = missing
    check(first === undefined, `a hold that ${object} lacks`, null, first)
  }

  /** P1 over root and lanes, from what each of them says of itself. */
  checkUnits(pool: PoolId): void {
    const sale = this.leases.sales.get(pool)
    if (!sale) return
    let units = this.leases.rootFree(pool)
    for (const [lane, { granted, report }] of sale.leases) {
      const books = this.lanes.get(laneName(this.rootName, lane))
      const { accepted, returned, units: there } = books?.standingOf(pool) ?? NO_STANDING
      check(accepted <= granted, `P1: accepted by lane ${lane} of ${pool}`, accepted, granted)
      check(report.returned <= returned, `P1: taken back from lane ${lane} of ${pool}`, report, returned)
      units += granted - accepted + there + returned - report.returned
    }
    check(units === sale.received, `P1: all units of ${pool}`, units, sale.received)
  }

  private checkLack(about: string, since: Moment, of: "free" | "reachable", quantity: number): void {
    this.free.advance(this.now())
    const lowest = this.free.lowestSince(since, of)
    check(lowest < quantity, `${about}, to one who asked for ${quantity}`, "refused", lowest)
  }

  private booksOf(object: string): HoldBooks {
    return this.objectBooks(object).holds
  }

  private objectBooks(object: string): ObjectBooks {
    return object === this.rootName ? this.root : this.lane(object)
  }

  private lane(name: string): LaneBooks {
    const known = this.lanes.get(name)
    if (known) return known
    const books = new LaneBooks(name, this.free, this.customers)
    this.lanes.set(name, books)
    return books
  }
}

function isNothing({ accepted, returned, held, sold, termsVersion }: LaneReport): boolean {
  return accepted + returned + held + sold + termsVersion === 0
}

const LASTING = [
  "pool",
  "customer",
  "quantity",
  "unitPriceCents",
  "currency",
  "state",
  "createdAtMs",
  "expiresAtMs",
] as const

function isSame(hold: BookedHold, record: HoldRecord): boolean {
  const sameOrder = hold.state === "held" || hold.orderId === record.orderId
  return (
    LASTING.every((field) => hold[field] === record[field]) &&
    sameOrder &&
    record.returnedQuantity === hold.returned
  )
}

/** The id of a late sale is the ledger's own business. */
function isLateSale({ late, pool, customer, quantity }: BookedHold, record: HoldRecord): boolean {
  if (late?.orderId !== record.orderId || record.state !== "sold") return false
  const mine = record.pool === pool && record.customer === customer && record.quantity === quantity
  return mine && record.returnedQuantity === late.returned
}
