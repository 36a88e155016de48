import { FLUSH_HORIZON_MS, TICK_MS } from "../../../waiting-room/controller.ts"
import { MemorySql } from "../../memory-sql.ts"
import type { Admission, Sale } from "../contract.ts"
import { Room } from "../room.ts"
import { RoomStore } from "../room-store.ts"
import { STANDBY_GATHER_MS } from "../standbys.ts"
import { LineAuditor } from "./auditor.ts"
import { chanceFrom } from "../../../waiting-room/chance.ts"
import type { Chance } from "../../../waiting-room/chance.ts"
import { countBelowRank, crowdOf } from "./crowd.ts"
import type { CrowdShape, Shopper } from "./crowd.ts"
import { stagedSale } from "../staged-room.ts"

/** A crowd against one room on a model clock, in steps of `STEP_MS`. */

export const OPENS_AT_MS = 1_800_000_000_000
const STEP_MS = 250
const SKU = "MUG"

export interface Scenario extends CrowdShape, Admission {
  allotment: number
  seconds: number
  /** The room is evicted about this often. */
  restartSeconds: number
  /** Of those who leave, how many the room never hears of. */
  leaveLostShare: number
  /** What the merchant does, and when. */
  acts: { atSecond: number; act: MerchantAct }[]
}

export type MerchantAct =
  | { does: "pause" | "resume" }
  | { does: "change"; admission: Partial<Admission> }
  | { does: "replenish"; units: number }

export class LineSimulation {
  readonly auditor = new LineAuditor()
  nowMs = OPENS_AT_MS
  /** Units in the sale's pool. */
  readonly stock: { available: number; held: number; sold: number }
  /** Live passes as a share of the cap, at each step. */
  readonly fill: number[] = []
  /** When the room was evicted. */
  readonly restartedAtMs: number[] = []
  private readonly scenario: Scenario
  private readonly random: Chance
  private readonly crowd: Shopper[]
  private readonly sql = new MemorySql()
  private readonly bySecond = new Map<number, number>()
  private readonly duties = new Map<number, (() => void)[]>()
  private room: Room
  private admission: Admission
  private paused = false
  /** All shoppers before it are inside, or were. */
  private firstOutside = 0

  constructor(scenario: Scenario, seed: number) {
    this.scenario = scenario
    this.random = chanceFrom(seed)
    this.crowd = crowdOf(scenario, OPENS_AT_MS, this.random)
    const { perMinute, maxActive, passMinutes, paymentsPerMinute, allotment } = scenario
    this.admission = { perMinute, maxActive, passMinutes, paymentsPerMinute }
    this.stock = { available: allotment, held: 0, sold: 0 }
    const store = new RoomStore(this.sql)
    store.migrate()
    const draw = { drawSecret: "x", drawCommitment: "y" }
    const sale = saleOf(this.admission, allotment)
    store.saveSale({ sale, ...draw, paused: false, endedAtMs: null, termsVersion: 1 })
    this.room = this.open()
    for (const { arrivedAtMs } of this.crowd) {
      const second = Math.max(-1, Math.floor((arrivedAtMs - OPENS_AT_MS) / 1_000))
      this.bySecond.set(second, (this.bySecond.get(second) ?? 0) + 1)
    }
    this.flush(-1)
    for (const { atSecond, act } of scenario.acts) this.at(atSecond * 1_000, () => this.carryOut(act))
  }

  run(): this {
    for (let step = 0; step < (this.scenario.seconds * 1_000) / STEP_MS; step++) {
      const sinceBellMs = step * STEP_MS
      this.nowMs = OPENS_AT_MS + sinceBellMs
      if (this.random() < STEP_MS / (this.scenario.restartSeconds * 1_000)) this.restart()
      // The edge's flush, up to the second that has just gone by.
      if (sinceBellMs % 1_000 === 0 && step > 0) this.flush(sinceBellMs / 1_000 - 1)
      for (const duty of this.duties.get(step) ?? []) duty()
      this.duties.delete(step)
      const sinceFirstMs = sinceBellMs - FLUSH_HORIZON_MS
      if (sinceFirstMs >= 0 && sinceFirstMs % TICK_MS === 0) this.tick()
      this.letShoppersAsk(step)
      this.fill.push(this.auditor.inside(this.nowMs) / this.admission.maxActive)
    }
    return this
  }

  /** People let in a minute, over a stretch of the sale. */
  entriesPerMinute(fromSecond: number, toSecond: number): number {
    const [fromMs, toMs] = [OPENS_AT_MS + fromSecond * 1_000, OPENS_AT_MS + toSecond * 1_000]
    const entries = this.auditor.admittedAtMs.filter((atMs) => atMs >= fromMs && atMs < toMs)
    return (entries.length * 60) / (toSecond - fromSecond)
  }

  meanFill(fromSecond: number, toSecond: number): number {
    const steps = this.fill.slice((fromSecond * 1_000) / STEP_MS, (toSecond * 1_000) / STEP_MS)
    return steps.reduce((sum, fill) => sum + fill, 0) / steps.length
  }

