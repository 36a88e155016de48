import { OPEN_POOL } from "../../contract.ts"
import type { PoolId, StockCounts } from "../../contract.ts"
import type { HoldLedger } from "../../hold-ledger.ts"
import { Ledger } from "../../ledger.ts"
import type { LaneReport } from "../../lease/contract.ts"
import { LaneLedger } from "../../lease/lane-ledger.ts"
import type { Decision } from "./decisions.ts"
import type { FreeUnits } from "./free-units.ts"
import { HoldBooks, isOfHolds } from "./hold-books.ts"
import { check, LeaseBooks } from "./lease-books.ts"

/** One object by its durable decisions. */
export interface ObjectBooks {
  readonly holds: HoldBooks
  judge(decision: Decision): void
  /** Compares the books with what the object says of itself. */
  compare(ledger: HoldLedger): void
}

/** A lane's standing in one pool, as far as it is durable. */
interface Standing {
  /** The highest `granted` it has heard of. */
  accepted: number
  /** What it said it gave back. */
  returned: number
  /** Available, held and sold ones together. */
  units: number
  /** All that it ever told, by version. */
  reports: LaneReport[]
}

export class LaneBooks implements ObjectBooks {
  readonly holds: HoldBooks
  private readonly name: string
  private readonly standings = new Map<PoolId, Standing>()

  constructor(name: string, free: FreeUnits, customers: Map<string, number>) {
    this.name = name
    this.holds = new HoldBooks(free, customers)
  }

  standingOf(pool: PoolId): Standing {
    const known = this.standings.get(pool)
    if (known) return known
    const standing = { accepted: 0, returned: 0, units: 0, reports: [] }
    this.standings.set(pool, standing)
    return standing
  }

  judge(decision: Decision): void {
    if (isOfHolds(decision)) this.holds.judge(decision)
    else if (decision.kind === "accept") {
      const { pool, granted, terms, state, termsVersion } = decision.grant
      const standing = this.standingOf(pool)
      standing.accepted = Math.max(standing.accepted, granted)
      const heard = this.holds.pools.get(pool)
      if (!heard || termsVersion > heard.termsVersion) this.holds.hear(pool, terms, state, termsVersion)
    } else if (decision.kind === "report") this.report(decision.report, decision.atMs)
    else throw new Error(`no lane decides ${decision.kind}`)
  }

  compare(ledger: HoldLedger): void {
    if (!(ledger instanceof LaneLedger)) throw new Error(`${this.name} is no lane`)
    for (const [pool, heard] of this.holds.pools) {
      const counts = ledger.laneCounts(pool)
      const standing = this.standingOf(pool)
      check(counts !== null, `${this.name} has no ${pool}`, counts, heard)
      if (!counts) continue
      const { accepted, returned, available, held, sold, received, state } = counts
      const booked = { accepted: standing.accepted, held: heard.held, sold: heard.sold, state: heard.state }
      const agrees =
        accepted === booked.accepted && held === booked.held && sold === booked.sold && state === booked.state
      check(agrees, `${this.name}'s counts of ${pool}`, counts, booked)
      const adds = available + held + sold === accepted - returned && received === accepted - returned
      const sound = Math.min(available, held, sold, returned) >= 0 && returned >= standing.returned
      check(adds && sound, `P1 of ${this.name} in ${pool}`, counts, standing.returned)
      standing.returned = returned
      standing.units = available + held + sold
    }
  }

  private report(report: LaneReport, atMs: number): void {
    this.holds.expire(atMs)
    const { version } = report
    if (version === 0) return
    const { reports } = this.standingOf(report.pool)
    check(version >= reports.length, "the version of a report", report, reports.length)
    reports[version] = report
  }
}

export class RootBooks implements ObjectBooks {
  readonly holds: HoldBooks
  readonly leases: LeaseBooks

  constructor(free: FreeUnits, customers: Map<string, number>) {
    this.holds = new HoldBooks(free, customers)
    this.leases = new LeaseBooks(free)
  }

  judge(decision: Decision): void {
    if (isOfHolds(decision)) this.holds.judge(decision)
    else this.judgeUnits(decision)
  }

  compare(ledger: HoldLedger): void {
    if (!(ledger instanceof Ledger)) throw new Error("the root is no root")
    const counts = ledger.counts()
    this.leases.checkCounts(counts)
    this.compareOpen(counts)
  }

  private judgeUnits(decision: Exclude<Decision, Parameters<HoldBooks["judge"]>[0]>): void {
    switch (decision.kind) {
      case "receive":
        this.holds.expire(decision.atMs)
        return this.leases.receive(decision.id, decision.delta, decision.outcome)
      case "allot":
        this.holds.expire(decision.atMs)
        return this.leases.allot(decision.command, decision.outcome)
      case "lease":
        this.holds.expire(decision.atMs)
        return this.leases.lease(decision.report, decision.answer)
      case "openTerms":
        return this.holds.hear(OPEN_POOL, decision.terms, "active", 0)
      case "saleTerms":
        return this.leases.changeTerms(decision.pool, decision.terms)
      case "state":
        return this.leases.changeState(decision.pool, decision.state)
      case "takeIn":
        return this.leases.takeIn(decision.report)
      case "grants":
        return this.leases.tellGrants(decision.grants)
      case "accept":
      case "report":
        throw new Error(`no root decides ${decision.kind}`)
    }
  }

  private compareOpen({ pools }: StockCounts): void {
    const open = pools.find(({ pool }) => pool === OPEN_POOL)
    if (!open) return
    const { received, available, held, sold } = open
    const units = this.holds.pools.get(OPEN_POOL) ?? { held: 0, sold: 0 }
    const left = this.leases.open - units.held - units.sold
    const booked = { received: this.leases.open, available: left, held: units.held, sold: units.sold }
    const agrees = same({ received, available, held, sold }, booked)
    check(agrees && Math.min(available, held, sold) >= 0, "the open pool", open, booked)
  }
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
