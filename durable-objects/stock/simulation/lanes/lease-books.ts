import { OPEN_POOL } from "../../contract.ts"
import type { AllotCommand, AllotOutcome, PoolId, PoolState, PoolTerms, StockCounts } from "../../contract.ts"
import type { LaneGrant, LaneReport, LeaseAnswer } from "../../lease/contract.ts"
import { AuditFailure } from "../auditor.ts"
import type { FreeUnits } from "./free-units.ts"

/** A lane by the root's durable decisions. */
interface BookedLease {
  granted: number
  /** The newest report that the root took in. */
  report: Pick<LaneReport, "version" | "returned" | "held" | "sold">
}

interface BookedSale {
  received: number
  lanes: number
  terms: PoolTerms
  state: PoolState
  /** The newest version of terms and state that the root told. */
  termsVersion: number
  /** They changed since that version was told. */
  isUntold: boolean
  leases: Map<number, BookedLease>
}

const NO_REPORT = { version: 0, returned: 0, held: 0, sold: 0 }

/** The root's side by the auditor's own books: where every unit is that was received, and what each lane was granted. */
export class LeaseBooks {
  readonly sales = new Map<PoolId, BookedSale>()
  /** Units of the open pool: free, held and sold. */
  open = 0
  private readonly free: FreeUnits
  private readonly carriedOut = new Map<string, string>()

  constructor(free: FreeUnits) {
    this.free = free
  }

  receive(id: string, delta: number, outcome: { outcome: string }): void {
    if (outcome.outcome === "refused" || this.isRepeated(id, `${delta}`)) return
    this.open += delta
    this.free.move(OPEN_POOL, delta)
  }

  allot({ id, saleId, units, terms, lanes = 1 }: AllotCommand, outcome: AllotOutcome): void {
    if (outcome.outcome === "refused" || this.isRepeated(id, `${units} to ${saleId}`)) return
    const sale = this.sales.get(saleId)
    if (!sale) {
      const leases = new Map<number, BookedLease>()
      const fresh = { received: 0, lanes, terms, state: "active", termsVersion: 0, isUntold: true } as const
      this.sales.set(saleId, { ...fresh, leases })
    }
    this.changeTerms(saleId, terms)
    this.moveUnits(OPEN_POOL, saleId, units)
  }

  changeTerms(pool: PoolId, terms: PoolTerms): void {
    const sale = this.sales.get(pool)
    if (!sale || sameTerms(terms, sale.terms)) return
    Object.assign(sale, { terms, isUntold: true })
  }

  /** What the root has of a sale that is over goes to the open pool. */
  changeState(pool: PoolId, state: PoolState): void {
    const sale = this.sales.get(pool)
    if (!sale || sale.state === "closed" || sale.state === state) return
    Object.assign(sale, { state, isUntold: true })
    if (state !== "closed") return
    this.free.close(pool)
    this.moveUnits(pool, OPEN_POOL, this.rootFree(pool))
  }

  /** Of two reports the newer one counts. */
  takeIn(report: LaneReport): void {
    const sale = this.saleOf(report.pool)
    const lease = this.leaseOf(report.pool, report.lane)
    if (report.version <= lease.report.version) return
    const cameBack = report.returned - lease.report.returned
    check(cameBack >= 0 && report.accepted <= lease.granted, "a lane's report", report, lease)
    lease.report = report
    if (sale.state === "closed") this.moveUnits(report.pool, OPEN_POOL, cameBack)
  }

