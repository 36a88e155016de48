import { addArrivals, countBelow, mergeArrivals } from "../../waiting-room/arrivals.ts"
import type { Arrivals } from "../../waiting-room/arrivals.ts"
import { takeAnotherTurn, takeTurn } from "../../waiting-room/controller.ts"
import { ranksFromMsOf } from "../../waiting-room/mode.ts"
import { isOver } from "../../waiting-room/phase.ts"
import { rankOf } from "../../waiting-room/rank.ts"
import type { PoolState } from "../stock/contract.ts"
import type { Sql } from "../sqlite.ts"
import type {
  ArrivalCounts,
  Board,
  Leave,
  PassOutcome,
  PassRecord,
  RoomLive,
  Sale,
  SaleChange,
  SaleFacts,
  SaleItem,
  SalePhase,
  SaleRefusal,
} from "./contract.ts"
import { Door } from "./door.ts"
import type { GateTicket, Showing } from "./door.ts"
import { DrawKeeper } from "./draw-keeper.ts"
import { gatePhaseOf, gateTimes, isEarly, publicPhaseOf } from "./gate.ts"
import { outlookAfter, startOfLine, totalOf } from "./line-state.ts"
import type { LineState, UnitCounts } from "./line-state.ts"
import { advanceLine } from "./line-tick.ts"
import { bandsOf, boardOf, earlySecretOf, liveOf } from "./room-board.ts"
import { Pools } from "./pools.ts"
import type { PoolOrder } from "./pools.ts"
import type { RoomStore, ScheduledSale, ToldPool } from "./room-store.ts"
import { decideChange } from "./sale-change.ts"
import { nextTickMs } from "./ticks.ts"

const SECOND_MS = 1_000

/**
 * One scheduled sale's room: a state machine over its SQL. Time, lots and ids are told to it; it asks nobody. No
 * method awaits, so each is one transaction.
 */
export class Room {
  readonly draw: DrawKeeper
  private readonly store: RoomStore
  private scheduled: ScheduledSale
  private line: LineState
  private arrivals: Arrivals
  private readonly door: Door
  private readonly pools: Pools

  constructor(sql: Sql, store: RoomStore, scheduled: ScheduledSale, nowMs: number) {
    this.store = store
    this.scheduled = scheduled
    this.draw = new DrawKeeper(sql, () => this.scheduled)
    this.line = store.loadLine() ?? startOfLine(scheduled.sale)
    this.arrivals = store.loadArrivals()
    this.pools = new Pools(store)
    const { maxActive } = scheduled.sale.admission
    const { paused } = scheduled
    this.door = new Door(sql, { standbys: this.line.standbys, maxActive, paused }, nowMs)
    if (this.door.isGathering(nowMs) && this.line.standbys === 0) {
      // Whoever asks now is sent away, and stands by should there be one more restart before the next tick.
      this.line = { ...this.line, standbys: 1 }
      store.saveLine(this.line)
    }
    // The line was written by the last tick; whoever came in after it has a row of their own.
    for (const rank of this.door.ranksSince(this.line.controller.tickedAtMs ?? 0)) this.showUp(rank, "first")
  }

  /** What the lots of those who were invited are drawn with. */
  get earlySecret(): string {
    return earlySecretOf(this.scheduled)
  }

  get sale(): Sale {
    return this.scheduled.sale
  }

  /** What ranks and arrivals are counted from. */
  private get ranksFromMs(): number {
    return ranksFromMsOf({ ...this.sale, mode: this.sale.admission.mode })
  }

  /** Of those who were not invited; in a first-come sale ranks begin before the bell. */
  private get arrivedBeforeBell(): number {
    const { invited = 0 } = this.arrivals
    return Math.round(countBelow(this.arrivals, this.sale.opensAtMs - this.ranksFromMs)) - invited
  }

  facts(nowMs: number): SaleFacts {
    return {
      ...this.sale,
      phase: this.phase(nowMs),
      drawCommitment: this.scheduled.drawCommitment,
      stock: Object.fromEntries(bandsOf(this.sale, this.line)),
      draw: this.draw.document(this.arrivedBeforeBell, nowMs),
    }
  }

