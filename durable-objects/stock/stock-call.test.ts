import { describe, expect, test } from "vitest"
import { Ledgers } from "./ledgers.ts"
import { RETRIES_MAX, RETRY_PAUSE_MS } from "./stock-call.ts"
import type { HoldText } from "./contract.ts"
import type { RootStockApi } from "./stock-call.ts"

const retryable = () => Object.assign(new Error("network connection lost"), { retryable: true })
const overloaded = () => Object.assign(new Error("too many"), { retryable: true, overloaded: true })
const held = { outcome: "held", replayed: false } as const
const command = { holdId: "h_1~A", pool: "open", customer: "c", quantity: 1 }

/** Objects whose calls fail as told, and then answer. */
function stage(failures: Error[], answered: object = held) {
  const seen: { name: string; args: unknown[] }[] = []
  const stubs = new Set<object>()
  const pauses: number[] = []
  const freed: string[] = []
  const namespace = {
    getByName(name: string) {
      const answer = async (...args: unknown[]) => {
        seen.push({ name, args })
        const failure = failures.shift()
        if (failure) throw failure
        return answered
      }
      const holdText = async (text: string) => JSON.stringify(await answer(JSON.parse(text)))
      const stub = { holdText, release: answer } as unknown as RootStockApi & HoldText
      stubs.add(stub)
      return stub
    },
  }
  const calls = new Ledgers(
    { STOCK: namespace, STOCK_LANES: namespace },
    {
      afterChange: (name) => void freed.push(name),
      pause: async (ms) => void pauses.push(ms),
      random: () => 0.5,
    },
  )
  return { calls, seen, stubs, pauses, freed }
}

describe("a call of a stock object", () => {
  test("that the platform broke is made again, with the same id, at a fresh stub", async () => {
    const { calls, seen, stubs, pauses } = stage([retryable(), retryable()])
    expect(await calls.getByName("A").hold(command)).toEqual(held)
    expect(seen).toEqual(Array.from({ length: 3 }, () => ({ name: "A", args: [command] })))
    expect(stubs.size).toBe(3)
    expect(pauses).toEqual([RETRY_PAUSE_MS * 0.75, RETRY_PAUSE_MS * 1.5])
  })

  test("is given up after the last retry, with the platform's own error", async () => {
    const errors = Array.from({ length: RETRIES_MAX + 1 }, retryable)
    const { calls, seen } = stage([...errors])
    await expect(calls.getByName("A").hold(command)).rejects.toBe(errors.at(-1))
    expect(seen).toHaveLength(RETRIES_MAX + 1)
  })

  test("is never made again at an overloaded object, nor after an error of its own", async () => {
    for (const error of [overloaded(), new Error("a broken invariant")]) {
      const { calls, seen } = stage([error])
      await expect(calls.getByName("A").hold(command)).rejects.toBe(error)
      expect(seen).toHaveLength(1)
    }
  })

  test("that may have freed units says so once, also when nobody knows what came of it", async () => {
    const well = stage([retryable()], { outcome: "released", replayed: false })
    await well.calls.getByName("A").release("h_1~A", "c")
    expect(well.freed).toEqual(["A"])
    for (const nothing of [
      { outcome: "released", replayed: true },
      { outcome: "refused", refusal: "not_found" },
    ]) {
      const { calls, freed } = stage([], nothing)
      await calls.getByName("A").release("h_1~A", "c")
      expect(freed).toEqual([])
    }
    const badly = stage([new Error("lost")])
    await expect(badly.calls.getByName("A").release("h_1~A", "c")).rejects.toThrow("lost")
    expect(badly.freed).toEqual(["A"])
    const hold = stage([])
    await hold.calls.getByName("A").hold(command)
    expect(hold.freed).toEqual([])
  })
})
