import { describe, expect, it } from "vitest"
import { HOLD_MS, SagaStage } from "./saga-stage.ts"

const AUTHORIZED = { type: "authorized", amountCents: 1_000, currency: "EUR" } as const

/** Requests of the saga's own steps. A checkout that dies before it is an order is another matter. */
const OF_STEPS = new Set([
  ..."create capture cancel retrieve list refund".split(" "),
  ..."sell extend return release".split(" "),
])

/** What happens to an order, one after the other; a number lets that much time pass. */
type Story = readonly (number | ((stage: SagaStage) => unknown))[]

const cancel = (stage: SagaStage) => {
  stage.book.change("o1", { status: "cancelled" }, stage.nowMs)
  return stage.saga.drive("o1")
}
const sellToOthers = (stage: SagaStage) => {
  const { available } = stage.ledger.counts()
  stage.ledger.hold({ holdId: "x~A", pool: "open", customer: "x", quantity: available }, stage.nowMs)
  stage.ledger.sell("x~A", "x", stage.nowMs)
}

const STORIES: Record<string, Story> = {
  "is paid": [(stage) => stage.authorize(), (stage) => stage.tell(AUTHORIZED)],
  "is paid, and no webhook comes": [(stage) => stage.authorize(), HOLD_MS + 10_000],
  "is cancelled": [cancel],
  "is cancelled, and its money taken nevertheless": [(stage) => stage.provider.take("pi_o1"), cancel],
  "is never paid": [HOLD_MS + 10_000],
  "is declined": [(stage) => stage.tell({ type: "failed", declineMessage: "No." }), HOLD_MS + 10_000],
  "is paid while its hold is extended": [
    (stage) => stage.tell({ type: "requires_action" }),
    HOLD_MS + 10_000,
    (stage) => stage.authorize(),
    (stage) => stage.tell(AUTHORIZED),
  ],
  "is paid too late, and its units are gone": [
    (stage) => stage.authorize(),
    HOLD_MS + 1,
    sellToOthers,
    (stage) => stage.tell(AUTHORIZED),
  ],
}

interface Crash {
  atRequest: number
  when: "before" | "after"
}

/** Plays a story to its end, with a crash at one of its requests, before it is carried out or before it is answered. */
async function play(story: Story, crash: Crash | null): Promise<{ end: unknown; requests: number }> {
  const stage = new SagaStage()
  let requests = 0
  let isDown = false
  let isBack = false
  const hook = (when: Crash["when"]) => (request: string) => {
    if (!OF_STEPS.has(request)) return Promise.resolve()
    if (when === "before") requests += 1
    if (requests !== crash?.atRequest || when !== crash.when || isDown) return Promise.resolve()
    isDown = true
    return new Promise<void>(() => undefined)
  }
  stage.provider.before = hook("before")
  stage.provider.after = hook("after")
  /** Whoever waits for a lane that crashed waits for ever; a new instance goes on. */
  const letHappen = async (work: () => unknown) => {
    void work()
    for (let i = 0; i < 100; i++) await Promise.resolve()
    if (isDown && !isBack) stage.restart()
    isBack = isDown
  }
  await letHappen(() => stage.open())
  await passTime(stage, 0, letHappen)
  for (const next of story)
    await (typeof next === "number" ? passTime(stage, next, letHappen) : letHappen(() => next(stage)))
  await passTime(stage, 3_600_000, letHappen)
  if (crash) expect(isDown, "no crash").toBe(true)
  const { status, stock, payment, refunds, parked, step } = stage.order()
  const { state, captures, capturedCents, refundedCents } = stage.provider.intentOf("o1")
  const intent = { state, captures, keptCents: capturedCents - refundedCents }
  const rest = { parked, step, nextDueMs: stage.book.nextDueMs(), confirmed: stage.confirmed.length }
  const end = { status, stock, payment, refunds: refunds.length, units: stage.units, intent, ...rest }
  return { end, requests }
}

async function passTime(
  stage: SagaStage,
  ms: number,
  letHappen: (work: () => unknown) => Promise<void>,
): Promise<void> {
  const endMs = stage.nowMs + ms
  for (let tries = 0; tries === 0 || stage.nowMs < endMs; tries++) {
    if (tries > 100) throw new Error(`time stands still at ${JSON.stringify(stage.order())}`)
    await letHappen(() => stage.pass(endMs - stage.nowMs))
  }
  // Once more, for who has just come back.
  await letHappen(() => stage.pass(0))
}

describe("a lane that dies at any request of an order that", () => {
  it.each(Object.keys(STORIES))("%s comes to the same end", async (title) => {
    const story = STORIES[title] ?? []
    const { end, requests } = await play(story, null)
    expect(end).toMatchObject({ parked: null, step: null, nextDueMs: null })
    expect(requests).toBeGreaterThan(1)
    for (let atRequest = 1; atRequest <= requests; atRequest++)
      for (const when of ["before", "after"] as const)
        expect((await play(story, { atRequest, when })).end, `${when} request ${atRequest}`).toEqual(end)
  })
})
