import { rankOf } from "../../../waiting-room/rank.ts"
import type { Chance } from "../../../waiting-room/chance.ts"

/** Who comes to a simulated sale, when, and what each of them will do. Everything is drawn from one seed. */

export interface CrowdShape {
  shoppers: number
  /** Of them, how many never take their turn. */
  ghostShare: number
  /** How often each of the others asks: from this to that. */
  pollMs: readonly [number, number]
  /** Of those who come in, how many buy a unit, and how many take one and give it back; the others just look. */
  buyShare: number
  giveBackShare: number
}

export interface Shopper {
  ticketId: string
  arrivedAtMs: number
  lot: number
  rank: number
  /** Looks at the board this often, from `arrivedAtMs` on; never, for ghosts. */
  pollMs: number
  nextPollMs: number
  plan: Plan
  inside: boolean
}

/** What a shopper does once inside: takes a unit after a while, and some time after that has it no more. */
export interface Plan {
  does: "buy" | "give_back" | "look"
  takesAfterMs: number
  endsAfterMs: number
}

/** In order of rank. Seven in ten come before the bell, most of the others within a minute after it. */
export function crowdOf(shape: CrowdShape, opensAtMs: number, random: Chance): Shopper[] {
  const [pollMin, pollMax] = shape.pollMs
  const crowd = Array.from({ length: shape.shoppers }, (_, i): Shopper => {
    const arrivedAtMs = opensAtMs + Math.floor(random() < 0.7 ? -random() * 60_000 : random() ** 3 * 240_000)
    const lot = random()
    const pollMs = random() < shape.ghostShare ? Infinity : pollMin + random() * (pollMax - pollMin)
    return {
      ticketId: `t${i}`,
      arrivedAtMs,
      lot,
      rank: rankOf({ arrivedAtMs, ranksFromMs: opensAtMs, lot }),
      pollMs,
      nextPollMs: Math.max(opensAtMs, arrivedAtMs) + random() * pollMs,
      plan: planOf(shape, random),
      inside: false,
    }
  })
  return crowd.sort((a, b) => a.rank - b.rank)
}

function planOf({ buyShare, giveBackShare }: CrowdShape, random: Chance): Plan {
  const luck = random()
  const does = luck < buyShare ? "buy" : luck < buyShare + giveBackShare ? "give_back" : "look"
  const takesAfterMs = 1_000 + random() * 10_000
  // A payment takes its time; some give back within the second in which they took.
  const endsAfterMs = does === "buy" ? 5_000 + random() * 20_000 : 200 + random() * 8_000
  return { does, takesAfterMs, endsAfterMs }
}

/** How many of them have a rank below this one. */
export function countBelowRank(crowd: readonly Shopper[], rank: number): number {
  let low = 0
  let high = crowd.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((crowd[middle]?.rank ?? Infinity) < rank) low = middle + 1
    else high = middle
  }
  return low
}
