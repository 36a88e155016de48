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

/**
 * Whoever came in and took nothing is taken to be just looking after about this long. It is made of two steps that last
 * half of it each, in the mean: so hardly anyone is given up in the first seconds, and hardly anyone is waited for after
 * a minute.
 */
const DECISION_MEAN_MS = 20_000

/** Amounts that fade in two steps. */
type Fading = readonly [fresh: number, lingering: number]

const NOTHING: Fading = [0, 0]

export interface BuyingState {
  /** Units that people inside are likely to take yet. */
  undecided: Fading
  /** People inside who have not had the time to make up their minds. */
  deciding: Fading
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
    undecided: NOTHING,
    deciding: NOTHING,
    unitsPerPass: 1,
    servedSeen: 0,
    unitsTakenSeen: 0,
    unitsGivenBackSeen: 0,
  }
}

/** It was one number once, and less was measured. */
export type SavedBuying = Partial<Omit<BuyingState, "undecided">> & { undecided?: Fading | number }

export function resumeBuying(saved: SavedBuying): BuyingState {
  const { undecided = NOTHING } = saved
  return {
    ...startBuying(),
    ...saved,
    undecided: typeof undecided === "number" ? plus(NOTHING, undecided) : undecided,
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
  // Whoever takes has decided; of the others, some more with each second.
  const deciding = without(before.deciding, { entered, taken, elapsedMs })
  const decided = sumOf(before.deciding) + entered - sumOf(deciding)
  // Whoever finds nothing to take says nothing of those who will.
  const unitsPerPass =
    facts.phase === "open"
      ? Math.max(0, (before.unitsPerPass * BUYING_MEMORY_PEOPLE + kept) / (BUYING_MEMORY_PEOPLE + decided))
      : before.unitsPerPass
  return {
    undecided: without(before.undecided, { entered: entered * unitsPerPass, taken, elapsedMs }),
    deciding,
    unitsPerPass,
    servedSeen: facts.served,
    unitsTakenSeen: facts.unitsTaken,
    unitsGivenBackSeen: facts.unitsGivenBack,
  }
}

/** Units that people inside are likely to take yet. */
export function unitsSpokenFor({ undecided }: Pick<BuyingState, "undecided">): number {
  return sumOf(undecided)
}

function sumOf([fresh, lingering]: Fading): number {
  return fresh + lingering
}

function plus([fresh, lingering]: Fading, more: number): Fading {
  return [fresh + more, lingering]
}

/**
 * Those who were there and those who entered, without those who took: they are of those who were there, and beyond these
 * of those who entered, for one can come in and buy between two looks.
 */
function without(
  before: Fading,
  { entered, taken, elapsedMs }: { entered: number; taken: number; elapsedMs: number },
): Fading {
  const sum = sumOf(before)
  const left = taken >= sum ? 0 : 1 - taken / sum
  const stillThere = fade([before[0] * left, before[1] * left], elapsedMs)
  return plus(stillThere, Math.max(0, entered - Math.max(0, taken - sum)))
}

function fade([fresh, lingering]: Fading, elapsedMs: number): Fading {
  const steps = (2 * elapsedMs) / DECISION_MEAN_MS
  const stays = Math.exp(-steps)
  const after: Fading = [fresh * stays, (lingering + fresh * steps) * stays]
  // What fades is never quite gone; a hundredth of a person is nobody, and a quiet line is not written down again.
  return sumOf(after) < 0.01 ? NOTHING : after
}
