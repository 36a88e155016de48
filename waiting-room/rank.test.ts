import { createHash, createHmac } from "node:crypto"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { drawCommitmentOf, lotOf, rankOf } from "./rank.ts"

const at = (arrivedAtMs: number, lot: number) => rankOf({ arrivedAtMs, ranksFromMs: 1_000, lot })

describe("a rank", () => {
  test("anyone can recompute a lot and the commitment with other tools", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), fc.string(), async (secret, ticketId) => {
        const digest = createHmac("sha256", secret).update(ticketId).digest()
        const lot = Number(digest.readBigUInt64BE() >> 12n) / 2 ** 52
        expect(await lotOf(secret, ticketId)).toBe(lot)
        expect(lot).toBeGreaterThanOrEqual(0)
        expect(lot).toBeLessThan(1)
        expect(await drawCommitmentOf(secret)).toBe(createHash("sha256").update(secret).digest("hex"))
      }),
    )
  })

  test("before the bell it is a lottery: when someone came makes no difference", () => {
    const ranksFromMs = 1_000_000
    expect(rankOf({ arrivedAtMs: 5, ranksFromMs, lot: 0.25 })).toBe(-0.75)
    expect(rankOf({ arrivedAtMs: ranksFromMs - 1, ranksFromMs, lot: 0.25 })).toBe(-0.75)
  })

  test("after the bell it is first come, first served, and the lot decides within a millisecond", () => {
    expect(at(1_000, 0)).toBe(0)
    expect(at(1_000, 0.9)).toBeLessThan(at(1_001, 0.1))
    expect(at(1_001, 0.1)).toBeLessThan(at(1_001, 0.2))
    expect(at(999, 0.999)).toBeLessThan(at(1_000, 0))
  })
})
