import { beforeEach, describe, expect, it, vi } from "vitest"
import { differencesOf } from "./auditor.ts"
import type { Books } from "./auditor.ts"
import { playSale } from "./simulation.ts"

/** An auditor that finds nothing proves something only when it finds what is there. */
describe("the auditor of simulated purchases finds", () => {
  let books: Books
  beforeEach(async () => {
    books = (await playSale(1)).books
  })

  it("nothing where nothing is", () => {
    expect(differencesOf(books)).toEqual([])
  })

  function paidIntent() {
    const paid = books.orders.find(({ status, totalCents }) => status === "confirmed" && totalCents > 0)
    const intent = books.provider.intents.get(paid?.payment.intentId ?? "")
    if (!paid || !intent) throw new Error("nobody has paid in this sale")
    return { order: paid, intent }
  }

  it("a payment that was taken twice", () => {
    const { intent, order } = paidIntent()
    intent.captures = 2
    expect(differencesOf(books)).toEqual([`${order.orderId} was charged 2 times`])
  })

  it("a payment for nothing", () => {
    const { order } = paidIntent()
    order.status = "payment_failed"
    const found = differencesOf(books)
    expect(found).toContainEqual(expect.stringContaining("captured_but_not_confirmed"))
    expect(found).toContainEqual(expect.stringContaining(`the provider keeps ${order.totalCents}, not 0`))
  })

  it("an order that Postgres does not have, and one that it has in an older version", () => {
    const { order } = paidIntent()
    const row = books.records.rows.get(order.orderId)
    if (!row) throw new Error("the order is not in Postgres")
    row.version -= 1
    expect(differencesOf(books)).toContainEqual(
      expect.stringContaining(`in Postgres confirmed at ${row.version}`),
    )
    books.records.rows.delete(order.orderId)
    expect(differencesOf(books)).toContainEqual(expect.stringContaining("order_missing_in_postgres"))
  })

  it("a unit that was sold to nobody", () => {
    const { orders } = books
    // The audit is of the sale, and does not judge what was sold from the open pool.
    const ofSale = orders.find(({ status, saleId }) => status === "confirmed" && saleId !== null)
    const sku = ofSale?.items[0]?.sku ?? "none was sold"
    books.orders = orders.filter(
      ({ items, status }) => status !== "confirmed" || items.every((line) => line.sku !== sku),
    )
    expect(differencesOf(books)).toContainEqual(expect.stringContaining(`${sku} has`))
    expect(differencesOf(books)).toContainEqual(expect.stringContaining("sold_without_order"))
  })

  it("money that is still set aside for nobody", () => {
    const ended = ["cancelled", "payment_failed", "reservation_expired"]
    const order = books.orders.find(
      ({ status, payment }) => ended.includes(status) && payment.intentId !== null,
    )
    const intent = books.provider.intents.get(order?.payment.intentId ?? "")
    if (!intent) throw new Error("every payment of this sale was made")
    intent.state = "authorized"
    expect(differencesOf(books)).toContainEqual(expect.stringContaining("set_aside_for_ended_order"))
  })

  it("a coupon that counts for nobody, one that does not count its order, and one beyond its limit", () => {
    const [use] = books.couponLedger.uses
    if (!use) throw new Error("nobody has used the coupon in this sale")
    expect(use.standing).toBe("living")
    books.couponLedger.uses = [{ ...use, standing: "over" }]
    books.couponLedger.excess = [{ customer: null, uses: 4, max: 3 }]
    const found = differencesOf(books)
    for (const kind of ["coupon_use_without_order", "coupon_beyond_limit"])
      expect(found).toContainEqual(expect.stringContaining(kind))
    books.couponLedger.uses = []
    expect(differencesOf(books)).toContainEqual(expect.stringContaining("coupon_not_counted"))
  })

  it("an order that is parked though nothing is in its way, and one that should be", () => {
    const { order } = paidIntent()
    const { orderId } = order
    for (const as of ["refund_failed", "refund_unanswered"] as const) {
      books.parked = [...books.parked, { order, as, why: "why", atMs: 1, canTryAgain: false }]
      expect(differencesOf(books)).toContain(`parked: ${orderId}: ${as}: why`)
    }
    books.parked = []
    vi.spyOn(books.provider, "unmade", "get").mockReturnValue(new Set([orderId]))
    expect(differencesOf(books)).toEqual([`${orderId} has a refund that was never made, and is not parked`])
  })

  it("an order that is told of as it never was", () => {
    const { order } = paidIntent()
    const shopper = books.shoppers.find(({ wish }) => wish.orderId === order.orderId)
    shopper?.told.push({ status: "payment_failed", version: order.version })
    expect(differencesOf(books)).toEqual([`${order.orderId} was told as payment_failed, which it never was`])
  })

  it("an order of another tax than its payment's, in a shop that leaves its taxes to Stripe", async () => {
    books = (await playSale(2)).books
    expect(differencesOf(books)).toEqual([])
    const { order, intent } = paidIntent()
    const [line] = order.items
    if (line) line.taxCents += 1
    intent.taxCalculationId = null
    expect(differencesOf(books)).toEqual(
      expect.arrayContaining([
        `${order.orderId} has another tax than was worked out`,
        `${intent.intentId} is of another calculation of tax`,
      ]),
    )
  })
})
