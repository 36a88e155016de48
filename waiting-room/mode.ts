import type { Board } from "./board.ts"

/**
 * How a sale's order comes about. `lottery`: before the bell drawn, after it first come, first served · `first_come`:
 * the order of arrival from the moment the line opens · `draw`: who registered before the bell is drawn, and nobody
 * joins after it. In each of them nobody is let in before the bell.
 */
export const SALE_MODES = ["lottery", "first_come", "draw"] as const

export type SaleMode = (typeof SALE_MODES)[number]

/** The part of a sale's admission that belongs to its mode. Sales from before there were modes are lotteries. */
export interface ModeSettings {
  mode?: SaleMode | undefined
  /** Only in a draw: winners for each unit. */
  drawFactor?: number | undefined
  /** Only in a draw: how long a winner's turn lasts before the next in rank is drawn in their stead. */
  turnMinutes?: number | undefined
}

/** Of three who are drawn, two buy: what merchants of drawn sales see, and what they may set otherwise. */
export const DRAW_FACTOR_DEFAULT = 1.5

/**
 * In a draw nobody was told to be there at the bell: whoever is drawn must have the time to come back to the page.
 * In other modes a turn keeps a place free for seconds, because its owner was watching the line move.
 */
export const TURN_MINUTES_DEFAULT = 10

export function modeOf({ mode }: ModeSettings): SaleMode {
  return mode ?? "lottery"
}

/** The moment that ranks and arrivals are counted from: all who came before it stand in one lottery. */
export function ranksFromMsOf(sale: {
  mode?: SaleMode | undefined
  waitingOpensAtMs: number
  opensAtMs: number
}): number {
  return modeOf(sale) === "first_come" ? sale.waitingOpensAtMs : sale.opensAtMs
}

/** Who comes to a draw after its bell is not in it. The clock counts too, for a copy of the board is a second old. */
export function isRegistrationClosed(
  board: Pick<Board, "mode" | "opensAtMs" | "drawSecret">,
  nowMs: number,
): boolean {
  return modeOf(board) === "draw" && (nowMs >= board.opensAtMs || board.drawSecret !== undefined)
}

/**
 * Where a ticket stands in a draw. `not_yet` the winners are not known · `drawn` one of them · `may_be_drawn` not yet,
 * but the next in rank are drawn as winners let their turn pass · `too_late` came after the bell, and is never drawn.
 */
export type DrawStanding = "not_yet" | "drawn" | "may_be_drawn" | "too_late"

export function drawStandingOf(rank: number | null, board: Pick<Board, "drawnBelow">): DrawStanding {
  if (rank === null) return "not_yet"
  if (rank >= 0) return "too_late"
  if (board.drawnBelow === undefined) return "not_yet"
  return rank < board.drawnBelow ? "drawn" : "may_be_drawn"
}
