import { countBelow, joinedCount, ranksOf } from "./arrivals.ts"
import type { Arrivals } from "./arrivals.ts"
import type { SaleMode } from "./mode.ts"
import { isOver } from "./phase.ts"
import { INVITED_RANKS } from "./rank.ts"
import type { SalePhase } from "./phase.ts"
import type { StockBand } from "./stock-band.ts"

/** The small public document every waiting browser reads. */
export interface Board {
  saleId: string
  phase: SalePhase
  /** Absent: a lottery. */
  mode?: SaleMode
  nowMs: number
  waitingOpensAtMs: number
  opensAtMs: number
  closesAtMs: number
  /** Ranks below it have their turn. It only grows. */
  frontier: number
  /** Only in a draw, once it was made: ranks below it are drawn. It only grows. */
  drawnBelow?: number
  /** Only in a sale with early access; `secret` draws among those who were invited, and is published when it opens. */
  earlyAccess?: { opensAtMs: number; secret?: string }
  joined: number
  /** Tickets that were admitted. */
  served: number
  /** Turns a minute, smoothed. */
  pacePerMinute: number
  /**
   * How many stand before a rank: straight between these points, from nobody at the frontier; after the last, all of
   * its count. Empty when nobody waits.
   */
  line: [rank: number, ahead: number][]
  /**
   * Bands by SKU. When they do not all fit, those in stock are left out first, then low, then last few; then `bands`
   * is there and has them all. An SKU that is absent from both is none of this sale's.
   */
  stock: Record<string, StockBand>
  /** Only when `stock` is not complete: a letter (see `BAND_LETTERS`) for each item, in the order of the sale's items. */
  bands?: string
  drawCommitment: string
  /** Published at the bell, never before; where the draw is sealed, together with its seed. */
  drawSecret?: string
  /** What lots are keyed with where the draw was sealed; elsewhere it is the secret. Hex. */
  drawSeed?: string
  /** From this rank on the units in sight are spoken for, as far as anybody can say. */
  spokenForRank?: number
  pollAfterMs: number
  /** However far back, a browser looks again within this: the units may be gone by then. */
  lookWithinMs?: number
}

export const BOARD_BYTES_MAX = 1_024

/** Most items of a sale whose board is sure to fit, each with its letter in `bands`. */
export const BOARD_ITEMS_MAX = 200

export const BAND_LETTERS = {
  in_stock: "i",
  low: "l",
  last_few: "f",
  sold_out: "s",
} as const satisfies Record<StockBand, string>

const POLL_MS_MIN = 1_000
const POLL_MS_MAX = 10_000
const POLL_MS_OPEN = 2_000
const POLL_MS_PAUSED = 5_000

/** Points of the line's curve: as many as fit beside every band, and at least the last number where bands are left out. */
const LINE_POINTS = [16, 8, 4] as const

/** The one band that matters most is the last to be left out. */
const BANDS_BY_URGENCY: readonly StockBand[] = ["sold_out", "last_few", "low", "in_stock"]

export interface BoardFacts extends Omit<
  Board,
  "line" | "stock" | "bands" | "drawSecret" | "drawSeed" | "earlyAccess" | "pollAfterMs"
> {
  arrivals: Arrivals
  /** In the order of the sale's items. */
  stock: [sku: string, band: StockBand][]
  /** Null while lots wait for what their key is made of. */
  drawSecret: string | null
  drawSeed?: string | null
  earlyAccess?: { opensAtMs: number; secret: string }
}

