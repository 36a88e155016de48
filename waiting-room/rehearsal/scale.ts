import type { Point, Rehearsal, Wait } from "./journal.ts"
import type { RehearsalOptions } from "./options.ts"

/**
 * A sale that is too large to be played in one request is played small: each person and each unit of the model stands
 * for `scale` of the real ones. Rates, shares and times stay as they are. Chance weighs more in a small crowd, and units
 * that come back do so one by one, which lets in more people for each: `docs/rehearsal.md` has how many.
 */

/** How many people a sale will call at most, whatever limits it first: this is what a rehearsal costs. */
export function turnsAtMost(options: RehearsalOptions): number {
  const { arrivals, perMinute, maxActive, passMinutes, minutes, stock, noShow, buy, pay } = options
  // A draw calls at the rate, whoever comes; and no more than it has a chance for.
  if (options.mode === "draw") {
    const drawn = (1.2 * stock) / Math.max(0.01, (1 - noShow) * buy * pay) + stock * options.drawFactor
    return Math.min(arrivals, perMinute * (minutes + 1), drawn)
  }
  // Each place is taken anew as passes end; a second round for what is paid back to the rate.
  const letIn = Math.min(perMinute * (minutes + 1), maxActive * (minutes / passMinutes + 1))
  const forStock = stock / Math.max(0.01, buy * pay) + maxActive
  return Math.min(arrivals, (1.2 * Math.min(letIn, forStock)) / Math.max(0.1, 1 - noShow))
}

export function shrink(
  options: RehearsalOptions,
  turnsMax: number,
): { options: RehearsalOptions; scale: number } {
  const scale = Math.max(1, Math.ceil(turnsAtMost(options) / turnsMax))
  const part = (count: number) => Math.max(1, Math.round(count / scale))
  const { arrivals, stock, perMinute, maxActive } = options
  if (scale === 1) return { options, scale }
  return {
    scale,
    options: {
      ...options,
      arrivals: Math.round(arrivals / scale),
      stock: part(stock),
      perMinute: part(perMinute),
      maxActive: part(maxActive),
    },
  }
}

/** The outcome of a rehearsal that was played small, in the real sale's numbers. */
export function enlarge(played: Rehearsal, options: RehearsalOptions, scale: number): Rehearsal {
  if (scale === 1) return { ...played, options }
  const wait = (small: Wait): Wait => ({ ...small, people: small.people * scale })
  return {
    ...played,
    options,
    scale,
    points: played.points.map((point) => enlargePoint(point, scale)),
    joined: played.joined * scale,
    admitted: played.admitted * scale,
    foundNothing: played.foundNothing * scale,
    notTaken: played.notTaken * scale,
    wait: wait(played.wait),
    inVain: wait(played.inVain),
    cameTooLate: played.cameTooLate * scale,
    turnedAway: played.turnedAway * scale,
    mostInside: played.mostInside * scale,
    cameBack: played.cameBack * scale,
  }
}

function enlargePoint(point: Point, scale: number): Point {
  return {
    second: point.second,
    waiting: point.waiting * scale,
    inside: point.inside * scale,
    drawn: point.drawn * scale,
    admittedPerMinute: point.admittedPerMinute * scale,
    available: point.available * scale,
    held: point.held * scale,
    sold: point.sold * scale,
  }
}
