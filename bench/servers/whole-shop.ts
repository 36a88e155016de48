import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import pg from "pg"
import { READ_EVENT_TYPES } from "../../durable-objects/checkout/payment-events/read.ts"
import { PROJECT } from "../../local/stack/bundle.ts"
import { findFreePort } from "../../local/postgres/test-harness.ts"
import { startSpillway } from "./spillway.ts"
import type { Spillway } from "./spillway.ts"

/** Spillway with all that it needs to sell: Postgres behind it, and the payment emulator beside it, each a process. */
export interface WholeShop {
  spillway: Spillway
  stripeUrl: string
  publishableKey: string
  records: pg.Client
  /** The processes whose time a purchase costs, by what they are; null where it can't be read. */
  pids: Record<"workerd" | "emulator" | "sql over http", number | null>
  stop(): Promise<void>
}

const PUBLISHABLE_KEY = "pk_test_bench"
const SECRET_KEY = "sk_test_bench"
const WEBHOOK_SECRET = "whsec_bench"

export async function startWholeShop(dataDir: string, tokenKeys: string): Promise<WholeShop> {
  await using parts = new AsyncDisposableStack()
  const backends = await startProcess(parts, "bench/servers/backends.ts", [dataDir], {})
  const { databaseUrl, sqlUrl } = JSON.parse(backends.said) as { databaseUrl: string; sqlUrl: string }
  const stripePort = await findFreePort()
  const stripeUrl = `http://127.0.0.1:${stripePort}`
  const spillway = await startSpillway(join(dataDir, "shop"), tokenKeys, {
    entry: "bench/worker/whole-shop.ts",
    bindings: {
      DATABASE_URL: databaseUrl,
      NEON_SQL_ENDPOINT: sqlUrl,
      STRIPE_API_BASE: stripeUrl,
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    },
  })
  parts.defer(() => spillway.server.stop())
  const emulator = await startProcess(parts, "local/stripe-emulator/main.ts", [], {
    SPILLWAY_DATA_DIR: join(dataDir, "emulator"),
    STRIPE_EMULATOR_PORT: String(stripePort),
    STRIPE_SECRET_KEY: SECRET_KEY,
    STRIPE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    STRIPE_WEBHOOK_EVENTS: READ_EVENT_TYPES.join(","),
    STRIPE_WEBHOOK_URL: `http://127.0.0.1:${spillway.port}/webhooks/stripe`,
  })
  const records = new pg.Client({ connectionString: databaseUrl })
  await records.connect()
  parts.defer(() => records.end())
  const running = parts.move()
  return {
    spillway,
    stripeUrl,
    publishableKey: PUBLISHABLE_KEY,
    records,
    pids: { workerd: spillway.server.pid, emulator: emulator.pid, "sql over http": backends.pid },
    stop: () => running.disposeAsync(),
  }
}

/** A Node process of this project, once it has said `ready`; what it said after that word. */
async function startProcess(
  parts: AsyncDisposableStack,
  file: string,
  options: string[],
  env: Record<string, string>,
): Promise<{ pid: number | null; said: string }> {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(PROJECT, file), ...options],
    {
      cwd: PROJECT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    },
  )
  const ended = once(child, "exit")
  parts.defer(async () => {
    child.kill("SIGTERM")
    await ended
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const said = /^ready (.+)$/.exec(line)?.[1]
    if (said !== undefined) return { pid: child.pid ?? null, said }
  }
  throw new Error(`${file} has ended before it was ready`)
}
