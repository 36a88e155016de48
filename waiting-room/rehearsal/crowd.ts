import type { Curve, RehearsalOptions } from "./options.ts"

/**
 * The crowd of a rehearsal. It is known by its counts, and each of its people is drawn when the frontier comes to
 * them: ten million cost no more memory than ten. Lots are those of so many independent draws, only in ascending order.
 */

const SECOND_MS = 1_000

/** After a sale's bell half of those still to come are there after 40 s. */
const SPIKE_HALF_LIFE_SECONDS = 40

const WAVES = 3

export interface CrowdCounts {
  beforeBell: number
  /** Who comes in each second after the bell. */
  bySecond: Uint32Array
}

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

/** How many come when. Those of a named curve add up to `arrivals`; counts of one's own are taken as they are. */
export function countCrowd({
  arrivals,
  beforeBell,
  curve,
  minutes,
}: Pick<RehearsalOptions, "arrivals" | "beforeBell" | "curve" | "minutes">): CrowdCounts {
  const seconds = minutes * 60
  const bySecond = new Uint32Array(seconds)
  if (typeof curve !== "string") return countsOf(curve, bySecond)
  const early = Math.round(arrivals * beforeBell)
  let weights = 0
  for (let second = 0; second < seconds; second++) weights += weightOf(curve, second, seconds)
  // Rounded as a running sum, so that nobody is lost and no second is off by more than one.
  let weight = 0
  let counted = 0
  for (let second = 0; second < seconds; second++) {
    weight += weightOf(curve, second, seconds)
    const sum =
      second === seconds - 1 ? arrivals - early : Math.round((arrivals - early) * (weight / weights))
    bySecond[second] = sum - counted
    counted = sum
  }
  return { beforeBell: early, bySecond }
}

function weightOf(curve: Curve & string, second: number, seconds: number): number {
  if (curve === "steady") return 1
  if (curve === "spike") return 0.5 ** (second / SPIKE_HALF_LIFE_SECONDS)
  return 1.05 + Math.cos((second / seconds) * WAVES * 2 * Math.PI)
}

function countsOf(counts: Exclude<Curve, string>, bySecond: Uint32Array): CrowdCounts {
  let beforeBell = 0
  for (const [second, count] of counts) {
    if (second < 0) beforeBell += count
    else bySecond[second] = (bySecond[second] ?? 0) + count
  }
  return { beforeBell, bySecond }
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
  private readonly opensAtMs: number
  /** Second that is being handed out; -1 are those before the bell. */
  private second = -1
  private left: number
  /** Where in its stretch the last one stood, from 0 to 1. */
  private at = 0
  private next: Drawn | null = null

  constructor(counts: CrowdCounts, opensAtMs: number, chance: () => number) {
    this.counts = counts
    this.opensAtMs = opensAtMs
    this.chance = chance
    this.left = counts.beforeBell
  }

  /** The next in line if their rank is below the frontier, else null. */
  takeBelow(frontier: number): Drawn | null {
    this.next ??= this.draw(frontier)
    if (!this.next || this.next.rank >= frontier) return null
    const taken = this.next
    this.next = null
    return taken
  }

  /** How many of those before the bell and of each second after it were not handed out. */
  leftBySecond(): { beforeBell: number; fromSecond: number; inFirst: number } {
    const inStretch = this.left + (this.next ? 1 : 0)
    return this.second < 0
      ? { beforeBell: inStretch, fromSecond: 0, inFirst: this.counts.bySecond[0] ?? 0 }
      : { beforeBell: 0, fromSecond: this.second, inFirst: inStretch }
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
      return { arrivedAtMs: this.opensAtMs - 1, lot: this.at, rank: this.at - 1 }
    }
    const withinMs = this.at * SECOND_MS
    const wholeMs = Math.min(Math.floor(withinMs), SECOND_MS - 1)
    const lot = Math.min(withinMs - wholeMs, BELOW_ONE)
    const afterMs = this.second * SECOND_MS + wholeMs
    return { arrivedAtMs: this.opensAtMs + afterMs, lot, rank: afterMs + lot }
  }
}

/** A lot is below one; rounding of the sums must not make it one. */
const BELOW_ONE = 1 - 2 ** -52
