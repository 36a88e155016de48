/** The emulator's clock: the machine's, moved forward on demand, so that a week need not be waited for. */

/** The furthest it may be moved at once, in milliseconds. */
export const MAX_ADVANCE_MS = 366 * 24 * 60 * 60 * 1000

export interface Clock {
  now: () => number
  advance: (byMs: number) => void
}

export function createClock(): Clock {
  let aheadMs = 0
  return {
    now: () => Date.now() + aheadMs,
    advance: (byMs) => void (aheadMs += byMs),
  }
}