  /** Grants come out of what the root has; of a sale that is over, out of the open pool. */
  lease(report: LaneReport, answer: LeaseAnswer | null): void {
    const sale = this.sales.get(report.pool)
    if (!sale || !answer) {
      check(!sale && !answer, `lease of ${report.pool}`, answer, sale ?? null)
      return
    }
    this.takeIn(report)
    const lease = this.leaseOf(report.pool, report.lane)
    const units = answer.grant.granted - lease.granted
    check(units >= 0, `granted to lane ${report.lane}`, answer.grant.granted, lease.granted)
    if (sale.state === "closed") this.moveUnits(OPEN_POOL, report.pool, units)
    lease.granted += units
    this.tellGrants([answer.grant])
    check(this.rootFree(report.pool) >= 0, `P1: what the root has of ${report.pool}`, answer, sale)
  }

  /** What is told to a lane is what the root's books say, and a change has a new version. */
  tellGrants(grants: readonly LaneGrant[]): void {
    for (const grant of grants) {
      const booked = this.leaseOf(grant.pool, grant.lane)
      const isWhole = grant.granted === booked.granted && grant.takenBack === booked.report.returned
      check(isWhole, `the grant told to lane ${grant.lane}`, grant, booked)
      this.hearTerms(grant)
    }
  }

  /** Units that the root itself has, and can grant. */
  rootFree(pool: PoolId): number {
    const { received, leases } = this.saleOf(pool)
    let leased = 0
    for (const { granted, report } of leases.values()) leased += granted - report.returned
    return received - leased
  }

  leaseOf(pool: PoolId, lane: number): BookedLease {
    const { leases } = this.saleOf(pool)
    const known = leases.get(lane)
    if (known) return known
    const lease = { granted: 0, report: NO_REPORT }
    leases.set(lane, lease)
    return lease
  }

  /** The root counts its lanes as they last reported. */
  checkCounts({ pools }: StockCounts): void {
    for (const [pool, sale] of this.sales) {
      const found = pools.find((counts) => counts.pool === pool)
      const { received, state, leases } = sale
      let [held, sold] = [0, 0]
      let known = 0
      for (const [lane, { granted, report }] of leases) {
        held += report.held
        sold += report.sold
        const told = found?.leases?.find((lease) => lease.lane === lane)
        if (told?.granted === granted && told.takenBack === report.returned) known++
      }
      const available = received - held - sold
      const agrees =
        found?.received === received &&
        found.available === available &&
        found.held === held &&
        found.sold === sold &&
        found.state === state
      const sameLeases = known === leases.size && known === found?.leases?.length
      const booked = { received, available, held, sold, state, leases: [...leases] }
      check(agrees && sameLeases, `the root's counts of ${pool}`, found, booked)
    }
  }

  private hearTerms({ pool, terms, state, termsVersion }: LaneGrant): void {
    const sale = this.saleOf(pool)
    const same = state === sale.state && sameTerms(terms, sale.terms)
    const grew = sale.isUntold ? termsVersion > sale.termsVersion : termsVersion === sale.termsVersion
    check(same && grew, `the terms of ${pool}`, { terms, state, termsVersion }, sale)
    Object.assign(sale, { termsVersion, isUntold: false })
  }

  private moveUnits(from: PoolId, to: PoolId, units: number): void {
    for (const [pool, difference] of [
      [from, -units],
      [to, units],
    ] as const) {
      if (pool === OPEN_POOL) this.open += difference
      else this.saleOf(pool).received += difference
      this.free.move(pool, difference)
    }
  }

  private saleOf(pool: PoolId): BookedSale {
    const sale = this.sales.get(pool)
    if (!sale) throw new AuditFailure({ about: `sale ${pool}`, ledgerSays: "there is one", booksSay: null })
    return sale
  }

  private isRepeated(id: string, content: string): boolean {
    const earlier = this.carriedOut.get(id)
    check(earlier === undefined || earlier === content, `command ${id}`, content, earlier)
    this.carriedOut.set(id, content)
    return earlier !== undefined
  }
}

export function check(holds: boolean, about: string, ledgerSays: unknown, booksSay: unknown): void {
  if (!holds) throw new AuditFailure({ about, ledgerSays, booksSay })
}

function sameTerms(one: PoolTerms, other: PoolTerms): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
