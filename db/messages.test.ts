import { sql } from "drizzle-orm"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { startPostgres } from "../local/postgres/embedded-postgres.ts"
import { startSqlOverHttp } from "../local/postgres/sql-over-http.ts"
import { Cleanup, findFreePort } from "../local/postgres/test-harness.ts"
import { openDatabase } from "./client.ts"
import type { Database } from "./client.ts"
import { claimLetters, markLetterSent, noteLetters, overdueLetters, putLetterOff } from "./messages.ts"
import { migrate } from "./migrate.ts"
import { listOrders } from "./order-list.ts"
import { upsertOrders } from "./order-records.ts"
import type { OrderRecord } from "./order-records.ts"

const cleanup = new Cleanup()
const CLAIM_SECONDS = 300
const ANY = { status: null, saleId: null, email: null, orderNumber: null }
let db: Database

beforeAll(async () => {
  const server = await startPostgres({ dataDir: await cleanup.dataDir(), port: await findFreePort() })
  cleanup.add(() => server.stop())
  await migrate(server.url)
  const http = await startSqlOverHttp({ port: 0, databaseUrl: server.url })
  cleanup.add(() => http.stop())
  db = openDatabase({ DATABASE_URL: server.url, NEON_SQL_ENDPOINT: http.url })
}, 60_000)
beforeEach(async () => {
  await db.execute(sql`truncate messages, orders cascade`)
})
afterAll(() => cleanup.run())

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
const makeDue = () => db.execute(sql`update messages set due_at = now() - interval '2 minutes'`)

describe("letters in Postgres", () => {
  it("are noted once, by whoever comes first", async () => {
    const rounds = await Promise.all(
      [1, 2, 3, 4].map(() => noteLetters(db, [...keysOf("o1", "o2"), ...keysOf("o2")])),
    )
    expect(rounds.flat().toSorted((a, b) => a.orderId.localeCompare(b.orderId))).toEqual(keysOf("o1", "o2"))
    expect(await noteLetters(db, [])).toEqual([])
  })

  it("are claimed by one, with their order as it stands", async () => {
    await upsertOrders(db, [record("o1"), record("o2")])
    await noteLetters(db, keysOf("o1", "o2"))
    const orders = [keysOf("o1", "o2"), keysOf("o2", "o1"), keysOf("o1"), keysOf("o2")]
    const claims = (await Promise.all(orders.map((keys) => claimLetters(db, keys, CLAIM_SECONDS)))).flat()
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
    await upsertOrders(db, [record("o1"), record("o2"), record("o3")])
    const keys = keysOf("o1", "o2", "o3")
    await noteLetters(db, keys)
    await markLetterSent(db, { orderId: "o1", event: "confirmed" })
    await putLetterOff(db, { orderId: "o2", event: "confirmed" }, "no such mailbox", null)
    await putLetterOff(db, { orderId: "o3", event: "confirmed" }, "slow", 60)
    expect(await claimLetters(db, keys, CLAIM_SECONDS)).toEqual([])
    expect(await overdueLetters(db, { seconds: 60, limit: 10 })).toEqual([])
    await noteLetters(db, keys)
    expect(await claimLetters(db, keys, CLAIM_SECONDS)).toEqual([])
  })

  it("whose sender died are found overdue, and claimed again", async () => {
    await upsertOrders(db, [record("o1")])
    await noteLetters(db, keysOf("o1"))
    await claimLetters(db, keysOf("o1"), CLAIM_SECONDS)
    expect(await overdueLetters(db, { seconds: 60, limit: 10 })).toEqual([])
    await makeDue()
    const overdue = await overdueLetters(db, { seconds: 60, limit: 10 })
    expect(overdue).toEqual(keysOf("o1"))
    expect(await claimLetters(db, overdue, CLAIM_SECONDS)).toMatchObject([{ attempts: 2 }])
  })
})

describe("the list of orders", () => {
  it("goes page by page through orders of the same moment, each once", async () => {
    const ids = ["a", "B", "c", "D", "e"]
    await upsertOrders(
      db,
      ids.map((id) => record(id, { createdAtMs: id === "e" ? 2_000 : 1_000.0 })),
    )
    const seen: string[] = []
    let after: { createdAtMs: number; orderId: string } | null = null
    for (let page = 0; page < 4; page++) {
      const rows = (await listOrders(db, ANY, { after, limit: 2 })).slice(0, 2)
      seen.push(...rows.map(({ orderId }) => orderId))
      after = rows.at(-1) ?? after
    }
    expect(seen).toEqual(["e", "c", "a", "D", "B"])
  })

  it("finds by all that is asked, and by an address in any case", async () => {
    await upsertOrders(db, [
      record("o1", { saleId: "s1" }),
      record("o2", { saleId: "s1", status: "shipped" }),
      record("o3", { email: "bob@example.com" }),
    ])
    const found = async (filter: Partial<typeof ANY> | Record<string, string>) =>
      (await listOrders(db, { ...ANY, ...filter }, { after: null, limit: 9 })).map(({ orderId }) => orderId)
    expect(await found({})).toEqual(["o3", "o2", "o1"])
    expect(await found({ saleId: "s1", status: "shipped" })).toEqual(["o2"])
    expect(await found({ email: "ANN@example.com" })).toEqual(["o2", "o1"])
    expect(await found({ orderNumber: "N-o3" })).toEqual(["o3"])
    expect(await found({ orderNumber: "N-o3", saleId: "s1" })).toEqual([])
  })
})
