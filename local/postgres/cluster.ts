import { execFile } from "node:child_process"
import { chown, lstat, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import type { Binaries } from "./binaries.ts"
import { LOCAL_CREDENTIALS } from "./credentials.ts"
import { type DataFolder, makePartialCluster, sweepPartialClusters, syncFolder } from "./data-folder.ts"
import { LocalPostgresError } from "./local-postgres-error.ts"
import { type ServerAccount, spawnAs } from "./server-account.ts"
import { childEnvironment } from "./server-process.ts"
import { dataCorrupt } from "./start-failure.ts"

const run = promisify(execFile)

/** initdb takes under a second on a laptop; a slow disk that syncs a thousand files gets two minutes. */
const INITDB_LIMIT_MS = 120_000

/**
 * Makes the cluster where there is none. An interrupted attempt leaves only the partial folder, which the next
 * start throws away, because the finished, synced cluster appears by one rename.
 * Throws LocalPostgresError `data_corrupt` for an existing folder that is not a cluster of this major version,
 * and `start_failed` when initdb fails.
 */
export async function ensureCluster(
  folder: DataFolder,
  binaries: Binaries,
  account: ServerAccount | undefined,
): Promise<"made" | "found"> {
  const existing = await lstat(folder.cluster).catch(() => undefined)
  if (existing !== undefined) {
    await requireVersion(folder, binaries.major)
    return "found"
  }
  // Best effort: what an initdb is still writing to stays until a later start.
  await sweepPartialClusters(folder, 0).catch(() => undefined)
  const partial = await makePartialCluster(folder)
  const passwordFile = `${partial}.password`
  await writeFile(passwordFile, `${LOCAL_CREDENTIALS.password}\n`, { mode: 0o600 })
  if (account !== undefined) {
    await chown(partial, account.uid, account.gid)
    await chown(passwordFile, account.uid, account.gid)
  }
  try {
    await runInitdb(partial, passwordFile, binaries, account)
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(partial, folder.cluster)
  await syncFolder(folder.home)
  return "made"
}

async function requireVersion(folder: DataFolder, major: string): Promise<void> {
  const found = (await readFile(join(folder.cluster, "PG_VERSION"), "utf8").catch(() => "")).trim()
  if (found === major) return
  const reason =
    found === "" ? "PG_VERSION is missing." : `it is of PostgreSQL ${found}, and this is PostgreSQL ${major}.`
  throw dataCorrupt(folder.cluster, reason)
}

async function runInitdb(
  clusterDir: string,
  passwordFile: string,
  binaries: Binaries,
  account: ServerAccount | undefined,
): Promise<void> {
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
  const access = ["--auth=scram-sha-256", `--username=${LOCAL_CREDENTIALS.user}`]
  const paths = [`--pgdata=${clusterDir}`, `--pwfile=${passwordFile}`]
  try {
    // The builtin provider sorts and folds case the same on every machine, whatever locales are installed.
    await run(binaries.initdb, [...paths, ...access, ...locale, "--no-instructions"], {
      ...spawnAs(account),
      env: childEnvironment(),
      timeout: INITDB_LIMIT_MS,
    })
  } catch (error) {
    const stderr = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error)
    const line = stderr.split("\n").findLast((text) => /error|FATAL|PANIC/.test(text)) ?? stderr.trim()
    throw new LocalPostgresError("start_failed", `initdb could not make ${clusterDir}: ${line}`)
  }
}
