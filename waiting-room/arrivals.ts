/**
 * How many came, by when: all that the room knows of its line. Tickets are not stored, so nobody is looked up here;
 * the frontier is moved over counts, taking arrivals as spread evenly within each bucket.
 */

import { INVITED_RANKS } from "./rank.ts"

export interface ArrivalBucket {
  /** First second of the bucket, counted from the bell. */
  second: number
  /** Its width; more than one once it was merged. */
  seconds: number
  count: number
}

export interface Arrivals {
  /** Their lots are uniform in [-1, 0), whenever they came. */
  beforeBell: number
  /** Those who came by an invitation; their lots are uniform in [-2, -1). */
  invited?: number
  /** Ascending, not overlapping; seconds in which nobody came have none. */
  buckets: ArrivalBucket[]
}

/** Most buckets kept: more than an hour of seconds, and still only some hundred kilobytes of memory. */
export const ARRIVAL_BUCKETS_MAX = 4_096

const SECOND_MS = 1_000

export function noArrivals(): Arrivals {
  return { beforeBell: 0, buckets: [] }
}

/** Adds arrivals in place; returns the bucket they fell into, or null for those before the bell. */
export function addArrivals(arrivals: Arrivals, second: number, count: number): ArrivalBucket | null {
  if (second < 0) {
    arrivals.beforeBell += count
    return null
  }
  const { buckets } = arrivals
  // From the end: arrivals are nearly always those of the last seconds.
  let index = buckets.length - 1
  while (index >= 0 && (buckets[index]?.second ?? 0) > second) index--
  const found = buckets[index]
  if (found && second < found.second + found.seconds) {
    found.count += count
    return found
  }
  const added = { second, seconds: 1, count }
  buckets.splice(index + 1, 0, added)
  return added
}

export function joinedCount(arrivals: Arrivals): number {
  const before = arrivals.beforeBell + (arrivals.invited ?? 0)
  return arrivals.buckets.reduce((sum, bucket) => sum + bucket.count, before)
}

/** How many arrivals have a rank below `rank`. */
export function countBelow(arrivals: Arrivals, rank: number): number {
  const invited = arrivals.invited ?? 0
  if (rank < INVITED_RANKS.end) return invited * Math.max(0, rank - INVITED_RANKS.from)
  if (rank < 0) return invited + arrivals.beforeBell * (rank + 1)
  let sum = invited + arrivals.beforeBell
  for (const bucket of arrivals.buckets) {
    const [start, end] = ranksOf(bucket)
    if (start >= rank) break
    sum += end <= rank ? bucket.count : (bucket.count * (rank - start)) / (end - start)
  }
  return sum
}

/**
 * The frontier after `turns` more arrivals are let pass, not beyond `horizonRank`. With turns to spare nobody is left
 * before the horizon, and the frontier stands at it. Buckets that end after the horizon are not entered: arrivals that
 * are still on their way from the edge would be passed uncounted. Before the bell (a horizon below 0) only those who were
 * invited are passed.
 */
export function rankAfter(arrivals: Arrivals, frontier: number, turns: number, horizonRank: number): number {
  let reached = frontier
  let left = turns
  if (reached < INVITED_RANKS.end) {
    const invited = arrivals.invited ?? 0
    const waiting = (INVITED_RANKS.end - reached) * invited
    if (left < waiting) return reached + left / invited
    left -= waiting
    reached = INVITED_RANKS.end
  }
  if (horizonRank < 0) return reached
  if (reached < 0) {
    const waiting = -reached * arrivals.beforeBell
    if (left < waiting) return reached + left / arrivals.beforeBell
    left -= waiting
    reached = 0
  }
  for (const bucket of arrivals.buckets) {
    const [start, end] = ranksOf(bucket)
    if (end <= reached) continue
    if (left <= 0) return reached
    if (end > horizonRank) return Math.max(reached, Math.min(start, horizonRank))
    const from = Math.max(start, reached)
    const waiting = (bucket.count * (end - from)) / (end - start)
    if (left < waiting) return from + (left / waiting) * (end - from)
    left -= waiting
    reached = end
  }
  return left > 0 ? Math.max(reached, horizonRank) : reached
}

/**
 * Keeps the number of buckets bounded: first all that is behind the frontier becomes one, and if the line itself is
 * too long, neighbours in its older half are joined. Counts stay exact; only where in a bucket they came gets coarser.
 */
export function mergeArrivals(arrivals: Arrivals, frontier: number): Arrivals {
  if (arrivals.buckets.length <= ARRIVAL_BUCKETS_MAX) return arrivals
  const behind = arrivals.buckets.filter((bucket) => ranksOf(bucket)[1] <= frontier)
  const ahead = arrivals.buckets.slice(behind.length)
  const joined = behind.length > 0 ? [joinBuckets(behind)] : []
  if (ahead.length <= ARRIVAL_BUCKETS_MAX / 2) return { ...arrivals, buckets: [...joined, ...ahead] }
  const half = Math.floor(ahead.length / 2)
  for (let i = 0; i < half; i += 2) joined.push(joinBuckets(ahead.slice(i, Math.min(i + 2, half))))
  return { ...arrivals, buckets: [...joined, ...ahead.slice(half)] }
}

function joinBuckets(buckets: ArrivalBucket[]): ArrivalBucket {
  const [first] = buckets
  const last = buckets.at(-1)
  if (!first || !last) throw new Error("No buckets to join.")
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0)
  return { second: first.second, seconds: last.second + last.seconds - first.second, count }
}

/** The ranks of a bucket: from its start up to, not including, its end. */
export function ranksOf(bucket: ArrivalBucket): [start: number, end: number] {
  return [bucket.second * SECOND_MS, (bucket.second + bucket.seconds) * SECOND_MS]
}
