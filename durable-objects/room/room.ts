import { addArrivals, countBelow, joinedCount, mergeArrivals } from "../../waiting-room/arrivals.ts"
import type { Arrivals } from "../../waiting-room/arrivals.ts"
import { buildBoard } from "../../waiting-room/board.ts"
import { CALL_AHEAD_MS, takeAnotherTurn, takeTurn } from "../../waiting-room/controller.ts"
import { modeOf, ranksFromMsOf } from "../../waiting-room/mode.ts"
import { isOver } from "../../waiting-room/phase.ts"
import { outlookOnBoard, startOutlook } from "../../waiting-room/outlook.ts"
import { rankOf } from "../../waiting-room/rank.ts"
import { bandOf } from "../../waiting-room/stock-band.ts"
import type { PoolState, PoolTerms } from "../stock/contract.ts"
import type { Sql } from "../sqlite.ts"
import { poolTermsOf } from "./contract.ts"
import type {
  ArrivalCounts,
  Board,
  Leave,
  PassOutcome,
  PassRecord,
  PassRefusal,
  RoomLive,
  Sale,
  SaleChange,
  SaleFacts,
  SaleItem,
  SalePhase,
  SaleRefusal,
} from "./contract.ts"
import { DrawKeeper } from "./draw-keeper.ts"
import { decideExchange } from "./exchange.ts"
import { gatePhaseOf, gateTimes, isEarly, publicPhaseOf } from "./gate.ts"
import { outlookAfter, startOfLine, totalOf } from "./line-state.ts"
import type { LineState, UnitCounts } from "./line-state.ts"
import { advanceLine } from "./line-tick.ts"
import { PassBook } from "./pass-book.ts"
import type { RoomStore, ScheduledSale, ToldPool } from "./room-store.ts"
import { decideChange } from "./sale-change.ts"
import { STANDBY_GATHER_MS, STANDBY_WINDOW_MS, Standbys } from "./standbys.ts"
import { nextTickMs } from "./ticks.ts"

/** A ticket at the gate. The lot is the room's own reckoning, the pass id what its pass would be called. */
export interface GateTicket {
  ticketId: string
  subject: string
  arrivedAtMs: number
  lot: number
  passId: string
  invited?: boolean
}

/** A pool that is not what it should be, and what to tell it. */
export interface PoolOrder extends ToldPool {
  terms: PoolTerms
  /** Its state was told before; only the terms are news. */
  termsOnly: boolean
}

const NOT_YOUR_TURN_RETRY_MS = 2_000

