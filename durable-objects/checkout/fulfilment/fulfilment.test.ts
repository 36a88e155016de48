import { describe, expect, it } from "vitest"
import { HOLD_RETENTION_MS } from "../../stock/contract.ts"
import type { RefundCommand } from "./contract.ts"
import { REFUND_ASKED_FOR_MS } from "./refunds.ts"
import { PRICE_CENTS, SampleShop, TERMS, TOTAL_CENTS, UNITS } from "./sample-shop.ts"

const UNPAID = `UPDATE orders SET status = 'inventory_reserved', payment = 'requires_payment', stock = 'held'`

const refundOf = (changes: Partial<RefundCommand> = {}): RefundCommand => ({
  orderId: "o1",
  idempotencyKey: "k1",
  amountCents: null,
  restock: false,
  lines: null,
  ...changes,
})

describe("parcels", () => {
  it("are noted once, and a further one is a further parcel", () => {
    const { fulfilment } = new SampleShop()
    const parcel = { orderId: "o1", carrier: "Post", trackingNumber: "1" }
    expect(fulfilment.ship(parcel)).toMatchObject({ outcome: "done", replayed: false })
    expect(fulfilment.ship(parcel)).toMatchObject({ replayed: true, order: { shipments: { length: 1 } } })
    expect(fulfilment.ship({ ...parcel, trackingNumber: "2" })).toMatchObject({
      order: { status: "shipped", shipments: { length: 2 } },
    })
    expect(fulfilment.deliver("o1")).toMatchObject({ replayed: false, order: { status: "delivered" } })
    expect(fulfilment.deliver("o1")).toMatchObject({ replayed: true })
    expect(fulfilment.ship({ ...parcel, trackingNumber: "3" })).toMatchObject({ refusal: "not_allowed" })
    expect(fulfilment.ship(parcel)).toMatchObject({ replayed: true })
  })

  it("are not sent once the money is on its way back, and what was not sent is not delivered", async () => {
    const shop = new SampleShop()
    expect(shop.fulfilment.deliver("o1")).toMatchObject({ refusal: "not_allowed" })
    shop.statusOfRefunds = "pending"
    await shop.fulfilment.refund(refundOf())
    expect(shop.order.status).toBe("confirmed")
    const parcel = { orderId: "o1", carrier: "Post", trackingNumber: "1" }
    expect(shop.fulfilment.ship(parcel)).toMatchObject({ refusal: "not_allowed" })
    expect(shop.fulfilment.ship({ ...parcel, orderId: "o2" })).toMatchObject({ refusal: "not_found" })
  })
})

