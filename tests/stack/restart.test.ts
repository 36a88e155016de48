import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import { afterEach, describe, expect, it } from "vitest"
import { Merchant } from "./merchant.ts"
import { freePorts } from "../../local/postgres/test-harness.ts"
import { Shopper } from "./shopper.ts"

/** `npm start` as a process of its own, so that it can be killed. */
class Started {
  readonly child: ChildProcess
  output = ""
  readonly exited: Promise<number | null>

  constructor(environment: Record<string, string>, program = "local/start.ts") {
    this.child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program], {
      env: { ...process.env, SPILLWAY_DEMO: "off", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    })
    this.child.stdout?.on("data", (chunk: Buffer) => (this.output += chunk.toString()))
    this.child.stderr?.on("data", (chunk: Buffer) => (this.output += chunk.toString()))
    this.exited = new Promise((resolve) => this.child.on("exit", resolve))
  }

  async ready(): Promise<void> {
    const ended = this.exited.then((code) => {
      throw new Error(`it ended with ${code}: ${this.output}`)
    })
    const ready = new Promise<void>((resolve) => {
      this.child.stdout?.on("data", () => {
        if (/^ready http/m.test(this.output)) resolve()
      })
    })
    await Promise.race([ready, ended])
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal)
    await this.exited
  }
}

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function environment(): Promise<Record<string, string> & { PORT: string; SPILLWAY_DATA_DIR: string }> {
  const [port, postgresPort, sqlPort, stripePort] = await freePorts(4)
  const dataDir = await mkdtemp(join(tmpdir(), "spillway-restart-"))
  cleanups.push(() => rm(dataDir, { recursive: true, force: true }))
  return {
    PORT: String(port),
    POSTGRES_PORT: String(postgresPort),
    SQL_PROXY_PORT: String(sqlPort),
    STRIPE_EMULATOR_PORT: String(stripePort),
    SPILLWAY_DATA_DIR: dataDir,
  }
}

function start(variables: Record<string, string>): Started {
  const started = new Started(variables)
  cleanups.push(async () => {
    if (started.child.exitCode === null && started.child.signalCode === null) await started.kill("SIGTERM")
  })
  return started
}

describe("a stack that was killed", () => {
  it("has its orders, stock, tickets and passes as they were", async () => {
    const variables = await environment()
    const addresses = {
      url: `http://localhost:${variables.PORT}`,
      stripeUrl: `http://127.0.0.1:${variables["STRIPE_EMULATOR_PORT"]}`,
    }
    const first = start(variables)
    await first.ready()

    const merchant = new Merchant(addresses)
    await merchant.addProduct("LASTING", 10)
    const items = [{ sku: "LASTING", allotment: 10, salePriceCents: 3_000, perCustomerLimit: 3 }]
    const { saleId } = (await merchant.schedule({ items })).body
    const shopper = new Shopper(addresses)
    const pass = await shopper.queueFor(saleId)
    const hold = await shopper.hold({ items: [{ sku: "LASTING", quantity: 2 }], saleId, pass })
    const checkout = await shopper.checkout(
      { holdId: hold.body.holdId, email: "ann@example.com" },
      "checkout-1",
    )
    await shopper.pay(checkout.body)
    const held = await shopper.hold({ items: [{ sku: "LASTING", quantity: 1 }], saleId, pass }, "hold-2")
    expect(held.status).toBe(201)
    const ticket = (await shopper.join(saleId)).body

    // The payment may or may not have been captured by now: that is the point.
    await first.kill("SIGKILL")
    const second = start(variables)
    await second.ready()

    const order = await shopper.orderUntil(checkout.body.orderId, ["confirmed"])
    expect(order.totalCents).toBe(6_000)
    expect((await merchant.stock("LASTING")).body).toMatchObject({
      received: 10,
      available: 7,
      held: 1,
      sold: 2,
    })
    expect((await shopper.join(saleId)).body).toEqual(ticket)
    expect((await shopper.pass(saleId, ticket.ticket)).body.pass).toBe(pass)
    const again = await shopper.hold({ items: [{ sku: "LASTING", quantity: 1 }], saleId, pass }, "hold-2")
    expect(again).toMatchObject({ status: 200, body: held.body })
    const replay = await shopper.checkout(
      { holdId: hold.body.holdId, email: "ann@example.com" },
      "checkout-1",
    )
    expect(replay).toMatchObject({ status: 200, body: { orderId: checkout.body.orderId } })

    const postgres = new pg.Client({
      connectionString: `postgres://spillway:spillway@127.0.0.1:${variables["POSTGRES_PORT"]}/spillway`,
    })
    await postgres.connect()
    const rows = async () =>
      (await postgres.query("SELECT status, total_cents FROM orders")).rows as unknown[]
    await expect.poll(rows, { timeout: 40_000 }).toEqual([{ status: "confirmed", total_cents: 6_000 }])
    await postgres.end()
    await second.kill("SIGTERM")
    expect(await second.exited).toBe(0)
  })
})

