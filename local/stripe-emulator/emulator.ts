/** A Stripe of one's own: the same API, SDK and webhooks, on this machine, with test money. */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { createApi } from "./api.ts"
import { readBrowserScript } from "./browser-script.ts"
import { openDatabase } from "./database.ts"
import { createDeliveryStore } from "./delivery-store.ts"
import type { Desk } from "./desk.ts"
import { DEFAULT_ENDPOINT_ID } from "./event-calls.ts"
import { createFaults } from "./faults.ts"
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

function keepDefaultEndpoint(
  records: RecordStore,
  { webhookUrl, webhookSecret }: StripeEmulatorOptions,
): void {
  records.put("endpoint", {
    id: DEFAULT_ENDPOINT_ID,
    url: webhookUrl,
    secret: webhookSecret,
    enabledEvents: ["*"],
    description: "From the start options of the emulator.",
    metadata: {},
    createdAtMs: records.get("endpoint", DEFAULT_ENDPOINT_ID)?.createdAtMs ?? Date.now(),
  })
}

/**
 * Starts the emulator and resolves when it answers. Rejects with `code: 'EADDRINUSE'` when the port is taken; nothing
 * is left open then.
 */
export async function startStripeEmulator(options: StripeEmulatorOptions): Promise<StripeEmulator> {
  const { port, host = "127.0.0.1", dataDir, log = () => {} } = options
  mkdirSync(dataDir, { recursive: true })
  const databasePath = join(dataDir, "stripe.sqlite")
  const database = openDatabase(databasePath)
  const records = createRecordStore(database)
  const deliveries = createDeliveryStore(database)
  const keyStore = createKeyStore(database)
  const sender = createWebhookSender({ records, deliveries, now: Date.now, random: Math.random, log })
  const desk: Desk = { records, deliveries, sender, faults: createFaults(), mint: mintId, baseUrl: "" }
  const api = createApi({ desk, keys: options, keyStore, now: Date.now, log })
  const control = { desk, databasePath, script: readBrowserScript(), now: Date.now }
  let stopped = false
  const afterAnswer = (): void => {
    if (!stopped) sender.wake()
  }
  const server = createEmulatorServer({ api, control, afterAnswer, log })
  const actualPort = await listen(server, port, host).catch((error: unknown) => {
    database.close()
    throw error
  })
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${actualPort}`
  desk.baseUrl = url
  keepDefaultEndpoint(records, options)
  keyStore.forgetOld(Date.now())
  const forgetting = setInterval(() => keyStore.forgetOld(Date.now()), FORGET_EVERY_MS)
  sender.setEndpoints(records.all("endpoint"))
  sender.wake()
  return {
    url,
    port: actualPort,
    async stop() {
      if (stopped) return
      stopped = true
      clearInterval(forgetting)
      sender.stop()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      database.close()
    },
  }
}
