import { describe, expect, it } from "vitest"
import { Breaker, CALLS_MIN, REST_FIRST_MS, TRIALS_NEEDED } from "../payment-gate/breaker.ts"
import type { Tally } from "../payment-gate/breaker.ts"
import { GatedPayments, INTENT_ANSWER_MS, SLOW_MS } from "./gated-payments.ts"
import type { PaymentAnswer, Payments } from "./payments.ts"
import type { TaxAsk, Taxes } from "./tax/taxes.ts"

const T0 = 1_800_000_000_000
const newIntent = {
  orderId: "o1",
  orderNumber: "1",
  saleId: null,
  amountCents: 500,
  currency: "EUR",
  email: "a@b.example",
}
const fine: PaymentAnswer = {
  outcome: "ok",
  intent: {
    intentId: "pi_1",
    state: "requires_payment",
    clientSecret: "s",
    amountCents: 500,
    capturedCents: 0,
    currency: "EUR",
    declineMessage: null,
  },
}
const away: PaymentAnswer = { outcome: "unavailable", message: "no connection" }
const refused: PaymentAnswer = { outcome: "refused", code: "amount_too_large", message: "Too much." }

/** A provider that answers as it is told, after so long by a clock of its own. */
function stage() {
  const world = {
    nowMs: T0,
    asked: 0,
    answer: fine as PaymentAnswer | Error,
    takesMs: 0,
    tallies: [] as Tally[],
  }
  const ask = async () => {
    world.asked += 1
    if (world.takesMs === Infinity) return new Promise<never>(() => undefined)
    world.nowMs += world.takesMs
    if (world.answer instanceof Error) throw world.answer
    return world.answer
  }
  const inner = {
    createIntent: ask,
    capture: ask,
    cancel: ask,
    retrieve: ask,
    refund: ask,
  } as unknown as Payments
  const payments = new GatedPayments({
    inner,
    taxes: { calculate: ask } as unknown as Taxes,
    breaker: new Breaker(),
    ended: (tally) => world.tallies.push(tally),
    now: () => world.nowMs,
    orNullAfter: async (limitMs, work) => {
      if (world.takesMs !== Infinity) return work
      world.nowMs += limitMs
      return null
    },
  })
  return { world, payments }
}

async function fail({ payments, world }: ReturnType<typeof stage>): Promise<void> {
  world.answer = away
  for (let call = 0; call < CALLS_MIN; call++) await payments.capture("pi_1", "o1", 0)
}

describe("payments behind a breaker", () => {
  it("are asked and answered as they are while the provider is well, and a refusal is an answer", async () => {
    const { world, payments } = stage()
    for (const answer of [fine, refused]) {
      world.answer = answer
      for (let call = 0; call < 10; call++) expect(await payments.createIntent(newIntent, 0)).toEqual(answer)
    }
    expect(payments.awayUntilMs()).toBeNull()
    expect(world.tallies.every(({ failures, slow }) => failures + slow === 0)).toBe(true)
  })

  it("are not asked after too many failures: the answer comes at once, and says until when", async () => {
    const staged = stage()
    await fail(staged)
    const { world, payments } = staged
    const askedBefore = world.asked
    expect(await payments.createIntent(newIntent, 0)).toMatchObject({ outcome: "unavailable" })
    expect(world.asked).toBe(askedBefore)
    expect(payments.awayUntilMs()).toBe(world.nowMs + REST_FIRST_MS)
  })

  it("are tried after a rest, and asked by all again once they answer", async () => {
    const staged = stage()
    await fail(staged)
    const { world, payments } = staged
    world.answer = fine
    world.nowMs += REST_FIRST_MS
    for (let trial = 0; trial < TRIALS_NEEDED; trial++) expect(await payments.retrieve("pi_1")).toEqual(fine)
    const many = await Promise.all(Array.from({ length: 20 }, () => payments.cancel("pi_1", "o1", 0)))
    expect(many).toEqual(many.map(() => fine))
  })

  it("rest when they are slow, though they answer", async () => {
    const { world, payments } = stage()
    world.takesMs = SLOW_MS
    for (let call = 0; call < CALLS_MIN; call++) expect(await payments.retrieve("pi_1")).toEqual(fine)
    expect(payments.awayUntilMs()).not.toBeNull()
    expect(world.tallies).toHaveLength(CALLS_MIN)
    expect(world.tallies[0]).toEqual({ calls: 1, failures: 0, slow: 1 })
  })

  it("keep a shopper's checkout waiting for a bounded time only", async () => {
    const { world, payments } = stage()
    world.takesMs = Infinity
    expect(await payments.createIntent(newIntent, 0)).toMatchObject({ outcome: "unavailable" })
    expect(world.nowMs).toBe(T0 + INTENT_ANSWER_MS)
    expect(world.tallies).toEqual([{ calls: 1, failures: 1, slow: 0 }])
  })

  it("are the same for questions about tax, which are counted as such", async () => {
    const { world, payments } = stage()
    await payments.calculate({} as TaxAsk)
    expect(world.tallies).toEqual([{ calls: 1, failures: 0, slow: 0, taxes: 1 }])
    world.takesMs = Infinity
    for (let call = 0; call < CALLS_MIN - 1; call++)
      expect(await payments.calculate({} as TaxAsk)).toMatchObject({ outcome: "unavailable" })
    expect(world.nowMs).toBe(T0 + (CALLS_MIN - 1) * INTENT_ANSWER_MS)
    const askedBefore = world.asked
    expect(await payments.calculate({} as TaxAsk)).toMatchObject({ outcome: "unavailable" })
    expect(await payments.createIntent(newIntent, 0)).toMatchObject({ outcome: "unavailable" })
    expect(world.asked).toBe(askedBefore)
  })

  it("count a call that breaks as a failure, and pass it on", async () => {
    const { world, payments } = stage()
    world.answer = new Error("broken")
    await expect(payments.capture("pi_1", "o1", 0)).rejects.toThrow("broken")
    await expect(payments.createIntent(newIntent, 0)).rejects.toThrow("broken")
    expect(world.tallies.map(({ failures }) => failures)).toEqual([1, 1])
  })
})
