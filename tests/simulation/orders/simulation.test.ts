import { describe, expect, it } from "vitest"
import { playSale, SALE_SHOPPERS, simulateOrders } from "./simulation.ts"

/** A small run on every test; `npm run sim -- --only orders --steps 100000` plays a hundred thousand. */
const PURCHASES = 2_000
const FIRST_SEED = 4000

/** All that is simulated must have happened, or nothing was shown. */
const HAPPENED = [
  "order confirmed",
  "order refunded",
  "order payment_failed",
  "order reservation_expired",
  "order cancelled",
  "lane crashes",
  "clock jumps",
  "webhooks dropped",
  "queue messages forgotten",
  "calls lost before",
  "calls lost after",
  "calls late",
  "calls twice",
  "dead letters replayed",
  "captured by hand",
  "refunded by hand",
  "refunded in part by hand",
  "refunds behind an error",
  "refunds never made",
  "captured by hand after the end",
  "what by hand was not given back: ok",
  "second intents",
  "ship: done",
  "withdraw: done",
  "refund: taken",
  "checkout: coupon_used_up",
  "checkout: address_invalid",
  "taxes calculated",
]

describe("whole purchases under faults at every await", () => {
  it(`nobody is charged twice or for nothing, and every paid order is in Postgres, ${PURCHASES} times`, async () => {
    const tally = await simulateOrders(FIRST_SEED, PURCHASES)
    expect(tally["purchases"]).toBe(PURCHASES)
    for (const what of HAPPENED) expect(tally[what] ?? 0, what).toBeGreaterThan(0)
  })

  it("a seed replays exactly", async () => {
    const seed = 7
    const first = await playSale(seed)
    const second = await playSale(seed)
    expect(second.tally).toEqual(first.tally)
    expect(second.books.orders).toEqual(first.books.orders)
    expect(first.books.shoppers).toHaveLength(SALE_SHOPPERS)
  })
})
