import { expect, it } from "vitest"
import { Sweep, SWEEP_AGAIN_MS } from "./sweep.ts"

const NOW = 1_800_000_000_000
const BACK_MS = 1_000_000

it("a sweep goes on behind what was read, and begins anew a while after its end", () => {
  const sweep = new Sweep(BACK_MS)
  const since = (nowMs: number) => ({ sinceMs: nowMs - BACK_MS })
  expect(sweep.next(NOW)).toEqual({ ...since(NOW), afterId: null })
  sweep.went({ isAll: false, lastId: "re_5" }, NOW)
  // A reading that did not answer is tried again from the same place.
  for (const nowMs of [NOW + 1, NOW + 2])
    expect(sweep.next(nowMs)).toEqual({ ...since(nowMs), afterId: "re_5" })
  sweep.went({ isAll: true, lastId: "re_9" }, NOW + 3)
  expect(sweep.next(NOW + 3 + SWEEP_AGAIN_MS - 1)).toBeNull()
  const againMs = NOW + 3 + SWEEP_AGAIN_MS
  expect(sweep.next(againMs)).toEqual({ ...since(againMs), afterId: null })
})
