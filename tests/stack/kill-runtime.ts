import { execFileSync } from "node:child_process"

/**
 * Kills the one runtime that this process has started, without warning; other stacks on the machine have parents of their
 * own. Throws when there is not exactly one.
 */
export function killRuntime(): void {
  const processes = execFileSync("ps", ["-eo", "pid=,ppid=,comm="], { encoding: "utf8" }).split("\n")
  const pids = processes.flatMap((line) => {
    const [pid, parent, program] = line.trim().split(/\s+/)
    return program === "workerd" && Number(parent) === process.pid ? [Number(pid)] : []
  })
  if (pids.length !== 1) throw new Error(`this process has started ${pids.length} runtimes, not one`)
  for (const pid of pids) process.kill(pid, "SIGKILL")
}
