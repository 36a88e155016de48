import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ExpiryHeap } from "./expiry-heap.ts"
import type { Expiring } from "./expiry-heap.ts"

const entry = (expiresAtMs: number): Expiring => ({ expiresAtMs, heapIndex: -1 })

/** Everything that has ended by then, in the order in which the heap gives it. */
function takeAllEnded(heap: ExpiryHeap<Expiring>, nowMs: number): number[] {
  const ends: number[] = []
  for (let ended = heap.takeEnded(nowMs); ended; ended = heap.takeEnded(nowMs)) ends.push(ended.expiresAtMs)
  return ends
}

describe("the heap of what ends when", () => {
  test("is empty at first, and after all has ended", () => {
    const heap = new ExpiryHeap<Expiring>()
    expect(heap.takeEnded(Infinity)).toBe(null)
    heap.add(entry(10))
    expect(heap.takeEnded(9)).toBe(null)
    expect(heap.takeEnded(10)?.expiresAtMs).toBe(10)
    expect(heap.takeEnded(Infinity)).toBe(null)
    expect(heap.countEndingBy(Infinity)).toBe(0)
  })

  test("throws for what was never in it, and for what is not in it any more", () => {
    const heap = new ExpiryHeap<Expiring>()
    const [first, second] = [entry(1), entry(2)]
    heap.add(first)
    expect(() => heap.remove(second)).toThrow("must be in the heap")
    heap.remove(first)
    expect(() => heap.remove(first)).toThrow("must be in the heap")
  })

  test("gives the same as a sorted list, whatever is added, taken out early, and ended in between", () => {
    const step = fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ removeAt: fc.nat() }),
      fc.record({ endBy: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ countBy: fc.integer({ min: -1, max: 51 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new ExpiryHeap<Expiring>()
        let listed: Expiring[] = []
        for (const one of steps) {
          if ("add" in one) {
            const added = entry(one.add)
            heap.add(added)
            listed.push(added)
          } else if ("removeAt" in one) {
            const [removed] = listed.splice(one.removeAt % Math.max(1, listed.length), 1)
            if (removed) heap.remove(removed)
          } else if ("endBy" in one) {
            const ended = listed.filter(({ expiresAtMs }) => expiresAtMs <= one.endBy)
            listed = listed.filter(({ expiresAtMs }) => expiresAtMs > one.endBy)
            const ends = ended.map(({ expiresAtMs }) => expiresAtMs).toSorted((a, b) => a - b)
            expect(takeAllEnded(heap, one.endBy)).toEqual(ends)
          } else {
            const expected = listed.filter(({ expiresAtMs }) => expiresAtMs <= one.countBy).length
            expect(heap.countEndingBy(one.countBy)).toBe(expected)
          }
        }
        expect(takeAllEnded(heap, Infinity)).toHaveLength(listed.length)
      }),
    )
  })
})
