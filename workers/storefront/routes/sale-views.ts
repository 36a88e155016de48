import type { Context } from "hono"
import type { SaleFacts } from "../../../durable-objects/room/contract.ts"
import { modeOf } from "../../../waiting-room/mode.ts"
import { bandOnBoard } from "../../../waiting-room/board.ts"
import type { Board } from "../../../waiting-room/board.ts"
import type { SaleSummary } from "../../catalog/sales-list.ts"
import type { App } from "../../http/app.ts"
import { readRoom } from "../../line/board.ts"
import type { SaleView } from "../pages/sale-view.ts"
import { phaseByTimes } from "../words/phases.ts"

/** What the open pool holds for; a sale says its own. */
export const OPEN_HOLD_SECONDS = 600

export const SALE_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

export interface Room {
  facts: SaleFacts
  board: Board
}

export function viewOfRoom({ facts, board }: Room): SaleView {
  const skus = facts.items.map((item) => item.sku)
  return {
    saleId: facts.saleId,
    title: facts.title,
    phase: board.phase,
    mode: modeOf(facts.admission),
    waitingOpensAtMs: facts.waitingOpensAtMs,
    opensAtMs: facts.opensAtMs,
    closesAtMs: facts.closesAtMs,
    holdSeconds: facts.holdSeconds,
    items: facts.items,
    stock: Object.fromEntries(skus.map((sku) => [sku, bandOnBoard(board, skus, sku) ?? "in_stock"])),
    line: { joined: board.joined, served: board.served, pacePerMinute: board.pacePerMinute },
    drawCommitment: board.drawCommitment,
    drawSecret: board.drawSecret ?? null,
    challenge: facts.challenge ?? "none",
  }
}

/** Without an answer from its room a sale is shown by its times alone: nothing is promised, and nobody is let in. */
export function viewOfSummary(sale: SaleSummary, nowMs: number): SaleView {
  return {
    saleId: sale.saleId,
    title: sale.title,
    mode: sale.mode,
    phase: sale.state === "ended" ? "ended" : phaseByTimes(sale, nowMs),
    waitingOpensAtMs: sale.waitingOpensAtMs,
    opensAtMs: sale.opensAtMs,
    closesAtMs: sale.closesAtMs,
    holdSeconds: OPEN_HOLD_SECONDS,
    items: sale.items,
    stock: Object.fromEntries(sale.items.map((item) => [item.sku, "in_stock" as const])),
    line: null,
    drawCommitment: null,
    drawSecret: null,
    challenge: sale.challenge,
  }
}

/** The room's own word where it answers. A page that only mentions a sale is not broken by a room that does not. */
export async function roomIfAnswering(c: Context<App>, saleId: string): Promise<Room | null> {
  try {
    return await readRoom(c.env, saleId)
  } catch (error) {
    console.warn(
      JSON.stringify({
        level: "warn",
        what: "room_silent",
        saleId,
        message: error instanceof Error ? error.message : String(error),
      }),
    )
    return null
  }
}
