import type { Verdict } from "./auditor.ts"
import type { Rehearsal, Stretch } from "./journal.ts"

/** How near the line must come to the rate it was told, and how full it must keep the places, once it has settled. */
export const RATE_TOLERANCE = 0.02
export const FILL_MIN = 0.98

/** In a small sale chance weighs more than any controller, and over a short stretch too. */
const PEOPLE_MIN = 1_000
const STRETCH_SECONDS_MIN = 120

/** Verdicts on pace; none where no stretch is long enough, or the crowd too small, to tell. */
export function judgePace({ options, rate, fill }: Rehearsal): Verdict[] {
  const verdicts: Verdict[] = []
  if (canTell(rate, (options.perMinute / 60) * rate.seconds)) {
    const off = rate.ratio - 1
    verdicts.push({
      says: `let in at ${(rate.ratio * 100).toFixed(1)} % of the rate, over ${rate.seconds} s in which it was the limit`,
      ok: Math.abs(off) <= RATE_TOLERANCE,
      checked: 1,
    })
  }
  if (canTell(fill, options.maxActive)) {
    verdicts.push({
      says: `places ${(fill.ratio * 100).toFixed(1)} % taken, over ${fill.seconds} s in which the cap was the limit`,
      ok: fill.ratio >= FILL_MIN,
      checked: 1,
    })
  }
  return verdicts
}

function canTell(stretch: Stretch, people: number): stretch is { seconds: number; ratio: number } {
  return stretch.ratio !== null && stretch.seconds >= STRETCH_SECONDS_MIN && people >= PEOPLE_MIN
}