const MINUTE_MS = 60_000
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
  private readonly passBook: PassBook
  private readonly standbys = new Standbys()
  private readonly told: Map<string, ToldPool>
  /** Until then nobody is let in: whoever stood by before a restart asks first. */
  private readonly gatherUntilMs: number

  constructor(sql: Sql, store: RoomStore, scheduled: ScheduledSale, nowMs: number) {
    this.store = store
    this.scheduled = scheduled
    this.draw = new DrawKeeper(sql, () => this.scheduled)
    this.line = store.loadLine() ?? startOfLine(scheduled.sale)
    this.arrivals = store.loadArrivals()
    this.passBook = new PassBook(sql, nowMs)
    this.told = new Map(store.loadPools().map((pool) => [pool.sku, pool]))
    const gathers = this.mayHaveStandbys(nowMs)
    this.gatherUntilMs = gathers ? nowMs + STANDBY_GATHER_MS : nowMs
    if (gathers && this.line.standbys === 0) {
      // Whoever asks now is sent away, and stands by should there be one more restart before the next tick.
      this.line = { ...this.line, standbys: 1 }
      store.saveLine(this.line)
    }
    // The line was written by the last tick; whoever came in after it has a row of their own.
    for (const rank of this.passBook.ranksSince(this.line.controller.tickedAtMs ?? 0)) this.showUp(rank)
  }

  /** What the lots of those who were invited are drawn with. */
  get earlySecret(): string {
    const { earlySecret } = this.scheduled
    if (!earlySecret) throw new Error(`Sale ${this.sale.saleId} has no early access.`)
    return earlySecret
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
      stock: Object.fromEntries(this.sale.items.map((item) => [item.sku, this.bandOfItem(item)])),
      draw: this.draw.document(this.arrivedBeforeBell, nowMs),
    }
  }

  board(nowMs: number): Board {
    const { saleId, waitingOpensAtMs, opensAtMs, closesAtMs, items, admission, earlyAccess } = this.sale
    const { drawnBelow } = this.line.controller
    const phase = this.phase(nowMs)
    const { available } = totalOf(this.line.stock)
    return buildBoard({
      ...this.outlook(phase, available),
      saleId,
      phase,
      ...(admission.mode !== undefined && { mode: admission.mode }),
      nowMs,
      waitingOpensAtMs,
      opensAtMs,
      closesAtMs,
      frontier: this.line.controller.frontier,
      ...(drawnBelow !== undefined && { drawnBelow }),
      ...(earlyAccess && { earlyAccess: { opensAtMs: earlyAccess.opensAtMs, secret: this.earlySecret } }),
      joined: joinedCount(this.arrivals),
      served: this.passBook.served,
      pacePerMinute: this.line.controller.pacePerMinute,
      arrivals: this.arrivals,
      stock: items.map((item) => [item.sku, this.bandOfItem(item)]),
      drawCommitment: this.scheduled.drawCommitment,
      drawSecret: this.draw.hasLots ? this.scheduled.drawSecret : null,
      drawSeed: this.draw.seed,
    })
  }

  /** In a draw who is drawn decides what is spoken for, and the board says so. */
  private outlook(phase: SalePhase, available: number): Pick<Board, "spokenForRank" | "lookWithinMs"> {
    const { admission } = this.sale
    const told = outlookOnBoard(this.line.outlook ?? startOutlook(), { ...admission, phase, available })
    return modeOf(admission) === "draw" ? { lookWithinMs: told.lookWithinMs } : told
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
    const { ticketId, subject, invited } = ticket
    const earlier = this.passBook.find(ticketId)
    const rank = rankOf({ ...ticket, ranksFromMs: this.ranksFromMs })
    const again = earlier !== null
    const { frontier } = this.line.controller
    const { maxActive, passMinutes } = this.sale.admission
    const gathering = nowMs < this.gatherUntilMs
    const placesFree = gathering ? 0 : maxActive - this.passBook.active(nowMs)
    const decision = decideExchange(
      {
        phase: invited ? this.gatePhase(nowMs) : this.phase(nowMs),
        takenByOther: earlier !== null && earlier.subject !== subject,
        endsAtMs: earlier && (earlier.endedAtMs ?? earlier.expiresAtMs),
        rank,
        frontier,
        placesFree,
        standbysBefore: this.standbys.countBefore(rank, placesFree, nowMs),
      },
      nowMs,
    )
    if (decision === "replay" && earlier) {
      return { outcome: "admitted", replayed: true, passId: earlier.passId, expiresAtMs: earlier.expiresAtMs }
    }
    if (decision !== "admit")
      return this.refuse(decision === "replay" ? "not_your_turn" : decision, { ticketId, rank, again }, nowMs)

    // From here it must succeed.
    const expiresAtMs = nowMs + passMinutes * MINUTE_MS
    this.passBook.record({
      ticketId,
      passId: ticket.passId,
      subject,
      rank,
      frontier,
      cap: maxActive,
      issuedAtMs: nowMs,
      expiresAtMs,
      endedAtMs: null,
    })
    if (!this.standbys.leave(ticketId)) this.showUp(rank, again)
    return { outcome: "admitted", replayed: false, passId: ticket.passId, expiresAtMs }
  }

  /** A place comes free before its time. What is known of it twice, or too late, changes nothing. */
  leave({ subject, atMs, units, end }: Leave, nowMs: number): void {
    if (!this.passBook.end(subject, atMs, nowMs)) return
    const { left, unitsGivenBack } = this.line
    const givenBack = end === "given_back" ? units : 0
    this.line = { ...this.line, left: left + 1, unitsGivenBack: unitsGivenBack + givenBack }
  }

  /** Whether someone may hold more in this sale than what has just come to its end. */
  mayHoldMore({ units }: Leave): boolean {
    return this.sale.items.reduce((sum, item) => sum + item.perCustomerLimit, 0) > units
  }

  /** Once a second: hears what the stock objects say, and moves the frontier. */
  tick(stock: ReadonlyMap<string, UnitCounts>, nowMs: number): void {
    const known = { ...this.line.stock, ...Object.fromEntries(stock) }
    const merged = mergeArrivals(this.arrivals, this.line.controller.frontier)
    if (merged !== this.arrivals) this.store.replaceBuckets(merged.buckets)
    this.arrivals = merged
    this.standbys.forgetGone(nowMs)
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
        active: this.passBook.active(nowMs),
        endingSoon: this.passBook.endingBy(nowMs + CALL_AHEAD_MS),
        left: this.line.left,
        standbys: this.standbys.size,
        served: this.passBook.served,
        available: units.available,
        unitsTaken: units.held + units.sold,
        unitsGivenBack: this.line.unitsGivenBack,
      },
      nowMs,
    )
    // One more restart before all have asked again must not make them forgotten.
    const remembered = nowMs < this.gatherUntilMs ? this.line.standbys : 0
    const standbys = Math.max(remembered, this.standbys.size)
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
    this.reschedule({ paused })
    return null
  }

  end(nowMs: number): void {
    if (!this.isEnded(nowMs)) this.reschedule({ endedAtMs: nowMs })
  }

  itemOf(sku: string): SaleItem | null {
    return this.sale.items.find((item) => item.sku === sku) ?? null
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

  /** What is left to tell the pools, so that each is what the sale and the clock say. */
  poolOrders(nowMs: number): PoolOrder[] {
    const state = this.poolState(nowMs)
    const { termsVersion, sale } = this.scheduled
    return sale.items.flatMap((item): PoolOrder[] => {
      // Pools are made active and with the first terms, before the sale is scheduled here.
      const told = this.told.get(item.sku) ?? { sku: item.sku, state: "active", termsVersion: 1 }
      if (told.state === state && (told.termsVersion === termsVersion || state === "closed")) return []
      return [
        {
          sku: item.sku,
          state,
          termsVersion,
          terms: poolTermsOf(sale, item),
          termsOnly: told.state === state,
        },
      ]
    })
  }

  poolTold({ sku, state, termsVersion }: ToldPool): void {
    const told = { sku, state, termsVersion }
    this.store.savePool(told)
    this.told.set(sku, told)
  }

  live(nowMs: number): RoomLive {
    const { controller, limit, refusals } = this.line
    const joined = joinedCount(this.arrivals)
    return {
      joined,
      waiting: Math.max(0, Math.round(joined - controller.turns)),
      admitted: this.passBook.served,
      active: this.passBook.active(nowMs),
      standbys: this.standbys.size,
      takenShare: controller.takenShare,
      unitsPerPass: controller.unitsPerPass,
      limit,
      frontier: controller.frontier,
      pacePerMinute: Math.round(controller.pacePerMinute),
      refusals: { ...refusals },
    }
  }

  passes(afterTicketId: string): PassRecord[] {
    return this.passBook.page(afterTicketId)
  }

  private refuse(
    refusal: PassRefusal,
    { ticketId, rank, again }: { ticketId: string; rank: number; again: boolean },
    nowMs: number,
  ): PassOutcome {
    // While the sale is paused, too: whoever asked first after it would be let in before those who asked all the time.
    const hasTurn = rank < this.line.controller.frontier
    const staysOutside = refusal === "sale_over" || refusal === "ticket_invalid"
    if (!staysOutside && hasTurn && this.standbys.ask(ticketId, rank, nowMs)) {
      if (nowMs < this.gatherUntilMs) this.showUpSinceRestart(rank)
      else this.showUp(rank, again)
    }
    this.line.refusals[refusal] = (this.line.refusals[refusal] ?? 0) + 1
    const retryAfterMs = {
      ticket_invalid: 0,
      sale_over: 0,
      not_your_turn: NOT_YOUR_TURN_RETRY_MS,
      room_full: this.standbys.retryMs,
    }
    return { outcome: "refused", refusal, retryAfterMs: retryAfterMs[refusal] }
  }

  /** They are kept in memory only; there are none where some place was free all the time that they are remembered. */
  private mayHaveStandbys(nowMs: number): boolean {
    return (
      this.line.standbys > 0 ||
      this.passBook.livedSince(nowMs - STANDBY_WINDOW_MS) >= this.sale.admission.maxActive
    )
  }

  private showUp(rank: number, again = false): void {
    const { controller } = this.line
    this.line = {
      ...this.line,
      controller: again ? takeAnotherTurn(controller) : takeTurn(controller, rank),
    }
  }

  /** Nearly everyone who asks then asked before the restart, and was counted. */
  private showUpSinceRestart(rank: number): void {
    this.line = { ...this.line, controller: takeTurn(this.line.controller, rank, true) }
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

  private bandOfItem(item: SaleItem): ReturnType<typeof bandOf> {
    return bandOf(this.line.stock[item.sku]?.available ?? item.allotment, item.allotment)
  }
}
