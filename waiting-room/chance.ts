/** Seeded chance. The same seed gives the same run on every machine, so what failed under one fails again. */

export type Chance = () => number

/** In [0, 1): mulberry32 (Tommy Ettinger), small, and good enough to shake things; nobody's secret. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
