import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { LocalPostgresError } from "./local-postgres-error.ts"
import { findProcess, findProcessesIn, isPidTaken, signalProcess } from "./process-facts.ts"

/** Between two looks at a process that is ending. */
const POLL_MS = 20

/** Children without a postmaster notice within milliseconds, unless they are busy computing. */
const ORPHAN_GRACE_MS = 1_000

/**
 * How a leftover server is ended, mildest first. The limits are generous to a checkpoint on a slow disk.
 * Without their postmaster the other processes leave by themselves, so at first they are only waited for:
 * SIGINT means "shut down" to a postmaster and something else to each of its children.
 */
const STAGES: readonly { postmaster: NodeJS.Signals; orphan?: NodeJS.Signals; limitMs: number }[] = [
  { postmaster: "SIGINT", limitMs: 10_000 },
  { postmaster: "SIGQUIT", orphan: "SIGQUIT", limitMs: 5_000 },
  { postmaster: "SIGKILL", orphan: "SIGKILL", limitMs: 5_000 },
]

/**
 * Ends every server process that still works in this cluster folder (a real path), by pid, and removes a
 * stale postmaster.pid that would stop the next start. Processes of other folders are never signalled.
 * Throws LocalPostgresError `start_failed` when one survives every stage.
 */
export async function endLeftoverServers(clusterDir: string, log: (line: string) => void): Promise<void> {
  for (const stage of STAGES) {
    const servers = await findServers(clusterDir)
    if (servers.length === 0) return removeStalePidFile(clusterDir)
    const postmasters = servers.filter((server) => server.isPostmaster)
    log(`Ending a leftover PostgreSQL of this folder (pid ${servers.map(({ pid }) => pid).join(", ")}).`)
    for (const { pid } of postmasters) signalProcess(pid, stage.postmaster)
    const endsAll = stage.orphan === "SIGKILL" || postmasters.length === 0
    if (stage.orphan !== undefined && endsAll) {
      for (const { pid, isPostmaster } of servers) if (!isPostmaster) signalProcess(pid, stage.orphan)
    }
    await waitUntilGone(clusterDir, postmasters.length === 0 ? ORPHAN_GRACE_MS : stage.limitMs)
  }
  const survivors = await findServers(clusterDir)
  if (survivors.length === 0) return removeStalePidFile(clusterDir)
  const pids = survivors.map(({ pid }) => pid).join(", ")
  throw new LocalPostgresError(
    "start_failed",
    `A leftover PostgreSQL of ${clusterDir} (pid ${pids}) does not end. End it by hand, then start again.`,
  )
}

interface ServerProcess {
  pid: number
  isPostmaster: boolean
}

/** All processes of this cluster where the system can list them (Linux), else the postmaster alone. */
async function findServers(clusterDir: string): Promise<ServerProcess[]> {
  const recorded = await readRecordedPid(clusterDir)
  const candidates = new Set(await findProcessesIn(clusterDir, "postgres"))
  const known = new Set(candidates)
  if (recorded !== undefined) candidates.add(recorded)
  const servers = await Promise.all(
    [...candidates].map(async (pid): Promise<ServerProcess | undefined> => {
      const facts = await findProcess(pid)
      if (facts === undefined) return undefined
      const isPostmaster = isPostmasterOf(clusterDir, facts.commandLine)
      return isPostmaster || known.has(pid) ? { pid, isPostmaster } : undefined
    }),
  )
  return servers.filter((server) => server !== undefined)
}

/** Whether this is the command line of a server on exactly this folder, as `serverArguments` words it. */
export function isPostmasterOf(clusterDir: string, commandLine: string): boolean {
  return `${commandLine} `.includes(`/postgres -D ${clusterDir} `)
}

async function readRecordedPid(clusterDir: string): Promise<number | undefined> {
  const text = await readFile(join(clusterDir, "postmaster.pid"), "utf8").catch(() => "")
  const pid = Number.parseInt(text, 10)
  return pid > 1 ? pid : undefined
}

/**
 * Postgres refuses to start while the pid in postmaster.pid is taken, and after a crash that may be by a stranger,
 * or by a zombie in a container whose first process reaps nobody. Only then the file goes: in every other case Postgres checks more
 * than we do, its shared memory included.
 */
async function removeStalePidFile(clusterDir: string): Promise<void> {
  const recorded = await readRecordedPid(clusterDir)
  if (recorded === undefined || !isPidTaken(recorded)) return
  await rm(join(clusterDir, "postmaster.pid"), { force: true })
}

async function waitUntilGone(clusterDir: string, limitMs: number): Promise<void> {
  const deadlineMs = performance.now() + limitMs
  while (performance.now() < deadlineMs) {
    if ((await findServers(clusterDir)).length === 0) return
    await delay(POLL_MS)
  }
}
