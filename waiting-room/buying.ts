import type { SalePhase } from "./phase.ts"

/**
 * How many of those who were let in buy, measured from what the ledgers' counts do: by it the controller knows how many
 * people the units and the payment provider are good for.
 */

/**
 * People are let in for more than one unit's worth of buyers as fewer of them buy, but no further than this: should
 * all of them buy after all, there are at most ten for each unit, and for each payment that the provider takes.
 */
export const BUYING_SHARE_MIN = 0.1

/** So many people who made up their minds weigh as much as all that was measured before. */
const BUYING_MEMORY_PEOPLE = 200

/** Half of those who came in and took nothing in this time are taken to be just looking. */
const DECISION_HALF_LIFE_MS = 15_000

export interface BuyingState {
  /** Units that people inside are likely to take yet. */
  undecided: number
  /** People inside who have not had the time to make up their minds. */
  deciding: number
  /** Units that are taken and not given back, for each pass: the share of passes that buy, where each buys one. */
  unitsPerPass: number
  servedSeen: number
  unitsTakenSeen: number
  unitsGivenBackSeen: number
}

export interface BuyingFacts {
  phase: SalePhase
  /** Tickets that were ever admitted. */
  served: number
  /** Units held or sold. */
  unitsTaken: number
  /** Units of those who left because they gave them back, since the sale began. */
  unitsGivenBack: number
}

/** Until something is measured, everyone who comes in is taken to buy one. */
export function startBuying(): BuyingState {
  return {
    undecided: 0,
    deciding: 0,
    unitsPerPass: 1,
    servedSeen: 0,
    unitsTakenSeen: 0,
    unitsGivenBackSeen: 0,
  }
}

/** What each person who comes in is likely to take. */
export function unitsEach({ unitsPerPass }: Pick<BuyingState, "unitsPerPass">): number {
  return Math.max(BUYING_SHARE_MIN, unitsPerPass)
}

/** People a minute who make no more payments than the provider takes: one each of those who buy, of however many units. */
export function payersPerMinute(
  state: Pick<BuyingState, "unitsPerPass">,
  paymentsPerMinute: number | null,
): number {
  return paymentsPerMinute === null ? Infinity : paymentsPerMinute / Math.min(1, unitsEach(state))
}

/** Of those who came in: how many have decided, what they took, and what the others are likely to take yet. */
export function measureBuying(before: BuyingState, facts: BuyingFacts, elapsedMs: number): BuyingState {
  const entered = facts.served - before.servedSeen
  const kept = facts.unitsTaken - before.unitsTakenSeen
  // What was taken and given back between two ticks left no trace in the counts, but whoever did it has decided.
  const taken = Math.max(0, kept + facts.unitsGivenBack - before.unitsGivenBackSeen)
  const fading = 0.5 ** (elapsedMs / DECISION_HALF_LIFE_MS)
  const decided = before.deciding * (1 - fading)
  // Whoever finds nothing to take says nothing of those who will.
  const unitsPerPass =
    facts.phase === "open"
      ? Math.max(0, (before.unitsPerPass * BUYING_MEMORY_PEOPLE + kept) / (BUYING_MEMORY_PEOPLE + decided))
      : before.unitsPerPass
  return {
    undecided: orNobody(before.undecided * fading + entered * unitsPerPass - taken),
    deciding: orNobody(before.deciding * fading + entered),
    unitsPerPass,
    servedSeen: facts.served,
    unitsTakenSeen: facts.unitsTaken,
    unitsGivenBackSeen: facts.unitsGivenBack,
  }
}

/** What fades is never quite gone; a hundredth of a person is nobody, and a quiet line is not written down again. */
function orNobody(people: number): number {
  return people < 0.01 ? 0 : people
}