describe("a stack that runs", () => {
  it("is left alone by a second start in its folder, and by a reset", async () => {
    const variables = await environment()
    const first = start(variables)
    await first.ready()
    const inUse = `in use by process ${first.child.pid}`

    const [port, postgresPort, sqlPort, stripePort] = (await freePorts(4)).map(String)
    const elsewhere = {
      ...variables,
      PORT: port ?? "",
      POSTGRES_PORT: postgresPort ?? "",
      SQL_PROXY_PORT: sqlPort ?? "",
      STRIPE_EMULATOR_PORT: stripePort ?? "",
    }
    for (const other of [start(variables), start(elsewhere), new Started(variables, "local/reset.ts")]) {
      expect(await other.exited).toBe(1)
      expect(other.output).toContain(inUse)
    }
    const shopper = new Shopper({ url: `http://localhost:${variables.PORT}`, stripeUrl: "" })
    const ready = await shopper.get<{ parts: Record<string, { state: string }> }>("/readyz")
    expect(Object.values(ready.body.parts).map(({ state }) => state)).toEqual(["up", "up", "up", "up"])
    await first.kill("SIGINT")
    const reset = new Started(variables, "local/reset.ts")
    expect(await reset.exited).toBe(0)
  })
})

describe("a start that can't succeed says in one line what to do", () => {
  async function refusalOf(variables: Record<string, string>): Promise<string> {
    const started = start(variables)
    expect(await started.exited).toBe(1)
    const lines = started.output.trim().split("\n")
    return lines.at(-1) ?? ""
  }

  for (const [variable, what] of [
    ["PORT", "the Worker's port"],
    ["POSTGRES_PORT", "Postgres's port"],
    ["SQL_PROXY_PORT", "the SQL endpoint's port"],
    ["STRIPE_EMULATOR_PORT", "the payment emulator's port"],
  ] as const) {
    it(`${what} is taken`, async () => {
      const variables = await environment()
      const taken = createServer().listen(Number(variables[variable]), "127.0.0.1")
      cleanups.push(() => new Promise((resolve) => taken.close(() => resolve())))
      expect(await refusalOf(variables)).toBe(
        `Port ${variables[variable]} is taken by another program. Stop it, or set ${variable} to a free port.`,
      )
    })
  }

  it("a setting is wrong", async () => {
    expect(await refusalOf({ PORT: "eighty", SPILLWAY_DEMO: "maybe" })).toMatch(
      /PORT must be .*SPILLWAY_DEMO must be on or off/,
    )
  })

  it("only some of Stripe's keys are given", async () => {
    expect(await refusalOf({ ...(await environment()), STRIPE_SECRET_KEY: "sk_test_1" })).toMatch(
      /STRIPE_PUBLISHABLE_KEY and STRIPE_WEBHOOK_SECRET missing/,
    )
  })

  it("the data folder can't be made", async () => {
    expect(await refusalOf({ ...(await environment()), SPILLWAY_DATA_DIR: "/dev/null/data" })).toMatch(
      /\/dev\/null\/data can't be written .* Set SPILLWAY_DATA_DIR/,
    )
  })

  it("the data folder is damaged", async () => {
    const variables = await environment()
    await mkdir(join(variables.SPILLWAY_DATA_DIR, "postgres", "cluster"), { recursive: true })
    await writeFile(join(variables.SPILLWAY_DATA_DIR, "postgres", "cluster", "PG_VERSION"), "nonsense\n")
    expect(await refusalOf(variables)).toMatch(/npm run reset/)
  })
})
