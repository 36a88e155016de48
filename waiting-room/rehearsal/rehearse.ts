import { TICK_MS } from "../controller.ts"
import { isOver } from "../phase.ts"
import { ACTS, Agenda } from "./agenda.ts"
import { Auditor } from "./auditor.ts"
import { chanceFrom, countCrowd, Crowd } from "./crowd.ts"
import type { CrowdCounts } from "./crowd.ts"
import { Journal } from "./journal.ts"
import type { Rehearsal } from "./journal.ts"
import type { RehearsedLine, UnitsNow } from "./line.ts"
import type { RehearsalOptions } from "./options.ts"

/**
 * Plays one sale on a model clock: a crowd that comes, looks at the board, asks for a pass, takes a unit or not, pays
 * or not, against the line that a real sale has. No time passes but the model's.
 */

/** The bell, as a moment like any other. */
export const REHEARSAL_OPENS_AT_MS = 1_800_000_000_000

/** The clock's step. Nothing that a shopper does is told apart more finely. */
const STEP_MS = 250

/** Near the gate a browser looks every two seconds, at a board that is up to one second old. */
const LOOK_MS = { poll: 2_000, boardAge: 1_000 }

const SECOND_MS = 1_000

/** Makes the line for a crowd of this size; the rehearsal asks it as the edge and the browsers would. */
export type LineMaker = (options: RehearsalOptions, opensAtMs: number) => RehearsedLine

export function rehearse(
  options: RehearsalOptions,
  makeLine: LineMaker,
  onSecond?: (second: number) => void,
): Rehearsal {
  const counts = countCrowd(options)
  const play = new Play(options, counts, makeLine(options, REHEARSAL_OPENS_AT_MS))
  const seconds = options.minutes * 60
  for (let second = 0; second <= seconds; second++) {
    if (!play.second(second)) break
    onSecond?.(second)
  }
  return play.finish()
}

class Play {
  private readonly options: RehearsalOptions
  private readonly line: RehearsedLine
  private readonly chance: () => number
  private readonly crowd: Crowd
  private readonly agenda = new Agenda(STEP_MS)
  private readonly auditor: Auditor
  private readonly journal: Journal
  private readonly units: UnitsNow
  private nextTickMs: number | null
  private places = 0
  private frontier = -1

  constructor(options: RehearsalOptions, counts: CrowdCounts, line: RehearsedLine) {
    this.options = options
    this.line = line
    this.chance = chanceFrom(options.seed)
    const ranksFromMs = REHEARSAL_OPENS_AT_MS - counts.bellSecond * SECOND_MS
    this.crowd = new Crowd(counts, ranksFromMs, this.chance)
    this.auditor = new Auditor(options, counts.lottery)
    this.journal = new Journal(options, counts, REHEARSAL_OPENS_AT_MS)
    this.units = { available: options.stock, held: 0, sold: 0 }
    this.countArrivals(-1, counts.lottery)
    for (const [second, count] of counts.bySecond.subarray(0, counts.bellSecond).entries())
      this.countArrivals(second, count)
    this.nextTickMs = REHEARSAL_OPENS_AT_MS
  }

  /** One second; false when nothing can happen any more. */
  second(second: number): boolean {
    const startMs = REHEARSAL_OPENS_AT_MS + second * SECOND_MS
    const { bySecond, bellSecond } = this.crowd.counts
    // The edge's flush of the second that has just gone by.
    const flushed = bellSecond + second - 1
    if (second > 0) this.countArrivals(flushed, bySecond[flushed] ?? 0)
    const look = this.line.look(startMs)
    this.auditor.counted(this.units)
    const inside = this.auditor.insideAt(startMs)
    this.journal.second(second, look, this.units, inside)
    if (isOver(look.phase) || (inside === 0 && this.agenda.isEmpty && this.crowd.isEmpty)) return false
    for (let nowMs = startMs; nowMs < startMs + SECOND_MS; nowMs += STEP_MS) this.step(nowMs)
    return true
  }

  finish(): Rehearsal {
    return this.journal.finish(this.crowd, this.auditor)
  }

  private countArrivals(second: number, count: number): void {
    if (count > 0) this.line.countArrivals(second, count)
  }

  private step(nowMs: number): void {
    const slots = this.agenda.take(nowMs)
    // Whoever was called last asks first: the order in which a line is most easily jumped.
    for (let i = slots.length - 1; i >= 0; i--) this.act(slots[i] ?? 0, nowMs)
    if (this.nextTickMs === null || nowMs < this.nextTickMs) return
    this.line.tick(this.units, nowMs)
    this.nextTickMs = this.line.nextTickMs(nowMs)
    const look = this.line.look(nowMs)
    this.auditor.ticked(look)
    this.journal.ticked(look, nowMs)
    this.frontier = look.frontier
    this.call(nowMs)
  }

