import { describe, expect, test } from "vitest"
import { fnv1a } from "../../durable-objects/fnv1a.ts"
import { SOLD_OUT_MEMORY_MS, SOLD_OUT_POOLS_MAX, SoldOutMemory } from "./sold-out.ts"

const T = 1_800_000_000_000
const POOL = "sale"
const asked = (quantity = 1, ledger = "SKU", pool = POOL) => ({ ledger, pool, quantity })
const hashes = (...customers: string[]) => Uint32Array.from(customers, fnv1a)

/** A memory of a pool whose last unit `holder` has. */
function soldOut(quantity = 1, ledger = "SKU") {
  const memory = new SoldOutMemory()
  const mark = memory.mark(ledger, T)
  expect(memory.remember(asked(quantity, ledger), mark, T)).toBe(true)
  memory.learnHolders(ledger, POOL, mark, hashes("holder"))
  return memory
}

const answers = (memory: SoldOutMemory, what = asked(), who: string | null = "stranger", nowMs = T) =>
  memory.answers(what, () => who, nowMs)

describe("the memory of what is sold out", () => {
  test("answers strangers, and who has no session, without asking", () => {
    const memory = soldOut()
    expect(answers(memory)).toBe(true)
    expect(answers(memory, asked(), null)).toBe(true)
  })

  test("sends everyone who ever held of the pool to the ledger", () => {
    expect(answers(soldOut(), asked(), "holder")).toBe(false)
  })

  test("knows each of many holders from strangers", () => {
    const memory = new SoldOutMemory()
    const mark = memory.mark("SKU", T)
    memory.remember(asked(), mark, T)
    const holders = Array.from({ length: 5_000 }, (_, index) => `holder ${index}`)
    memory.learnHolders("SKU", POOL, mark, hashes(...holders))
    expect(holders.filter((who) => answers(memory, asked(), who))).toEqual([])
    const strangers = holders.filter((_, index) => answers(memory, asked(), `stranger ${index}`))
    expect(strangers.length).toBeGreaterThan(4_990)
  })

  test("answers nobody before it knows who holds", () => {
    const memory = new SoldOutMemory()
    const mark = memory.mark("SKU", T)
    memory.remember(asked(), mark, T)
    expect(answers(memory)).toBe(false)
    memory.learnHolders("SKU", POOL, mark, null)
    expect(answers(memory)).toBe(false)
  })

  test("has the holders read once for each memory", () => {
    const memory = new SoldOutMemory()
    const reads = [0, 1, 2].map((ms) => memory.remember(asked(), memory.mark("SKU", T + ms), T + ms))
    expect(reads).toEqual([true, false, false])
    const later = T + SOLD_OUT_MEMORY_MS
    expect(memory.remember(asked(), memory.mark("SKU", later), later)).toBe(true)
  })

  test("is of one pool of one ledger", () => {
    const memory = soldOut()
    expect(answers(memory, asked(1, "SKU", "open"))).toBe(false)
    expect(answers(memory, asked(1, "OTHER"))).toBe(false)
    expect(answers(memory, asked(1, "SKU:1"))).toBe(false)
  })

  test("is of the quantities that were refused: fewer may be there, more may be over a limit", () => {
    const memory = soldOut(3)
    expect([2, 3, 4].map((quantity) => answers(memory, asked(quantity)))).toEqual([false, true, false])
    expect(memory.remember(asked(5), memory.mark("SKU", T), T)).toBe(false)
    expect([2, 3, 4, 5, 6].map((quantity) => answers(memory, asked(quantity)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
  })

  test("begins anew with a smaller quantity, for somebody may hold by then whom the list has not", () => {
    const memory = soldOut(3)
    const mark = memory.mark("SKU", T)
    expect(memory.remember(asked(1), mark, T)).toBe(true)
    expect(answers(memory, asked(1))).toBe(false)
    memory.learnHolders("SKU", POOL, mark, hashes("holder", "late"))
    expect(answers(memory, asked(1))).toBe(true)
    expect(answers(memory, asked(1), "late")).toBe(false)
  })

  test("ends by itself, counted from when the refused one asked", () => {
    const memory = soldOut()
    expect(answers(memory, asked(), "stranger", T + SOLD_OUT_MEMORY_MS - 1)).toBe(true)
    expect(answers(memory, asked(), "stranger", T + SOLD_OUT_MEMORY_MS)).toBe(false)
    // A later refusal does not prolong it: the holders are as old as it is.
    const again = T + SOLD_OUT_MEMORY_MS - 1
    memory.remember(asked(), memory.mark("SKU", again), again)
    expect(answers(memory, asked(), "stranger", T + SOLD_OUT_MEMORY_MS)).toBe(false)
    const slow = new SoldOutMemory()
    expect(slow.remember(asked(), slow.mark("SKU", T), T + SOLD_OUT_MEMORY_MS)).toBe(false)
  })

  test("is gone when units of the SKU may have come back, in whichever pool or lane", () => {
    for (const ledger of ["SKU", "SKU:0", "SKU:12"]) {
      const memory = soldOut(1, ledger)
      memory.forget("OTHER")
      expect(answers(memory, asked(1, ledger))).toBe(true)
      memory.forget("SKU")
      expect(answers(memory, asked(1, ledger))).toBe(false)
    }
    const memory = soldOut()
    memory.forgetAll()
    expect(answers(memory)).toBe(false)
  })

  test("takes nothing in that was asked before units may have come back", () => {
    for (const forget of ["forget", "forgetAll"] as const) {
      const memory = new SoldOutMemory()
      const before = memory.mark("SKU", T)
      memory[forget]("SKU")
      expect(memory.remember(asked(), before, T)).toBe(false)
      const mark = memory.mark("SKU", T)
      memory.remember(asked(), mark, T)
      memory[forget]("SKU")
      memory.learnHolders("SKU", POOL, mark, hashes())
      expect(answers(memory)).toBe(false)
    }
  })

  test("does not take the holders of an earlier memory for its own", () => {
    const memory = new SoldOutMemory()
    const first = memory.mark("SKU", T)
    memory.remember(asked(), first, T)
    const later = T + SOLD_OUT_MEMORY_MS
    memory.remember(asked(), memory.mark("SKU", later), later)
    memory.learnHolders("SKU", POOL, first, hashes())
    expect(answers(memory, asked(), "stranger", later)).toBe(false)
  })

  test("is bounded: the pool that was refused first goes", () => {
    const memory = new SoldOutMemory()
    const names = Array.from({ length: SOLD_OUT_POOLS_MAX + 1 }, (_, index) => `SKU-${index}`)
    for (const name of names) {
      const mark = memory.mark(name, T)
      memory.remember(asked(1, name), mark, T)
      memory.learnHolders(name, POOL, mark, hashes())
    }
    const known = names.map((name) => answers(memory, asked(1, name)))
    expect(known).toEqual(names.map((_, index) => index > 0))
  })
})
