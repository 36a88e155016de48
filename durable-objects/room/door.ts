import { CALL_AHEAD_MS } from "../../waiting-room/controller.ts"
import type { Sql } from "../sqlite.ts"
import type { Admission, Leave, PassOutcome, PassRecord, PassRefusal, SalePhase } from "./contract.ts"
import { decideExchange } from "./exchange.ts"
import { PassBook } from "./pass-book.ts"
import type { BookedPass } from "./pass-book.ts"
import { PAUSE_GATHER_MS, STANDBY_GATHER_MS, STANDBY_WINDOW_MS, Standbys } from "./standbys.ts"

/** A ticket at the gate. The lot is the room's own reckoning, the pass id what its pass would be called. */
export interface GateTicket {
  ticketId: string
  subject: string
  arrivedAtMs: number
  lot: number
  passId: string
  invited?: boolean
}

export interface DoorFacts {
  phase: SalePhase
  rank: number
  frontier: number
  admission: Admission
}

/**
 * What the controller must hear of someone who asked: they come for the first time · `again`, with a pass before ·
 * `since_restart`, and most likely were counted before it. Null: nothing new.
 */
export type Showing = "first" | "again" | "since_restart" | null

const NOT_YOUR_TURN_RETRY_MS = 2_000

const MINUTE_MS = 60_000

interface DoorHistory {
  /** How many stood by when the line was last written down. */
  standbys: number
  maxActive: number
  paused: boolean
}

/** Who is inside, who stands by for a place, and what becomes of who asks. */
export class Door {
  private readonly passBook: PassBook
  private readonly standbys = new Standbys()
  /** Until then nobody is let in: whoever stood by before a restart asks first. */
  private gatherUntilMs: number
  /** Whoever stood by before a restart in a pause is not heard until the pause is over. */
  private gathersAfterPause: boolean

  constructor(sql: Sql, { standbys, maxActive, paused }: DoorHistory, nowMs: number) {
    this.passBook = new PassBook(sql, nowMs)
    // They are kept in memory only; there are none where some place was free all the time that they are remembered.
    const mayHaveStandbys = standbys > 0 || this.passBook.livedSince(nowMs - STANDBY_WINDOW_MS) >= maxActive
    this.gatherUntilMs = mayHaveStandbys ? nowMs + STANDBY_GATHER_MS : nowMs
    this.gathersAfterPause = mayHaveStandbys && paused
  }

  exchange(ticket: GateTicket, facts: DoorFacts, nowMs: number): { outcome: PassOutcome; showing: Showing } {
    const { ticketId, subject } = ticket
    const { phase, rank, frontier, admission } = facts
    const earlier = this.passBook.find(ticketId)
    const placesFree = this.isGathering(nowMs) ? 0 : admission.maxActive - this.passBook.active(nowMs)
    const decision = decideExchange(
      {
        phase,
        takenByOther: earlier !== null && earlier.subject !== subject,
        endsAtMs: earlier && (earlier.endedAtMs ?? earlier.expiresAtMs),
        rank,
        frontier,
        placesFree,
        standbysBefore: this.standbys.countBefore(rank, placesFree, nowMs),
      },
      nowMs,
    )
    if (decision === "replay" && earlier) return { outcome: admitted(earlier, true), showing: null }
    const showing = earlier ? "again" : "first"
    if (decision !== "admit")
      return this.refuse(
        decision === "replay" ? "not_your_turn" : decision,
        { ticketId, showing },
        facts,
        nowMs,
      )

    // From here it must succeed.
    const pass = {
      ticketId,
      passId: ticket.passId,
      subject,
      rank,
      frontier,
      cap: admission.maxActive,
      issuedAtMs: nowMs,
      expiresAtMs: nowMs + admission.passMinutes * MINUTE_MS,
      endedAtMs: null,
    }
    this.passBook.record(pass, earlier)
    return { outcome: admitted(pass, false), showing: this.standbys.leave(ticketId) ? null : showing }
  }

  /** A place comes free before its time. False for what is known already, or comes too late. */
  leave({ subject, atMs }: Leave, nowMs: number): boolean {
    return this.passBook.end(subject, atMs, nowMs)
  }

  /** Live passes. */
  active(nowMs: number): number {
    return this.passBook.active(nowMs)
  }

  /** Places that come free while those who are called for them are on their way. */
  endingSoon(nowMs: number): number {
    return this.passBook.endingBy(nowMs + CALL_AHEAD_MS)
  }

  /** Tickets that were ever admitted. */
  get served(): number {
    return this.passBook.served
  }

  get standingBy(): number {
    return this.standbys.size
  }

  isGathering(nowMs: number): boolean {
    return nowMs < this.gatherUntilMs
  }

  /** Nobody asks while a sale is paused, and nobody loses their place by that. */
  pauseIsOver(nowMs: number): void {
    this.standbys.askAgain(nowMs)
    if (this.gathersAfterPause) this.gatherUntilMs = nowMs + PAUSE_GATHER_MS
    this.gathersAfterPause = false
  }

  forgetGone(nowMs: number): void {
    this.standbys.forgetGone(nowMs)
  }

  /** The ranks of passes issued from a moment on. */
  ranksSince(fromMs: number): number[] {
    return this.passBook.ranksSince(fromMs)
  }

  passes(afterTicketId: string): PassRecord[] {
    return this.passBook.page(afterTicketId)
  }

  private refuse(
    refusal: PassRefusal,
    asking: { ticketId: string; showing: Showing },
    { rank, frontier }: DoorFacts,
    nowMs: number,
  ): { outcome: PassOutcome; showing: Showing } {
    const retryAfterMs = {
      ticket_invalid: 0,
      sale_over: 0,
      not_your_turn: NOT_YOUR_TURN_RETRY_MS,
      room_full: this.standbys.retryMs,
    }[refusal]
    const outcome = { outcome: "refused", refusal, retryAfterMs } as const
    // While the sale is paused, too: whoever asked first after it would be let in before those who asked all the time.
    const standsBy = refusal !== "sale_over" && refusal !== "ticket_invalid" && rank < frontier
    if (!standsBy || !this.standbys.ask(asking.ticketId, rank, nowMs)) return { outcome, showing: null }
    return { outcome, showing: this.isGathering(nowMs) ? "since_restart" : asking.showing }
  }
}

function admitted({ passId, expiresAtMs }: BookedPass, replayed: boolean): PassOutcome {
  return { outcome: "admitted", replayed, passId, expiresAtMs }
}
