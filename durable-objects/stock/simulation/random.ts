import { chanceFrom } from "../../../waiting-room/chance.ts"

/** Seeded chance: the same seed gives the same run, on every machine. */
export class Chance {
  /** In [0, 1). */
  readonly next: () => number

  constructor(seed: number) {
    this.next = chanceFrom(seed)
  }

  /** A whole number, both ends included. */
  between(lowest: number, highest: number): number {
    return lowest + Math.floor(this.next() * (highest - lowest + 1))
  }

  hits(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.between(0, choices.length - 1)]
    if (choice === undefined) throw new Error("nothing to pick from: hand in at least one choice")
    return choice
  }

  /** A key, as often as its weight says. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
    const entries = Object.entries(weights) as [Key, number][]
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [key, weight] of entries) {
      left -= weight
      if (left < 0) return key
    }
    throw new Error("nothing to pick from: give at least one weight above zero")
  }

  /** A seed for a part of the run, so that the parts don't shift each other. */
  fork(): number {
    return Math.floor(this.next() * 2 ** 32)
  }
}
