import { randomUUID } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import { afterAll, beforeAll, expect, it } from "vitest"
import { killRuntime } from "./kill-runtime.ts"
import { Merchant } from "./merchant.ts"
import { startTestStack } from "./running-stack.ts"
import { Shopper } from "./shopper.ts"
import type { CheckoutBody } from "./shopper.ts"

/** Whole purchases under load, their runtime killed without warning, again and again; afterwards all books agree. */

const ROUNDS = 10
const SHOPPERS = 16
const SKU = "KILLED-PURCHASES"
const UNITS = 100_000
const PRICE_CENTS = 700
/** Of full load before each kill. */
const LOAD_MS = 1_500
/** Longer than the test: no hold runs out while there is no runtime that could end it. */
const HOLD_SECONDS = 3_600
const PASS_MINUTES = 60
/** Requests of one purchase after the last kill, at most. */
const SETTLE_ATTEMPTS = 20
/**
 * What was cut off is taken up by alarms and webhooks that come again. Messages that died with their queue are sent again
 * after a minute at the latest, an order that was lost with several queues after two.
 */
const SETTLED_WITHIN_MS = 150_000

let dataDir: string
let stack: Awaited<ReturnType<typeof startTestStack>>
let merchant: Merchant

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "spillway-kill-purchases-"))
  stack = await startTestStack(dataDir)
  merchant = new Merchant(stack)
})
afterAll(async () => {
  await stack?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

interface Purchase {
  key: string
  checkout: CheckoutBody | null
  /** The shopper was told that it is confirmed. */
  isTold: boolean
  /** What it held was given back when the runtime died, before it was an order: the shopper must begin anew. */
  isOver: boolean
}

/** Somebody who buys again and again, and after a kill goes on where they were. */
class Buyer {
  readonly purchases: Purchase[] = []
  private readonly shopper = new Shopper(stack)
  private readonly saleId: string
  private pass: string | null = null

  constructor(saleId: string) {
    this.saleId = saleId
  }

  async queue(): Promise<void> {
    this.pass = await this.shopper.queueFor(this.saleId)
  }

  /** Until the runtime is gone. */
  async buy(): Promise<void> {
    for (;;) {
      const purchase = this.unfinished() ?? this.begin()
      try {
        await this.goOn(purchase)
      } catch (error) {
        if (error instanceof TypeError) return // The connection is gone.
        throw error
      }
    }
  }

  /** Of what was under way when the runtime died, one in four is given up: its shopper has closed the page. */
  private unfinished(): Purchase | null {
    const last = this.purchases.at(-1)
    return last && !last.isTold && !last.isOver && Math.random() > 0.25 ? last : null
  }

  private begin(): Purchase {
    const purchase = { key: randomUUID(), checkout: null, isTold: false, isOver: false }
    this.purchases.push(purchase)
    return purchase
  }

  private async goOn(purchase: Purchase): Promise<void> {
    const checkout = await this.open(purchase)
    if (checkout.status !== 201 && checkout.status !== 200) {
      purchase.isOver = checkout.status === 410 && purchase.checkout === null
      // An earlier one under the same key may still be under way.
      if (!purchase.isOver && checkout.status !== 409 && checkout.status !== 503)
        throw new Error(`a checkout answered ${checkout.status}: ${JSON.stringify(checkout.body)}`)
      return
    }
    const before = purchase.checkout?.orderId ?? checkout.body.orderId
    if (checkout.body.orderId !== before)
      throw new Error(`one key made two orders: ${before} and ${checkout.body.orderId}`)
    purchase.checkout = checkout.body
    await this.shopper.pay(checkout.body)
    const order = await this.shopper.orderUntil(checkout.body.orderId, ["confirmed"])
    purchase.isTold = order.status === "confirmed"
  }

  /** What was given up is remembered in the end: half of it is bought after all, half is cancelled. */
  async settle(): Promise<void> {
    for (const [index, purchase] of this.purchases
      .filter(({ isTold, isOver }) => !isTold && !isOver)
      .entries()) {
      if (index % 2 === 0) {
        for (let attempt = 0; !purchase.isTold && !purchase.isOver && attempt < SETTLE_ATTEMPTS; attempt++)
          await this.goOn(purchase)
        if (!purchase.isTold && !purchase.isOver) throw new Error(`${purchase.key} cannot be bought any more`)
        continue
      }
      const { status, body } = await this.open(purchase)
      if (status === 410 && purchase.checkout === null) continue
      const answer = await this.shopper.call<{ code?: string }>("DELETE", `/api/checkouts/${body.orderId}`)
      // Its payment may have come through before the kill.
      const isPaid = answer.status === 409 && answer.body.code === "already_paid"
      if (answer.status !== 200 && !isPaid)
        throw new Error(`after ${status}, a cancel answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    }
  }

  private open(purchase: Purchase) {
    const items = [{ sku: SKU, quantity: 1 }]
    const body = { items, saleId: this.saleId, pass: this.pass, email: "ann@example.com" }
    return this.shopper.checkout(body, purchase.key)
  }
}

interface ProviderBooks {
  intents: {
    id: string
    status: string
    amountReceived: number
    metadata: { orderId?: string; saleId?: string }
  }[]
}

async function captures(saleId: string): Promise<Map<string, number[]>> {
  const books = (await (await fetch(`${stack.stripeUrl}/_ledger`)).json()) as ProviderBooks
  const taken = books.intents.filter(
    ({ metadata, amountReceived }) => metadata.saleId === saleId && amountReceived > 0,
  )
  const byOrder = Map.groupBy(taken, ({ metadata }) => metadata.orderId ?? "")
  return new Map(
    [...byOrder].map(([orderId, intents]) => [orderId, intents.map((intent) => intent.amountReceived)]),
  )
}

async function confirmedInPostgres(saleId: string): Promise<string[]> {
  const postgres = new pg.Client({ connectionString: stack.databaseUrl })
  await postgres.connect()
  try {
    const { rows } = await postgres.query<{ id: string }>(
      "SELECT id FROM orders WHERE sale_id = $1 AND status = 'confirmed' ORDER BY id",
      [saleId],
    )
    return rows.map(({ id }) => id)
  } finally {
    await postgres.end()
  }
}

interface AuditBody {
  differences: { kind: string }[]
  promises: Record<string, { ok: boolean }>
  counts: { pending: number; orders: number }
}

it("kill -9 under whole purchases, ten times: the audit finds nothing, and everybody who was told has their order", async () => {
  await merchant.addProduct(SKU, UNITS)
  const items = [{ sku: SKU, allotment: UNITS, salePriceCents: PRICE_CENTS, perCustomerLimit: 1_000 }]
  const { saleId } = (
    await merchant.schedule({
      items,
      holdSeconds: HOLD_SECONDS,
      admission: { perMinute: 6_000, maxActive: 1_000, passMinutes: PASS_MINUTES },
    })
  ).body
  const buyers = Array.from({ length: SHOPPERS }, () => new Buyer(saleId))
  await Promise.all(buyers.map((buyer) => buyer.queue()))
  for (let round = 0; round < ROUNDS; round++) {
    const load = Promise.all(buyers.map((buyer) => buyer.buy()))
    await new Promise((resolve) => setTimeout(resolve, LOAD_MS))
    killRuntime()
    await load
    await stack.reloadWorker()
  }
  await Promise.all(buyers.map((buyer) => buyer.settle()))
  const purchases = buyers.flatMap((buyer) => buyer.purchases)
  const told = purchases.flatMap(({ checkout, isTold }) => (isTold && checkout ? [checkout.orderId] : []))
  expect(told.length).toBeGreaterThan(ROUNDS)

  const everNamed = new Set<string>()
  const audit = async () => {
    const { body } = await merchant.call<AuditBody>("GET", `/sales/${saleId}/audit`)
    for (const { kind } of body.differences) everNamed.add(kind)
    return body
  }
  const heldUnits = async () => {
    await audit()
    return (await merchant.stock(SKU)).body.held
  }
  await expect.poll(heldUnits, { timeout: SETTLED_WITHIN_MS, interval: 1_000 }).toBe(0)
  await expect
    .poll(
      async () => {
        const { differences, counts } = await audit()
        return { differences, pending: counts.pending }
      },
      { timeout: SETTLED_WITHIN_MS, interval: 1_000 },
    )
    .toEqual({ differences: [], pending: 0 })
  // What a lane sends again after its machine died is on its way, and no difference meanwhile.
  expect([...everNamed].filter((kind) => kind.endsWith("_in_postgres"))).toEqual([])
  expect(Object.values((await audit()).promises).every(({ ok }) => ok)).toBe(true)

  // And without the audit: the provider's own books, Postgres and the ledger, order by order.
  const paid = await captures(saleId)
  expect([...paid.values()].every((amounts) => amounts.length === 1 && amounts[0] === PRICE_CENTS)).toBe(true)
  expect(told.filter((orderId) => !paid.has(orderId))).toEqual([])
  expect(await confirmedInPostgres(saleId)).toEqual([...paid.keys()].toSorted())
  expect((await merchant.stock(SKU)).body).toMatchObject({ received: UNITS, held: 0, sold: paid.size })
}, 500_000)
