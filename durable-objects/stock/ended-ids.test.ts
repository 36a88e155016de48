import { expect, it } from "vitest"
import { EndedIds } from "./ended-ids.ts"

/** Two ids with one fingerprint, found by trying: with 31 bits some pair among 100,000 is likely. */
const [ONE, OTHER] = collidingIds()

function collidingIds(): [string, string] {
  const ids = new EndedIds()
  for (let number = 0; number < 1_000_000; number++) {
    const [earlier] = ids.of(`h${number}`)
    if (earlier !== undefined) return [`h${earlier}`, `h${number}`]
    ids.add(`h${number}`, number)
  }
  throw new Error("no two ids share a fingerprint")
}

it("what is not in it is not in the table", () => {
  const ids = new EndedIds()
  expect(ids.of("h1")).toEqual([])
  ids.add("h1", 7)
  expect(ids.of("h1")).toEqual([7])
  ids.delete("h1", 7)
  expect(ids.of("h1")).toEqual([])
  expect(ids.size).toBe(0)
})

it("ids that share a fingerprint are found by each other's name, and leave one by one", () => {
  const ids = new EndedIds()
  ids.add(ONE, 1)
  ids.add(OTHER, 2)
  expect(ids.of(ONE)).toEqual([1, 2])
  expect(ids.of(OTHER)).toEqual([1, 2])
  ids.delete(ONE, 1)
  expect(ids.of(ONE)).toEqual([2])
  ids.delete(OTHER, 2)
  expect(ids.of(OTHER)).toEqual([])
  expect(ids.size).toBe(0)
})
