import { readdirSync, readFileSync } from "node:fs"

/** Linux counts CPU time in hundredths of a second, on every architecture it shows it for. */
const TICKS_PER_SECOND = 100

/** The workerd processes that this process has started; none where there is no /proc. */
export function workerdChildren(): Set<number> {
  let names: string[]
  try {
    names = readdirSync("/proc").filter((name) => /^\d+$/.test(name))
  } catch {
    return new Set()
  }
  const pids = names.map(Number)
  return new Set(
    pids.filter((pid) => {
      const stat = readStat(pid)
      return stat?.name === "workerd" && stat.parent === process.pid
    }),
  )
}

/** CPU seconds that a process has used so far, in user and kernel mode; null where that can't be read. */
export function cpuSecondsOf(pid: number | null): number | null {
  return (pid === null ? null : readStat(pid))?.cpuSeconds ?? null
}

interface ProcessStat {
  name: string
  parent: number
  cpuSeconds: number
}

function readStat(pid: number): ProcessStat | null {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8")
  } catch {
    return null // It has ended, or is not ours to read.
  }
  // The name stands in parentheses and may hold anything; the fields after it are numbers, but for the first.
  const nameEnd = text.lastIndexOf(")")
  const fields = text.slice(nameEnd + 2).split(" ")
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])]
  return {
    name: text.slice(text.indexOf("(") + 1, nameEnd),
    parent: Number(fields[1]),
    cpuSeconds: (userTicks + systemTicks) / TICKS_PER_SECOND,
  }
}
