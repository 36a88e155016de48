import { describe, expect, it } from "vitest"
import { OPEN_POOL } from "./contract.ts"
import { Ledger } from "./ledger.ts"
import { OPENS_MS, SALE, ledgerWith, holdOf, pool } from "./staged-ledger.ts"

describe("selling", () => {
  it("serves one order with one hold", () => {
    const { ledger } = ledgerWith(2, 2)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    expect(ledger.claim("h1", "ann", "o1", OPENS_MS)).toMatchObject({
      outcome: "claimed",
      quantity: 1,
      pool: SALE,
    })
    expect(ledger.claim("h1", "ann", "o2", OPENS_MS)).toEqual({
      outcome: "refused",
      refusal: "claimed_by_other",
    })
    expect(ledger.sell("h1", "o2", OPENS_MS)).toEqual({ outcome: "refused", refusal: "claimed_by_other" })
    expect(ledger.sell("h1", "o1", OPENS_MS)).toEqual({ outcome: "sold", replayed: false, retaken: false })
    expect(ledger.sell("h1", "o1", OPENS_MS)).toEqual({ outcome: "sold", replayed: true, retaken: false })
    expect(pool(ledger, SALE).sold).toBe(1)
  })

  it("takes units again for a payment that came late, when there are any", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    ledger.claim("h1", "ann", "o1", OPENS_MS)
    expect(ledger.sell("h1", "o1", OPENS_MS + 60_001)).toEqual({
      outcome: "sold",
      replayed: false,
      retaken: true,
    })
    expect(ledger.sell("h1", "o1", OPENS_MS + 60_002)).toEqual({
      outcome: "sold",
      replayed: true,
      retaken: true,
    })
    expect(pool(ledger, SALE)).toMatchObject({ available: 0, held: 0, sold: 1 })
  })

  it("refuses a late payment when others have the units", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    ledger.hold(holdOf("h2", "bob"), OPENS_MS + 60_000)
    expect(ledger.sell("h1", "o1", OPENS_MS + 60_001)).toEqual({ outcome: "refused", refusal: "gone" })
  })

  it.each(["held", "run out", "released by its shopper"])(
    "refuses for good an order that has given up its hold, which was %s",
    (standing) => {
      const { ledger, sql } = ledgerWith(1, 1)
      ledger.hold(holdOf("h1", "ann"), OPENS_MS)
      ledger.claim("h1", "ann", "o1", OPENS_MS)
      if (standing === "released by its shopper") ledger.release("h1", "ann", OPENS_MS)
      const nowMs = standing === "run out" ? OPENS_MS + 60_001 : OPENS_MS
      expect(ledger.release("h1", "ann", nowMs, "o1")).toMatchObject({ outcome: "released" })
      expect(ledger.release("h1", "ann", nowMs, "o1")).toEqual({ outcome: "released", replayed: true })
      for (const asked of [ledger, new Ledger(sql)]) {
        expect(asked.sell("h1", "o1", nowMs)).toEqual({ outcome: "refused", refusal: "gone" })
        expect(asked.sell("h1", "o2", nowMs)).toEqual({ outcome: "refused", refusal: "claimed_by_other" })
        expect(asked.claim("h1", "ann", "o2", nowMs)).toEqual({ outcome: "refused", refusal: "hold_expired" })
        expect(pool(asked, SALE)).toMatchObject({ available: 1, held: 0, sold: 0 })
      }
    },
  )

  it("replays a late sale though its id held anew since, and that hold was given up by another order", () => {
    const { ledger } = ledgerWith(5)
    ledger.hold(holdOf("h1", "ann", 1, OPEN_POOL), OPENS_MS)
    const lateMs = OPENS_MS + 3_600_000
    expect(ledger.sell("h1", "o1", lateMs)).toMatchObject({ outcome: "sold", retaken: true })
    ledger.forgetArchived(["h1"])
    expect(ledger.hold(holdOf("h1", "ann", 1, OPEN_POOL), lateMs)).toMatchObject({ replayed: false })
    expect(ledger.release("h1", "ann", lateMs, "o2")).toEqual({ outcome: "released", replayed: false })
    expect(ledger.sell("h1", "o1", lateMs)).toEqual({ outcome: "sold", replayed: true, retaken: true })
    expect(ledger.sell("h1", "o2", lateMs)).toEqual({ outcome: "refused", refusal: "claimed_by_other" })
  })

  it("leaves a sale as it is when its order gives up the hold: its units are returned", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS + 60_001)
    expect(ledger.release("h1", "ann", OPENS_MS + 60_002, "o1")).toMatchObject({ refusal: "already_sold" })
    ledger.returnUnits("h1", "o1")
    expect(ledger.sell("h1", "o1", OPENS_MS + 60_003)).toEqual({ outcome: "refused", refusal: "gone" })
    expect(pool(ledger, SALE)).toMatchObject({ available: 1, held: 0, sold: 0 })
  })

  it("puts returned units back once, however often it is asked", () => {
    const { ledger } = ledgerWith(1, 1)
    ledger.hold(holdOf("h1", "ann"), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS)
    expect(ledger.returnUnits("h1", "o1")).toEqual({ outcome: "returned", replayed: false })
    expect(ledger.returnUnits("h1", "o1")).toEqual({ outcome: "returned", replayed: true })
    expect(ledger.returnUnits("h1", "o2")).toEqual({ outcome: "refused", refusal: "not_sold" })
    expect(pool(ledger, SALE)).toMatchObject({ available: 1, sold: 0 })
  })
})

describe("units that come back in part", () => {
  it("are counted in all, so that being told twice is being told once", () => {
    const { ledger } = ledgerWith(5)
    ledger.hold(holdOf("h1", "ann", 3, OPEN_POOL), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS)
    for (const [upTo, replayed, sold] of [
      [1, false, 2],
      [1, true, 2],
      [3, false, 0],
      [2, true, 0],
      [9, true, 0],
    ] as const) {
      expect(ledger.returnUnits("h1", "o1", upTo)).toEqual({ outcome: "returned", replayed })
      expect(pool(ledger, OPEN_POOL)).toMatchObject({ available: 5 - sold, sold })
    }
  })

  it("are taken off the customer's limit at once", () => {
    const { ledger } = ledgerWith(9, 9)
    ledger.hold(holdOf("h1", "ann", 2), OPENS_MS)
    ledger.sell("h1", "o1", OPENS_MS)
    expect(ledger.hold(holdOf("h2", "ann"), OPENS_MS)).toMatchObject({ refusal: "limit_reached" })
    ledger.returnUnits("h1", "o1", 1)
    expect(ledger.hold(holdOf("h2", "ann"), OPENS_MS)).toMatchObject({ outcome: "held" })
    expect(ledger.hold(holdOf("h3", "ann"), OPENS_MS)).toMatchObject({ refusal: "limit_reached" })
  })
})
