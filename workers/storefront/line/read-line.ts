import { bandOnBoard } from "../../../waiting-room/board.ts"
import type { Board } from "../../../waiting-room/board.ts"
import { hasTurn, isSpokenFor, placeOf, waitOf } from "../../../waiting-room/estimate.ts"
import type { LineReading } from "./line-reading.ts"

/** One shopper's place, from the public board and their own rank. Runs on the server and in the browser alike. */
export function readLine(board: Board, rank: number | null, skus: readonly string[]): LineReading {
  const ahead = placeOf(rank, board)
  const wait = waitOf(ahead, board)
  const stock = Object.fromEntries(
    skus.flatMap((sku) => {
      const band = bandOnBoard(board, skus, sku)
      return band === null ? [] : [[sku, band]]
    }),
  )
  return {
    phase: board.phase,
    yourTurn: hasTurn(rank, board) && (board.phase === "open" || board.phase === "sold_out_pending"),
    ahead,
    spokenFor: isSpokenFor(rank, board),
    cameBack: false,
    estimate: wait && { lowMs: wait.fromMs, highMs: wait.toMs },
    joined: board.joined,
    served: board.served,
    pacePerMinute: board.pacePerMinute,
    stock,
    opensAtMs: board.opensAtMs,
    closesAtMs: board.closesAtMs,
    nowMs: board.nowMs,
  }
}
