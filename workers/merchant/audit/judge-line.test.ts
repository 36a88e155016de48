import { describe, expect, it } from "vitest"
import type { PassRecord } from "../../../durable-objects/room/contract.ts"
import type { Ledgers } from "./ledgers.ts"
import { kindsOf, NOW, OLD, pass } from "./staged-books.ts"

function line(passes: PassRecord[], frontier = 9): Partial<Ledgers> {
  return {
    room: { passes, servedBefore: passes.length, servedAfter: passes.length, frontier, readFromMs: NOW },
  }
}

describe("P4, nobody jumps the line", () => {
  it("names a pass that was given before its turn", () => {
    expect(kindsOf(line([pass({ rank: 2, frontier: 2 })]))).toEqual(["P4 admitted_before_turn"])
  })

  it("names a frontier that fell, between passes or since", () => {
    const first = pass({ frontier: 5 })
    const next = pass({ ticketId: "t2", frontier: 4, issuedAtMs: OLD + 1 })
    expect(kindsOf(line([next, first]))).toEqual(["P4 frontier_fell"])
    expect(kindsOf(line([first], 4))).toEqual(["P4 frontier_fell"])
  })

  it("does not order passes of the same millisecond", () => {
    expect(kindsOf(line([pass({ frontier: 5 }), pass({ ticketId: "t2", frontier: 4 })]))).toEqual([])
  })

  it("names more passes than the cap, counting those that had ended as places that were free", () => {
    const passes = ["t1", "t2", "t3"].map((ticketId, i) => pass({ ticketId, issuedAtMs: OLD + i }))
    const withFirst = (changes: Partial<PassRecord>) =>
      passes.map((each) => (each.ticketId === "t1" ? { ...each, ...changes } : each))
    expect(kindsOf(line(passes))).toEqual(["P4 beyond_cap"])
    expect(kindsOf(line(withFirst({ endedAtMs: OLD + 2 })))).toEqual([])
    expect(kindsOf(line(withFirst({ expiresAtMs: OLD + 2 })))).toEqual([])
    expect(kindsOf(line(withFirst({ endedAtMs: OLD + 3 })))).toEqual(["P4 beyond_cap"])
    expect(kindsOf(line(passes.map((each) => ({ ...each, cap: null }))))).toEqual([])
    // What was issued while the passes were read may have taken a place that came free after its page was.
    const read = line(passes)
    expect(kindsOf({ room: { ...read.room, readFromMs: OLD + 2 } as Ledgers["room"] })).toEqual([])
  })

  it("names passes that the board did not count, and counts without passes", () => {
    const room = { passes: [pass()], servedBefore: 1, servedAfter: 1, frontier: 9, readFromMs: NOW }
    expect(kindsOf({ room: { ...room, servedBefore: 0, servedAfter: 0 } })).toEqual(["P4 served_differs"])
    expect(kindsOf({ room: { ...room, servedBefore: 2, servedAfter: 2 } })).toEqual(["P4 served_differs"])
    expect(kindsOf({ room: { ...room, servedBefore: 0, servedAfter: 3 } })).toEqual([])
  })
})
