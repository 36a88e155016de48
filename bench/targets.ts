import type { Spread } from "./figures.ts"
import { ratiosOf, spreadOf } from "./figures.ts"
import type { Round } from "./load/generator.ts"

/** What must be reached. Each is met by the median of the rounds. */
export interface Target {
  contestant: string
  /** `p95/p50` and `drain` (seconds) have no floor: they are compared with the value as they are. */
  measure: "rate" | "p99" | "p95/p50" | "drain"
  bound: "at least" | "at most"
  /** Times the floor's figure of the same round; without a floor, per second. */
  value: number
  floor: string | null
}

export const TARGETS: readonly Target[] = [
  // A hold is an object call that keeps its word: half the speed of one that keeps nothing.
  { contestant: "holds", measure: "rate", bound: "at least", value: 0.5, floor: "object-call" },
  // What group commit is for.
  { contestant: "holds", measure: "rate", bound: "at least", value: 2, floor: "transaction" },
  { contestant: "holds", measure: "p99", bound: "at most", value: 1.5, floor: "object-call" },
  // Most of a crowd is told that there is nothing left: it should cost little more than any answer.
  { contestant: "sold-out", measure: "rate", bound: "at least", value: 0.75, floor: "bare" },
  // A crowd joins in one second, and then looks at the board for as long as it waits.
  { contestant: "join", measure: "rate", bound: "at least", value: 0.7, floor: "bare" },
  { contestant: "board", measure: "rate", bound: "at least", value: 0.85, floor: "bare" },
  { contestant: "ledger", measure: "rate", bound: "at least", value: 50_000, floor: null },
  // What ended costs the next one nothing.
  { contestant: "history", measure: "rate", bound: "at least", value: 0.9, floor: "ledger" },
  // What a batch is for.
  { contestant: "record", measure: "rate", bound: "at least", value: 20, floor: "insert" },
  // A checkout crosses the ledger and the provider, and is written down before and after both.
  { contestant: "checkout", measure: "rate", bound: "at least", value: 1 / 12, floor: "object-call" },
  { contestant: "checkout", measure: "p95/p50", bound: "at most", value: 3, floor: null },
  { contestant: "purchase", measure: "rate", bound: "at least", value: 1 / 50, floor: "object-call" },
  { contestant: "purchase", measure: "drain", bound: "at most", value: 10, floor: null },
  { contestant: "state-machine", measure: "rate", bound: "at least", value: 200_000, floor: null },
]

export interface Verdict {
  target: Target
  reached: Spread
  met: boolean
}

/** Judges the targets whose contestants and floors took part. */
export function judge(rounds: ReadonlyMap<string, readonly Round[]>): Verdict[] {
  return TARGETS.flatMap((target): Verdict[] => {
    const own = rounds.get(target.contestant)
    const floor = target.floor === null ? null : rounds.get(target.floor)
    if (!own || floor === undefined) return []
    const values = own.map((round) => measured(round, target.measure))
    const reached = floor
      ? ratiosOf(
          values,
          floor.map((round) => measured(round, target.measure)),
        )
      : spreadOf(values)
    const { median } = reached
    return [
      { target, reached, met: target.bound === "at least" ? median >= target.value : median <= target.value },
    ]
  })
}

function measured(round: Round, measure: Target["measure"]): number {
  const { count, seconds, p50Ms, p95Ms, p99Ms, drainSeconds } = round
  switch (measure) {
    case "rate":
      return count / seconds
    case "p99":
      return p99Ms ?? Number.NaN
    case "p95/p50":
      return (p95Ms ?? Number.NaN) / (p50Ms ?? Number.NaN)
    case "drain":
      return drainSeconds ?? Number.NaN
  }
}
