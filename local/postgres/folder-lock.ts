import { randomUUID } from "node:crypto"
import { link, readFile, rm, writeFile } from "node:fs/promises"
import { LocalPostgresError } from "./local-postgres-error.ts"
import { findProcess } from "./process-facts.ts"

/** A stale lock is removed once; more rounds mean that two starts race, and one of them should lose. */
const MAX_ATTEMPTS = 3

/**
 * Takes the data folder for this process, so that a second stack on the same folder is refused instead of
 * ending the first one's server. A lock whose process is gone, or is this process, is taken over.
 * Returns the release. Throws LocalPostgresError `start_failed` while another live process holds it.
 */
export async function acquireFolderLock(lockPath: string): Promise<() => Promise<void>> {
  const facts = await findProcess(process.pid)
  // The token tells this lock from a later one of the same process, which an old release must not remove.
  const mine = JSON.stringify({ pid: process.pid, startStamp: facts?.startStamp ?? "", token: randomUUID() })
  const draft = `${lockPath}.${process.pid}`
  await writeFile(draft, mine)
  try {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      try {
        await link(draft, lockPath) // Appears whole or not at all, and only when there was none.
        return async () => {
          if ((await readFile(lockPath, "utf8").catch(() => "")) === mine) await rm(lockPath, { force: true })
        }
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error
      }
      const holder = await findLiveHolder(lockPath)
      if (holder !== undefined && holder !== process.pid) throw lockedBy(holder, lockPath)
      await rm(lockPath, { force: true })
    }
  } finally {
    await rm(draft, { force: true })
  }
  throw new LocalPostgresError("start_failed", `${lockPath} changes hands. Start one stack at a time.`)
}

function lockedBy(pid: number, lockPath: string): LocalPostgresError {
  return new LocalPostgresError(
    "start_failed",
    `The data is in use by process ${pid} (${lockPath}). Stop it, or set SPILLWAY_DATA_DIR to another folder.`,
  )
}

async function findLiveHolder(lockPath: string): Promise<number | undefined> {
  const holder = parseHolder(await readFile(lockPath, "utf8").catch(() => ""))
  if (holder === undefined) return undefined
  const facts = await findProcess(holder.pid)
  return facts !== undefined && facts.startStamp === holder.startStamp ? holder.pid : undefined
}

function parseHolder(text: string): { pid: number; startStamp: string } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== "object" || value === null || !("pid" in value) || !("startStamp" in value)) {
      return undefined
    }
    const { pid, startStamp } = value
    if (typeof pid !== "number" || typeof startStamp !== "string") return undefined
    return { pid, startStamp }
  } catch {
    return undefined // A lock that cannot be read was left by a crash.
  }
}
