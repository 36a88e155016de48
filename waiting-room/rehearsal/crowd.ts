import type { Curve, RehearsalOptions } from "./options.ts"

/**
 * The crowd of a rehearsal. It is known by its counts, and each of its people is drawn when the frontier comes to
 * them: ten million cost no more memory than ten. Lots are those of so many independent draws, only in ascending order.
 */

const SECOND_MS = 1_000

/** After a sale's bell, or its line's opening, half of those still to come are there after 40 s. */
const SPIKE_HALF_LIFE_SECONDS = 40

const WAVES = 3

/** Counted from the moment that ranks are counted from (see `ranksFromMsOf`): the bell, unless the mode says otherwise. */
export interface CrowdCounts {
  /** Who comes before it: they stand in one lottery. */
  lottery: number
  /** Who comes in each second after it. */
  bySecond: Uint32Array
  /** The second of the bell: in a first-come sale the line has been open for so long. */
  bellSecond: number
  /** Who comes to a draw after its bell, and may not join. */
  turnedAway: number
}

export type CrowdOptions = Pick<
  RehearsalOptions,
  "mode" | "arrivals" | "beforeBell" | "curve" | "minutes" | "waitingMinutes"
>

/** Seeded chance in [0, 1): mulberry32. The same seed gives the same run on every machine. */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * How many come when. Those of a named curve add up to `arrivals`; counts of one's own are taken as they are. Where the
 * order of arrival counts from the line's opening, a curve begins there for those who come before the bell.
 */
export function countCrowd(options: CrowdOptions): CrowdCounts {
  const { mode, arrivals, beforeBell, curve, minutes } = options
  const bellSecond = mode === "first_come" ? options.waitingMinutes * 60 : 0
  const bySecond = new Uint32Array(bellSecond + minutes * 60)
  const counts = { lottery: 0, bySecond, bellSecond, turnedAway: 0 }
  if (typeof curve === "string") {
    const early = Math.round(arrivals * beforeBell)
    if (bellSecond > 0) spread(early, curve, bySecond.subarray(0, bellSecond))
    else counts.lottery = early
    spread(arrivals - early, curve, bySecond.subarray(bellSecond))
  } else {
    for (const [second, count] of curve) {
      const at = second + bellSecond
      if (at < 0) counts.lottery += count
      else bySecond[at] = (bySecond[at] ?? 0) + count
    }
  }
  if (mode !== "draw") return counts
  const turnedAway = bySecond.reduce((sum, count) => sum + count, 0)
  return { ...counts, bySecond: new Uint32Array(bySecond.length), turnedAway }
}

/** Rounded as a running sum, so that nobody is lost and no second is off by more than one. */
function spread(people: number, curve: Curve & string, bySecond: Uint32Array): void {
  const seconds = bySecond.length
  let weights = 0
  for (let second = 0; second < seconds; second++) weights += weightOf(curve, second, seconds)
  let weight = 0
  let counted = 0
  for (let second = 0; second < seconds; second++) {
    weight += weightOf(curve, second, seconds)
    const sum = second === seconds - 1 ? people : Math.round(people * (weight / weights))
    bySecond[second] = sum - counted
    counted = sum
  }
}

function weightOf(curve: Curve & string, second: number, seconds: number): number {
  if (curve === "steady") return 1
  if (curve === "spike") return 0.5 ** (second / SPIKE_HALF_LIFE_SECONDS)
  return 1.05 + Math.cos((second / seconds) * WAVES * 2 * Math.PI)
}

export interface Drawn {
  arrivedAtMs: number
  lot: number
  rank: number
}

/** Hands out the crowd by rank, lowest first. */
export class Crowd {
  readonly counts: CrowdCounts
  private readonly chance: () => number
  private readonly ranksFromMs: number
  /** Second that is being handed out; -1 are those of the lottery. */
  private second = -1
  private left: number
  /** Where in its stretch the last one stood, from 0 to 1. */
  private at = 0
  private next: Drawn | null = null

  constructor(counts: CrowdCounts, ranksFromMs: number, chance: () => number) {
    this.counts = counts
    this.ranksFromMs = ranksFromMs
    this.chance = chance
    this.left = counts.lottery
  }

  /** The next in line if their rank is below the frontier, else null. */
  takeBelow(frontier: number): Drawn | null {
    this.next ??= this.draw(frontier)
    if (!this.next || this.next.rank >= frontier) return null
    const taken = this.next
    this.next = null
    return taken
  }

  /** How many of the lottery and of each second after it were not handed out. */
  leftBySecond(): { lottery: number; fromSecond: number; inFirst: number } {
    const inStretch = this.left + (this.next ? 1 : 0)
    return this.second < 0
      ? { lottery: inStretch, fromSecond: 0, inFirst: this.counts.bySecond[0] ?? 0 }
      : { lottery: 0, fromSecond: this.second, inFirst: inStretch }
  }

  /** Everyone was handed out. */
  get isEmpty(): boolean {
    if (this.left > 0 || this.next) return false
    for (let second = this.second + 1; second < this.counts.bySecond.length; second++)
      if ((this.counts.bySecond[second] ?? 0) > 0) return false
    return true
  }

  private draw(frontier: number): Drawn | null {
    while (this.left === 0) {
      const next = this.second + 1
      if (next >= this.counts.bySecond.length || next * SECOND_MS >= frontier) return null
      this.second = next
      this.left = this.counts.bySecond[next] ?? 0
      this.at = 0
    }
    // The least of n uniform draws over what is left of the stretch is 1 - u^(1/n) into it.
    const step = -Math.expm1(Math.log(1 - this.chance()) / this.left)
    this.at = Math.min(this.at + (1 - this.at) * step, BELOW_ONE)
    this.left -= 1
    if (this.second < 0) {
      return { arrivedAtMs: this.ranksFromMs - 1, lot: this.at, rank: this.at - 1 }
    }
    const withinMs = this.at * SECOND_MS
    const wholeMs = Math.min(Math.floor(withinMs), SECOND_MS - 1)
    const lot = Math.min(withinMs - wholeMs, BELOW_ONE)
    const afterMs = this.second * SECOND_MS + wholeMs
    return { arrivedAtMs: this.ranksFromMs + afterMs, lot, rank: afterMs + lot }
  }
}

/** A lot is below one; rounding of the sums must not make it one. */
const BELOW_ONE = 1 - 2 ** -52
