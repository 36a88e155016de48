import { describe, expect, it } from "vitest"
import type { PoolCounts } from "../../../durable-objects/stock/contract.ts"
import type { LaneCounts } from "../../../durable-objects/stock/lease/contract.ts"
import { judge } from "./judge.ts"
import type { Ledgers } from "./ledgers.ts"
import { brokenOf, hold, kindsOf, ledger, ledgers, NOW, OLD, SALE, SALE_POOL } from "./staged-books.ts"

describe("P1, never oversold", () => {
  it("names a pool whose counts do not add up", () => {
    const audit = judge(ledgers({ stock: [ledger({ received: 9 })] }))
    expect(audit.differences).toEqual([
      {
        promise: "P1",
        kind: "counts_do_not_add_up",
        subjects: { sku: "A", pool: SALE },
        says: expect.stringContaining("8 available") as string,
      },
    ])
    expect(brokenOf(audit)).toEqual(["P1"])
  })

  it("names a count below zero", () => {
    expect(kindsOf({ stock: [ledger({ available: -1, received: 1 })] })).toEqual(["P1 count_negative"])
  })

  it("names holds that do not make up the counts", () => {
    expect(kindsOf({ stock: [ledger({ available: 7, sold: 3 })] })).toEqual(["P1 holds_do_not_match_counts"])
    const held = hold({ holdId: "h2", state: "held", orderId: null, expiresAtMs: NOW, endedAtMs: null })
    expect(kindsOf({ stock: [ledger({}, [hold(), held])] })).toEqual(["P1 holds_do_not_match_counts"])
  })

  it("does not compare holds with counts that moved meanwhile, and says that they did", () => {
    const audit = judge(ledgers({ stock: [ledger({ available: 7, sold: 3 }, [hold()], false)] }))
    expect(audit.promises.P1.ok).toBe(true)
    expect(audit.counts.pending).toBe(2)
  })
})

describe("the audit of a SKU that is spread over lanes", () => {
  const leases = [
    { lane: 0, granted: 5, takenBack: 1 },
    { lane: 2, granted: 3, takenBack: 0 },
  ]
  const books = (changes: Partial<LaneCounts>): LaneCounts => ({
    ...SALE_POOL,
    received: 0,
    available: 0,
    sold: 0,
    accepted: 0,
    returned: 0,
    version: 1,
    ...changes,
  })
  const sound = [
    { lane: 0, books: books({ accepted: 5, returned: 1, received: 4, available: 2, sold: 2 }) },
    { lane: 2, books: books({ accepted: 2, received: 2, available: 2 }) },
  ]
  const spread = (lanes = sound, pool: Partial<PoolCounts> = {}): Ledgers["stock"] => [
    { ...ledger({ unleased: 3, leases, ...pool }), lanes },
  ]

  it("finds nothing when every unit is unleased, with a lane, or under way", () => {
    expect(kindsOf({ stock: spread() })).toEqual([])
  })

  it("trusts the lanes' own books, not what the root was told a moment ago", () => {
    expect(kindsOf({ stock: spread(sound, { available: 10, sold: 0 }) })).toEqual([])
  })

  it("finds units that the root made", () => {
    expect(kindsOf({ stock: spread(sound, { unleased: 4 }) })).toEqual(["P1 leases_do_not_add_up"])
  })

  it.each([
    [
      "a lane that accepted more than it was granted",
      { accepted: 6, returned: 1, received: 5, available: 3, sold: 2 },
    ],
    [
      "a lane that forgot what it gave back",
      { accepted: 5, returned: 0, received: 5, available: 3, sold: 2 },
    ],
    ["a lane that lost a unit", { accepted: 5, returned: 1, received: 3, available: 1, sold: 2 }],
  ])("finds %s", (_, changes) => {
    const lanes = [{ lane: 0, books: books(changes) }, ...sound.slice(1)]
    expect(kindsOf({ stock: spread(lanes) })).toEqual(["P1 lane_differs_from_root"])
  })

  it("finds a lane whose holds say something else than its counts", () => {
    const lanes = [
      { lane: 0, books: books({ accepted: 5, returned: 1, received: 4, available: 1, sold: 3 }) },
      ...sound.slice(1),
    ]
    expect(kindsOf({ stock: spread(lanes) })).toEqual(["P1 holds_do_not_match_counts"])
  })
})

/** Another hold beside the order's, that nobody paid. */
function held(expiresAtMs: number): Ledgers["stock"] {
  const other = hold({ holdId: "h2", state: "held", orderId: null, expiresAtMs, endedAtMs: null })
  return [ledger({ available: 6, held: 2 }, [hold(), other])]
}

/** Another hold beside the order's, whose time ran out at `OLD`. */
function ended(endedAtMs: number): Ledgers["stock"] {
  const other = hold({ holdId: "h2", state: "expired", orderId: null, expiresAtMs: OLD, endedAtMs })
  return [ledger({}, [hold(), other])]
}

describe("P5, no ghost holds", () => {
  it("allows two seconds and no more", () => {
    expect(kindsOf({ stock: held(NOW - 2_000) })).toEqual([])
    expect(kindsOf({ stock: held(NOW - 2_001) })).toEqual(["P5 hold_outlived_its_time"])
  })

  it("names holds that ended late", () => {
    expect(kindsOf({ stock: ended(OLD + 2_000) })).toEqual([])
    expect(kindsOf({ stock: ended(OLD + 2_001) })).toEqual(["P5 hold_ended_late"])
  })
})