describe("a refund", () => {
  it("gives all back, with the units and the customer's limit, once", async () => {
    const shop = new SampleShop()
    const first = await shop.fulfilment.refund(refundOf({ restock: true }))
    expect(first).toMatchObject({
      replayed: false,
      refund: { status: "succeeded", amountCents: TOTAL_CENTS },
    })
    expect(await shop.fulfilment.refund(refundOf({ restock: true }))).toMatchObject({ replayed: true })
    expect(shop.order).toMatchObject({ status: "refunded", payment: "refunded", refunds: { length: 1 } })
    expect(shop.order.items.map((line) => line.returnedQuantity)).toEqual([3, 1])
    expect([shop.sold("A"), shop.sold("B"), shop.givenCents]).toEqual([0, 0, TOTAL_CENTS])
    const again = { holdId: "h2", pool: "open", customer: "ann", quantity: 3 }
    expect(shop.ledgers.get("A")?.hold(again, shop.nowMs)).toMatchObject({ outcome: "held" })
  })

  it("of parts adds up, and never to more than was paid", async () => {
    const { fulfilment } = new SampleShop()
    for (const [key, amountCents] of [
      ["a", 1_500],
      ["b", 1_000],
    ] as const)
      expect(await fulfilment.refund(refundOf({ idempotencyKey: key, amountCents }))).toMatchObject({
        order: { status: "confirmed" },
      })
    const tooMuch = refundOf({ idempotencyKey: "c", amountCents: 1_501 })
    expect(await fulfilment.refund(tooMuch)).toMatchObject({ refusal: "refund_exceeds_payment" })
    const rest = await fulfilment.refund(refundOf({ idempotencyKey: "d" }))
    expect(rest).toMatchObject({ refund: { amountCents: 1_500 }, order: { status: "refunded" } })
    expect(await fulfilment.refund(refundOf({ idempotencyKey: "e" }))).toMatchObject({
      refusal: "refund_exceeds_payment",
    })
  })

  it("sees the others that are under way: of ten at once over half the money, two are taken", async () => {
    const shop = new SampleShop()
    const keys = Array.from({ length: 10 }, (_, index) => `k${index}`)
    const half = (idempotencyKey: string) =>
      shop.fulfilment.refund(refundOf({ idempotencyKey, amountCents: TOTAL_CENTS / 2 }))
    const outcomes = await Promise.all(keys.map(half))
    expect(outcomes.filter((outcome) => outcome.outcome === "taken")).toHaveLength(2)
    expect(shop.givenCents).toBe(TOTAL_CENTS)
  })

  it("under the same key with another content is refused", async () => {
    const { fulfilment } = new SampleShop()
    await fulfilment.refund(refundOf({ amountCents: 500 }))
    expect(await fulfilment.refund(refundOf({ amountCents: 501 }))).toMatchObject({
      refusal: "idempotency_key_reused",
    })
  })

  it("of a part says which units came back, and never more than there are", async () => {
    const shop = new SampleShop()
    const part = { amountCents: 1_000, restock: true }
    expect(await shop.fulfilment.refund(refundOf(part))).toMatchObject({ refusal: "lines_needed" })
    const lines = (quantity: number) => [{ sku: "A", quantity }]
    expect(await shop.fulfilment.refund(refundOf({ ...part, lines: lines(4) }))).toMatchObject({
      refusal: "lines_exceed_order",
    })
    await shop.fulfilment.refund(refundOf({ ...part, lines: lines(2) }))
    expect([shop.sold("A"), shop.order.items[0]?.returnedQuantity]).toEqual([1, 2])
    const more = refundOf({ ...part, idempotencyKey: "k2", lines: lines(2) })
    expect(await shop.fulfilment.refund(more)).toMatchObject({ refusal: "lines_exceed_order" })
    await shop.fulfilment.refund(refundOf({ idempotencyKey: "k3", restock: true }))
    expect([shop.sold("A"), shop.sold("B"), shop.order.status]).toEqual([0, 0, "refunded"])
  })

  it("that the provider refuses sets nothing aside, and is not asked again", async () => {
    const shop = new SampleShop()
    shop.given.set("re_dashboard", TOTAL_CENTS)
    const refused = await shop.fulfilment.refund(refundOf({ restock: true }))
    expect(refused).toMatchObject({ refund: { status: "failed", refusal: "nothing left" } })
    expect([shop.sold("A"), shop.requests.nextDueMs()]).toEqual([3, null])
    expect(shop.order.refunds).toEqual([])
  })

  it("of an unpaid order is refused", async () => {
    const shop = new SampleShop()
    shop.rewrite(UNPAID)
    expect(await shop.fulfilment.refund(refundOf())).toMatchObject({ refusal: "refund_exceeds_payment" })
  })

  it("is not asked for longer than the provider knows its key", async () => {
    const shop = new SampleShop()
    shop.faultRate = 1
    await shop.fulfilment.refund(refundOf())
    shop.nowMs += REFUND_ASKED_FOR_MS + 1
    await Promise.all(shop.fulfilment.driveDue(10))
    expect(shop.requests.of("o1")).toMatchObject([{ state: "parked" }])
    expect(shop.order.parked).toMatchObject({ as: "refund_unanswered" })
    shop.faultRate = 0
    const more = refundOf({ idempotencyKey: "k2", amountCents: 1 })
    expect(await shop.fulfilment.refund(more)).toMatchObject({ refusal: "refund_exceeds_payment" })
  })

  it("long after the sale takes the units in as received, once", async () => {
    const shop = new SampleShop()
    shop.nowMs += HOLD_RETENTION_MS
    for (const ledger of shop.ledgers.values()) {
      // What a limit still counts is never forgotten.
      ledger.setOpenTerms({ ...TERMS, perCustomerLimit: null })
      ledger.forgetArchived(["o1~A~B"])
    }
    shop.faultRate = 0.4
    await shop.fulfilment.refund(refundOf({ restock: true }))
    await shop.settle()
    expect(shop.ledgers.get("A")?.counts()).toMatchObject({ received: UNITS + 3, available: UNITS })
  })
})

