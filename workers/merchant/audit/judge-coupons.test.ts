import { describe, expect, it } from "vitest"
import type { AttemptStanding } from "../../../durable-objects/checkout/books/contract.ts"
import { judge } from "./judge.ts"
import type { CouponLedger } from "./ledgers.ts"
import { kindsOf, ledgers, OLD } from "./staged-books.ts"

const use = (standing: AttemptStanding) => ({
  code: "TENTH",
  useId: `o1:${OLD}`,
  countedAtMs: OLD,
  standing,
})

function coupon(changes: Partial<CouponLedger>): { coupons: CouponLedger[] } {
  return { coupons: [{ code: "TENTH", uses: [use("living")], uncounted: [], excess: [], ...changes }] }
}

describe("P2, coupons", () => {
  it("that count for the orders that have them are no difference", () => {
    const audit = judge(ledgers(coupon({})))
    expect(audit.differences).toEqual([])
    expect(audit.promises.P2.checked).toBe(judge(ledgers()).promises.P2.checked + 1)
  })

  it.each(["over", "unknown"] as const)("that count for an attempt which is %s are named", (standing) => {
    const { differences } = judge(ledgers(coupon({ uses: [use(standing)] })))
    expect(differences).toMatchObject([
      { kind: "coupon_use_without_order", subjects: { code: "TENTH", orderId: "o1", useId: `o1:${OLD}` } },
    ])
  })

  it("that are being told of an end are on their way", () => {
    const audit = judge(ledgers(coupon({ uses: [use("returning")] })))
    expect(audit).toMatchObject({ differences: [], counts: { pending: 1 } })
  })

  it("that do not count an order which has them are named", () => {
    expect(kindsOf(coupon({ uses: [], uncounted: [`o1:${OLD}`] }))).toEqual(["P2 coupon_not_counted"])
  })

  it("that count more than they may are named, with whose they are", () => {
    const { differences } = judge(
      ledgers(
        coupon({
          excess: [
            { customer: null, uses: 4, max: 3 },
            { customer: "a@b.example", uses: 2, max: 1 },
          ],
        }),
      ),
    )
    expect(differences.map(({ kind, subjects }) => [kind, subjects])).toEqual([
      ["coupon_beyond_limit", { code: "TENTH" }],
      ["coupon_beyond_limit", { code: "TENTH", customer: "a@b.example" }],
    ])
  })
})