  /** Everyone whom the frontier has passed sees it on the board some time later, or is not there. */
  private call(nowMs: number): void {
    for (
      let drawn = this.crowd.takeBelow(this.frontier);
      drawn;
      drawn = this.crowd.takeBelow(this.frontier)
    ) {
      this.places += 1
      this.auditor.called(drawn.lot, drawn.rank)
      const isThere = this.chance() >= this.options.noShow
      this.journal.called(isThere)
      if (!isThere) continue
      const slot = this.agenda.enter(this.places, drawn)
      this.agenda.plan(slot, ACTS.ask, nowMs + this.comesInMs(), nowMs)
    }
  }

  /** Whoever waits looks at the board all the time; whoever was drawn must come back to the page first. */
  private comesInMs(): number {
    const seenInMs = this.chance() * LOOK_MS.poll + this.chance() * LOOK_MS.boardAge
    return this.options.mode === "draw" ? seenInMs + this.about(this.options.comeBackSeconds) : seenInMs
  }

  private act(slot: number, nowMs: number): void {
    switch (this.agenda.actOf(slot)) {
      case ACTS.ask:
        return this.ask(slot, nowMs)
      case ACTS.decide:
        return this.decide(slot, nowMs)
      case ACTS.pay:
        this.units.held -= 1
        this.units.sold += 1
        this.journal.sold(nowMs)
        return this.goHome(slot, nowMs)
      case ACTS.letGo:
        this.units.held -= 1
        this.units.available += 1
        this.journal.cameBack()
        return this.agenda.leave(slot)
    }
  }

  private ask(slot: number, nowMs: number): void {
    const { agenda, options } = this
    const place = agenda.place[slot] ?? 0
    const rank = agenda.rank[slot] ?? 0
    const arrivedAtMs = agenda.arrivedAtMs[slot] ?? 0
    const answer = this.line.exchange(
      { ticketId: ticketIdOf(place), arrivedAtMs, lot: agenda.lot[slot] ?? 0 },
      nowMs,
    )
    if (answer.outcome === "refused") {
      if (answer.refusal === "room_full") this.auditor.sentAway(place, rank, nowMs)
      if (answer.refusal === "room_full" || answer.refusal === "not_your_turn")
        return agenda.plan(slot, ACTS.ask, nowMs + answer.retryAfterMs, nowMs)
      return agenda.leave(slot)
    }
    agenda.passUntilMs[slot] = answer.expiresAtMs
    this.auditor.admitted(place, rank, answer.expiresAtMs, nowMs)
    this.journal.admitted(arrivedAtMs, nowMs)
    const decidesAtMs = nowMs + this.about(options.decideSeconds)
    // Who has not made up their mind when the pass ends is outside again.
    if (this.chance() >= options.buy || decidesAtMs >= answer.expiresAtMs) return agenda.leave(slot)
    agenda.plan(slot, ACTS.decide, decidesAtMs, nowMs)
  }

  private goHome(slot: number, nowMs: number): void {
    const passUntilMs = this.agenda.passUntilMs[slot] ?? 0
    if (this.line.leave && nowMs < passUntilMs) {
      this.line.leave(ticketIdOf(this.agenda.place[slot] ?? 0), nowMs)
      this.auditor.left(passUntilMs)
    }
    this.agenda.leave(slot)
  }

  private decide(slot: number, nowMs: number): void {
    const { agenda, options, units } = this
    if (units.available === 0) {
      this.journal.foundNothing()
      return agenda.leave(slot)
    }
    units.available -= 1
    units.held += 1
    this.journal.held(nowMs)
    const paysInMs = this.about(options.paySeconds)
    const pays = this.chance() < options.pay && paysInMs < options.holdSeconds * SECOND_MS
    if (pays) agenda.plan(slot, ACTS.pay, nowMs + paysInMs, nowMs)
    else agenda.plan(slot, ACTS.letGo, nowMs + options.holdSeconds * SECOND_MS, nowMs)
  }

  /** Most people are quick and a few are slow: exponential around a mean. */
  private about(meanSeconds: number): number {
    return -Math.log(1 - this.chance()) * meanSeconds * SECOND_MS
  }
}

/** Short and of one length: rows are then written at the end of their table, where they take the least room. */
function ticketIdOf(place: number): string {
  return place.toString(36).padStart(TICKET_ID_LENGTH, "0")
}

/** Enough for two billion. */
const TICKET_ID_LENGTH = 6

/** The line ticks once a second; a rehearsal that steps more coarsely than that would miss ticks. */
if (TICK_MS % STEP_MS !== 0) throw new Error("the clock's step must divide the line's tick")
