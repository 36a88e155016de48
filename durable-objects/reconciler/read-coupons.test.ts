import { describe, expect, it } from "vitest"
import type { AttemptStanding } from "../checkout/books/contract.ts"
import { COUPON_PAGE_MAX, NO_RULES } from "../prices/contract.ts"
import { COUPON_USE_PAGE_MAX } from "../prices/coupon/contract.ts"
import type { CountedUse, CouponExcess } from "../prices/coupon/contract.ts"
import { isOver } from "./coupon-uses.ts"
import type { ReadPart } from "./coupon-uses.ts"
import { CouponReader } from "./read-coupons.ts"

const NOW = 1_800_000_000_000

const readAll: ReadPart = (_what, _otherwise, read) => read()

/** A shop with these coupons, whose one lane says of every attempt what it is told to. */
function shop(
  usesOf: Record<string, string[]>,
  standings: Record<string, AttemptStanding> = {},
  laneAsked: () => unknown = () => undefined,
) {
  const codes = Object.keys(usesOf).toSorted()
  const excess: Record<string, CouponExcess[]> = {}
  const coupon = (code: string) => ({
    countedUses: async (after: string): Promise<CountedUse[]> => {
      const behind = (usesOf[code] ?? []).filter((useId) => useId > after)
      return behind.slice(0, COUPON_USE_PAGE_MAX).map((useId) => ({ useId, countedAtMs: NOW }))
    },
    stillCounted: async (useIds: string[]) => useIds.filter((useId) => usesOf[code]?.includes(useId)),
    excess: async () => excess[code] ?? [],
  })
  const prices = {
    read: async () => ({ ...NO_RULES, hasCoupons: true }),
    couponCodes: async (after: string) => codes.filter((code) => code > after).slice(0, COUPON_PAGE_MAX),
  }
  const lane = {
    attempts: async (uses: { useId: string }[]) => {
      laneAsked()
      return uses.map(({ useId }) => standings[useId] ?? ("living" as const))
    },
    couponOrders: async () => [],
  }
  // Only what is written out here is asked of them.
  const env: unknown = {
    PRICES: { getByName: () => prices },
    COUPONS: { getByName: coupon },
    CHECKOUT: { getByName: () => lane },
  }
  const reader = new CouponReader(env as ConstructorParameters<typeof CouponReader>[0], 1)
  return { excess, read: () => reader.read(NOW, readAll) }
}

const manyUses = (code: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${code}-${100_000 + index}:1`)

describe("the reading of coupons", () => {
  it("goes through few coupons in every run", async () => {
    const { read } = shop({ A: ["o1:1"], B: ["o2:1"] })
    for (let run = 0; run < 3; run++)
      expect((await read()).uses.map(({ useId }) => useId)).toEqual(["o1:1", "o2:1"])
  })

  it("goes through many coupons and many uses in turns, and leaves none out", async () => {
    const many = Object.fromEntries(
      Array.from({ length: COUPON_PAGE_MAX * 2 + 3 }, (_, index) => [`C${1_000 + index}`, [`c${index}:1`]]),
    )
    const large = manyUses("large", 12 * COUPON_USE_PAGE_MAX + 1)
    const { read } = shop({ ...many, C1001: large })
    const seen = new Set<string>()
    for (let run = 0; run < 6; run++) for (const { useId } of (await read()).uses) seen.add(useId)
    expect(seen.size).toBe(large.length + COUPON_PAGE_MAX * 2 + 2)
  })

  it("keeps what is wrong in view, wherever the reading has come", async () => {
    const many = Object.fromEntries(
      Array.from({ length: COUPON_PAGE_MAX * 2 }, (_, index) => [`C${1_000 + index}`, [`c${index}:1`]]),
    )
    const { read, excess } = shop(many, { "c0:1": "over", "c1:1": "returning" })
    excess["C1000"] = [{ customer: null, uses: 1, max: 0 }]
    for (let run = 0; run < 5; run++) {
      const { uses, excess: beyond } = await read()
      expect(uses.filter(isOver).map(({ useId }) => useId)).toEqual(["c0:1"])
      expect(beyond).toEqual([{ code: "C1000", customer: null, uses: 1, max: 0 }])
    }
  })

  it("does not take for wrong what was given back while it was read", async () => {
    const uses = ["o1:1", "o2:1"]
    const standings = { "o1:1": "over", "o2:1": "over" } as const
    const { read } = shop({ A: uses }, standings, () => uses.shift())
    expect((await read()).uses.map(({ useId }) => useId)).toEqual(["o2:1"])
  })
})
