import type { TurnCohort } from "./controller.ts"

/** How many of those whose turn it is take it. Turns go up as this share goes down. */

export interface TakenShare {
  /** What turns are reckoned with: a long mean. */
  takenShare: number
  /** A short mean, which jumps, but knows first when the long one is out of date. */
  takenLately: number
}

/**
 * The share is taken to be no less than this: with two hundred ghosts for each shopper the line still comes to its rate.
 * Should the ghosts turn up after all, rate and cap hold: the rate owes what they took, and who finds no place stands by.
 */
export const TAKEN_SHARE_MIN = 0.005

/**
 * So many people weigh as much in the long mean as all that was measured before; in a small sale nobody is judged by two
 * or three. People and not turns, for a share is known no better than by those who came: where most turns are ghosts', a
 * share measured over turns alone would jump, and dividing by what jumps gives too many turns.
 */
export const SHARE_MEMORY_PEOPLE = 150

/** The same for the short mean: chance alone moves it by a sixth. */
export const SHARE_LATELY_PEOPLE = 20

/** Where the means differ by this factor it is no chance, but a flood that came or went: the long one begins anew there. */
export const SHARE_CHANGED_FACTOR = 2

export const EVERYBODY_TAKES: TakenShare = { takenShare: 1, takenLately: 1 }

/** Turns whose time has run out are counted in. */
export function measureShares(
  { takenShare, takenLately }: TakenShare,
  lapsed: readonly TurnCohort[],
): TakenShare {
  return lapsed.reduce<TakenShare>(measureShare, { takenShare, takenLately })
}

function measureShare(share: TakenShare, cohort: TurnCohort): TakenShare {
  const takenLately = countedIn(share.takenLately, cohort, SHARE_LATELY_PEOPLE)
  const long = countedIn(share.takenShare, cohort, SHARE_MEMORY_PEOPLE)
  const changed = takenLately * SHARE_CHANGED_FACTOR < long || takenLately > long * SHARE_CHANGED_FACTOR
  return { takenShare: changed ? takenLately : long, takenLately }
}

function countedIn(share: number, { given, expected, shown }: TurnCohort, memoryPeople: number): number {
  const people = Math.max(expected, shown)
  const weight = people / (people + memoryPeople)
  return Math.min(1, Math.max(TAKEN_SHARE_MIN, share + (shown / given - share) * weight))
}
