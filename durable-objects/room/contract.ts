/**
 * What the rest of Spillway may know of the room object: one per sale. It keeps the sale's facts, moves the
 * frontier once a second, writes down each pass, and publishes the board.
 */

export type SalePhase = "scheduled" | "waiting" | "open" | "paused" | "sold_out_pending" | "sold_out" | "ended"

/** What a shopper is told of stock: a hint, never a count. */
export type StockBand = "in_stock" | "low" | "last_few" | "sold_out"

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
}

export interface Admission {
  /** Passes a minute, at most. */
  perMinute: number
  /** Live passes at one time, at most. */
  maxActive: number
  passMinutes: number
}

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
}

/** A public fact sheet of a sale: `Sale` with bands, and the draw's commitment. Holds nothing secret. */
export interface SaleFacts extends Sale {
  phase: SalePhase
  drawCommitment: string
  stock: Record<string, StockBand>
}

/** The small public document every waiting browser reads; at most 1 KB as JSON. */
export interface Board {
  saleId: string
  phase: SalePhase
  nowMs: number
  opensAtMs: number
  closesAtMs: number
  frontier: number
  joined: number
  served: number
  pacePerMinute: number
  stock: Record<string, StockBand>
  drawCommitment: string
  /** Published at the bell, never before. */
  drawSecret?: string
  pollAfterMs: number
}

/**
 * Why a pass is refused, in order of precedence. `sale_over` the sale has ended or sold out · `not_your_turn` the
 * frontier has not come to this rank, or the sale is paused · `room_full` as many passes are live as may be.
 */
export type PassRefusal = "sale_over" | "not_your_turn" | "room_full"

export type PassOutcome =
  | { outcome: "admitted"; replayed: boolean; passId: string; expiresAtMs: number }
  | { outcome: "refused"; refusal: PassRefusal; retryAfterMs: number }

/** A pass as the audit reads it: the rank it was given at, and how far the frontier was then. */
export interface PassRecord {
  ticketId: string
  passId: string
  rank: number
  frontier: number
  issuedAtMs: number
  expiresAtMs: number
}

export interface RoomLive {
  joined: number
  waiting: number
  admitted: number
  active: number
  frontier: number
  pacePerMinute: number
  refusals: Record<string, number>
}

export type SaleOutcome = { outcome: "ok"; facts: SaleFacts } | { outcome: "refused"; refusal: "not_found" | "sale_over" | "insufficient_stock" }

export interface RoomApi {
  /** Idempotent by the sale's id. Opens no door by itself: the room's clock does that at `waitingOpensAtMs` and `opensAtMs`. */
  schedule(sale: Sale): Promise<SaleFacts>
  /** Facts and board in one call; null when no sale was scheduled here. */
  read(): Promise<{ facts: SaleFacts; board: Board } | null>
  /** New arrivals by second of arrival (epoch seconds), counted at the edge and flushed at most once a second. */
  countArrivals(arrivals: [second: number, count: number][]): Promise<void>
  exchange(ticket: { ticketId: string; arrivedAtMs: number; subject: string }): Promise<PassOutcome>
  change(change: Partial<Pick<Sale, "title" | "opensAtMs" | "closesAtMs" | "waitingOpensAtMs" | "admission">>): Promise<SaleOutcome>
  pause(): Promise<SaleOutcome>
  resume(): Promise<SaleOutcome>
  end(): Promise<SaleOutcome>
  replenish(command: { id: string; sku: string; units: number }): Promise<SaleOutcome>
  live(): Promise<RoomLive>
  passes(afterTicketId: string): Promise<PassRecord[]>
}
