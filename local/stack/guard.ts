import { execFile, spawn } from "node:child_process"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { promisify } from "node:util"

/**
 * Children that outlive a killed parent would keep its ports. Two nets catch them: a tiny shell that waits for its
 * end of a pipe to close, which happens however the parent dies; and the list of the last run, which the next start
 * reads, should the shell have been killed as well.
 */

const FILE = "children"

/** Programs this stack starts. A number in the list that belongs to anything else by now is left alone. */
const OURS = /(^|\/)(workerd|postgres)$/

const END_WAIT_MS = 5_000
const END_POLL_MS = 50

export interface Guard {
  /** Notes every child process there is now. To be called after each part that starts one. */
  note(): Promise<void>
  /** The children have ended in good order: nothing is left to guard. */
  release(): Promise<void>
}

export async function startGuard(dataDir: string): Promise<Guard> {
  const file = join(dataDir, FILE)
  await writeFile(file, "")
  if (process.platform === "win32") return { note: async () => {}, release: async () => {} }
  // Read at the end, so the list is the newest. `detached`: a signal to the parent's whole group must not reach it.
  const script =
    'cat >/dev/null; for pid in $(cat "$0" 2>/dev/null); do kill -QUIT "$pid" 2>/dev/null; done; sleep 1; for pid in $(cat "$0" 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done'
  const shell = spawn("/bin/sh", ["-c", script, file], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  })
  shell.unref()
  return {
    async note() {
      const children = (await listProcesses()).filter(
        ({ parent, program }) => parent === process.pid && OURS.test(program),
      )
      await writeFile(file, children.map(({ pid }) => `${pid}\n`).join(""))
    },
    async release() {
      await writeFile(file, "")
      shell.stdin.end()
    },
  }
}

/** Ends what a killed run of the same data folder left behind. Returns how many processes that were. */
export async function endLeftovers(dataDir: string): Promise<number> {
  const listed = await readFile(join(dataDir, FILE), "utf8").catch(() => "")
  const pids = new Set(listed.split("\n").filter(Boolean).map(Number))
  if (pids.size === 0 || process.platform === "win32") return 0
  const leftovers = (await listProcesses()).filter(
    ({ pid, program, parent }) => pids.has(pid) && OURS.test(program) && parent !== process.pid,
  )
  for (const { pid, program } of leftovers) {
    signal(pid, program.endsWith("postgres") ? "SIGQUIT" : "SIGKILL")
    await awaitEnd(pid)
  }
  return leftovers.length
}

async function awaitEnd(pid: number): Promise<void> {
  for (
    const deadlineMs = performance.now() + END_WAIT_MS;
    performance.now() < deadlineMs;
    await delay(END_POLL_MS)
  ) {
    if (!signal(pid, 0)) return
  }
  signal(pid, "SIGKILL")
}

/** False when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

async function listProcesses(): Promise<{ pid: number; parent: number; program: string }[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid=,comm="])
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, program] = line.match(/^\s*(\d+)\s+(\d+)\s+(.+?)\s*$/) ?? []
    return pid && parent && program ? [{ pid: Number(pid), parent: Number(parent), program }] : []
  })
}
