import { spawn } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"
import { describe, expect, onTestFinished, test } from "vitest"
import { listen } from "./server.ts"
import {
  PUBLISHABLE_KEY,
  SECRET_KEY,
  WEBHOOK_SECRET,
  readLedger,
  sdk,
  startBench,
  startEmulator,
  startListener,
  temporaryFolder,
} from "./test-bench.ts"

async function spawnEmulator(
  dataDir: string,
  webhookUrl: string,
): Promise<{ child: ChildProcess; port: number; url: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./main.ts", import.meta.url))], {
    env: {
      ...process.env,
      STRIPE_EMULATOR_PORT: "0",
      SPILLWAY_DATA_DIR: dataDir,
      STRIPE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_WEBHOOK_URL: webhookUrl,
    },
    stdio: ["ignore", "pipe", "ignore"],
  })
  onTestFinished(() => void child.kill("SIGKILL"))
  const [line] = (await once(child.stdout ?? child, "data")) as [Buffer]
  const url = /ready (\S+)/.exec(line.toString())?.[1] ?? ""
  return { child, url, port: Number(new URL(url).port) }
}

describe("after kill -9", () => {
  test("money, keys and undelivered webhooks are all there", async () => {
    const dataDir = temporaryFolder()
    const listener = await startListener()
    listener.status = 500
    const first = await spawnEmulator(dataDir, listener.url)
    const before = sdk(first.port)
    const intent = await before.paymentIntents.create(
      { amount: 4_000, currency: "usd", capture_method: "manual" },
      { idempotencyKey: "order-7" },
    )
    await before.paymentIntents.confirm(intent.id, { payment_method: "pm_card_visa" })
    await before.paymentIntents.capture(intent.id)
    await before.refunds.create({ payment_intent: intent.id, amount: 1_000 })
    const ended = once(first.child, "exit")
    first.child.kill("SIGKILL")
    await ended

    listener.received.length = 0
    listener.status = 200
    const second = await spawnEmulator(dataDir, listener.url)
    const after = sdk(second.port)
    expect(await after.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: "succeeded",
      amount_received: 4_000,
    })
    expect(
      await after.paymentIntents.create(
        { amount: 4_000, currency: "usd", capture_method: "manual" },
        { idempotencyKey: "order-7" },
      ),
    ).toMatchObject({ id: intent.id })
    const ledger = await readLedger(second.url)
    expect(ledger.counts).toMatchObject({ intents: 1, captures: 1, refunds: 1 })
    const received = await listener.until((all) => new Set(all.map(({ event }) => event.type)).size === 5)
    expect(received.map(({ event }) => event.type)).toContain("payment_intent.succeeded")
  })
})

describe("the emulator", () => {
  test("says EADDRINUSE when its port is taken", async () => {
    const server = createServer()
    const port = await listen(server, 0, "127.0.0.1")
    onTestFinished(() => void server.close())
    await expect(startEmulator(temporaryFolder(), "http://127.0.0.1:9/", port)).rejects.toMatchObject({
      code: "EADDRINUSE",
    })
  })

  test("stops with a webhook under way and delivers it after the next start", async () => {
    const { emulator, stripe, dataDir } = await startBench()
    const silent = createServer()
    const arrived = once(silent, "request")
    const silentPort = await listen(silent, 0, "127.0.0.1")
    onTestFinished(() => {
      silent.closeAllConnections()
      silent.close()
    })
    await emulator.stop()
    const hanging = await startEmulator(dataDir, `http://127.0.0.1:${silentPort}/`)
    await sdk(hanging.port).paymentIntents.create({ amount: 500, currency: "usd" })
    await arrived
    await hanging.stop()
    const listener = await startListener()
    await startEmulator(dataDir, listener.url)
    expect((await listener.until((all) => all.length === 1))[0]?.event.type).toBe("payment_intent.created")
    await expect(stripe.paymentIntents.list()).rejects.toThrow()
  })

  test("filters its ledger by metadata", async () => {
    const { stripe, emulator } = await startBench()
    for (const orderId of ["o-1", "o-2"]) {
      await stripe.paymentIntents.create({
        amount: 500,
        currency: "usd",
        metadata: { orderId },
        confirm: true,
        payment_method: "pm_card_visa",
      })
    }
    const ledger = await readLedger(emulator.url, "?metadata[orderId]=o-2")
    expect(ledger.intents.map(({ metadata }) => metadata["orderId"])).toEqual(["o-2"])
    expect([ledger.captures.length, ledger.counts["captures"]]).toEqual([1, 1])
    expect((await fetch(`${emulator.url}/_ledger?order=1`)).status).toBe(400)
  })
})