  /** The longest part of a stretch in which the room was not waiting, after a restart, for those who stood by. */
  openSeconds(fromSecond: number, toSecond: number): number {
    const [fromMs, toMs] = [OPENS_AT_MS + fromSecond * 1_000, OPENS_AT_MS + toSecond * 1_000]
    let [longestMs, openFromMs] = [0, fromMs]
    for (const atMs of [...this.restartedAtMs, Infinity]) {
      longestMs = Math.max(longestMs, Math.min(atMs, toMs) - openFromMs)
      openFromMs = Math.max(fromMs, atMs + STANDBY_GATHER_MS)
    }
    return longestMs / 1_000
  }

  get live() {
    return this.room.live(this.nowMs)
  }

  private open(): Room {
    const store = new RoomStore(this.sql)
    const scheduled = store.loadSale()
    if (!scheduled) throw new Error("no sale was scheduled")
    return new Room(this.sql, store, scheduled, this.nowMs)
  }

  private restart(): void {
    this.room = this.open()
    this.restartedAtMs.push(this.nowMs)
  }

  private flush(second: number): void {
    const count = this.bySecond.get(second)
    if (count) this.room.countArrivals({ opensAtMs: OPENS_AT_MS, bySecond: [[second, count]] })
  }

  private tick(): void {
    this.room.tick(new Map([[SKU, { ...this.stock }]]), this.nowMs)
    this.auditor.moved(this.room.board(this.nowMs).frontier)
  }

  private carryOut(act: MerchantAct): void {
    if (act.does === "change") {
      this.admission = { ...this.admission, ...act.admission }
      this.room.change({ admission: this.admission }, this.nowMs)
    } else if (act.does === "replenish") {
      this.stock.available += act.units
      this.room.replenished({ id: `r${this.nowMs}`, sku: SKU, units: act.units })
    } else {
      this.paused = act.does === "pause"
      this.room.setPaused(this.paused, this.nowMs)
    }
    this.tick()
  }

  /** The highest rank asks first: the order in which a line is most easily jumped. */
  private letShoppersAsk(step: number): void {
    const turns = countBelowRank(this.crowd, this.room.board(this.nowMs).frontier)
    while (this.firstOutside < turns && this.isDone(this.firstOutside)) this.firstOutside += 1
    for (let i = turns - 1; i >= this.firstOutside; i--) {
      const shopper = this.crowd[i]
      if (!shopper || shopper.inside || shopper.pollMs === Infinity) continue
      // The polls before the turn came found nothing to ask for.
      const missed = Math.ceil((this.nowMs - STEP_MS + 1 - shopper.nextPollMs) / shopper.pollMs)
      if (missed > 0) shopper.nextPollMs += missed * shopper.pollMs
      if (shopper.nextPollMs <= this.nowMs) this.ask(shopper, step)
    }
  }

  private isDone(index: number): boolean {
    const shopper = this.crowd[index]
    return !shopper || shopper.inside || shopper.pollMs === Infinity
  }

  private ask(shopper: Shopper, step: number): void {
    const { nowMs } = this
    const { ticketId, arrivedAtMs, lot, rank } = shopper
    const ticket = { ticketId, subject: ticketId, arrivedAtMs, lot, passId: `${ticketId}-${step}` }
    const outcome = this.room.exchange(ticket, nowMs)
    if (outcome.outcome === "refused") {
      this.auditor.refused(ticketId, rank)
      shopper.nextPollMs = nowMs + Math.max(STEP_MS, outcome.retryAfterMs)
      return
    }
    shopper.inside = true
    const { expiresAtMs } = outcome
    const { maxActive: cap } = this.admission
    this.auditor.admitted({ ticketId, rank, expiresAtMs }, { cap, paused: this.paused, nowMs })
    const { does, takesAfterMs } = shopper.plan
    if (does !== "look") this.after(takesAfterMs, () => this.take(shopper, expiresAtMs))
  }

  private take(shopper: Shopper, expiresAtMs: number): void {
    if (this.stock.available === 0 || this.paused || this.nowMs >= expiresAtMs) return
    this.stock.available -= 1
    this.stock.held += 1
    this.after(shopper.plan.endsAfterMs, () => this.finish(shopper))
  }

  private finish({ ticketId, plan }: Shopper): void {
    const bought = plan.does === "buy"
    this.stock.held -= 1
    this.stock[bought ? "sold" : "available"] += 1
    if (this.random() < this.scenario.leaveLostShare) return
    const end = bought ? "bought" : "given_back"
    this.room.leave({ subject: ticketId, atMs: this.nowMs, units: 1, end }, this.nowMs)
    this.auditor.left(ticketId)
  }

  private after(delayMs: number, duty: () => void): void {
    this.at(this.nowMs - OPENS_AT_MS + delayMs, duty)
  }

  private at(sinceBellMs: number, duty: () => void): void {
    const step = Math.ceil(sinceBellMs / STEP_MS)
    this.duties.set(step, [...(this.duties.get(step) ?? []), duty])
  }
}

function saleOf(admission: Admission, allotment: number): Sale {
  return stagedSale({
    opensAtMs: OPENS_AT_MS,
    waitingOpensAtMs: OPENS_AT_MS - 60_000,
    closesAtMs: OPENS_AT_MS + 86_400_000,
    item: { sku: SKU, allotment, perCustomerLimit: 1 },
    admission,
    holdSeconds: 60,
  })
}
