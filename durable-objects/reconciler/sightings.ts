import { SETTLING_MS } from "./contract.ts"
import type { Sighting } from "./find-drift.ts"

/** When each difference was first seen, by what it is about. */
export type FirstSeen = Record<string, number>

/**
 * Tells drift from what is on its way: a difference that was there in an earlier run, long enough ago, is drift. What is
 * not seen any more is forgotten, so that it begins anew when it comes back.
 */
export function sortSightings(
  sightings: readonly Sighting[],
  before: FirstSeen,
  nowMs: number,
): { drift: (Sighting & { firstSeenMs: number })[]; pending: number; firstSeen: FirstSeen } {
  const firstSeen: FirstSeen = {}
  const drift: (Sighting & { firstSeenMs: number })[] = []
  for (const sighting of sightings) {
    const key = keyOf(sighting)
    if (key in firstSeen) continue
    const firstSeenMs = before[key] ?? nowMs
    firstSeen[key] = firstSeenMs
    if (nowMs - firstSeenMs >= SETTLING_MS) drift.push({ ...sighting, firstSeenMs })
  }
  return { drift, pending: Object.keys(firstSeen).length - drift.length, firstSeen }
}

function keyOf({ kind, subjects }: Sighting): string {
  return [kind, ...Object.values(subjects)].join(" ")
}
