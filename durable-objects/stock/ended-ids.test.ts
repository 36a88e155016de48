import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { EndedIds } from "./ended-ids.ts"

describe("the ids of ended holds", () => {
  it("are found until they leave, and what is not there is not found", () => {
    const ids = new EndedIds()
    expect(ids.of("h1")).toEqual([])
    ids.add("h1", 7)
    expect(ids.of("h1")).toEqual([7])
    expect(ids.size).toBe(1)
    ids.delete("h2", 8)
    ids.delete("h1", 7)
    expect(ids.of("h1")).toEqual([])
    expect(ids.size).toBe(0)
  })

  it("that share a fingerprint are found by each other's name, and leave one by one", () => {
    const [one, other] = twins()
    const ids = new EndedIds()
    expect(ids.add(one, 1)).toEqual([])
    expect(ids.add(other, 2)).toEqual([1])
    expect(ids.of(one)).toEqual([1, 2])
    expect(ids.of(other)).toEqual([1, 2])
    ids.delete(one, 1)
    expect(ids.of(one)).toEqual([2])
    ids.delete(other, 2)
    expect(ids.of(other)).toEqual([])
  })

  it("are what a Map would have, whatever comes and goes", () => {
    const numbers = fc.integer({ min: 1, max: 2_000 })
    const steps = fc.array(fc.record({ number: numbers, comes: fc.boolean() }), {
      maxLength: 6_000,
      size: "max",
    })
    fc.assert(
      fc.property(steps, (all) => {
        const ids = new EndedIds()
        const model = new Set<number>()
        for (const { number, comes } of all) {
          if (comes && !model.has(number)) ids.add(`h${number}`, number)
          if (!comes) ids.delete(`h${number}`, number)
          if (comes) model.add(number)
          else model.delete(number)
        }
        expect(ids.size).toBe(model.size)
        for (let number = 1; number <= 2_000; number++)
          expect(ids.of(`h${number}`).includes(number)).toBe(model.has(number))
      }),
      { numRuns: 10 },
    )
  })
})

/** Two ids with one fingerprint, found by trying: with 32 bits there are some among a few hundred thousand. */
function twins(): [string, string] {
  const ids = new EndedIds()
  const idOf = (number: number) => `h_${Math.imul(number, 0x9e3779b1) >>> 0}-${number}`
  for (let number = 1; number < 1_000_000; number++) {
    const [earlier] = ids.of(idOf(number))
    if (earlier !== undefined) return [idOf(earlier), idOf(number)]
    ids.add(idOf(number), number)
  }
  throw new Error("no two ids share a fingerprint")
}
