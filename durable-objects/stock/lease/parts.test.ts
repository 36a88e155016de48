import { describe, expect, it } from "vitest"
import { OPEN_POOL } from "../contract.ts"
import { ledgersOf } from "../hold-items.ts"
import { LaneDirectory } from "./directory.ts"
import { laneName, ledgerNameFor, partsOfName } from "./names.ts"
import { SharedTurns } from "./shared-turns.ts"

describe("a ledger's name", () => {
  it("says its SKU and its lane", () => {
    expect(partsOfName("KETTLE-1.b")).toEqual({ sku: "KETTLE-1.b", lane: null })
    expect(partsOfName(laneName("KETTLE-1.b", 12))).toEqual({ sku: "KETTLE-1.b", lane: 12 })
  })

  it("is the same for a customer, and spreads customers evenly over the lanes", () => {
    const place = { sku: "A", pool: "sale", lanes: 8 }
    const names = Array.from({ length: 8_000 }, (_, i) =>
      ledgerNameFor({ ...place, customer: `session-${i}` }),
    )
    expect(ledgerNameFor({ ...place, customer: "session-0" })).toBe(names[0])
    const perLane = Array.from({ length: 8 }, (_, lane) =>
      names.filter((name) => name === laneName("A", lane)),
    )
    for (const customers of perLane) {
      expect(customers.length).toBeGreaterThan(850)
      expect(customers.length).toBeLessThan(1_150)
    }
  })

  it("is the SKU's own in the open pool, and where there is one lane", () => {
    expect(ledgerNameFor({ sku: "A", pool: OPEN_POOL, lanes: 8, customer: "c" })).toBe("A")
    expect(ledgerNameFor({ sku: "A", pool: "sale", lanes: 1, customer: "c" })).toBe("A")
  })
})

describe("a hold's id", () => {
  it("names its ledgers", () => {
    expect(ledgersOf("h_abc~A:3~B")).toEqual(["A:3", "B"])
  })

  it.each([
    "A~A",
    "B~A",
    "A:1~A:2",
    "A~A:1",
    "A:",
    "A:x",
    "A:-1",
    "A:03",
    "A:64",
    "A:1.5",
    "A:1:2",
    ":1",
    "A: 1",
  ])("with %j wakes no ledger", (ledger) => {
    expect(ledgersOf(`h_abc~${ledger}`)).toEqual([])
  })
})

describe("the directory of lanes", () => {
  it("asks a root once, and again only while there is no such pool", async () => {
    const directory = new LaneDirectory()
    const answers: (number | null)[] = [null, 4]
    let asked = 0
    const root = () => ({ lanes: () => Promise.resolve(answers[asked++] ?? null) })
    expect(await directory.ledgerOf(root, "A", "sale", "anna")).toBe("A")
    const lane = await directory.ledgerOf(root, "A", "sale", "anna")
    expect(partsOfName(lane).lane).not.toBeNull()
    expect(await directory.ledgerOf(root, "A", "sale", "anna")).toBe(lane)
    expect(asked).toBe(2)
    await directory.ledgerOf(root, "A", OPEN_POOL, "anna")
    expect(asked).toBe(2)
  })
})

describe("shared turns", () => {
  it("run one at a time, and whoever asks meanwhile shares the next", async () => {
    const turns = new SharedTurns<number>()
    const finish: (() => void)[] = []
    let runs = 0
    const run = () => {
      const mine = ++runs
      return new Promise<number>((resolve) => finish.push(() => resolve(mine)))
    }
    const settle = () => new Promise((resolve) => setTimeout(resolve))
    const first = turns.share("pool", run)
    await settle()
    const [second, third] = [turns.share("pool", run), turns.share("pool", run)]
    await settle()
    expect(runs).toBe(1)
    finish[0]?.()
    expect(await first).toBe(1)
    await settle()
    finish[1]?.()
    expect(await Promise.all([second, third])).toEqual([2, 2])
    expect(runs).toBe(2)
  })

  it("go on after one that failed", async () => {
    const turns = new SharedTurns<string>()
    const failed = turns.share("pool", () => Promise.reject(new Error("away")))
    await Promise.resolve()
    const next = turns.share("pool", () => Promise.resolve("here"))
    await expect(failed).rejects.toThrow("away")
    expect(await next).toBe("here")
  })
})
