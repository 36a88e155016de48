/**
 * What the rest of Spillway may know of the room object: one per sale. It keeps the sale's facts, moves the
 * frontier once a second, writes down each pass, and publishes the board.
 */

import type { Board } from "../../waiting-room/board.ts"
import type { Limit } from "../../waiting-room/controller.ts"
import type { DrawDocument } from "../../waiting-room/draw.ts"
import type { ModeSettings, SaleMode } from "../../waiting-room/mode.ts"
import type { SalePhase } from "../../waiting-room/phase.ts"
import type { Rehearsal } from "../../waiting-room/rehearsal/journal.ts"
import type { RehearsalOptions } from "../../waiting-room/rehearsal/options.ts"
import type { StockBand } from "../../waiting-room/stock-band.ts"
import type { Goods, PoolTerms } from "../stock/contract.ts"

export type { Board, SaleMode, SalePhase, StockBand }

export interface SaleItem {
  sku: string
  productSlug: string
  title: string
  image: string | null
  allotment: number
  salePriceCents: number
  /** What it costs outside the sale. */
  priceCents: number
  currency: string
  perCustomerLimit: number
  /** Over how many lanes its units are spread; 1 when left out. */
  lanes?: number
  /** What shipping and taxes go by. */
  goods?: Goods
}

export interface Admission extends ModeSettings {
  /** Passes a minute, at most. */
  perMinute: number
  /** Live passes at one time, at most. */
  maxActive: number
  passMinutes: number
  /** Payments a minute that the payment provider takes; no limit when left out. */
  paymentsPerMinute?: number | undefined
}

/** What who joins must pass first, so that a place costs something to have: nothing, a check at Cloudflare, or some work. */
export const CHALLENGE_KINDS = ["none", "turnstile", "proof_of_work"] as const
export type ChallengeKind = (typeof CHALLENGE_KINDS)[number]

/** A sale as it was scheduled, plus what only its room knows of it (the draw's secret). */
export interface Sale {
  saleId: string
  slug: string
  title: string
  waitingOpensAtMs: number
  opensAtMs: number
  closesAtMs: number
  items: SaleItem[]
  admission: Admission
  holdSeconds: number
  /** `none` when left out, as sales of earlier days have it. */
  challenge?: ChallengeKind
  /** Before the bell, for those who were invited; null or absent where nobody is. */
  earlyAccess?: EarlyAccess | null
}

export interface EarlyAccess {
  opensAtMs: number
}

/** When the first of all may enter: at the bell, or by an invitation before it. */
export function firstOpensAtMs({ earlyAccess, opensAtMs }: Pick<Sale, "earlyAccess" | "opensAtMs">): number {
  return Math.min(opensAtMs, earlyAccess?.opensAtMs ?? opensAtMs)
}

/** A public fact sheet of a sale: `Sale` with bands, and the draw's commitment. Holds nothing secret. */
export interface SaleFacts extends Sale {
  phase: SalePhase
  drawCommitment: string
  stock: Record<string, StockBand>
  /** Its draw, as anybody may read and check it. */
  draw: DrawDocument
}

/**
 * Why a pass is refused, in order of precedence. `ticket_invalid` another session has entered with this ticket, which
 * only an invitation that was passed on can bring about · `sale_over` the sale has ended or sold out · `not_your_turn` the
 * frontier has not come to this rank, or the sale is paused · `room_full` as many passes are live as may be.
 */
export type PassRefusal = "ticket_invalid" | "sale_over" | "not_your_turn" | "room_full"

export type PassOutcome =
  | { outcome: "admitted"; replayed: boolean; passId: string; expiresAtMs: number }
  | { outcome: "refused"; refusal: PassRefusal; retryAfterMs: number }

/** A pass as the audit reads it: the rank it was given at, and how far the frontier was then. */
export interface PassRecord {
  ticketId: string
  passId: string
  rank: number
  frontier: number
  /** Live passes that were allowed at the time; null in a pass from before this was written down. */
  cap: number | null
  issuedAtMs: number
  expiresAtMs: number
  /** When its holder had bought or given back, and the place was free; null while nobody said so. */
  endedAtMs: number | null
}

/** One purchase of a subject that has come to its end, bought or given back. */
export interface Leave {
  subject: string
  atMs: number
  units: number
  end: "bought" | "given_back"
}

