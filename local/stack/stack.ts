import { createServer } from "node:net"
import { join } from "node:path"
import { migrate } from "../../db/migrate.ts"
import { READ_EVENT_TYPES } from "../../durable-objects/checkout/payment-events/read.ts"
import { startPostgres } from "../postgres/embedded-postgres.ts"
import { startSqlOverHttp } from "../postgres/sql-over-http.ts"
import { startStripeEmulator } from "../stripe-emulator/emulator.ts"
import { startTurnstileEmulator } from "../turnstile-emulator/emulator.ts"
import { SECRETS, SITE_KEYS } from "../turnstile-emulator/siteverify.ts"
import { startBeacon } from "../beacon.ts"
import { startMailSink } from "./mail.ts"
import { takeDataFolder } from "./data-folder.ts"
import { endLeftovers, startGuard } from "./guard.ts"
import { LOCAL_MERCHANT_TOKENS, readOrMakeSecrets } from "./secrets.ts"
import type { LocalSecrets } from "./secrets.ts"
import type { StackSettings } from "./settings.ts"
import { bundleWorker, startWorker } from "./worker.ts"
import type { WorkerOptions } from "./worker.ts"

export interface StackLog {
  /** A part has begun to start. */
  step(what: string): void
  /** A line of some part, worth seeing. */
  line(part: string, text: string): void
}

export interface RunningStack {
  url: string
  databaseUrl: string
  stripeUrl: string | null
  turnstileUrl: string | null
  /** The public randomness beacon's stand-in. */
  beaconUrl: string
  settings: StackSettings
  tickCron(): Promise<void>
  /** Starts the Worker anew from the sources as they are now; the other parts go on. */
  reloadWorker(): Promise<void>
  stop(): Promise<void>
}

/** A start that failed, in one line that says what to do. */
export class StackError extends Error {
  override name = "StackError"
}

const MINUTE_MS = 60_000

/** The emulator has no limit of its own, and a sale on this machine is not to be paced by Stripe's. */
const EMULATOR_REQUESTS_PER_SECOND = "10000"

