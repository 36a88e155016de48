/** The value below which a share of all counted ones lies, by a histogram of whole numbers; null when it is empty. */
export function quantileOf(histogram: Uint32Array | Float64Array, share: number): number | null {
  let total = 0
  for (const count of histogram) total += count
  if (total === 0) return null
  let sum = 0
  for (let value = 0; value < histogram.length; value++) {
    sum += histogram[value] ?? 0
    if (sum >= total * share) return value
  }
  return histogram.length - 1
}

/** The longest run of `wanted`, without its first `settling` entries; of no length when there is none so long. */
export function longestStretch<T>(
  values: readonly T[],
  wanted: T,
  settling: number,
): { from: number; seconds: number } {
  let best = { from: 0, seconds: 0 }
  let start = -1
  for (let at = 0; at <= values.length; at++) {
    if (at < values.length && values[at] === wanted) {
      if (start < 0) start = at
      continue
    }
    if (start >= 0 && at - start - settling > best.seconds)
      best = { from: start + settling, seconds: at - start - settling }
    start = -1
  }
  return best
}

/** Pearson's statistic of counts that should all be equal: to their mean, or to what is expected of each. */
export function chiSquaredOf(counts: readonly number[], each?: number): number {
  const expected = each ?? counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

/**
 * The chance that such a statistic is as large or larger although all is even (Wilson and Hilferty's cube root, good to
 * a thousandth from ten degrees of freedom on).
 */
export function chiSquaredChance(statistic: number, degrees: number): number {
  const spread = 2 / (9 * degrees)
  return upperNormal((Math.cbrt(statistic / degrees) - (1 - spread)) / Math.sqrt(spread))
}

/** The normal distribution's upper tail (Abramowitz and Stegun 26.2.17, to 7.5e-8). */
function upperNormal(z: number): number {
  if (z < 0) return 1 - upperNormal(-z)
  const t = 1 / (1 + 0.2316419 * z)
  const sum = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429]
  const poly = sum.reduceRight((rest, factor) => (rest + factor) * t, 0)
  return (poly * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)
}
