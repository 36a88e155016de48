import type { Verdict } from "./auditor.ts"
import type { Rehearsal, Stretch } from "./journal.ts"

/** How near the line must come to the rate it was told, and how full it must keep the places, once it has settled. */
export const RATE_TOLERANCE = 0.02
export const FILL_MIN = 0.98

/** In a small sale chance weighs more than any controller, and over a short stretch too. */
const PEOPLE_MIN = 1_000

/**
 * A draw is called by lots alone, and nothing that is measured corrects for lots that lie closer together than they
 * should: n people are called with a standard deviation of √n, and three of these are 2 % of so many.
 */
const PEOPLE_MIN_IN_DRAW = 22_500

const STRETCH_SECONDS_MIN = 120

/** Verdicts on pace; none where no stretch is long enough, or the crowd too small, to tell. */
export function judgePace({ options, rate, fill }: Rehearsal): Verdict[] {
  const verdicts: Verdict[] = []
  const isDraw = options.mode === "draw"
  if (canTell(rate, (options.perMinute / 60) * rate.seconds, isDraw ? PEOPLE_MIN_IN_DRAW : PEOPLE_MIN)) {
    const off = rate.ratio - 1
    verdicts.push({
      says: `${isDraw ? "called" : "let in"} at ${(rate.ratio * 100).toFixed(1)} % of the rate, over ${rate.seconds} s in which it was the limit`,
      ok: Math.abs(off) <= RATE_TOLERANCE,
      checked: 1,
    })
  }
  if (canTell(fill, options.maxActive, PEOPLE_MIN)) {
    verdicts.push({
      says: `places ${(fill.ratio * 100).toFixed(1)} % taken, over ${fill.seconds} s in which the cap was the limit`,
      ok: fill.ratio >= FILL_MIN,
      checked: 1,
    })
  }
  return verdicts
}

function canTell(
  stretch: Stretch,
  people: number,
  peopleMin: number,
): stretch is { seconds: number; ratio: number } {
  return stretch.ratio !== null && stretch.seconds >= STRETCH_SECONDS_MIN && people >= peopleMin
}
