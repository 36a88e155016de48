import type { Board } from "../../../../waiting-room/board.ts"

const TIMEOUT_MS = 8_000

/** The sale's public board. Throws when it cannot be had. */
export async function readBoard(saleId: string): Promise<Board> {
  const address = `/api/sales/${encodeURIComponent(saleId)}/board`
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!response.ok) throw new Error(`The board answered ${response.status}`)
  return (await response.json()) as Board
}

const BACKOFF_MS_MIN = 2_000
const BACKOFF_MS_MAX = 30_000

/** Waits longer after each failure, and never in step with everybody else. */
export function backoffMs(failures: number): number {
  const full = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(10, failures - 1))
  return full * (0.5 + Math.random() * 0.5)
}

/** Up to a fifth sooner than was asked for, so that a crowd does not come in the same instant; never later. */
export function spreadMs(milliseconds: number): number {
  return milliseconds * (0.8 + Math.random() * 0.2)
}
