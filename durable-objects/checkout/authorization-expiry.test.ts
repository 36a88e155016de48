import { describe, expect, it } from "vitest"
import { AUTHORIZATION_RAN_OUT } from "./payment-events/intents.ts"
import { SagaStage } from "./saga-stage.ts"

const AUTHORIZED = { type: "authorized", amountCents: 1_000, currency: "EUR" } as const
const RAN_OUT = { type: "cancelled", declineMessage: AUTHORIZATION_RAN_OUT } as const
const WEEK_MS = 7 * 24 * 3_600_000

/** Its units are sold to it, and the provider does not answer the capture. */
async function paidButNotCaptured(): Promise<SagaStage> {
  const stage = new SagaStage()
  await stage.open()
  stage.authorize()
  stage.provider.isAway = true
  await stage.tell(AUTHORIZED)
  stage.provider.isAway = false
  expect(stage.order()).toMatchObject({ status: "payment_authorized", payment: "authorized" })
  return stage
}

describe("an authorization that ran out before it was captured", () => {
  it("ends the order, gives its units back, and charges nobody", async () => {
    const stage = await paidButNotCaptured()
    stage.provider.intentOf("o1").state = "cancelled"
    stage.nowMs += WEEK_MS
    await stage.tell(RAN_OUT)
    await stage.pass(60_000)
    expect(stage.order()).toMatchObject({
      status: "payment_failed",
      payment: "cancelled",
      declineMessage: AUTHORIZATION_RAN_OUT,
    })
    expect(stage.provider.intentOf("o1").captures).toBe(0)
    expect(stage.units).toEqual([5, 0, 0])
  })

  it("and was captured after all gives the money back, though the order had ended", async () => {
    const stage = await paidButNotCaptured()
    stage.provider.take("pi_o1")
    await stage.tell(RAN_OUT)
    await stage.pass(60_000)
    expect(stage.order()).toMatchObject({ status: "payment_failed", payment: "refunded" })
    expect(stage.provider.intentOf("o1")).toMatchObject({ captures: 1, refundedCents: 1_000 })
    expect(stage.units).toEqual([5, 0, 0])
  })

  it("is heard though the order was parked meanwhile", async () => {
    const stage = await paidButNotCaptured()
    stage.provider.isAway = true
    await stage.pass(2 * 24 * 3_600_000)
    expect(stage.order().parked).not.toBeNull()
    stage.provider.isAway = false
    stage.provider.intentOf("o1").state = "cancelled"
    await stage.tell(RAN_OUT)
    await stage.pass(60_000)
    expect(stage.order()).toMatchObject({ status: "payment_failed", payment: "cancelled", parked: null })
    expect(stage.units).toEqual([5, 0, 0])
  })
})
