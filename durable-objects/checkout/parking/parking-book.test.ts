import { describe, expect, it } from "vitest"
import { MemorySql } from "../../memory-sql.ts"
import { applyMigrations } from "../../sqlite.ts"
import type { DealParking } from "./contract.ts"
import { OrderBook } from "../order-book.ts"
import { OutboxBook } from "../outbox-book.ts"
import { ParkingBook } from "./parking-book.ts"
import { SagaStage } from "../saga-stage.ts"
import { CHECKOUT_MIGRATIONS } from "../schema.ts"

const NOW = 1_800_000_000_000

function stage(...orderIds: string[]) {
  const sql = new MemorySql()
  applyMigrations(sql, CHECKOUT_MIGRATIONS)
  const book = new OrderBook(sql, new OutboxBook(sql))
  for (const orderId of orderIds) {
    const facts = { orderNumber: `N-${orderId}`, requestDigest: "d", subject: "s", email: "a@b.example" }
    book.insert({ orderId, ...facts, shippingAddress: null, holdId: "h" }, NOW, NOW + 10_000)
    book.change(orderId, { status: "inventory_reserved", currency: "EUR" }, NOW)
    book.change(orderId, { status: "cancelled" }, NOW)
  }
  const parkings = new ParkingBook(sql, book)
  const deal = (orderId: string, parkedAtMs: number, change: Partial<DealParking> = {}) =>
    parkings.dealWith(
      { orderId, parkedAtMs, by: { role: "staff", name: "Ann" }, note: "Paid back by bank.", ...change },
      NOW + 100,
    )
  const listed = () => parkings.page("", 10, NOW).map(({ order }) => order.orderId)
  return { book, parkings, deal, listed }
}

describe("an order that somebody must look at", () => {
  it("leaves the list when somebody dealt with it, and says who did, when and how", () => {
    const { book, parkings, deal, listed } = stage("o1", "o2")
    book.park("o1", "payment_mismatch", "999 EUR instead of 1000", NOW)
    book.park("o2", "event_unfit", "a captured event", NOW)
    expect(deal("o1", NOW)).toMatchObject({ outcome: "done", replayed: false, parking: { parked: null } })
    expect(listed()).toEqual(["o2"])
    expect(book.counts(null).parked).toBe(1)
    expect(parkings.of("o1", NOW)).toEqual({
      orderId: "o1",
      orderNumber: "N-o1",
      parked: null,
      dealtWith: [
        {
          as: "payment_mismatch",
          why: "999 EUR instead of 1000",
          parkedAtMs: NOW,
          atMs: NOW + 100,
          by: { role: "staff", name: "Ann" },
          note: "Paid back by bank.",
        },
      ],
    })
  })

  it("is dealt with once, however often it is said, and not before it was parked", () => {
    const { book, parkings, deal } = stage("o1")
    expect(deal("nobody", NOW)).toEqual({ outcome: "refused", refusal: "not_found" })
    expect(deal("o1", NOW)).toEqual({ outcome: "refused", refusal: "not_parked" })
    book.park("o1", "step_failing", "no answer", NOW)
    expect(deal("o1", NOW)).toMatchObject({ outcome: "done", replayed: false })
    expect(deal("o1", NOW, { note: "again" })).toMatchObject({ outcome: "done", replayed: true })
    expect(parkings.of("o1", NOW)?.dealtWith).toHaveLength(1)
    expect(deal("o1", NOW + 1)).toEqual({ outcome: "refused", refusal: "not_parked" })
  })

  it("is not dealt with for something that was parked after it was looked at", () => {
    const { book, deal, listed } = stage("o1")
    book.park("o1", "step_failing", "no answer", NOW)
    book.park("o1", "step_failing", "no answer", NOW + 5)
    book.park("o1", "event_unfit", "a captured event", NOW + 9)
    expect(deal("o1", NOW)).toEqual({ outcome: "refused", refusal: "parked_again" })
    expect(listed()).toEqual(["o1"])
    expect(deal("o1", NOW + 9)).toMatchObject({ outcome: "done" })
  })

  it("comes back to the list when something new parks it, with what was dealt with beside it", () => {
    const { book, parkings, deal, listed } = stage("o1")
    book.park("o1", "step_failing", "after 3900 attempts: no answer", NOW)
    deal("o1", NOW)
    book.park("o1", "step_failing", "after 3900 attempts: no answer", NOW + 200)
    expect(listed()).toEqual(["o1"])
    expect(parkings.of("o1", NOW)).toMatchObject({
      parked: { as: "step_failing", atMs: NOW + 200 },
      dealtWith: [{ parkedAtMs: NOW }],
    })
    deal("o1", NOW + 200, { note: "Second time." })
    expect(parkings.of("o1", NOW)?.dealtWith.map(({ note }) => note)).toEqual([
      "Second time.",
      "Paid back by bank.",
    ])
  })

  it("stays off the list when a look at it finds the same refund failed, and returns for another one", () => {
    const { book, deal, listed } = stage("o1")
    book.park("o1", "refund_failed", "refund re_1 failed", NOW)
    deal("o1", NOW)
    book.park("o1", "refund_failed", "refund re_1 failed", NOW + 200)
    expect(listed()).toEqual([])
    book.park("o1", "refund_failed", "refund re_2 failed", NOW + 300)
    expect(listed()).toEqual(["o1"])
  })

  it("may be tried again where a step is left, and not where there is none", () => {
    const { book, parkings } = stage("o1", "o2")
    book.park("o1", "step_failing", "no answer", NOW)
    book.change("o2", { stock: "given_back" }, NOW)
    book.park("o2", "payment_mismatch", "another amount", NOW)
    expect(parkings.page("", 10, NOW).map(({ canTryAgain }) => canTryAgain)).toEqual([true, false])
  })

  it("is not found again by a look at the same failed refund, and goes on once its money went back", async () => {
    const stage = new SagaStage()
    const parkings = new ParkingBook(stage.sql, stage.book)
    stage.provider.refundStatus = "failed"
    await stage.open()
    stage.provider.take("pi_o1")
    stage.book.change("o1", { status: "cancelled" }, stage.nowMs)
    await stage.saga.drive("o1")
    const parkedAtMs = parkings.of("o1", stage.nowMs)?.parked?.atMs ?? 0
    const by = { role: "owner", name: "Ann" }
    parkings.dealWith({ orderId: "o1", parkedAtMs, by, note: "Sent by bank." }, stage.nowMs)
    await stage.saga.drive("o1")
    expect(stage.order()).toMatchObject({ payment: "captured", parked: null })
    expect(stage.book.nextDueMs()).toBeNull()
    stage.provider.giveBack("pi_o1", 1_000)
    await stage.saga.drive("o1")
    expect(stage.order()).toMatchObject({ payment: "refunded", parked: null })
  })
})
