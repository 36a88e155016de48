/** A figure over the rounds of a run. */
export interface Spread {
  median: number
  min: number
  max: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN }
}

/**
 * Ratios round by round: both sides of each were measured within seconds of each other, so what else the machine does
 * falls out of them.
 */
export function ratiosOf(values: readonly number[], floors: readonly number[]): Spread {
  return spreadOf(values.map((value, round) => value / (floors[round] ?? Number.NaN)))
}
