import { describe, expect, it } from "vitest"
import { EXTEND_BEFORE_MS, HOLD_EXTENSION_MS, PAYMENT_GRACE_MS } from "./order-machine.ts"
import { HOLD_MS, SagaStage } from "./saga-stage.ts"
import { LATE_PAYMENT_SETTLED_MS } from "./saga.ts"

const AUTHORIZED = { type: "authorized", amountCents: 1_000, currency: "EUR" } as const

describe("an order has one driver at a time", () => {
  it("so one that is being given up is not opened meanwhile", async () => {
    const stage = new SagaStage()
    const command = {
      orderId: "o1",
      orderNumber: "o1",
      requestDigest: "",
      subject: "o1",
      email: "a@b.example",
    }
    stage.book.insert({ ...command, shippingAddress: null, holdId: "o1~A" }, stage.nowMs, stage.nowMs)
    const givingUp = stage.saga.drive("o1")
    const outcome = await stage.open()
    await givingUp
    // Whatever it is told, the order stands on a hold that runs, or there is no order.
    if (outcome.outcome === "opened") expect(stage.units).toEqual([4, 1, 0])
    else expect(stage.book.find("o1")).toBeNull()
  })

  it("so what is cancelled while its intent is made is cancelled there too", async () => {
    const stage = new SagaStage()
    let letGo = () => undefined as void
    stage.provider.before = (request) =>
      request === "create" ? new Promise((resolve) => (letGo = resolve)) : Promise.resolve()
    const opening = stage.open()
    while (stage.book.find("o1")?.step !== "create_intent") await Promise.resolve()
    stage.book.change("o1", { status: "cancelled" }, stage.nowMs)
    const cancelling = stage.saga.drive("o1")
    stage.provider.before = () => Promise.resolve()
    letGo()
    await Promise.all([opening, cancelling])
    expect(stage.order()).toMatchObject({ status: "cancelled", payment: "cancelled", stock: "given_back" })
  })
})

describe("a payment that is under way when its hold ends", () => {
  it("is given more time, once", async () => {
    const stage = new SagaStage()
    let extensions = 0
    stage.provider.before = async (request) => {
      if (request === "extend") extensions += 1
    }
    await stage.open()
    const endsAtMs = stage.order().holdExpiresAtMs
    await stage.tell({ type: "requires_action" })
    await stage.pass(HOLD_MS - EXTEND_BEFORE_MS)
    expect(stage.order()).toMatchObject({
      holdExpiresAtMs: endsAtMs + HOLD_EXTENSION_MS,
      payment: "requires_action",
    })
    await stage.pass(EXTEND_BEFORE_MS + HOLD_EXTENSION_MS - 1)
    expect(stage.units).toEqual([4, 1, 0])
    await stage.pass(PAYMENT_GRACE_MS + 1)
    expect(stage.order()).toMatchObject({ status: "reservation_expired" })
    expect(stage.units).toEqual([5, 0, 0])
    expect(extensions).toBe(1)
  })

  it("and comes in that time, is taken", async () => {
    const stage = new SagaStage({ units: 1 })
    await stage.open()
    await stage.tell({ type: "processing" })
    await stage.pass(HOLD_MS + PAYMENT_GRACE_MS)
    expect(
      stage.ledger.hold({ holdId: "x~A", pool: "open", customer: "x", quantity: 1 }, stage.nowMs),
    ).toMatchObject({ refusal: "sold_out" })
    stage.authorize()
    await stage.tell(AUTHORIZED)
    expect(stage.order().status).toBe("confirmed")
  })

  it("is not, when nothing was heard of it", async () => {
    const stage = new SagaStage()
    await stage.open()
    await stage.pass(HOLD_MS)
    expect(stage.units).toEqual([5, 0, 0])
    expect(stage.order().holdExtendedAtMs).toBeNull()
  })

  it("is, when the provider does not answer, so that the shopper can pay once it does", async () => {
    const stage = new SagaStage()
    stage.provider.isAway = true
    expect(await stage.open()).toMatchObject({ refusal: "payment_unavailable" })
    await stage.pass(HOLD_MS + 30_000)
    expect(stage.units).toEqual([4, 1, 0])
    stage.provider.isAway = false
    expect(await stage.open()).toMatchObject({ outcome: "opened" })
  })
})

