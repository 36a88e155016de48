import { expect, test } from "vitest"
import { lotOf } from "./rank.ts"
import { chiSquaredChance, chiSquaredOf } from "./rehearsal/measure.ts"
import { importKeyRing } from "./signed-token.ts"
import { ticketIdFor } from "./ticket.ts"

/** Lots are a keyed hash: fixed keys and sessions give the same lots for ever, so this is no game of chance. */

const TICKETS = 200_000
const BINS = 1_000
const CHANCE_MIN = 0.01
const BATCH = 2_000

async function lots(): Promise<Float64Array> {
  const ring = await importKeyRing(`k1:${"A".repeat(43)}`)
  const drawn = new Float64Array(TICKETS)
  for (let from = 0; from < TICKETS; from += BATCH) {
    await Promise.all(
      Array.from({ length: BATCH }, async (_, i) => {
        const subject = `session-${from + i}`
        drawn[from + i] = await lotOf("a fixed draw secret", await ticketIdFor(ring, "sale-1", subject))
      }),
    )
  }
  return drawn
}

test("hazard 25: the lots of 200,000 tickets are uniform, and those of neighbours have nothing to do with each other", async () => {
  const drawn = await lots()
  const single = Array.from({ length: BINS }, () => 0)
  const side = Math.sqrt(BINS) | 0
  const pairs = Array.from({ length: side * side }, () => 0)
  for (const [i, lot] of drawn.entries()) {
    const bin = Math.floor(lot * BINS)
    single[bin] = (single[bin] ?? 0) + 1
    if (i % 2 === 0) continue
    const pair = Math.floor((drawn[i - 1] ?? 0) * side) * side + Math.floor(lot * side)
    pairs[pair] = (pairs[pair] ?? 0) + 1
  }
  expect(drawn.every((lot) => lot >= 0 && lot < 1)).toBe(true)
  expect(chiSquaredChance(chiSquaredOf(single), BINS - 1)).toBeGreaterThan(CHANCE_MIN)
  expect(chiSquaredChance(chiSquaredOf(pairs), pairs.length - 1)).toBeGreaterThan(CHANCE_MIN)
})

test("the test of uniformity finds lots that are not", () => {
  const skewed = Array.from({ length: BINS }, (_, bin) => 200 * (1 + (bin / BINS - 0.5) * 0.1))
  expect(chiSquaredChance(chiSquaredOf(skewed), BINS - 1)).toBeGreaterThan(CHANCE_MIN)
  const wildly = Array.from({ length: BINS }, (_, bin) => (bin % 2 === 0 ? 190 : 230))
  expect(chiSquaredChance(chiSquaredOf(wildly), BINS - 1)).toBeLessThan(1e-9)
  // Values that tables of the distribution have: 5 % at 124.342, 1 % at 135.807, for 100 degrees.
  expect(chiSquaredChance(124.342, 100)).toBeCloseTo(0.05, 3)
  expect(chiSquaredChance(135.807, 100)).toBeCloseTo(0.01, 3)
})
