import { randomUUID } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { killRuntime } from "./kill-runtime.ts"
import { Merchant } from "./merchant.ts"
import { startTestStack } from "./running-stack.ts"
import { Shopper } from "./shopper.ts"

/** The ledger under load, its runtime killed without warning, again and again. */

const SHOPPERS = 24
const UNITS = 1_000_000
const LOAD_MS = 300

let dataDir: string
let stack: Awaited<ReturnType<typeof startTestStack>>

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "spillway-kill-"))
  stack = await startTestStack(dataDir)
})
afterAll(async () => {
  await stack?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

interface Attempt {
  shopper: Shopper
  key: string
  /** What was answered; null when the answer never came. */
  holdId: string | null
}

/** One unit of what is killed, as one shopper asks for it. */
type OneUnit = (shopper: Shopper) => object

/** Takes holds, one after the other, until its runtime is gone. */
async function shop(shopper: Shopper, oneUnit: OneUnit, attempts: Attempt[]): Promise<void> {
  for (;;) {
    const attempt: Attempt = { shopper, key: randomUUID(), holdId: null }
    attempts.push(attempt)
    try {
      const hold = await shopper.hold(oneUnit(shopper), attempt.key)
      expect(hold.status).toBe(201)
      attempt.holdId = hold.body.holdId
    } catch (error) {
      if (error instanceof TypeError) return // The connection is gone.
      throw error
    }
  }
}

it("kill -9 under load, ten times: every hold that was acknowledged is there, and none twice", async () => {
  const merchant = new Merchant(stack)
  await merchant.addProduct("KILLED", UNITS)
  const shoppers = Array.from({ length: SHOPPERS }, () => new Shopper(stack))
  await killAgainAndAgain(10, merchant, "KILLED", shoppers, () => ({
    items: [{ sku: "KILLED", quantity: 1 }],
  }))
})

it("the same over four lanes, three times: units on their way between root and lanes are not lost either", async () => {
  const merchant = new Merchant(stack)
  const sku = "KILLED-LANES"
  await merchant.addProduct(sku, UNITS)
  const items = [{ sku, allotment: UNITS, salePriceCents: 100, perCustomerLimit: 1_000, lanes: 4 }]
  const { saleId } = (await merchant.schedule({ items })).body
  const shoppers = Array.from({ length: SHOPPERS }, () => new Shopper(stack))
  const passes = new Map(
    await Promise.all(shoppers.map(async (shopper) => [shopper, await shopper.queueFor(saleId)] as const)),
  )
  const oneUnit: OneUnit = (shopper) => ({
    items: [{ sku, quantity: 1 }],
    saleId,
    pass: passes.get(shopper),
  })
  await killAgainAndAgain(3, merchant, sku, shoppers, oneUnit)
  const { body } = await merchant.call<{ differences: unknown[] }>("GET", `/sales/${saleId}/audit`)
  expect(body.differences).toEqual([])
})

async function killAgainAndAgain(
  rounds: number,
  merchant: Merchant,
  sku: string,
  shoppers: readonly Shopper[],
  oneUnit: OneUnit,
): Promise<void> {
  const attempts: Attempt[] = []
  for (let round = 0; round < rounds; round++) {
    // The session is made in the first request; all the others of this shopper carry it.
    await Promise.all(shoppers.map((shopper) => shopper.get("/api/holds/none")))
    const load = Promise.all(shoppers.map((shopper) => shop(shopper, oneUnit, attempts)))
    await new Promise((resolve) => setTimeout(resolve, LOAD_MS))
    killRuntime()
    await load
    await stack.reloadWorker()
    await checkRound(attempts, merchant, sku, oneUnit)
  }
  expect(attempts.length).toBeGreaterThan(rounds * shoppers.length)
}

/** Every key is sent again: what was acknowledged replays, what was not is held now at the latest, each exactly once. */
async function checkRound(
  attempts: Attempt[],
  merchant: Merchant,
  sku: string,
  oneUnit: OneUnit,
): Promise<void> {
  expect((await merchant.stock(sku)).body.held).toBeLessThanOrEqual(attempts.length)
  const recent = attempts.slice(-500)
  await Promise.all(
    recent.map(async (attempt) => {
      const { shopper, key, holdId } = attempt
      const again = await shopper.hold(oneUnit(shopper), key)
      if (holdId === null) expect([200, 201]).toContain(again.status)
      else expect(again).toMatchObject({ status: 200, body: { holdId } })
      attempt.holdId = again.body.holdId
    }),
  )
  // All of them, once each: those of earlier rounds are counted too. Lanes tell what they hold within about a second.
  await expect
    .poll(async () => (await merchant.stock(sku)).body.held, { timeout: 5_000 })
    .toBe(attempts.length)
  expect((await merchant.stock(sku)).body).toMatchObject({ received: UNITS })
}
