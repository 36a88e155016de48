export interface Entry {
  value: unknown
  loadedAtMs: number
  /** How many merchant's writes this isolate had seen when it was loaded. */
  generation: number
}

export interface Freshness {
  /** Until this age the value is served as it is. */
  freshMs: number
  /** Until this age it is served and refreshed behind the answer; older, the request waits for a new one. */
  staleMs: number
}

/** However old a page may be when Postgres is away: a day, as its Cache-Control says. */
export const LAST_RESORT_MS = 86_400_000

/**
 * `fresh` serve · `stale` serve, and refresh behind the answer · `last_resort` load, and serve it only when that
 * fails · `none` load.
 */
export type Age = "fresh" | "stale" | "last_resort" | "none"

export function ageOf(entry: Entry | undefined, at: Freshness & { generation: number; nowMs: number }): Age {
  if (!entry) return "none"
  const ageMs = at.nowMs - entry.loadedAtMs
  if (ageMs > LAST_RESORT_MS) return "none"
  if (entry.generation < at.generation || ageMs > at.staleMs) return "last_resort"
  return ageMs <= at.freshMs ? "fresh" : "stale"
}
