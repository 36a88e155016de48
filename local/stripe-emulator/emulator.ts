/** A Stripe of one's own: the same API, SDK and webhooks, on this machine, with test money. */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { createApi } from "./api.ts"
import { readBrowserScript } from "./browser-script.ts"
import { openDatabase } from "./database.ts"
import { createClock } from "./clock.ts"
import type { Clock } from "./clock.ts"
import { createDeliveryStore } from "./delivery-store.ts"
import type { Desk } from "./desk.ts"
import { DUE_EVERY_MS, settleDue } from "./due.ts"
import { DEFAULT_ENDPOINT_ID } from "./event-calls.ts"
import { createFaults } from "./faults.ts"
import type { Faults } from "./faults.ts"
import { createKeyStore } from "./idempotency.ts"
import { mintId } from "./mint-id.ts"
import { createRecordStore } from "./record-store.ts"
import type { RecordStore } from "./record-store.ts"
import { createEmulatorServer, listen } from "./server.ts"
import { createWebhookSender } from "./webhook-sender.ts"

export interface StripeEmulatorOptions {
  /** 0 picks a free one. */
  port: number
  /** Default: loopback, so that nobody else reaches it. */
  host?: string | undefined
  /** Made when it does not exist. Holds everything that must survive. */
  dataDir: string
  publishableKey: string
  secretKey: string
  /** Signs what goes to `webhookUrl`. */
  webhookSecret: string
  webhookUrl: string
  /** The kinds of events that go there. Default: all. */
  webhookEvents?: readonly string[] | undefined
  log?: ((message: string) => void) | undefined
}

export interface StripeEmulator {
  url: string
  port: number
  /** Ends everything; undelivered webhooks are delivered after the next start. */
  stop(): Promise<void>
}

/** How often keys past their lifetime are forgotten, in milliseconds. */
const FORGET_EVERY_MS = 60 * 60 * 1000

/** How long it is away after a crash that was asked for, in milliseconds: longer than a client's first retry waits. */
export const CRASH_AWAY_MS = 700

/** Settings that are a test's and not the emulator's memory: they outlive a crash. */
interface Lasting {
  faults: Faults
  clock: Clock
  crash: () => void
}

interface Run {
  port: number
  /** `crashed: true` writes nothing more down. */
  end(crashed: boolean): Promise<void>
}

function keepDefaultEndpoint(
  records: RecordStore,
  { webhookUrl, webhookSecret, webhookEvents = ["*"] }: StripeEmulatorOptions,
): void {
  records.put("endpoint", {
    id: DEFAULT_ENDPOINT_ID,
    url: webhookUrl,
    secret: webhookSecret,
    enabledEvents: [...webhookEvents],
    description: "From the start options of the emulator.",
    metadata: {},
    createdAtMs: records.get("endpoint", DEFAULT_ENDPOINT_ID)?.createdAtMs ?? Date.now(),
  })
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`
}

/** From opening the books to the first answer. */
async function run(options: StripeEmulatorOptions, port: number, lasting: Lasting): Promise<Run> {
  const { host = "127.0.0.1", dataDir, log = () => {} } = options
  const { faults, clock, crash } = lasting
  const { now } = clock
  const databasePath = join(dataDir, "stripe.sqlite")
  const database = openDatabase(databasePath)
  const records = createRecordStore(database)
  const deliveries = createDeliveryStore(database)
  const keyStore = createKeyStore(database)
  const sender = createWebhookSender({
    records,
    deliveries,
    now,
    machineNow: Date.now,
    random: Math.random,
    log,
  })
  const desk: Desk = { records, deliveries, sender, faults, mint: mintId, baseUrl: "" }
  const api = createApi({ desk, keys: options, keyStore, now, log })
  const control = { desk, databasePath, script: readBrowserScript(), clock }
  let ended = false
  const afterAnswer = (): void => {
    if (!ended) sender.wake()
  }
  const server = createEmulatorServer({ api, control, afterAnswer, crash, log })
  const actualPort = await listen(server, port, host).catch((error: unknown) => {
    database.close()
    throw error
  })
  desk.baseUrl = urlOf(host, actualPort)
  keepDefaultEndpoint(records, options)
  keyStore.forgetOld(now())
  const forgetting = setInterval(() => keyStore.forgetOld(now()), FORGET_EVERY_MS)
  const settling = setInterval(() => {
    settleDue(desk, now())
    sender.wake()
  }, DUE_EVERY_MS)
  sender.setEndpoints(records.all("endpoint"))
  sender.wake()
  return {
    port: actualPort,
    async end(crashed) {
      ended = true
      clearInterval(forgetting)
      clearInterval(settling)
      sender.stop(!crashed)
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      database.close()
    },
  }
}

/**
 * Starts the emulator and resolves when it answers. Rejects with `code: 'EADDRINUSE'` when the port is taken; nothing
 * is left open then.
 */
export async function startStripeEmulator(options: StripeEmulatorOptions): Promise<StripeEmulator> {
  mkdirSync(options.dataDir, { recursive: true })
  const log = options.log ?? (() => {})
  let stopped = false
  let comingBack: Promise<void> | null = null
  const lasting: Lasting = {
    faults: createFaults(),
    clock: createClock(),
    crash() {
      comingBack ??= dieAndComeBack()
        .catch((error: unknown) => log(`did not come back after its crash: ${String(error)}`))
        .finally(() => (comingBack = null))
    },
  }
  let running: Run | null = await run(options, options.port, lasting)
  const { port } = running

  async function dieAndComeBack(): Promise<void> {
    log("crashed after its work was written, as its faults ask for")
    const dying = running
    running = null
    await dying?.end(true)
    await pause(CRASH_AWAY_MS)
    if (!stopped) running = await run(options, port, lasting)
  }

  return {
    url: urlOf(options.host ?? "127.0.0.1", port),
    port,
    async stop() {
      if (stopped) return
      stopped = true
      await comingBack
      await running?.end(false)
    },
  }
}
