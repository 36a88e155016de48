import { describe, expect, it } from "vitest"
import { CALLS_MIN, REST_FIRST_MS, TRIALS_NEEDED } from "./breaker.ts"
import { Gate, SALE_FORGOTTEN_MS, TAXES_REMEMBERED_MS, TRIAL_PAYMENTS_PER_MINUTE } from "./gate.ts"

const T0 = 1_800_000_000_000
const bad = { calls: CALLS_MIN, failures: CALLS_MIN, slow: 0 }
const fine = { calls: TRIALS_NEEDED, failures: 0, slow: 0 }

describe("the payment gate", () => {
  it("makes payments a minute of the account's calls a second: two for each, a fifth kept back", () => {
    expect(new Gate(100).read("a", T0)).toEqual({
      state: "closed",
      paymentsPerMinute: 2_400,
      retryAtMs: null,
    })
    expect(new Gate(25).read("a", T0).paymentsPerMinute).toBe(600)
  })

  it("makes fewer while lanes ask for taxes too: three calls for each payment", () => {
    const gate = new Gate(100)
    gate.report({ calls: 1, failures: 0, slow: 0, taxes: 1 }, T0)
    expect(gate.read("a", T0 + TAXES_REMEMBERED_MS).paymentsPerMinute).toBe(1_600)
    expect(gate.read("a", T0 + TAXES_REMEMBERED_MS + 1).paymentsPerMinute).toBe(2_400)
  })

  it("shares the limit among the sales that run, and gives it back when one has ended", () => {
    const gate = new Gate(100)
    gate.read("a", T0)
    expect(gate.read("b", T0 + 1).paymentsPerMinute).toBe(1_200)
    expect(gate.read("a", T0 + 2).paymentsPerMinute).toBe(1_200)
    expect(gate.read(null, T0 + 3).paymentsPerMinute).toBe(1_200)
    expect(gate.read("a", T0 + 2 + SALE_FORGOTTEN_MS).paymentsPerMinute).toBe(2_400)
  })

  it("lets nobody in while payments rest, a few while they are tried, and all again when they go well", () => {
    const gate = new Gate(100)
    gate.report(bad, T0)
    expect(gate.read("a", T0)).toEqual({
      state: "open",
      paymentsPerMinute: 0,
      retryAtMs: T0 + REST_FIRST_MS,
    })
    const triedAtMs = T0 + REST_FIRST_MS
    expect(gate.read("a", triedAtMs)).toEqual({
      state: "half_open",
      paymentsPerMinute: TRIAL_PAYMENTS_PER_MINUTE,
      retryAtMs: null,
    })
    gate.report(fine, triedAtMs + 1_000)
    expect(gate.read("a", triedAtMs + 1_000)).toMatchObject({ state: "closed", paymentsPerMinute: 2_400 })
  })

  it("adds up what lanes that have few calls each tell of them", () => {
    const gate = new Gate(100)
    for (let lane = 0; lane < CALLS_MIN; lane++) gate.report({ calls: 1, failures: 0, slow: 1 }, T0 + lane)
    expect(gate.read("a", T0 + CALLS_MIN).state).toBe("open")
  })
})