export interface RoomLive {
  joined: number
  /** Whose turn has not come. */
  waiting: number
  /** Tickets that were ever admitted. */
  admitted: number
  /** Live passes. */
  active: number
  /** Whose turn has come, who asked, and found no place yet. */
  standbys: number
  /** Of those whose turn comes, the share that shows up. */
  takenShare: number
  /** Units that are taken for each pass, as measured. */
  unitsPerPass: number
  /** What kept the line from moving faster in the last second. */
  limit: Limit
  frontier: number
  pacePerMinute: number
  refusals: Record<string, number>
}

/**
 * `not_found` no such sale, or none of its SKUs · `sale_over` it has ended · `already_open` the bell has rung, or in a
 * first-come sale the line has opened, and the times before it stay · `invalid_times` waiting, early access, bell and
 * close would not follow each other, or lie in the past · `insufficient_stock` fewer units in the open pool than asked · `reused` the command's id came with other content.
 */
export type SaleRefusal =
  | "not_found"
  | "sale_over"
  | "already_open"
  | "invalid_times"
  | "insufficient_stock"
  | "reused"

export type SaleOutcome = { outcome: "ok"; facts: SaleFacts } | { outcome: "refused"; refusal: SaleRefusal }

export type SaleChange = Partial<
  Pick<Sale, "title" | "opensAtMs" | "closesAtMs" | "waitingOpensAtMs" | "admission">
>

/**
 * Arrivals by second, counted from what the edge knew as the moment of the ranks; before it the second is negative.
 * That is the bell in most sales, and so it is called: an older edge and a newer room understand each other.
 */
export interface ArrivalCounts {
  opensAtMs: number
  bySecond: [secondAfterBell: number, count: number][]
  /** Those who came by an invitation, whenever that was. */
  invited?: number
}

/** The room that plays rehearsals. It has no sale, so its name is no sale's id. */
export const REHEARSAL_ROOM = "rehearsal"

/** What is played in one request is bounded: a longer sale is refused, a larger one is played small. */
export const REHEARSAL_MINUTES_MAX = 240
export const REHEARSAL_TURNS_MAX = 30_000

/** Most passes one page of the audit's reading returns. */
export const PASS_PAGE_MAX = 1_000

/** What an item's pool must know, as the stock object keeps it. */
export function poolTermsOf(sale: Sale, item: SaleItem): PoolTerms {
  return {
    unitPriceCents: item.salePriceCents,
    currency: item.currency,
    perCustomerLimit: item.perCustomerLimit,
    holdSeconds: sale.holdSeconds,
    opensAtMs: firstOpensAtMs(sale),
    closesAtMs: sale.closesAtMs,
    goods: item.goods,
  }
}

export interface RoomApi {
  /** Idempotent by the sale's id. Opens no door by itself: the room's clock does that at `waitingOpensAtMs` and `opensAtMs`. */
  schedule(sale: Sale): Promise<SaleFacts>
  /** Facts and board in one call; null when no sale was scheduled here. */
  read(): Promise<{ facts: SaleFacts; board: Board } | null>
  /** Counted at the edge and flushed at most once a second by each isolate; adds up. Ignored for a sale that is not here. */
  countArrivals(arrivals: ArrivalCounts): Promise<void>
  exchange(ticket: {
    ticketId: string
    arrivedAtMs: number
    subject: string
    invited?: boolean
  }): Promise<PassOutcome>
  /**
   * Someone has bought or given back, and their place is free, unless another hold of theirs runs in the sale. Idempotent;
   * a pass that was issued after that moment stays. Nobody need wait for it or repeat it: a pass of which nothing was
   * heard ends by its time.
   */
  leave(leave: Leave): Promise<void>
  /** The times before the bell are fixed once it has rung; the close may still be moved. */
  change(change: SaleChange): Promise<SaleOutcome>
  pause(): Promise<SaleOutcome>
  resume(): Promise<SaleOutcome>
  end(): Promise<SaleOutcome>
  /** Moves units from the open pool into the sale's; idempotent by the command's id. */
  replenish(command: { id: string; sku: string; units: number }): Promise<SaleOutcome>
  live(): Promise<RoomLive>
  /** In order of ticket id, `PASS_PAGE_MAX` at most; begin with "". */
  passes(afterTicketId: string): Promise<PassRecord[]>
  /** Plays a sale on a model clock and leaves nothing behind. Throws in a room that has a sale, and beyond the bounds. */
  rehearse(options: RehearsalOptions): Promise<Rehearsal>
}