/** Starts every part in turn. What had started is ended again when a later part fails. */
export async function startStack(settings: StackSettings, log: StackLog): Promise<RunningStack> {
  const undo: (() => Promise<void>)[] = [await takeDataFolder(settings.dataDir)]
  const stop = async () => {
    for (const end of undo.splice(0).toReversed()) await end()
  }
  try {
    const ended = await endLeftovers(settings.dataDir)
    if (ended > 0) log.line("stack", `Ended ${ended} processes that a killed run had left behind.`)
    await requireFreePorts(settings)
    return await startParts(settings, log, undo, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function startParts(
  settings: StackSettings,
  log: StackLog,
  undo: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<RunningStack> {
  const guard = await startGuard(settings.dataDir)
  undo.push(() => guard.release())
  const secrets = await readOrMakeSecrets(settings.dataDir)

  const database = await startDatabase(settings, log, undo)
  await guard.note()
  const stripe = await startPayments(settings, secrets, log, undo)
  const beacon = await startBeacon()
  undo.push(() => beacon.stop())

  const turnstile = await startTurnstile(settings, log, undo)
  const mail = await startMailSink(join(settings.dataDir, "mail"))
  undo.push(() => mail.stop())

  log.step("Worker on workerd")
  const startWorkerPart = (code: string) =>
    startWorker(
      workerOptions(code, {
        settings,
        secrets,
        sqlUrl: database.sqlUrl,
        stripe,
        turnstile,
        beacon,
        mail,
        log,
      }),
    )
  let worker = await startWorkerPart(await bundleWorker())
  undo.push(() => worker.stop())
  await guard.note()

  const clock = setInterval(
    () => void worker.tick().catch((error: unknown) => log.line("cron", String(error))),
    MINUTE_MS,
  )
  undo.push(async () => clearInterval(clock))
  return {
    url: worker.url,
    databaseUrl: database.url,
    stripeUrl: stripe?.url ?? null,
    turnstileUrl: turnstile?.url ?? null,
    beaconUrl: beacon.url,
    settings,
    tickCron: () => worker.tick(),
    async reloadWorker() {
      // Sources that don't build leave the Worker that runs alone.
      const code = await bundleWorker()
      await worker.stop()
      worker = await startWorkerPart(code)
      await guard.note()
    },
    stop,
  }
}

async function startDatabase(
  settings: StackSettings,
  log: StackLog,
  undo: (() => Promise<void>)[],
): Promise<{ url: string; sqlUrl: string }> {
  let url = settings.databaseUrl
  if (url === null) {
    log.step("PostgreSQL")
    const postgres = await startPostgres({
      dataDir: join(settings.dataDir, "postgres"),
      port: settings.postgresPort,
      log: (text) => log.line("postgres", text),
    })
    undo.push(() => postgres.stop())
    url = postgres.url
  }
  log.step("Migrations")
  await migrate(url).catch((error: unknown) => {
    throw new StackError(
      `The migrations could not be applied to ${withoutPassword(url)}: ${messageOf(error)}`,
    )
  })
  log.step("SQL over HTTP")
  const sql = await startSqlOverHttp({
    port: settings.sqlProxyPort,
    databaseUrl: url,
    log: (text) => log.line("sql", text),
  })
  undo.push(() => sql.stop())
  return { url, sqlUrl: sql.url }
}

async function startPayments(
  settings: StackSettings,
  secrets: LocalSecrets,
  log: StackLog,
  undo: (() => Promise<void>)[],
) {
  if (settings.stripe) return null
  log.step("Stripe emulator")
  const emulator = await startStripeEmulator({
    port: settings.stripeEmulatorPort,
    dataDir: join(settings.dataDir, "stripe"),
    ...secrets.stripe,
    webhookUrl: `http://127.0.0.1:${settings.port}/webhooks/stripe`,
    webhookEvents: READ_EVENT_TYPES,
    log: (text) => log.line("stripe", text),
  }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE")
      throw portTaken(settings.stripeEmulatorPort, "STRIPE_EMULATOR_PORT")
    throw error
  })
  undo.push(() => emulator.stop())
  return emulator
}

async function startTurnstile(
  settings: StackSettings,
  log: StackLog,
  undo: (() => Promise<void>)[],
): Promise<{ url: string } | null> {
  if (settings.turnstile) return null
  log.step("Turnstile emulator")
  const emulator = await startTurnstileEmulator((text) => log.line("turnstile", text))
  undo.push(() => emulator.stop())
  return emulator
}

interface WorkerSurroundings {
  settings: StackSettings
  secrets: LocalSecrets
  sqlUrl: string
  stripe: { url: string } | null
  turnstile: { url: string } | null
  beacon: { chainUrl: string }
  mail: { url: string }
  log: StackLog
}

function workerOptions(
  code: string,
  { settings, secrets, sqlUrl, stripe, turnstile, beacon, mail, log }: WorkerSurroundings,
): WorkerOptions {
  const keys = settings.stripe ?? secrets.stripe
  return {
    code,
    port: settings.port,
    dataDir: settings.dataDir,
    log: (text) => log.line("worker", text),
    bindings: {
      // The local role, database and password are no secret; SQL over HTTP serves this one database and no other.
      DATABASE_URL:
        settings.databaseUrl ?? `postgres://spillway:spillway@127.0.0.1:${settings.postgresPort}/spillway`,
      NEON_SQL_ENDPOINT: sqlUrl,
      DRAND_URL: beacon.chainUrl,
      MAIL_FROM: "orders@shop.example",
      MAIL_SINK_URL: mail.url,
      SHOP_URL: `http://localhost:${settings.port}`,
      STRIPE_SECRET_KEY: keys.secretKey,
      STRIPE_PUBLISHABLE_KEY: keys.publishableKey,
      STRIPE_WEBHOOK_SECRET: keys.webhookSecret,
      ...(stripe && {
        STRIPE_API_BASE: stripe.url,
        STRIPE_JS_URL: `${stripe.url}/v3/`,
        STRIPE_REQUESTS_PER_SECOND: EMULATOR_REQUESTS_PER_SECOND,
      }),
      TURNSTILE_SITE_KEY: settings.turnstile?.siteKey ?? SITE_KEYS.passes,
      TURNSTILE_SECRET: settings.turnstile?.secret ?? SECRETS.passes,
      ...(turnstile && { TURNSTILE_BASE: turnstile.url }),
      TOKEN_KEYS: secrets.tokenKeys,
      MERCHANT_TOKENS: LOCAL_MERCHANT_TOKENS,
    },
  }
}

/** All of them before anything is made. */
async function requireFreePorts(settings: StackSettings): Promise<void> {
  await requireFreePort(settings.port, "PORT")
  await requireFreePort(settings.sqlProxyPort, "SQL_PROXY_PORT")
  if (!settings.stripe) await requireFreePort(settings.stripeEmulatorPort, "STRIPE_EMULATOR_PORT")
  if (settings.databaseUrl === null) await requireFreePort(settings.postgresPort, "POSTGRES_PORT")
}

/** workerd says little about a port that is taken, so it is asked before. */
async function requireFreePort(port: number, variable: string): Promise<void> {
  const listener = createServer()
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject)
    listener.listen({ port, host: "127.0.0.1", exclusive: true }, resolve)
  }).catch(() => {
    throw portTaken(port, variable)
  })
  await new Promise((resolve) => listener.close(resolve))
}

function portTaken(port: number, variable: string): StackError {
  return new StackError(
    `Port ${port} is taken by another program. Stop it, or set ${variable} to a free port.`,
  )
}

function withoutPassword(url: string): string {
  const parsed = new URL(url)
  parsed.password = ""
  return parsed.href
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
