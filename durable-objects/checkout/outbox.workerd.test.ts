import { env } from "cloudflare:workers"
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test"
import { expect, test } from "vitest"
import { laneName } from "./contract.ts"
import { OrderBook } from "./order-book.ts"
import { OutboxBook } from "./outbox-book.ts"
import { plainLine, plainTotals } from "./totals.ts"

const ORDERS = 30
const LONG_AGO_MS = 120_000

let count = 0

/** A lane with orders that Postgres has never heard of, changed two minutes ago. */
async function newLane() {
  const stub = () => env.CHECKOUT.getByName(laneName(1_000 + count))
  count++
  await runInDurableObject(stub(), (_lane, { storage }) => {
    const book = new OrderBook(storage.sql, new OutboxBook(storage.sql))
    const atMs = Date.now() - LONG_AGO_MS
    const items = [plainLine({ sku: "A", quantity: 1, unitPriceCents: 500 })]
    const totals = plainTotals(items)
    for (let at = 0; at < ORDERS; at++) {
      const orderId = `order-${at}`
      const person = { subject: "s", email: "ann@example.com", shippingAddress: null }
      book.insert({ orderId, orderNumber: orderId, requestDigest: "", holdId: "h", ...person }, atMs, atMs)
      book.schedule(orderId, null)
      book.change(orderId, { items, totals, totalCents: totals.subtotalCents, currency: "EUR" }, atMs)
    }
  })
  return stub
}

type Lane = Awaited<ReturnType<typeof newLane>>

/** How often each order was sent, most often first. */
function sendsOf(stub: Lane): Promise<number[]> {
  return runInDurableObject(stub(), (_lane, { storage }) =>
    storage.sql
      .exec<{ sends: number }>("SELECT sends FROM outbox ORDER BY sends DESC")
      .toArray()
      .map(({ sends }) => sends),
  )
}

/** As if all that was sent had been sent two minutes ago. */
function letTimePass(stub: Lane): Promise<void> {
  return runInDurableObject(stub(), (_lane, { storage }) => {
    storage.sql.exec("UPDATE outbox SET send_at_ms = ?", Date.now() - LONG_AGO_MS)
  })
}

/** Put away and started anew. It arms its alarm from its tables; one that lies in the past may be over already. */
async function restartAndWake(stub: Lane): Promise<void> {
  await evictDurableObject(stub())
  await stub().counts(null)
  await runDurableObjectAlarm(stub())
}

const all = (sends: number) => Array.from({ length: ORDERS }, () => sends)

test("a lane that starts sends what is due, once", async () => {
  const stub = await newLane()
  await restartAndWake(stub)
  await expect.poll(() => sendsOf(stub)).toEqual(all(1))
})

test("a lane that was put away while nothing came back begins with one order; an acknowledgement sends the rest", async () => {
  const stub = await newLane()
  await restartAndWake(stub)
  await expect.poll(() => sendsOf(stub)).toEqual(all(1))
  await letTimePass(stub)
  await restartAndWake(stub)
  await expect.poll(() => sendsOf(stub)).toEqual([2, ...all(1).slice(1)])

  await stub().acknowledge([{ orderId: "order-0", version: 2 }])
  await expect.poll(() => sendsOf(stub)).toEqual(all(2).slice(1))
})
