import { describe, expect, it } from "vitest"
import { TOTAL_CENTS_MAX } from "./open-checkout.ts"
import { SagaStage } from "./saga-stage.ts"

describe("a total", () => {
  it("above what can be charged is refused before anything is written down", async () => {
    const stage = new SagaStage({ unitPriceCents: 40_000_000 })
    expect(await stage.open("o1", 3)).toMatchObject({ outcome: "refused", refusal: "payment_refused" })
    expect(stage.book.find("o1")).toBeNull()
    expect(stage.units).toEqual([5, 0, 0])
    expect(stage.provider.asked).toEqual([])
    const holdId = "h~A"
    expect(
      stage.ledger.hold({ holdId, pool: "open", customer: "o3", quantity: 3 }, stage.nowMs),
    ).toMatchObject({
      outcome: "held",
    })
    expect(await stage.open("o3", 3, holdId)).toMatchObject({
      outcome: "refused",
      refusal: "payment_refused",
    })
    expect(stage.units, "of a hold that was brought along too").toEqual([5, 0, 0])
    expect(await stage.open("o2", 2)).toMatchObject({ outcome: "opened", order: { totalCents: 80_000_000 } })
    expect(TOTAL_CENTS_MAX).toBeGreaterThanOrEqual(80_000_000)
  })

  it("of nothing is confirmed without a payment, and again the same", async () => {
    const stage = new SagaStage({ unitPriceCents: 0 })
    const opened = {
      outcome: "opened",
      clientSecret: "",
      order: { status: "confirmed", payment: { status: "none" } },
    }
    expect(await stage.open()).toMatchObject({ ...opened, replayed: false })
    expect(await stage.open()).toMatchObject({ ...opened, replayed: true })
    expect(stage.order().history.map(({ status }) => status)).toEqual([
      "created",
      "inventory_reserved",
      "payment_authorized",
      "confirmed",
    ])
    expect(stage.provider.asked).toEqual([])
    expect(stage.confirmed).toEqual(["o1"])
    expect(stage.units).toEqual([4, 0, 1])
  })
})
