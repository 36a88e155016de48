import { describe, expect, it } from "vitest"
import { PAYMENT_GRACE_MS } from "./order-machine.ts"
import { HOLD_MS, SagaStage } from "./saga-stage.ts"

const AUTHORIZED = { type: "authorized", amountCents: 1_000, currency: "EUR" } as const

describe("money that was taken for an order that had ended", () => {
  /** The order ends while the provider is away; before its intent can be cancelled, somebody captures it. */
  async function capturedAfterItsEnd(end: "cancelled" | "reservation_expired" | "payment_failed") {
    const stage = new SagaStage()
    await stage.open()
    const { intentId } = stage.provider.intentOf("o1")
    stage.provider.before = async (request) => {
      if (request === "cancel") stage.provider.take(intentId)
    }
    if (end === "cancelled") {
      stage.book.change("o1", { status: "cancelled" }, stage.nowMs)
      await stage.saga.drive("o1")
    }
    if (end === "reservation_expired") await stage.pass(HOLD_MS + PAYMENT_GRACE_MS)
    if (end === "payment_failed") {
      stage.provider.intentOf("o1").declineMessage = "Declined."
      await stage.pass(HOLD_MS + PAYMENT_GRACE_MS)
    }
    await stage.pass(1_000)
    return stage
  }

  it.each(["cancelled", "reservation_expired", "payment_failed"] as const)(
    "goes back, once: %s",
    async (end) => {
      const stage = await capturedAfterItsEnd(end)
      expect(stage.order()).toMatchObject({ status: end, payment: "refunded", stock: "given_back" })
      expect(stage.provider.intentOf("o1")).toMatchObject({ captures: 1, refundedCents: 1_000 })
      expect(stage.order().refunds).toMatchObject([{ amountCents: 1_000, status: "succeeded" }])
      await stage.tell({ type: "captured", amountCents: 1_000, currency: "EUR" })
      await stage.pass(24 * 3_600_000)
      expect(stage.provider.asked.filter((request) => request === "refund")).toHaveLength(1)
      expect(stage.units).toEqual([5, 0, 0])
      expect(stage.order().parked).toBeNull()
    },
  )

  it("goes back without what went by hand, and without being asked for where nothing is left", async () => {
    for (const byHandCents of [300, 1_000]) {
      const stage = new SagaStage()
      await stage.open()
      stage.provider.take("pi_o1")
      stage.provider.giveBack("pi_o1", byHandCents)
      stage.book.change("o1", { status: "cancelled" }, stage.nowMs)
      await stage.saga.drive("o1")
      expect(stage.order()).toMatchObject({ payment: "refunded", parked: null })
      const rest = byHandCents === 1_000 ? [] : [700]
      expect(stage.order().refunds.map(({ amountCents }) => amountCents)).toEqual([byHandCents, ...rest])
      expect(stage.provider.intentOf("o1").refundedCents).toBe(1_000)
      expect(stage.provider.asked.filter((request) => request === "refund")).toHaveLength(rest.length)
    }
  })

  it("goes back although a part went by hand while it was asked for", async () => {
    const stage = new SagaStage()
    await stage.open()
    stage.provider.take("pi_o1")
    stage.provider.before = async (request) => {
      if (request === "refund" && stage.provider.intentOf("o1").refundedCents === 0)
        stage.provider.giveBack("pi_o1", 400)
    }
    stage.book.change("o1", { status: "cancelled" }, stage.nowMs)
    await stage.saga.drive("o1")
    await stage.pass(1_000)
    expect(stage.order()).toMatchObject({ payment: "refunded", parked: null })
    expect(stage.order().refunds.map(({ amountCents }) => amountCents)).toEqual([400, 600])
  })

  it("is asked for under another key where one keeps failing", async () => {
    const stage = new SagaStage()
    await stage.open()
    stage.provider.take("pi_o1")
    const keys: string[] = []
    const refund = stage.provider.refund.bind(stage.provider)
    stage.provider.refund = (asked) => {
      keys.push(asked.refundKey)
      if (asked.refundKey !== keys[0]) return refund(asked)
      return Promise.resolve({ outcome: "unavailable", message: "a 500 that is kept under its key" })
    }
    stage.book.change("o1", { status: "cancelled" }, stage.nowMs)
    await stage.saga.drive("o1")
    await stage.pass(60_000)
    expect(new Set(keys).size).toBe(2)
    expect(stage.order()).toMatchObject({ payment: "refunded", parked: null, refunds: { length: 1 } })
  })

  it("is parked where it cannot go back, and no more once it has", async () => {
    const stage = new SagaStage()
    stage.provider.refundStatus = "failed"
    await stage.open()
    stage.provider.take("pi_o1")
    stage.book.change("o1", { status: "cancelled" }, stage.nowMs)
    await stage.saga.drive("o1")
    expect(stage.order()).toMatchObject({ payment: "captured", parked: { as: "refund_failed" } })
    expect(stage.book.counts(null).parked).toBe(1)
    expect(stage.book.parkedPage("", 10).map(({ orderId }) => orderId)).toEqual(["o1"])
    expect(stage.book.nextDueMs()).toBeNull()
    const atMs = stage.nowMs
    await stage.tell({
      type: "refund",
      refund: { refundId: "re_hand", amountCents: 1_000, status: "succeeded", atMs },
    })
    expect(stage.order()).toMatchObject({ payment: "refunded", parked: null })
  })
})