describe("a refund whose key keeps an error, though the money went", () => {
  async function unanswered(seed = 1): Promise<SampleShop> {
    const shop = new SampleShop(seed)
    shop.keepsErrors = true
    await shop.fulfilment.refund(refundOf({ restock: true }))
    expect(shop.requests.of("o1")).toMatchObject([{ state: "asked", refundId: null }])
    return shop
  }

  it("is settled by what is heard of it, and its units come back once", async () => {
    const shop = await unanswered()
    expect(shop.hear("1", "pending")).toBe(true)
    expect(shop.requests.nextDueMs()).toBe(shop.nowMs)
    await Promise.all(shop.fulfilment.driveDue(10))
    expect(shop.hear("1")).toBe(false)
    await shop.settle()
    expect(shop.requests.of("o1")).toMatchObject([{ state: "settled", refundId: "re_1" }])
    expect(shop.order).toMatchObject({ status: "refunded", refunds: { length: 1 }, parked: null })
    expect([shop.sold("A"), shop.sold("B"), shop.givenCents]).toEqual([0, 0, TOTAL_CENTS])
  })

  it("is settled though it was parked, and its order is parked no more", async () => {
    const shop = await unanswered()
    shop.nowMs += REFUND_ASKED_FOR_MS + 1
    await Promise.all(shop.fulfilment.driveDue(10))
    expect(shop.order.parked).toMatchObject({ as: "refund_unanswered" })
    expect(shop.hear("1")).toBe(true)
    expect(shop.order.parked).toBeNull()
    shop.faultRate = 1
    await Promise.all(shop.fulfilment.driveDue(10))
    expect(shop.requests.of("o1")).toMatchObject([{ state: "accepted" }])
    await shop.settle()
    expect(shop.requests.of("o1")).toMatchObject([{ state: "settled", refusal: null }])
    expect([shop.sold("A"), shop.order.parked]).toEqual([0, null])
  })

  it("is refused where it is heard of as failed, and sets nothing aside", async () => {
    const shop = await unanswered()
    expect(shop.hear("1", "failed")).toBe(true)
    await shop.settle()
    expect(shop.requests.of("o1")).toMatchObject([{ state: "refused" }])
    expect(shop.sold("A")).toBe(3)
    shop.given.clear()
    shop.keepsErrors = false
    expect(await shop.fulfilment.refund(refundOf({ idempotencyKey: "k2" }))).toMatchObject({
      refund: { amountCents: TOTAL_CENTS, status: "succeeded" },
    })
  })

  it("is settled at whatever moment of its requests it is heard", async () => {
    for (let turns = 0; turns < 12; turns++) {
      const shop = await unanswered()
      shop.nowMs += 60_000
      const driven = Promise.all(shop.fulfilment.driveDue(10))
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      expect(shop.hear("1")).toBe(true)
      await driven
      await shop.settle()
      expect(shop.requests.of("o1")).toMatchObject([{ state: "settled" }])
      expect(shop.order.items.map((line) => line.returnedQuantity)).toEqual([3, 1])
      expect(shop.sold("A")).toBe(0)
    }
  })

  it("is not settled by a refund that answers another request", async () => {
    const shop = await unanswered()
    for (const key of ["2", "ended-0-0"]) expect(shop.hear(key)).toBe(false)
    expect(shop.requests.of("o1")).toMatchObject([{ state: "asked" }])
  })
})

describe("an order that the merchant withdraws", () => {
  it("is refunded with its units when it was paid, and again says the same", async () => {
    const shop = new SampleShop()
    for (const replayed of [false, true])
      expect(await shop.fulfilment.withdraw("o1")).toMatchObject({ replayed, order: { status: "refunded" } })
    expect([shop.givenCents, shop.sold("A"), shop.sold("B")]).toEqual([TOTAL_CENTS, 0, 0])
  })

  it("is not there any more to withdraw once it was sent", async () => {
    const { fulfilment } = new SampleShop()
    fulfilment.ship({ orderId: "o1", carrier: "Post", trackingNumber: "1" })
    expect(await fulfilment.withdraw("o1")).toMatchObject({ refusal: "not_allowed" })
    expect(await fulfilment.withdraw("o2")).toMatchObject({ refusal: "not_found" })
  })

  it("is cancelled when it was not paid", async () => {
    const shop = new SampleShop()
    shop.rewrite(UNPAID)
    expect(await shop.fulfilment.withdraw("o1")).toMatchObject({
      order: { status: "cancelled" },
      refund: null,
    })
  })
})

describe("refunds under faults", () => {
  for (let seed = 1; seed <= 60; seed++) {
    it(`seed ${seed}: hazard 22: each is given once, whatever crashes, and units come back with it`, async () => {
      const shop = new SampleShop(seed)
      shop.faultRate = 0.3
      for (let step = 0; step < 30; step++) {
        const key = `k${Math.floor(shop.random() * 6)}`
        const quantity = 1 + Math.floor(shop.random() * 2)
        const lines = shop.random() < 0.5 ? [{ sku: "A", quantity }] : null
        const amountCents = lines ? quantity * PRICE_CENTS : Math.ceil(shop.random() * PRICE_CENTS)
        const command = refundOf({ idempotencyKey: key, amountCents, restock: lines !== null, lines })
        void shop.fulfilment.refund(command)
        for (let turn = shop.random() * 12; turn > 0; turn--) await Promise.resolve()
        if (shop.random() < 0.3) shop.crash()
        shop.nowMs += Math.floor(shop.random() * 3_000)
        void Promise.all(shop.fulfilment.driveDue(10))
      }
      shop.crash()
      await shop.settle()
      const requests = shop.requests.of("o1")
      expect(requests.every(({ state }) => state === "settled")).toBe(true)
      expect(shop.givenCents).toBe(requests.reduce((sum, { amountCents }) => sum + amountCents, 0))
      expect(shop.givenCents).toBeLessThanOrEqual(TOTAL_CENTS)
      const told = shop.order.refunds.map(({ refundId, amountCents }) => [refundId, amountCents] as const)
      expect(new Map(told)).toEqual(shop.given)
      expect(shop.order.status === "refunded").toBe(shop.givenCents === TOTAL_CENTS)
      for (const { sku, quantity, returnedQuantity } of shop.order.items)
        expect(shop.sold(sku)).toBe(quantity - returnedQuantity)
      const back = requests.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0)
      expect(shop.sold("A")).toBe(3 - back)
    })
  }
})
