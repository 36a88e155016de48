import { describe, expect, it } from "vitest"
import { INBOX_KEPT_MS } from "./inbox-book.ts"
import { SagaStage } from "./saga-stage.ts"

const AUTHORIZED = { type: "authorized", amountCents: 1_000, currency: "EUR" } as const
const CAPTURED = { type: "captured", amountCents: 1_000, currency: "EUR" } as const
const refund = (atMs: number) =>
  ({ type: "refund", refund: { refundId: "re_1", amountCents: 1_000, status: "succeeded", atMs } }) as const

describe("a webhook", () => {
  it("hazard 20: that was recorded is acted on by the next start, should this one die at once", async () => {
    const stage = new SagaStage()
    await stage.open()
    stage.authorize()
    stage.inbox.record(stage.event(AUTHORIZED), stage.nowMs)
    expect(stage.order()).toMatchObject({ status: "inventory_reserved", step: null })
    stage.restart()
    await stage.pass(0)
    expect(stage.order()).toMatchObject({ status: "confirmed", payment: "captured" })
    expect(stage.inbox.waiting("o1")).toEqual([])
  })

  it("that comes before the intent is known is heard once it is", async () => {
    const stage = new SagaStage()
    stage.provider.isAway = true
    await stage.open()
    await stage.tell(AUTHORIZED)
    expect(stage.inbox.waiting("o1")).toHaveLength(1)
    stage.provider.isAway = false
    await stage.pass(10_000)
    expect(stage.order().status).toBe("payment_authorized")
    stage.authorize()
    await stage.pass(60_000)
    expect(stage.order().status).toBe("confirmed")
  })

  it("of a refund that comes before the payment was heard of is heard once the order is paid", async () => {
    const stage = new SagaStage()
    await stage.open()
    stage.provider.take("pi_o1")
    await stage.tell(refund(stage.nowMs))
    expect(stage.order()).toMatchObject({ status: "inventory_reserved", refunds: [] })
    await stage.tell(CAPTURED)
    expect(stage.order()).toMatchObject({ status: "refunded", payment: "refunded" })
    expect(stage.order().history.map(({ status }) => status)).toContain("confirmed")
  })

  it("of a refund tells the request that it answers, also where its order knew of it", async () => {
    const stage = new SagaStage()
    await stage.open()
    stage.authorize()
    await stage.tell(AUTHORIZED)
    const told = { ...refund(stage.nowMs), refundKey: "1" }
    await stage.tell(refund(stage.nowMs))
    expect(stage.heardRefunds).toEqual([])
    await stage.tell(told)
    expect(stage.heardRefunds).toEqual(["o1 1 re_1"])
    stage.inbox.record({ ...stage.event(told), intentId: "pi_other" }, stage.nowMs)
    stage.saga.hear("o1")
    expect(stage.heardRefunds).toHaveLength(1)
  })

  it("that comes twice acts once, also days later", async () => {
    const stage = new SagaStage()
    await stage.open()
    stage.authorize()
    const event = stage.event(AUTHORIZED)
    expect(stage.inbox.record(event, stage.nowMs)).toBe(true)
    expect(stage.inbox.record(event, stage.nowMs)).toBe(false)
    await stage.saga.drive("o1")
    const { version } = stage.order()
    stage.inbox.prune(stage.nowMs + INBOX_KEPT_MS)
    expect(stage.inbox.record(event, stage.nowMs + INBOX_KEPT_MS)).toBe(false)
    await stage.saga.drive("o1")
    expect(stage.order().version).toBe(version)
  })

  it("is forgotten when it can come no more, whether it ever fitted or not", async () => {
    const stage = new SagaStage()
    const events = [stage.event(AUTHORIZED), stage.event(AUTHORIZED, "nobody")]
    for (const event of events) stage.inbox.record(event, stage.nowMs)
    await stage.open()
    stage.inbox.prune(stage.nowMs + INBOX_KEPT_MS + 1)
    expect(events.map((event) => stage.inbox.record(event, stage.nowMs))).toEqual([true, true])
  })

  it("of an order that is not known here is done with", () => {
    const stage = new SagaStage()
    stage.inbox.record(stage.event(AUTHORIZED, "nobody"), stage.nowMs)
    stage.saga.hear("nobody")
    expect(stage.inbox.waiting("nobody")).toEqual([])
  })

  it("that cannot be applied is shown, and holds up nothing", async () => {
    const stage = new SagaStage()
    await stage.open()
    stage.authorize()
    const unfit = { ...stage.event(AUTHORIZED), type: "cancelled", declineMessage: null } as const
    stage.book.change("o1", { payment: "processing" }, stage.nowMs)
    const { change } = stage.book
    stage.book.change = () => {
      throw new Error("no")
    }
    stage.inbox.record(unfit, stage.nowMs)
    stage.saga.hear("o1")
    stage.book.change = change
    expect(stage.order().parked).toMatchObject({ as: "event_unfit" })
    await stage.tell(AUTHORIZED)
    expect(stage.order().status).toBe("confirmed")
  })

  it("that comes while a step is on its way is heard at once, and the step looks at what changed", async () => {
    const stage = new SagaStage()
    await stage.open()
    stage.authorize()
    let answerCapture = () => undefined as void
    stage.provider.before = (request) =>
      request === "capture" ? new Promise((resolve) => (answerCapture = resolve)) : Promise.resolve()
    const first = stage.tell(AUTHORIZED)
    while (stage.order().step !== "capture") await Promise.resolve()
    const second = stage.tell({ type: "cancelled", declineMessage: null })
    expect(stage.order().status).toBe("payment_failed")
    answerCapture()
    await Promise.all([first, second])
    // The provider took it nevertheless: it goes back.
    expect(stage.order()).toMatchObject({ status: "payment_failed", payment: "refunded" })
    expect(stage.provider.intentOf("o1")).toMatchObject({ captures: 1, refundedCents: 1_000 })
    expect(stage.units).toEqual([5, 0, 0])
  })
})
