import { execFile } from "node:child_process"
import { readFile, readlink, readdir } from "node:fs/promises"
import { promisify } from "node:util"

const run = promisify(execFile)

/** `ps` answers in milliseconds; a machine where it takes longer is not one to wait for. */
const PS_LIMIT_MS = 5_000

interface ProcessFacts {
  /** All arguments, joined by single spaces. */
  commandLine: string
  /** When the process began, as the system words it. Pid and stamp together name one process for good. */
  startStamp: string
}

/** Facts about a live process; undefined once it is gone, also while it waits as a zombie for its parent. */
export async function findProcess(pid: number): Promise<ProcessFacts | undefined> {
  return process.platform === "linux" ? findInProc(pid) : findWithPs(pid)
}

async function findInProc(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8")
    // The command name in parentheses may hold anything, so the fields count from the last parenthesis:
    // state is the 3rd field of proc_pid_stat(5) and the start time, in clock ticks since boot, the 22nd.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    const [state, startStamp] = [fields[0], fields[19]]
    if (state === undefined || startStamp === undefined || state === "Z" || state === "X") return undefined
    const raw = await readFile(`/proc/${pid}/cmdline`, "utf8")
    return { commandLine: raw.replace(/\0+$/, "").replaceAll("\0", " "), startStamp }
  } catch {
    return undefined // Gone between two reads, or never there.
  }
}

async function findWithPs(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const { stdout } = await run("ps", ["-ww", "-o", "stat=,lstart=,command=", "-p", String(pid)], {
      env: { ...process.env, LC_ALL: "C" },
      timeout: PS_LIMIT_MS,
    })
    const words = stdout.trim().split(/\s+/)
    const [state] = words
    if (state === undefined || state === "" || state.startsWith("Z")) return undefined
    // lstart is always five words: "Fri Nov 20 07:53:53 2026".
    return { startStamp: words.slice(1, 6).join(" "), commandLine: words.slice(6).join(" ") }
  } catch {
    return undefined // ps exits with 1 when there is no such process.
  }
}

/**
 * Pids of the live processes with this executable name whose working directory is `dir`, a real path.
 * Linux only; elsewhere the list is empty. Processes of other users are invisible unless we are root.
 */
export async function findProcessesIn(dir: string, executableName: string): Promise<number[]> {
  if (process.platform !== "linux") return []
  // The kernel words the working directory so after someone has deleted it under a running process.
  const wanted = new Set([dir, `${dir} (deleted)`])
  const pids = (await readdir("/proc")).map(Number).filter((pid) => Number.isInteger(pid))
  const matches = await Promise.all(
    pids.map(async (pid) => {
      try {
        if (!wanted.has(await readlink(`/proc/${pid}/cwd`))) return false
        return (await readFile(`/proc/${pid}/comm`, "utf8")).trimEnd() === executableName
      } catch {
        return false
      }
    }),
  )
  return pids.filter((_, index) => matches[index])
}

/** Whether the system still lists this pid, also for a zombie that nobody has reaped and for another user's process. */
export function isPidTaken(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH")
  }
}

/** Sends a signal; false when the process is already gone. Throws EPERM for a process of another user. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false
    throw error
  }
}
