import type { ListPart } from "../checkout/stripe-books.ts"

/** Gone through to its end, a list is begun anew after this long: what changed since is found then. */
export const SWEEP_AGAIN_MS = 3_600_000

/** One of the provider's lists, gone through from new to old, a part in each run. */
export class Sweep {
  private readonly backMs: number
  private afterId: string | null = null
  private endedAtMs = -Infinity

  /** `backMs`: how far back it goes. */
  constructor(backMs: number) {
    this.backMs = backMs
  }

  /** The part to read now; null while the last time is not long enough ago. */
  next(nowMs: number): ListPart | null {
    if (this.afterId === null && nowMs - this.endedAtMs < SWEEP_AGAIN_MS) return null
    return { sinceMs: nowMs - this.backMs, afterId: this.afterId }
  }

  /** To be told of a part that was read. */
  went({ isAll, lastId }: { isAll: boolean; lastId: string | null }, nowMs: number): void {
    this.afterId = isAll ? null : lastId
    if (isAll) this.endedAtMs = nowMs
  }
}
