import { describe, expect, it } from "vitest"
import type { Dispute } from "./contract.ts"
import { DISPUTES_PER_ORDER_MAX, foremostOf, withDispute } from "./disputes.ts"

const dispute = (status: string, disputeId = "dp_1"): Dispute => ({ disputeId, status, amountCents: 1_000 })

/** What is kept after each of them was heard. */
function after(...heard: Dispute[]): Dispute[] {
  return heard.reduce<Dispute[]>((kept, next) => withDispute(kept, next) ?? kept, [])
}

const shown = (...heard: Dispute[]) => foremostOf(after(...heard))?.disputeId

describe("a dispute", () => {
  it("moves on but never back", () => {
    const told = after(dispute("needs_response"), dispute("lost"), dispute("under_review"))
    expect(told).toEqual([dispute("lost")])
    expect(withDispute(told, dispute("lost"))).toBeNull()
    expect(after(dispute("a_word_of_tomorrow"), dispute("won"))).toEqual([dispute("won")])
  })

  it("beside another is kept with it, and what asks most of the merchant is shown", () => {
    const both = [dispute("needs_response"), dispute("needs_response", "dp_2")] as const
    expect(after(...both)).toEqual(both)
    expect(shown(...both)).toBe("dp_2")
    // The second is answered, the first still wants to be.
    expect(shown(...both, dispute("under_review", "dp_2"))).toBe("dp_1")
    expect(shown(...both, dispute("under_review", "dp_2"), dispute("lost"))).toBe("dp_2")
    expect(shown(...both, dispute("won"), dispute("won", "dp_2"))).toBe("dp_2")
    expect(shown(dispute("needs_response"), dispute("lost", "dp_2"))).toBe("dp_1")
    expect(shown(dispute("won"), dispute("warning_needs_response", "dp_2"))).toBe("dp_2")
    expect(shown()).toBeUndefined()
  })

  it("of very many takes the place of one that is over, and of no open one", () => {
    const many = Array.from({ length: DISPUTES_PER_ORDER_MAX }, (_, index) => dispute("lost", `dp_${index}`))
    const kept = after(...many, dispute("needs_response", "dp_new"))
    expect(kept).toHaveLength(DISPUTES_PER_ORDER_MAX)
    expect(kept.map(({ disputeId }) => disputeId)).not.toContain("dp_0")
    expect(foremostOf(kept)?.disputeId).toBe("dp_new")
    const open = many.map((one) => ({ ...one, status: "needs_response" }))
    expect(withDispute(open, dispute("needs_response", "dp_new"))).toBeNull()
  })
})
