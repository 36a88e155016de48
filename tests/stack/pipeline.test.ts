import { execFile } from "node:child_process"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { Merchant } from "./merchant.ts"
import { startWithOwnPostgres } from "./own-postgres.ts"
import type { StackWithOwnPostgres } from "./own-postgres.ts"
import { Shopper } from "./shopper.ts"

let stack: StackWithOwnPostgres
let addresses: StackWithOwnPostgres["addresses"]
let merchant: Merchant
let query: StackWithOwnPostgres["query"]

beforeAll(async () => {
  stack = await startWithOwnPostgres()
  ;({ addresses, query } = stack)
  merchant = new Merchant(addresses)
})

afterAll(() => stack?.stop())

async function buy(sku: string, email: string): Promise<string> {
  const shopper = new Shopper(addresses)
  const checkout = await shopper.checkout({ items: [{ sku, quantity: 1 }], email })
  expect(checkout.status).toBe(201)
  await shopper.pay(checkout.body)
  await shopper.orderUntil(checkout.body.orderId, ["confirmed"])
  return checkout.body.orderId
}

/** `npm run dead-letters`, against this stack. */
function runDeadLetters(...args: string[]): Promise<{ status: number; output: string }> {
  const script = ["local/dead-letters.ts", ...args, "--url", addresses.url]
  return new Promise((resolve) => {
    execFile(process.execPath, script, (error, output) => {
      resolve({ status: typeof error?.code === "number" ? error.code : 0, output })
    })
  })
}

const statuses = () => query<{ id: string; status: string }>("SELECT id, status FROM orders ORDER BY id")

describe("the way to Postgres", () => {
  it("P6: with Postgres stopped shoppers join, wait, hold, check out and pay; the orders land when it is back", async () => {
    await merchant.addProduct("AWAY", 10)
    const items = [{ sku: "AWAY", allotment: 5, salePriceCents: 3_000, perCustomerLimit: 1 }]
    const { saleId } = (await merchant.schedule({ items })).body
    await stack.stopPostgres()

    const orderIds = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const shopper = new Shopper(addresses)
        const pass = await shopper.queueFor(saleId)
        const hold = await shopper.hold({ items: [{ sku: "AWAY", quantity: 1 }], saleId, pass })
        expect(hold.status).toBe(201)
        const checkout = await shopper.checkout({ holdId: hold.body.holdId, email: "ann@example.com" })
        expect(checkout.status).toBe(201)
        await shopper.pay(checkout.body)
        await shopper.orderUntil(checkout.body.orderId, ["confirmed"])
        return checkout.body.orderId
      }),
    )
    const ready = await new Shopper(addresses).get<{
      ready: boolean
      parts: Record<string, { state: string }>
    }>("/readyz")
    expect(ready).toMatchObject({
      status: 200,
      body: { ready: true, parts: { postgres: { state: "down" } } },
    })

    await stack.startPostgres()
    const expected = orderIds.toSorted().map((id) => ({ id, status: "confirmed" }))
    await expect.poll(statuses, { timeout: 40_000 }).toEqual(expected)
  })

  it("an order that Postgres will never take is parked with its reason, and takes no neighbour with it", async () => {
    await merchant.addProduct("POISON", 10)
    await query(`ALTER TABLE orders ADD CONSTRAINT no_poison CHECK (email <> 'poison@example.com')`)
    const [poisoned, ...good] = await Promise.all([
      buy("POISON", "poison@example.com"),
      buy("POISON", "ann@example.com"),
      buy("POISON", "bob@example.com"),
    ])
    const confirmed = async () =>
      (await statuses()).filter(({ status }) => status === "confirmed").map(({ id }) => id)
    await expect.poll(confirmed, { timeout: 20_000 }).toEqual(expect.arrayContaining(good))
    const parked = () =>
      query<{ message_id: string; reason: string }>(
        "SELECT message_id, reason FROM dead_letters ORDER BY id DESC LIMIT 1",
      )
    await expect.poll(parked, { timeout: 20_000 }).toMatchObject([
      {
        message_id: expect.stringContaining(poisoned) as string,
        reason: expect.stringContaining("no_poison") as string,
      },
    ])
    expect(await confirmed()).not.toContain(poisoned)
    const { saleId } = (
      await merchant.schedule({
        items: [{ sku: "POISON", allotment: 1, salePriceCents: 1, perCustomerLimit: 1 }],
      })
    ).body
    const live = await merchant.call<{ queueLag: { deadLetters: number } }>("GET", `/sales/${saleId}/live`)
    expect(live.body.queueLag.deadLetters).toBeGreaterThan(0)
  })

  it("a dead letter that is replayed is refused while its reason stands, and lands once when it is gone", async () => {
    const refused = await runDeadLetters("replay", "--all")
    expect(refused).toMatchObject({ status: 1, output: expect.stringContaining("no_poison") as string })
    await query(`ALTER TABLE orders DROP CONSTRAINT no_poison`)
    const landed = await runDeadLetters("replay", "--all")
    expect(landed).toMatchObject({ status: 0, output: expect.stringContaining(" 0 refused.") as string })
    const poisoned = () =>
      query<{ status: string; quantity: number }>(
        `SELECT status, quantity FROM orders JOIN order_items ON order_id = id WHERE email = 'poison@example.com'`,
      )
    expect(await poisoned()).toEqual([{ status: "confirmed", quantity: 1 }])

    const [letter] = (
      await merchant.call<{ deadLetters: { id: number; replayedAtMs: number }[] }>(
        "GET",
        "/dead-letters?all=true",
      )
    ).body.deadLetters
    const again = await merchant.call("POST", `/dead-letters/${letter?.id}/replay`, {})
    expect(again).toMatchObject({ status: 200, body: { id: letter?.id, replayedAtMs: letter?.replayedAtMs } })
    expect(await poisoned()).toHaveLength(1)
    expect(await runDeadLetters("list")).toEqual({ status: 0, output: "Nothing waits to be replayed.\n" })
    const shown = await runDeadLetters("show", String(letter?.id))
    expect(JSON.parse(shown.output)).toMatchObject({ body: { kind: "orders" } })
    expect((await merchant.call("GET", "/dead-letters/999999")).body).toMatchObject({
      code: "dead_letter_not_found",
    })
    expect((await runDeadLetters("show", "999999")).status).toBe(2)
  })
})
