import { describe, expect, it } from "vitest"
import { RECONCILE_INTERVAL_MS, SETTLING_MS } from "./contract.ts"
import type { Sighting } from "./find-drift.ts"
import { sortSightings } from "./sightings.ts"

const T0 = 1_800_000_000_000
const of = (orderId: string): Sighting => ({
  kind: "order_parked",
  subjects: { orderId },
  says: "",
  mend: null,
})

describe("what is seen", () => {
  it("is on its way at first, and drift when it is still there in the next run", () => {
    const first = sortSightings([of("o1")], {}, T0)
    expect(first).toMatchObject({ drift: [], pending: 1 })
    const second = sortSightings([of("o1"), of("o2")], first.firstSeen, T0 + RECONCILE_INTERVAL_MS)
    expect(second.drift.map(({ subjects, firstSeenMs }) => [subjects["orderId"], firstSeenMs])).toEqual([
      ["o1", T0],
    ])
    expect(second.pending).toBe(1)
  })

  it("is still young for who asks a moment after the first run", () => {
    const { firstSeen } = sortSightings([of("o1")], {}, T0)
    expect(sortSightings([of("o1")], firstSeen, T0 + SETTLING_MS - 1).drift).toEqual([])
    expect(sortSightings([of("o1")], firstSeen, T0 + SETTLING_MS).drift).toHaveLength(1)
  })

  it("begins anew when it was gone in between, and counts once however often it is seen in a run", () => {
    const { firstSeen } = sortSightings([of("o1")], {}, T0)
    const gone = sortSightings([], firstSeen, T0 + RECONCILE_INTERVAL_MS)
    expect(gone.firstSeen).toEqual({})
    const again = sortSightings([of("o1"), of("o1")], gone.firstSeen, T0 + 2 * RECONCILE_INTERVAL_MS)
    expect(again).toMatchObject({ drift: [], pending: 1 })
  })

  it("shows as drift within a minute, whenever it begins", () => {
    expect(2 * RECONCILE_INTERVAL_MS).toBeLessThanOrEqual(60_000)
    expect(SETTLING_MS).toBeLessThan(RECONCILE_INTERVAL_MS)
  })
})