  board(nowMs: number): Board {
    const { scheduled, line, arrivals, draw } = this
    const { served } = this.door
    return boardOf({ scheduled, line, arrivals, draw, served, phase: this.phase(nowMs) }, nowMs)
  }

  countArrivals({ opensAtMs, bySecond, invited = 0 }: ArrivalCounts): void {
    if (invited > 0) {
      this.arrivals.invited = (this.arrivals.invited ?? 0) + invited
      this.store.saveInvited(this.arrivals.invited)
    }
    // An edge that had not yet heard of a moved bell counted from the old one.
    const shift = Math.floor((opensAtMs - this.ranksFromMs) / SECOND_MS)
    for (const [second, count] of bySecond) {
      // Who came before the old bell came before the new one too: a bell is only ever moved into the future.
      const bucket = addArrivals(this.arrivals, second < 0 ? second : second + shift, count)
      if (bucket) this.store.saveBucket(bucket)
      else this.store.saveBeforeBell(this.arrivals.beforeBell)
    }
  }

  exchange(ticket: GateTicket, nowMs: number): PassOutcome {
    const rank = rankOf({ ...ticket, ranksFromMs: this.ranksFromMs })
    const { outcome, showing } = this.door.exchange(
      ticket,
      {
        phase: ticket.invited ? this.gatePhase(nowMs) : this.phase(nowMs),
        rank,
        frontier: this.line.controller.frontier,
        admission: this.sale.admission,
      },
      nowMs,
    )
    this.showUp(rank, showing)
    if (outcome.outcome === "refused") {
      const { refusals } = this.line
      refusals[outcome.refusal] = (refusals[outcome.refusal] ?? 0) + 1
    }
    return outcome
  }

  /** A place comes free before its time. What is known of it twice, or too late, changes nothing. */
  leave(leave: Leave, nowMs: number): void {
    if (!this.door.leave(leave, nowMs)) return
    const { left, unitsGivenBack } = this.line
    const givenBack = leave.end === "given_back" ? leave.units : 0
    this.line = { ...this.line, left: left + 1, unitsGivenBack: unitsGivenBack + givenBack }
  }

  /** Whether someone may hold more in this sale than what has just come to its end. */
  mayHoldMore({ units }: Leave): boolean {
    return this.sale.items.reduce((sum, item) => sum + item.perCustomerLimit, 0) > units
  }

  /**
   * Once a second: hears what the stock objects say, and moves the frontier.
   * @param paymentsPerMinute what the provider's account takes for this sale; null is no limit.
   */
  tick(stock: ReadonlyMap<string, UnitCounts>, nowMs: number, paymentsPerMinute: number | null = null): void {
    const known = { ...this.line.stock, ...Object.fromEntries(stock) }
    const merged = mergeArrivals(this.arrivals, this.line.controller.frontier)
    if (merged !== this.arrivals) this.store.replaceBuckets(merged.buckets)
    this.arrivals = merged
    if (!this.scheduled.paused) this.door.forgetGone(nowMs)
    const units = totalOf(known)
    const phase = this.phase(nowMs, units)
    const elapsedMs = nowMs - (this.line.controller.tickedAtMs ?? nowMs)
    const { state, limit } = advanceLine(
      this.line.controller,
      this.sale.admission,
      {
        phase: this.gatePhase(nowMs, units),
        early: this.isEarly(nowMs),
        ranksFromMs: this.ranksFromMs,
        arrivals: merged,
        active: this.door.active(nowMs),
        endingSoon: this.door.endingSoon(nowMs),
        left: this.line.left,
        standbys: this.door.standingBy,
        served: this.door.served,
        available: units.available,
        unitsTaken: units.held + units.sold,
        unitsGivenBack: this.line.unitsGivenBack,
      },
      nowMs,
      paymentsPerMinute,
    )
    // One more restart before all have asked again must not make them forgotten.
    const remembered = this.door.isGathering(nowMs) ? this.line.standbys : 0
    const standbys = Math.max(remembered, this.door.standingBy)
    const { sale } = this
    const moved = { ...this.line, controller: state, limit, stock: known, standbys }
    const line = { ...moved, outlook: outlookAfter(moved, { sale, phase, arrivals: merged, elapsedMs }) }
    this.store.saveLine(line)
    this.line = line
  }

