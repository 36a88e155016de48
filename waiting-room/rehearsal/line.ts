import type { Limit } from "../controller.ts"
import type { SalePhase } from "../phase.ts"

/**
 * What a rehearsal plays against: the room, behind as few calls as a shopper and a clock have. A setting that admission
 * learns reaches the room through whoever makes this; the rehearsal need not know of it.
 */
export interface RehearsedLine {
  /** Arrivals of one second, counted from what the mode's ranks are counted from, or of second -1: all before it. */
  countArrivals(second: number, count: number): void
  exchange(ticket: AskingTicket, nowMs: number): ExchangeAnswer
  /** Whoever has paid goes, and their place is free at once. Left out where a pass only ends by its time. */
  leave?(ticketId: string, nowMs: number): void
  tick(units: UnitsNow, nowMs: number): void
  /** When the line wants its next tick. */
  nextTickMs(nowMs: number): number | null
  look(nowMs: number): LineLook
}

export interface AskingTicket {
  ticketId: string
  arrivedAtMs: number
  lot: number
}

/** After `room_full` and `not_your_turn` one asks again; any other refusal is final. */
export type ExchangeAnswer =
  | { outcome: "admitted"; expiresAtMs: number }
  | { outcome: "refused"; refusal: string; retryAfterMs: number }

export interface UnitsNow {
  available: number
  held: number
  sold: number
}

export interface LineLook {
  phase: SalePhase
  frontier: number
  /** In a draw, once it was made: ranks below it are drawn. */
  drawnBelow?: number
  joined: number
  /** Whose turn has not come. */
  waiting: number
  /** Live passes. */
  active: number
  takenShare: number
  /** What kept the line from moving faster in the last tick. */
  limit: Limit
}
