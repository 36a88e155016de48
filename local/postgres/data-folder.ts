import { createHash } from "node:crypto"
import {
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  writeFile,
} from "node:fs/promises"
import { basename, dirname, isAbsolute, join } from "node:path"
import { LocalPostgresError } from "./local-postgres-error.ts"
import { canEnter, chooseAccount, type ServerAccount } from "./server-account.ts"

/** Where root puts what the server's account must reach when the project's own folder is closed to it. */
export const DEFAULT_REACHABLE_ROOT = "/var/tmp"

/** Sixteen hex digits (64 bits) tell the data folders of one machine apart. */
const HASH_DIGITS = 16

const HOME_PREFIX = "spillway-"
/** Each attempt has a folder of its own, because an initdb may outlive the start that began it. */
const PARTIAL_PREFIX = "cluster.partial-"

/** A reset waits for such an initdb: each retry waits this much longer than the one before, 10 s in all. */
const SWEEP_DELAY_MS = 50
const SWEEP_RETRIES = 20

const POINTER = "postgres-home"
const OWNER = "owner"

/** All paths of one local database. `home` is the data folder itself, or its stand-in in a reachable folder. */
export interface DataFolder {
  dir: string
  home: string
  /** PostgreSQL's own data directory. It appears whole, by rename, or not at all. */
  cluster: string
  log: string
  lock: string
}

function pathsOf(dir: string, home: string): DataFolder {
  return {
    dir,
    home,
    cluster: join(home, "cluster"),
    log: join(dir, "postgres.log"),
    lock: join(dir, "postgres.lock"),
  }
}

/** Makes the data folder where it is missing and returns its paths, symbolic links resolved. */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  await mkdir(dataDir, { recursive: true })
  const dir = await realpath(dataDir)
  return pathsOf(dir, (await readPointer(dir)) ?? dir)
}

/**
 * Chooses the account the server runs as and, for root with a data folder which that account cannot enter,
 * moves the home to `reachableRoot` and records it in a pointer file.
 * Throws LocalPostgresError `start_failed` when an existing cluster belongs to someone else or is closed.
 */
export async function settleHome(
  folder: DataFolder,
  reachableRoot: string,
): Promise<{ folder: DataFolder; account: ServerAccount | undefined }> {
  const account = await chooseAccount(folder.cluster)
  const existing = await lstat(folder.cluster).catch(() => undefined)
  if (account === undefined) {
    const uid = process.getuid?.()
    if (existing === undefined || existing.uid === uid) return { folder, account }
    throw new LocalPostgresError(
      "start_failed",
      `The Postgres data in ${folder.cluster} belongs to another user (uid ${existing.uid}). Start as that user or as root, or remove the folder.`,
    )
  }
  if (folder.home !== folder.dir) await requireOwnFolder(folder.home)
  if (await canEnter(account, folder.home)) return { folder, account }
  if (existing !== undefined || folder.home !== folder.dir) {
    throw new LocalPostgresError(
      "start_failed",
      `The user that runs Postgres (${account.name}) cannot enter ${folder.home}. Make the folders above it enterable (chmod o+x), or run npm run reset to start afresh.`,
    )
  }
  return { folder: await moveHome(folder, reachableRoot), account }
}

async function moveHome(folder: DataFolder, reachableRoot: string): Promise<DataFolder> {
  const hash = createHash("sha256").update(folder.dir).digest("hex").slice(0, HASH_DIGITS)
  const home = join(await realpath(reachableRoot), `${HOME_PREFIX}${hash}`)
  await makeOwnFolder(home)
  await writeWhole(join(home, OWNER), folder.dir)
  await writeWhole(join(folder.dir, POINTER), home)
  return pathsOf(folder.dir, home)
}

/**
 * Makes a folder that all can enter and only we can change. In a folder shared by all users somebody else
 * may have been first: such a folder is refused. Throws LocalPostgresError `start_failed`.
 */
async function makeOwnFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o755 }).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error
  })
  await requireOwnFolder(path)
  await using handle = await open(path)
  await handle.chmod(0o755)
}

/** Throws LocalPostgresError `start_failed` unless this is a real folder of ours that no one else can change. */
export async function requireOwnFolder(path: string): Promise<void> {
  const found = await lstat(path)
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return
  throw new LocalPostgresError("start_failed", `${path} was made by someone else. Remove it and start again.`)
}

/** The home recorded for this data folder; undefined when there is none, or when it has been cleaned away. */
async function readPointer(dir: string): Promise<string | undefined> {
  const home = (await readFile(join(dir, POINTER), "utf8").catch(() => "")).trim()
  if (!isAbsolute(home) || !basename(home).startsWith(HOME_PREFIX)) return undefined
  const owner = (await readFile(join(home, OWNER), "utf8").catch(() => "")).trim()
  if (owner === "") return undefined
  if (owner === dir) return home
  const original = (await readFile(join(owner, POINTER), "utf8").catch(() => "")).trim()
  if (original === home) {
    throw new LocalPostgresError(
      "start_failed",
      `${dir} is a copy of ${owner}, and both name the database in ${home}. Remove ${join(dir, POINTER)} to start this one empty.`,
    )
  }
  await writeWhole(join(home, OWNER), dir) // The data folder was moved, so its database moves with it.
  return home
}

async function writeWhole(path: string, line: string): Promise<void> {
  await writeFile(`${path}.partial`, `${line}\n`, { flush: true })
  await rename(`${path}.partial`, path)
  await syncFolder(dirname(path))
}

/** Makes renames inside a folder survive a power failure. */
export async function syncFolder(path: string): Promise<void> {
  await using handle = await open(path)
  await handle.sync()
}

/** A new folder for a cluster in the making, which becomes the cluster by a rename. */
export function makePartialCluster(folder: DataFolder): Promise<string> {
  return mkdtemp(join(folder.home, PARTIAL_PREFIX))
}

/** Throws away what interrupted starts left. An initdb that outlived its start then fails and ends. */
export async function sweepPartialClusters(folder: DataFolder, maxRetries: number): Promise<void> {
  const names = await readdir(folder.home).catch(() => [])
  for (const name of names.filter((name) => name.startsWith(PARTIAL_PREFIX))) {
    await rm(join(folder.home, name), {
      recursive: true,
      force: true,
      maxRetries,
      retryDelay: SWEEP_DELAY_MS,
    })
  }
}

/** Removes everything that belongs to the database, and the data folder itself when nothing else is in it. */
export async function removeDataFolder(folder: DataFolder): Promise<void> {
  await sweepPartialClusters(folder, SWEEP_RETRIES)
  await rm(folder.cluster, { recursive: true, force: true })
  if (folder.home !== folder.dir) await rm(folder.home, { recursive: true, force: true })
  for (const path of [join(folder.dir, POINTER), folder.log, folder.lock]) await rm(path, { force: true })
  await rmdir(folder.dir).catch(() => undefined) // Other parts of the stack may keep their data here too.
}