describe("a payment of another amount or currency than its order is never taken", () => {
  it.each([{ amountCents: 999 }, { currency: "USD" }])("as the intent was made: %j", async (makes) => {
    const stage = new SagaStage()
    stage.provider.makes = makes
    expect(await stage.open()).toMatchObject({ outcome: "refused", refusal: "payment_refused" })
    expectNeverTaken(stage)
  })

  it.each([
    { amountCents: 1_001, currency: "EUR" },
    { amountCents: 1_000, currency: "USD" },
  ])("as a webhook says: %j", async (said) => {
    const stage = new SagaStage()
    await stage.open()
    stage.authorize()
    await stage.tell({ type: "authorized", ...said })
    expectNeverTaken(stage)
  })

  it("as the provider says when it is asked after the hold's end", async () => {
    const stage = new SagaStage()
    await stage.open()
    Object.assign(stage.provider.intentOf("o1"), { state: "authorized", amountCents: 10 })
    await stage.pass(HOLD_MS + PAYMENT_GRACE_MS)
    expectNeverTaken(stage)
  })

  it("as the provider says when the webhook said nothing of it", async () => {
    const stage = new SagaStage()
    await stage.open()
    Object.assign(stage.provider.intentOf("o1"), { state: "authorized", amountCents: 10 })
    await stage.tell({ type: "authorized", amountCents: null, currency: null })
    expectNeverTaken(stage)
  })

  it("and one that is right is taken, whether the webhook said so or not", async () => {
    for (const news of [AUTHORIZED, { type: "authorized", amountCents: null, currency: null } as const]) {
      const stage = new SagaStage()
      await stage.open()
      stage.authorize()
      await stage.tell(news)
      expect(stage.order()).toMatchObject({ status: "confirmed", payment: "captured", parked: null })
      expect(stage.provider.asked.includes("retrieve")).toBe(news !== AUTHORIZED)
    }
  })

  function expectNeverTaken(stage: SagaStage): void {
    expect(stage.provider.intentOf("o1")).toMatchObject({ state: "cancelled", captures: 0 })
    expect(stage.order()).toMatchObject({ status: "payment_failed", parked: { as: "payment_mismatch" } })
    expect(stage.book.counts(null).parked).toBe(1)
    expect(stage.units).toEqual([5, 0, 0])
  }
})
