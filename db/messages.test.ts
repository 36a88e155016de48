import { sql } from "drizzle-orm"
import { describe, expect, it } from "vitest"
import { stageDatabase } from "../tests/staged-database.ts"
import { claimLetters, markLetterSent, noteLetters, overdueLetters, putLetterOff } from "./messages.ts"
import { listOrders } from "./order-list.ts"
import { upsertOrders } from "./order-records.ts"
import type { OrderRecord } from "./order-records.ts"

const staged = stageDatabase()
const CLAIM_SECONDS = 300
const ANY = { status: null, saleId: null, email: null, orderNumber: null }

function record(id: string, changes: Partial<OrderRecord> = {}): OrderRecord {
  return {
    id,
    orderNumber: `N-${id}`,
    status: "confirmed",
    version: 1,
    subtotalCents: 500,
    discountCents: 0,
    shippingCents: 0,
    taxCents: 0,
    totalCents: 500,
    refundedCents: 0,
    currency: "EUR",
    email: "Ann@example.com",
    saleId: null,
    holdId: "h",
    paymentIntentId: "pi",
    paymentStatus: "captured",
    shippingAddress: null,
    shippingMethod: null,
    couponCode: null,
    shipments: [],
    refunds: [],
    dispute: null,
    history: [{ status: "confirmed", atMs: 1 }],
    createdAtMs: 1_000,
    items: [
      { sku: "A", quantity: 1, unitPriceCents: 500, discountCents: 0, taxCents: 0, returnedQuantity: 0 },
    ],
    ...changes,
  }
}

const keysOf = (...ids: string[]) => ids.map((orderId) => ({ orderId, event: "confirmed" }))
const makeDue = () => staged.db.execute(sql`update messages set due_at = now() - interval '2 minutes'`)

describe("letters in Postgres", () => {
  it("are noted once, by whoever comes first", async () => {
    const rounds = await Promise.all(
      [1, 2, 3, 4].map(() => noteLetters(staged.db, [...keysOf("o1", "o2"), ...keysOf("o2")])),
    )
    expect(rounds.flat().toSorted((a, b) => a.orderId.localeCompare(b.orderId))).toEqual(keysOf("o1", "o2"))
    expect(await noteLetters(staged.db, [])).toEqual([])
  })

  it("are claimed by one, with their order as it stands", async () => {
    await upsertOrders(staged.db, [record("o1"), record("o2")])
    await noteLetters(staged.db, keysOf("o1", "o2"))
    const orders = [keysOf("o1", "o2"), keysOf("o2", "o1"), keysOf("o1"), keysOf("o2")]
    const claims = (
      await Promise.all(orders.map((keys) => claimLetters(staged.db, keys, CLAIM_SECONDS)))
    ).flat()
    expect(claims.map(({ orderId }) => orderId).toSorted()).toEqual(["o1", "o2"])
    expect(claims[0]).toMatchObject({
      attempts: 1,
      order: {
        status: "confirmed",
        email: "Ann@example.com",
        items: [{ sku: "A", title: "A", quantity: 1 }],
      },
    })
  })

  it("that were sent, or put off for good, are nobody's any more", async () => {
    await upsertOrders(staged.db, [record("o1"), record("o2"), record("o3")])
    const keys = keysOf("o1", "o2", "o3")
    await noteLetters(staged.db, keys)
    await markLetterSent(staged.db, { orderId: "o1", event: "confirmed" })
    await putLetterOff(staged.db, { orderId: "o2", event: "confirmed" }, "no such mailbox", null)
    await putLetterOff(staged.db, { orderId: "o3", event: "confirmed" }, "slow", 60)
    expect(await claimLetters(staged.db, keys, CLAIM_SECONDS)).toEqual([])
    expect(await overdueLetters(staged.db, { seconds: 60, limit: 10 })).toEqual([])
    await noteLetters(staged.db, keys)
    expect(await claimLetters(staged.db, keys, CLAIM_SECONDS)).toEqual([])
  })

  it("whose sender died are found overdue, and claimed again", async () => {
    await upsertOrders(staged.db, [record("o1")])
    await noteLetters(staged.db, keysOf("o1"))
    await claimLetters(staged.db, keysOf("o1"), CLAIM_SECONDS)
    expect(await overdueLetters(staged.db, { seconds: 60, limit: 10 })).toEqual([])
    await makeDue()
    const overdue = await overdueLetters(staged.db, { seconds: 60, limit: 10 })
    expect(overdue).toEqual(keysOf("o1"))
    expect(await claimLetters(staged.db, overdue, CLAIM_SECONDS)).toMatchObject([{ attempts: 2 }])
  })
})

describe("the list of orders", () => {
  it("goes page by page through orders of the same moment, each once", async () => {
    const ids = ["a", "B", "c", "D", "e"]
    await upsertOrders(
      staged.db,
      ids.map((id) => record(id, { createdAtMs: id === "e" ? 2_000 : 1_000.0 })),
    )
    const seen: string[] = []
    let after: { createdAtMs: number; orderId: string } | null = null
    for (let page = 0; page < 4; page++) {
      const rows = (await listOrders(staged.db, ANY, { after, limit: 2 })).slice(0, 2)
      seen.push(...rows.map(({ orderId }) => orderId))
      after = rows.at(-1) ?? after
    }
    expect(seen).toEqual(["e", "c", "a", "D", "B"])
  })

  it("finds by all that is asked, and by an address in any case", async () => {
    await upsertOrders(staged.db, [
      record("o1", { saleId: "s1" }),
      record("o2", { saleId: "s1", status: "shipped" }),
      record("o3", { email: "bob@example.com" }),
    ])
    const found = async (filter: Partial<typeof ANY> | Record<string, string>) =>
      (await listOrders(staged.db, { ...ANY, ...filter }, { after: null, limit: 9 })).map(
        ({ orderId }) => orderId,
      )
    expect(await found({})).toEqual(["o3", "o2", "o1"])
    expect(await found({ saleId: "s1", status: "shipped" })).toEqual(["o2"])
    expect(await found({ email: "ANN@example.com" })).toEqual(["o2", "o1"])
    expect(await found({ orderNumber: "N-o3" })).toEqual(["o3"])
    expect(await found({ orderNumber: "N-o3", saleId: "s1" })).toEqual([])
  })
})
