import { FLUSH_HORIZON_MS, TICK_MS } from "../../waiting-room/controller.ts"

export interface TickTimes {
  waitingOpensAtMs: number
  opensAtMs: number
  closesAtMs: number
  ended: boolean
  /** Pools that have not yet been told what they should be. */
  unsettled: boolean
  /** When the draw needs its next step; null when it needs none. */
  drawStepMs: number | null
}

/** How often a pool that does not answer is tried again. */
const SETTLE_RETRY_MS = 1_000

/**
 * When the room must wake next: at the bell and the close to the millisecond, else once a second, on the seconds in
 * which the arrivals of one more second are known. Null when nothing is left to do.
 */
export function nextTickMs(times: TickTimes, nowMs: number): number | null {
  const retryMs = times.unsettled ? nowMs + SETTLE_RETRY_MS : Infinity
  const drawStepMs = times.drawStepMs ?? Infinity
  if (times.ended || nowMs >= times.closesAtMs) {
    // A draw whose bell has rung is finished even so: who waited for it may check it.
    const lastMs = Math.min(retryMs, nowMs >= times.opensAtMs ? drawStepMs : Infinity)
    return lastMs === Infinity ? null : lastMs
  }
  return Math.min(retryMs, times.closesAtMs, drawStepMs, nextByPhase(times, nowMs))
}

function nextByPhase({ waitingOpensAtMs, opensAtMs }: TickTimes, nowMs: number): number {
  if (nowMs < waitingOpensAtMs) return waitingOpensAtMs
  if (nowMs < opensAtMs) return Math.min(nowMs + TICK_MS, opensAtMs)
  const firstMs = opensAtMs + FLUSH_HORIZON_MS
  if (nowMs < firstMs) return firstMs
  return firstMs + (Math.floor((nowMs - firstMs) / TICK_MS) + 1) * TICK_MS
}