/** The board, at most `BOARD_BYTES_MAX` as JSON. Throws when more items are on sale than it can have letters for. */
export function buildBoard({
  arrivals,
  stock,
  drawSecret,
  drawSeed,
  earlyAccess,
  ...facts
}: BoardFacts): Board {
  const isDrawn = drawSecret !== null && facts.nowMs >= facts.opensAtMs
  const bare: Board = {
    ...facts,
    pacePerMinute: Math.round(facts.pacePerMinute),
    line: [],
    stock: {},
    ...(isDrawn ? { drawSecret, ...(drawSeed ? { drawSeed } : {}) } : {}),
    ...(earlyAccess && { earlyAccess: publicPart(earlyAccess, facts.nowMs) }),
    pollAfterMs: pollAfterMsOf(facts, earlyAccess?.opensAtMs ?? null),
  }
  const waits = !isOver(facts.phase) && facts.nowMs >= facts.opensAtMs
  const lineOf = (pointsMax: number) => (waits ? lineCurve(arrivals, facts.frontier, pointsMax) : [])
  for (const pointsMax of LINE_POINTS) {
    const whole = { ...bare, line: lineOf(pointsMax), stock: Object.fromEntries(stock) }
    if (bytesOf(whole) <= BOARD_BYTES_MAX) return whole
  }
  const bands = stock.map(([, band]) => BAND_LETTERS[band]).join("")
  const board: Board = { ...bare, line: lineOf(LINE_POINTS[2]), bands }
  let free = BOARD_BYTES_MAX - bytesOf(board)
  if (free < 0)
    throw new Error(
      `The board of sale ${facts.saleId} does not fit ${BOARD_BYTES_MAX} bytes: ${stock.length} items are too many.`,
    )
  for (const urgent of BANDS_BY_URGENCY) {
    for (const [sku, band] of stock) {
      const bytes = bytesOf({ [sku]: band })
      if (band !== urgent || bytes > free) continue
      board.stock[sku] = band
      free -= bytes
    }
  }
  return board
}

/** The band of an item, wherever the board has it. `skus` are those of the sale's items, in their order. */
export function bandOnBoard(
  board: Pick<Board, "stock" | "bands">,
  skus: readonly string[],
  sku: string,
): StockBand | null {
  const told = board.stock[sku]
  if (told) return told
  const letter = board.bands?.[skus.indexOf(sku)]
  return BANDS_BY_URGENCY.find((band) => BAND_LETTERS[band] === letter) ?? null
}

function publicPart(
  { opensAtMs, secret }: NonNullable<BoardFacts["earlyAccess"]>,
  nowMs: number,
): NonNullable<Board["earlyAccess"]> {
  return nowMs >= opensAtMs ? { opensAtMs, secret } : { opensAtMs }
}

/** Nobody polls past the moment in which somebody is let in without hearing it, or faster than the board changes. */
function pollAfterMsOf(
  { phase, nowMs, opensAtMs }: Pick<Board, "phase" | "nowMs" | "opensAtMs">,
  earlyOpensAtMs: number | null,
): number {
  if (phase === "scheduled" || phase === "waiting") {
    if (earlyOpensAtMs !== null && nowMs >= earlyOpensAtMs) return POLL_MS_OPEN
    return Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, (earlyOpensAtMs ?? opensAtMs) - nowMs))
  }
  if (phase === "open" || phase === "sold_out_pending") return POLL_MS_OPEN
  return phase === "paused" ? POLL_MS_PAUSED : POLL_MS_MAX
}

/** The line as a few points, each about the same number of people from the last, and exact where it stands. */
function lineCurve(arrivals: Arrivals, frontier: number, pointsMax: number): Board["line"] {
  const total = joinedCount(arrivals) - countBelow(arrivals, frontier)
  if (total < 1) return []
  const step = total / (pointsMax / 2)
  const line: Board["line"] = []
  const point = (rank: number, ahead: number) => line.push([rank, Math.round(ahead)])
  let ahead = 0
  let told = 0
  if (frontier < INVITED_RANKS.end) {
    ahead = told = (INVITED_RANKS.end - frontier) * (arrivals.invited ?? 0)
    point(INVITED_RANKS.end, ahead)
  }
  if (frontier < 0) {
    ahead = told = ahead - Math.max(INVITED_RANKS.end, frontier) * arrivals.beforeBell
    point(0, ahead)
  }
  for (const bucket of arrivals.buckets) {
    const [start, end] = ranksOf(bucket)
    if (end <= frontier) continue
    const from = Math.max(start, frontier)
    const before = ahead
    ahead += (bucket.count * (end - from)) / (end - start)
    if (ahead - told < step && ahead < total - ROUNDING) continue
    // A crowd after a quiet stretch: without a point where it begins, the curve would spread it over the quiet.
    if (from > (line.at(-1)?.[0] ?? frontier)) point(from, before)
    point(end, ahead)
    told = ahead
  }
  return line
}

const ROUNDING = 1e-6

const encoder = new TextEncoder()

function bytesOf(value: object): number {
  return encoder.encode(JSON.stringify(value)).byteLength
}
