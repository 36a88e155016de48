import { execFile } from "node:child_process"
import { stat } from "node:fs/promises"
import { promisify } from "node:util"
import { LocalPostgresError } from "./local-postgres-error.ts"

const run = promisify(execFile)

/** Limit for one small system command (id, groupadd, useradd, sh). */
const COMMAND_LIMIT_MS = 10_000

/** The system user the server runs as, because PostgreSQL refuses to run as root. */
export interface ServerAccount {
  name: string
  uid: number
  gid: number
}

/**
 * Chooses who runs the server. An ordinary user runs it as themselves (undefined). Root runs it as the owner
 * of the existing cluster, else as `postgres`, created when missing, else as `nobody`.
 * Throws LocalPostgresError `start_failed` when root finds no such user.
 */
export async function chooseAccount(clusterDir: string): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(clusterDir).catch(() => undefined)
  if (owner !== undefined && owner.uid !== 0) {
    return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid }
  }
  const account = (await lookUp("postgres")) ?? (await createPostgres()) ?? (await lookUp("nobody"))
  if (account !== undefined) return account
  throw new LocalPostgresError(
    "start_failed",
    "PostgreSQL does not run as root, and there is no user postgres or nobody. Start as an ordinary user.",
  )
}

async function lookUp(name: string): Promise<ServerAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([readId("-u", name), readId("-g", name)])
    return { name, uid, gid }
  } catch {
    return undefined // `id` exits with 1 for an unknown user.
  }
}

async function readId(flag: "-u" | "-g", name: string): Promise<number> {
  const { stdout } = await run("id", [flag, name], { timeout: COMMAND_LIMIT_MS })
  return Number.parseInt(stdout, 10)
}

async function createPostgres(): Promise<ServerAccount | undefined> {
  try {
    await run("groupadd", ["-f", "postgres"], { timeout: COMMAND_LIMIT_MS })
    await run("useradd", ["-g", "postgres", "postgres"], { timeout: COMMAND_LIMIT_MS })
  } catch {
    return undefined // No such tools (macOS, Alpine) or a read-only user database.
  }
  return lookUp("postgres")
}

/** Options that make `spawn` run a program as this account, from a folder that everyone can enter. */
export function spawnAs(account: ServerAccount | undefined): { cwd: string; uid?: number; gid?: number } {
  if (account === undefined) return { cwd: "/" }
  // spawn takes signed ids; macOS gives `nobody` as 4294967294, which is -2.
  return { cwd: "/", uid: account.uid | 0, gid: account.gid | 0 }
}

/** Whether the account can enter this folder and every folder above it, asked of the system itself. */
export async function canEnter(account: ServerAccount | undefined, dir: string): Promise<boolean> {
  try {
    await run("/bin/sh", ["-c", 'cd -- "$1"', "sh", dir], { ...spawnAs(account), timeout: COMMAND_LIMIT_MS })
    return true
  } catch {
    return false
  }
}
