import { joinedCount } from "../../waiting-room/arrivals.ts"
import type { Arrivals } from "../../waiting-room/arrivals.ts"
import { buildBoard } from "../../waiting-room/board.ts"
import { modeOf } from "../../waiting-room/mode.ts"
import { outlookOnBoard, startOutlook } from "../../waiting-room/outlook.ts"
import { bandOf } from "../../waiting-room/stock-band.ts"
import type { Board, RoomLive, Sale, SalePhase, StockBand } from "./contract.ts"
import type { Door } from "./door.ts"
import type { DrawKeeper } from "./draw-keeper.ts"
import { totalOf } from "./line-state.ts"
import type { LineState } from "./line-state.ts"
import type { ScheduledSale } from "./room-store.ts"

/** What the board is made of: all that everybody may know, and the secrets that are not theirs yet. */
export interface BoardParts {
  scheduled: ScheduledSale
  line: LineState
  arrivals: Arrivals
  draw: Pick<DrawKeeper, "hasLots" | "seed">
  /** Tickets that were ever admitted. */
  served: number
  phase: SalePhase
}

export function boardOf(
  { scheduled, line, arrivals, draw, served, phase }: BoardParts,
  nowMs: number,
): Board {
  const { sale, drawCommitment, drawSecret } = scheduled
  const { saleId, waitingOpensAtMs, opensAtMs, closesAtMs, admission, earlyAccess } = sale
  const { frontier, drawnBelow, pacePerMinute } = line.controller
  return buildBoard({
    ...outlookOf(sale, line, phase),
    saleId,
    phase,
    ...(admission.mode !== undefined && { mode: admission.mode }),
    nowMs,
    waitingOpensAtMs,
    opensAtMs,
    closesAtMs,
    frontier,
    ...(drawnBelow !== undefined && { drawnBelow }),
    ...(earlyAccess && {
      earlyAccess: { opensAtMs: earlyAccess.opensAtMs, secret: earlySecretOf(scheduled) },
    }),
    joined: joinedCount(arrivals),
    served,
    pacePerMinute,
    arrivals,
    stock: bandsOf(sale, line),
    drawCommitment,
    drawSecret: draw.hasLots ? drawSecret : null,
    drawSeed: draw.seed,
  })
}

/** What the merchant sees of it: unlike the board, with those who are inside and who stand by. */
export function liveOf(
  { line, arrivals, door }: Pick<BoardParts, "line" | "arrivals"> & { door: Door },
  nowMs: number,
): RoomLive {
  const { controller, limit, refusals } = line
  const joined = joinedCount(arrivals)
  return {
    joined,
    waiting: Math.max(0, Math.round(joined - controller.turns)),
    admitted: door.served,
    active: door.active(nowMs),
    standbys: door.standingBy,
    takenShare: controller.takenShare,
    unitsPerPass: controller.unitsPerPass,
    limit,
    frontier: controller.frontier,
    pacePerMinute: Math.round(controller.pacePerMinute),
    refusals: { ...refusals },
  }
}

/** What the lots of those who were invited are drawn with. */
export function earlySecretOf({ sale, earlySecret }: ScheduledSale): string {
  if (!earlySecret) throw new Error(`Sale ${sale.saleId} has no early access.`)
  return earlySecret
}

/** In the order of the sale's items. */
export function bandsOf({ items }: Sale, { stock }: LineState): [sku: string, band: StockBand][] {
  return items.map(({ sku, allotment }) => [sku, bandOf(stock[sku]?.available ?? allotment, allotment)])
}

/** In a draw who is drawn decides what is spoken for, and the board says so. */
function outlookOf(
  { admission }: Sale,
  { outlook, stock }: LineState,
  phase: SalePhase,
): Pick<Board, "spokenForRank" | "lookWithinMs"> {
  const { available } = totalOf(stock)
  const told = outlookOnBoard(outlook ?? startOutlook(), { ...admission, phase, available })
  return modeOf(admission) === "draw" ? { lookWithinMs: told.lookWithinMs } : told
}