  nextTickMs(nowMs: number): number | null {
    const ended = this.scheduled.endedAtMs !== null
    const { waitingOpensAtMs } = gateTimes(this.sale)
    const unsettled = this.poolOrders(nowMs).length > 0
    const drawStepMs = this.draw.nextStepMs(nowMs)
    return nextTickMs({ ...this.sale, waitingOpensAtMs, ended, unsettled, drawStepMs }, nowMs)
  }

  change(change: SaleChange, nowMs: number): SaleRefusal | null {
    const decision = decideChange(this.sale, change, this.isEnded(nowMs), nowMs)
    if (!decision.ok) return decision.refusal
    const termsVersion = this.scheduled.termsVersion + (decision.termsChanged ? 1 : 0)
    const bellMoves = decision.sale.opensAtMs !== this.sale.opensAtMs
    this.reschedule({ sale: decision.sale, termsVersion })
    if (bellMoves) this.draw.bellMoved(nowMs)
    return null
  }

  setPaused(paused: boolean, nowMs: number): SaleRefusal | null {
    if (this.isEnded(nowMs)) return "sale_over"
    if (this.scheduled.paused && !paused) this.door.pauseIsOver(nowMs)
    this.reschedule({ paused })
    return null
  }

  end(nowMs: number): void {
    if (!this.isEnded(nowMs)) this.reschedule({ endedAtMs: nowMs })
  }

  itemOf(sku: string): SaleItem | null {
    return this.sale.items.find((item) => item.sku === sku) ?? null
  }

  /** Whether people are let in, so that they may come to pay. */
  isOpen(nowMs: number): boolean {
    return this.gatePhase(nowMs) === "open"
  }

  isEnded(nowMs: number): boolean {
    return this.phase(nowMs) === "ended"
  }

  /** Units that the stock object has moved already; each replenishment counts once. */
  replenished(command: { id: string; sku: string; units: number }): void {
    if (!this.store.recordReplenishment(command)) return
    const items = this.sale.items.map((item) =>
      item.sku === command.sku ? { ...item, allotment: item.allotment + command.units } : item,
    )
    this.reschedule({ sale: { ...this.sale, items } })
  }

  poolOrders(nowMs: number): PoolOrder[] {
    return this.pools.orders(this.scheduled, this.poolState(nowMs))
  }

  poolTold(told: ToldPool): void {
    this.pools.carriedOut(told)
  }

  live(nowMs: number): RoomLive {
    const { line, arrivals, door } = this
    return liveOf({ line, arrivals, door }, nowMs)
  }

  passes(afterTicketId: string): PassRecord[] {
    return this.door.passes(afterTicketId)
  }

  private showUp(rank: number, showing: Showing): void {
    if (showing === null) return
    const { controller } = this.line
    // Nearly everyone who asks soon after a restart asked before it, and was counted.
    const shown =
      showing === "again"
        ? takeAnotherTurn(controller)
        : takeTurn(controller, rank, showing === "since_restart")
    this.line = { ...this.line, controller: shown }
  }

  private reschedule(change: Partial<ScheduledSale>): void {
    const scheduled = { ...this.scheduled, ...change }
    this.store.saveSale(scheduled)
    this.scheduled = scheduled
  }

  private phase(nowMs: number, units = totalOf(this.line.stock)): SalePhase {
    const phase = publicPhaseOf(this.scheduled, units, nowMs)
    // The bell has rung, but nobody's place is known yet: the line waits for the draw.
    return this.draw.hasLots || phase === "scheduled" || isOver(phase) ? phase : "waiting"
  }

  /** The phase at the gate: those who were invited need no lot of the draw's. */
  private gatePhase(nowMs: number, units = totalOf(this.line.stock)): SalePhase {
    return this.isEarly(nowMs) ? gatePhaseOf(this.scheduled, units, nowMs) : this.phase(nowMs, units)
  }

  private isEarly(nowMs: number): boolean {
    return isEarly(this.sale, this.draw.hasLots, nowMs)
  }

  private poolState(nowMs: number): PoolState {
    if (this.isEnded(nowMs)) return "closed"
    return this.scheduled.paused ? "paused" : "active"
  }
}
