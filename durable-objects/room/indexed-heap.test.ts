import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { IndexedHeap } from "./indexed-heap.ts"

interface Entry {
  key: number
  heapIndex: number
}

const entry = (key: number): Entry => ({ key, heapIndex: -1 })
const emptyHeap = () => new IndexedHeap<Entry>(({ key }) => key)

/** All keys up to this one, in the order in which the heap gives them. */
function takeAllUpTo(heap: IndexedHeap<Entry>, key: number): number[] {
  const keys: number[] = []
  for (let taken = heap.takeUpTo(key); taken; taken = heap.takeUpTo(key)) keys.push(taken.key)
  return keys
}

function visited(heap: IndexedHeap<Entry>, key: number, atMost = Infinity): number[] {
  const keys: number[] = []
  heap.visitUpTo(key, (one) => keys.push(one.key) < atMost)
  return keys.toSorted((a, b) => a - b)
}

describe("a heap whose entries know where they are", () => {
  test("is empty at first, and after all were taken", () => {
    const heap = emptyHeap()
    expect(heap.takeUpTo(Infinity)).toBe(null)
    heap.add(entry(10))
    expect(heap.takeUpTo(9)).toBe(null)
    expect(heap.takeUpTo(10)?.key).toBe(10)
    expect(heap.takeUpTo(Infinity)).toBe(null)
    expect(visited(heap, Infinity)).toEqual([])
  })

  test("throws for what was never in it, and for what is not in it any more", () => {
    const heap = emptyHeap()
    const [first, second] = [entry(1), entry(2)]
    heap.add(first)
    expect(() => heap.remove(second)).toThrow("must be in the heap")
    heap.remove(first)
    expect(() => heap.remove(first)).toThrow("must be in the heap")
  })

  test("visits no more than it is asked to", () => {
    const heap = emptyHeap()
    for (let key = 0; key < 100; key++) heap.add(entry(key))
    expect(visited(heap, 49)).toHaveLength(50)
    expect(visited(heap, 49, 7)).toHaveLength(7)
  })

  test("gives the same as a sorted list, whatever is added, taken out and visited in between", () => {
    const key = fc.integer({ min: 0, max: 50 })
    const step = fc.oneof(
      fc.record({ add: key }),
      fc.record({ removeAt: fc.nat() }),
      fc.record({ takeUpTo: key }),
      fc.record({ visitUpTo: fc.integer({ min: -1, max: 51 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = emptyHeap()
        let listed: Entry[] = []
        const upTo = (most: number) =>
          listed
            .filter((one) => one.key <= most)
            .map((one) => one.key)
            .toSorted((a, b) => a - b)
        for (const one of steps) {
          if ("add" in one) {
            const added = entry(one.add)
            heap.add(added)
            listed.push(added)
          } else if ("removeAt" in one) {
            const [removed] = listed.splice(one.removeAt % Math.max(1, listed.length), 1)
            if (removed) heap.remove(removed)
          } else if ("takeUpTo" in one) {
            expect(takeAllUpTo(heap, one.takeUpTo)).toEqual(upTo(one.takeUpTo))
            listed = listed.filter((left) => left.key > one.takeUpTo)
          } else {
            expect(visited(heap, one.visitUpTo)).toEqual(upTo(one.visitUpTo))
          }
        }
        expect(takeAllUpTo(heap, Infinity)).toHaveLength(listed.length)
      }),
    )
  })
})
