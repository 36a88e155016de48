import { execFileSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { Merchant } from "./merchant.ts"
import { startTestStack } from "./running-stack.ts"
import { Shopper } from "./shopper.ts"

/** The ledger under load, its runtime killed without warning, again and again. */

const ROUNDS = 10
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

/** The runtime that this process has started; other stacks on the machine have parents of their own. */
function killRuntime(): void {
  const processes = execFileSync("ps", ["-eo", "pid=,ppid=,comm="], { encoding: "utf8" }).split("\n")
  const pids = processes.flatMap((line) => {
    const [pid, parent, program] = line.trim().split(/\s+/)
    return program === "workerd" && Number(parent) === process.pid ? [Number(pid)] : []
  })
  expect(pids).toHaveLength(1)
  for (const pid of pids) process.kill(pid, "SIGKILL")
}

interface Attempt {
  shopper: Shopper
  key: string
  /** What was answered; null when the answer never came. */
  holdId: string | null
}

/** Takes holds, one after the other, until its runtime is gone. */
async function shop(shopper: Shopper, attempts: Attempt[]): Promise<void> {
  for (;;) {
    const attempt: Attempt = { shopper, key: randomUUID(), holdId: null }
    attempts.push(attempt)
    try {
      const hold = await shopper.hold({ items: [{ sku: "KILLED", quantity: 1 }] }, attempt.key)
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
  const attempts: Attempt[] = []
  for (let round = 0; round < ROUNDS; round++) {
    // The session is made in the first request; all the others of this shopper carry it.
    await Promise.all(shoppers.map((shopper) => shopper.get("/api/holds/none")))
    const load = Promise.all(shoppers.map((shopper) => shop(shopper, attempts)))
    await new Promise((resolve) => setTimeout(resolve, LOAD_MS))
    killRuntime()
    await load
    await stack.reloadWorker()
    await checkRound(attempts, merchant)
  }
  expect(attempts.length).toBeGreaterThan(ROUNDS * SHOPPERS)
})

/** Every key is sent again: what was acknowledged replays, what was not is held now at the latest, each exactly once. */
async function checkRound(attempts: Attempt[], merchant: Merchant): Promise<void> {
  const acknowledged = attempts.filter(({ holdId }) => holdId !== null).length
  const { held } = (await merchant.stock("KILLED")).body
  expect(held).toBeGreaterThanOrEqual(acknowledged)
  expect(held).toBeLessThanOrEqual(attempts.length)
  const recent = attempts.slice(-500)
  await Promise.all(
    recent.map(async (attempt) => {
      const { shopper, key, holdId } = attempt
      const again = await shopper.hold({ items: [{ sku: "KILLED", quantity: 1 }] }, key)
      if (holdId === null) expect([200, 201]).toContain(again.status)
      else expect(again).toMatchObject({ status: 200, body: { holdId } })
      attempt.holdId = again.body.holdId
    }),
  )
  expect((await merchant.stock("KILLED")).body).toMatchObject({ held: attempts.length, received: UNITS })
}
