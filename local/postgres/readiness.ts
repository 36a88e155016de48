import { setTimeout as delay } from "node:timers/promises"
import { Client, escapeIdentifier } from "pg"
import { LOCAL_CREDENTIALS, LOCAL_HOST } from "./credentials.ts"
import { LocalPostgresError } from "./local-postgres-error.ts"
import type { ServerProcess } from "./server-process.ts"
import { dataCorrupt, portTaken } from "./start-failure.ts"

/** Recovery after a crash replays at most about a gigabyte of log, which takes seconds on a laptop's disk. */
const READY_LIMIT_MS = 60_000

/** Between two attempts to connect. A refused connection costs well under a millisecond. */
const POLL_MS = 15

/** For one attempt; beyond it the server is too busy recovering to answer. */
const CONNECT_LIMIT_MS = 2_000

type Probe = { kind: "ready" } | { kind: "wait" } | { kind: "failed"; error: LocalPostgresError }

/**
 * Waits until the server answers a query in the spillway database, which it makes when it is missing.
 * Returns "exited" when the process ends first. Throws LocalPostgresError when it answers wrongly or never.
 */
export async function awaitReady(
  server: ServerProcess,
  clusterDir: string,
  port: number,
): Promise<"ready" | "exited"> {
  const deadlineMs = performance.now() + READY_LIMIT_MS
  while (performance.now() < deadlineMs) {
    if (server.hasExited()) return "exited"
    const probe = await probeServer(clusterDir, port)
    if (probe.kind === "ready") return server.hasExited() ? "exited" : "ready"
    if (probe.kind === "failed") throw probe.error
    await Promise.race([delay(POLL_MS), server.exited])
  }
  throw new LocalPostgresError(
    "start_failed",
    `PostgreSQL was not ready within ${READY_LIMIT_MS / 1000} s. Look at its log, then start again.`,
  )
}

async function probeServer(clusterDir: string, port: number): Promise<Probe> {
  try {
    const [row] = await queryOnce(
      port,
      LOCAL_CREDENTIALS.database,
      "select current_setting('data_directory') as dir",
    )
    if (row?.dir === clusterDir) return { kind: "ready" }
    return { kind: "failed", error: portTaken(port, "POSTGRES_PORT") } // Someone else's server took the port.
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : ""
    if (code === "3D000") return makeDatabase(clusterDir, port)
    return judge(error, code, clusterDir)
  }
}

/** A database that is listed and yet "does not exist" has lost its files, and so has a missing template1. */
async function makeDatabase(clusterDir: string, port: number): Promise<Probe> {
  try {
    await queryOnce(port, "template1", `create database ${escapeIdentifier(LOCAL_CREDENTIALS.database)}`)
    return { kind: "wait" }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : ""
    if (code === "42P04" || code === "3D000") {
      return { kind: "failed", error: dataCorrupt(clusterDir, "the files of its databases are missing.") }
    }
    return judge(error, code, clusterDir)
  }
}

/** SQLSTATEs and socket errors of a server that is on its way up or down are waited out; the rest is final. */
function judge(error: unknown, code: string, clusterDir: string): Probe {
  const message = error instanceof Error ? error.message : String(error)
  if (code === "57P03" || code === "57P01" || code === "57P02") return { kind: "wait" }
  if (/^XX00[12]$|^58P01$|^XX000$/.test(code)) {
    return { kind: "failed", error: dataCorrupt(clusterDir, `${message}.`) }
  }
  if (/^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]+$/.test(code)) {
    const advice = "Run npm run reset to start afresh (this deletes local data)."
    const text = `PostgreSQL refuses the local user: ${message} (${code}). ${advice}`
    return { kind: "failed", error: new LocalPostgresError("start_failed", text) }
  }
  return { kind: "wait" }
}

async function queryOnce(port: number, database: string, text: string): Promise<Record<string, unknown>[]> {
  const { user, password } = LOCAL_CREDENTIALS
  const client = new Client({
    host: LOCAL_HOST,
    port,
    user,
    password,
    database,
    ssl: false, // Set, so that a developer's PGSSLMODE does not reach in.
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
  })
  client.on("error", () => undefined) // The promise below carries it; without a listener it would be thrown.
  try {
    await client.connect()
    const { rows } = await client.query<Record<string, unknown>>(text)
    return rows
  } finally {
    await client.end().catch(() => undefined)
  }
}