describe("a provider that is known to be away", () => {
  it("is not asked, which is no failure, and the hold is extended meanwhile", async () => {
    const stage = new SagaStage()
    stage.awayUntilMs = stage.nowMs + HOLD_MS + 30_000
    expect(await stage.open()).toMatchObject({ refusal: "payment_unavailable" })
    await stage.pass(HOLD_MS + 29_000)
    expect(stage.provider.asked).toEqual([])
    expect(stage.order()).toMatchObject({ status: "inventory_reserved", attempts: 0 })
    expect(stage.units).toEqual([4, 1, 0])
    stage.awayUntilMs = null
    await stage.pass(1_000)
    expect(stage.order().clientSecret).not.toBeNull()
  })

  it("leaves a shopper who is at the form more time too", async () => {
    const stage = new SagaStage()
    await stage.open()
    stage.awayUntilMs = stage.nowMs + HOLD_MS + 30_000
    await stage.pass(HOLD_MS + 29_000)
    expect(stage.units).toEqual([4, 1, 0])
  })
})

describe("a payment that came too late", () => {
  it.each([0, 3_600_000])(
    "hazard 16: has its units again or is let go of within its bound of an outage of %i ms",
    async (outageMs) => {
      for (const isTaken of [false, true]) {
        const stage = new SagaStage({ units: 1 })
        await stage.open()
        stage.authorize()
        stage.provider.isAway = true
        await stage.pass(HOLD_MS + 1)
        if (isTaken)
          stage.ledger.hold({ holdId: "x~A", pool: "open", customer: "x", quantity: 1 }, stage.nowMs)
        if (isTaken) stage.ledger.sell("x~A", "x", stage.nowMs)
        await stage.pass(outageMs)
        stage.provider.isAway = false
        await stage.pass(LATE_PAYMENT_SETTLED_MS)
        expect(stage.order().status).toBe(isTaken ? "reservation_expired" : "confirmed")
        expect(stage.provider.intentOf("o1").state).toBe(isTaken ? "cancelled" : "captured")
        expect(stage.book.nextDueMs()).toBeNull()
      }
    },
  )
})

describe("a sale that is still on its way when its order has ended", () => {
  /** As the dead driver's request, which nobody waits for any more. */
  const arrive = (stage: SagaStage) => stage.ledger.sell(stage.order().holdId, "o1", stage.nowMs)

  it("takes no units again, though others gave theirs back after the next driver was refused", async () => {
    const stage = new SagaStage({ units: 1 })
    await stage.open()
    stage.authorize()
    await stage.pass(HOLD_MS + 1)
    stage.ledger.hold({ holdId: "x~A", pool: "open", customer: "x", quantity: 1 }, stage.nowMs)
    await stage.tell(AUTHORIZED)
    expect(stage.order()).toMatchObject({ status: "reservation_expired", stock: "given_back" })
    stage.ledger.release("x~A", "x", stage.nowMs)
    expect(arrive(stage)).toEqual({ outcome: "refused", refusal: "gone" })
    expect(stage.units).toEqual([1, 0, 0])
  })

  it.each(["release", "return", "cancel"])(
    "leaves no units sold, if it comes before the %s",
    async (when) => {
      const stage = new SagaStage({ units: 1 })
      await stage.open()
      stage.authorize()
      const outcomes: string[] = []
      stage.provider.before = async (request) => {
        if (request === "sell") {
          stage.book.change("o1", { status: "cancelled" }, stage.nowMs)
          throw new Error("the lane hears no answer")
        }
        if (request === when) outcomes.push(arrive(stage).outcome)
      }
      await stage.tell(AUTHORIZED)
      await stage.pass(1_000)
      expect(outcomes).toEqual([when === "release" ? "sold" : "refused"])
      expect(stage.order()).toMatchObject({ status: "cancelled", stock: "given_back", payment: "cancelled" })
      expect(stage.units).toEqual([1, 0, 0])
    },
  )

  it("cannot be where no payment was authorized, and then no row is written for it", async () => {
    const stage = new SagaStage()
    await stage.open()
    await stage.pass(HOLD_MS + PAYMENT_GRACE_MS)
    expect(stage.order()).toMatchObject({ status: "reservation_expired", stock: "given_back" })
    expect(stage.ledger.findHold(stage.order().holdId)).toMatchObject({ state: "expired", orderId: null })
  })
})
