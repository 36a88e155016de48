import { type ChildProcess, spawn } from "node:child_process"
import { setTimeout as delay } from "node:timers/promises"
import type { Binaries } from "./binaries.ts"
import { LOCAL_HOST } from "./credentials.ts"
import { type ServerAccount, spawnAs } from "./server-account.ts"
import { openServerLog } from "./server-log.ts"

/** Fast shutdown rolls back what runs and writes a checkpoint: seconds at most, more on a slow disk. */
const FAST_SHUTDOWN_LIMIT_MS = 15_000

/** Immediate shutdown writes nothing; the next start recovers from the log. */
const IMMEDIATE_SHUTDOWN_LIMIT_MS = 5_000

/** Tuned for a laptop and for durability. Everything that is not named here is PostgreSQL's default. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: LOCAL_HOST,
  unix_socket_directories: "", // No socket file: its path would be too long or not writable somewhere.
  max_connections: "60",
  shared_buffers: "64MB",
  max_wal_size: "512MB",
  wal_buffers: "8MB", // A thousand orders for each order queue: whoever writes goes on while another commits.
  io_method: "sync", // Saves the three I/O workers that PostgreSQL 18 starts by default.
  fsync: "on",
  full_page_writes: "on",
  synchronous_commit: "on",
  timezone: "UTC",
  log_timezone: "UTC",
  log_destination: "stderr",
  logging_collector: "off",
  log_checkpoints: "off",
}

export interface ServerProcess {
  pid: number
  /** Where this server's output begins in the log. */
  logStartBytes: number
  /** Resolves when the process has ended, for whatever reason. Never rejects. */
  exited: Promise<void>
  hasExited(): boolean
  signal(signal: NodeJS.Signals): void
}

/** The start of this list, up to the folder, is also how a leftover server is recognised. */
function serverArguments(clusterDir: string, port: number): string[] {
  const settings = Object.entries({ ...SETTINGS, port: String(port) })
  return ["-D", clusterDir, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])]
}

/** A fixed environment: PG* variables and secrets of our own are not the server's business. */
export function childEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" }
}

/**
 * Starts the postmaster with its output in the log file. It runs in a session of its own, so that Ctrl-C in a
 * terminal reaches only us, and it keeps nothing of ours open, so that it does not outlive us as a pipe's writer.
 */
export async function spawnServer(
  binaries: Binaries,
  account: ServerAccount | undefined,
  clusterDir: string,
  port: number,
  logPath: string,
): Promise<ServerProcess> {
  const { handle, startBytes } = await openServerLog(logPath)
  try {
    const child = spawn(binaries.postgres, serverArguments(clusterDir, port), {
      ...spawnAs(account),
      env: childEnvironment(),
      stdio: ["ignore", handle.fd, handle.fd],
      detached: true,
    })
    await spawned(child)
    return describe(child, startBytes)
  } finally {
    await handle.close()
  }
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve)
    child.once("error", reject)
  })
}

function describe(child: ChildProcess, logStartBytes: number): ServerProcess {
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null
  const exited = new Promise<void>((resolve) => {
    if (hasExited()) resolve()
    else child.once("exit", () => resolve())
  })
  const pid = child.pid
  if (pid === undefined) throw new Error("a spawned process has a pid")
  return { pid, logStartBytes, exited, hasExited, signal: (signal) => child.kill(signal) }
}

/** Ends the server: fast shutdown, then immediate, then SIGKILL, each when the one before took too long. */
export async function stopServer(server: ServerProcess): Promise<void> {
  const stages = [
    { signal: "SIGINT", limitMs: FAST_SHUTDOWN_LIMIT_MS },
    { signal: "SIGQUIT", limitMs: IMMEDIATE_SHUTDOWN_LIMIT_MS },
  ] as const
  for (const { signal, limitMs } of stages) {
    if (server.hasExited()) return
    server.signal(signal)
    const timer = new AbortController()
    await Promise.race([
      server.exited,
      delay(limitMs, undefined, { signal: timer.signal }).catch(() => undefined),
    ])
    timer.abort()
  }
  if (server.hasExited()) return
  server.signal("SIGKILL")
  await server.exited
}
