import { type ChildProcess, spawn } from "node:child_process"
import { mkdir, readFile, stat, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Client } from "pg"
import { afterEach, describe, expect, it } from "vitest"
import { removePostgresData, startPostgres, type RunningPostgres } from "./embedded-postgres.ts"
import { MAX_LOG_BYTES } from "./server-log.ts"
import { Cleanup, findFreePort, killHard, queryOnce, refusalOf, SERVER_TEST } from "./test-harness.ts"
import { startInChild, untilGone } from "./test-harness.ts"

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

async function start(dataDir: string): Promise<RunningPostgres> {
  const server = await startPostgres({ dataDir, port: await findFreePort() })
  cleanup.add(() => server.stop())
  return server
}

async function makeRows(server: RunningPostgres): Promise<void> {
  await queryOnce(server.url, "create table sale (name text); insert into sale values ('first'), ('second')")
}

async function countRows(server: RunningPostgres): Promise<unknown> {
  return (await queryOnce(server.url, "select count(*)::int as n from sale"))[0]?.n
}

function spawnStranger(): ChildProcess {
  const stranger = spawn("sleep", ["600"], { stdio: "ignore" })
  cleanup.add(async () => stranger.kill("SIGKILL"))
  return stranger
}

describe("a start", SERVER_TEST, () => {
  it("makes a durable PostgreSQL 18 on loopback with the spillway database", async () => {
    const server = await start(await cleanup.dataDir())
    const [row] = await queryOnce(
      server.url,
      `select current_user as who, current_database() as db, current_setting('server_version_num')::int / 10000 as major,
        current_setting('fsync') as fsync, current_setting('listen_addresses') as host,
        current_setting('unix_socket_directories') as sockets, current_setting('timezone') as zone`,
    )
    expect(row).toEqual({
      who: "spillway",
      db: "spillway",
      major: 18,
      fsync: "on",
      host: "127.0.0.1",
      sockets: "",
      zone: "UTC",
    })
  })

  it("keeps the rows of an earlier run", async () => {
    const dataDir = await cleanup.dataDir()
    const first = await start(dataDir)
    await makeRows(first)
    await first.stop()
    expect(await countRows(await start(dataDir))).toBe(2)
  })

  it("ends the server with stop, which may be called again", async () => {
    const server = await start(await cleanup.dataDir())
    await Promise.all([server.stop(), server.stop(), server.exited])
    await untilGone(server.pid)
    await server.stop()
  })

  it("throws away what an interrupted initdb left", async () => {
    const dataDir = await cleanup.dataDir()
    const partial = join(dataDir, "cluster.partial-123456")
    await mkdir(join(partial, "base"), { recursive: true })
    await writeFile(join(partial, "PG_VERSION"), "18\n")
    await queryOnce((await start(dataDir)).url, "select 1")
    await expect(stat(partial)).rejects.toThrow("ENOENT")
  })

  it("makes the database again when only that is missing", async () => {
    const dataDir = await cleanup.dataDir()
    const first = await start(dataDir)
    await queryOnce(first.url.replace(/spillway$/, "postgres"), "drop database spillway")
    await first.stop()
    await queryOnce((await start(dataDir)).url, "select 1")
  })

  it("empties a log that has grown too large", async () => {
    const dataDir = await cleanup.dataDir()
    await mkdir(dataDir, { recursive: true })
    await writeFile(join(dataDir, "postgres.log"), "")
    await truncate(join(dataDir, "postgres.log"), MAX_LOG_BYTES + 1)
    await start(dataDir)
    const { size } = await stat(join(dataDir, "postgres.log"))
    expect(size).toBeLessThan(MAX_LOG_BYTES)
    expect(size).toBeGreaterThan(0)
  })
})

describe("after kill -9", SERVER_TEST, () => {
  it("of the postmaster, committed rows are there", async () => {
    const dataDir = await cleanup.dataDir()
    const first = await start(dataDir)
    await makeRows(first)
    process.kill(first.pid, "SIGKILL")
    expect(await countRows(await start(dataDir))).toBe(2)
  })

  it("of the postmaster, a backend that still computes does not hold up the next start", async () => {
    const dataDir = await cleanup.dataDir()
    const first = await start(dataDir)
    const busy = new Client({ connectionString: first.url })
    busy.on("error", () => undefined)
    await busy.connect()
    const { rows } = await busy.query<{ pid: number }>("select pg_backend_pid() as pid")
    const query = busy.query("select count(*) from generate_series(1, 100000000000) n where n % 7 = 3")
    const failed = query.then(
      () => null,
      (error: unknown) => error,
    )
    process.kill(first.pid, "SIGKILL")
    await queryOnce((await start(dataDir)).url, "select 1")
    await untilGone(rows[0]?.pid ?? 0)
    expect(await failed).toBeInstanceOf(Error)
  })

  it("of the parent, the orphaned postmaster is taken over and its rows are there", async () => {
    const dataDir = await cleanup.dataDir()
    const port = await findFreePort()
    const stack = await startInChild({ dataDir, port })
    const url = `postgres://spillway:spillway@127.0.0.1:${port}/spillway`
    await queryOnce(url, "create table sale as select 1 as n")
    await killHard(stack.child) // Also waits for the pipe: the server must not hold it open.
    await queryOnce(url, "select 1")
    const server = await startPostgres({ dataDir, port })
    cleanup.add(() => server.stop())
    await untilGone(stack.postgresPid)
    expect(server.pid).not.toBe(stack.postgresPid)
    expect(await countRows(server)).toBe(1)
  })

  it("of both, a start works", async () => {
    const dataDir = await cleanup.dataDir()
    const stack = await startInChild({ dataDir, port: await findFreePort() })
    process.kill(stack.postgresPid, "SIGKILL")
    await killHard(stack.child)
    await queryOnce((await start(dataDir)).url, "select 1")
  })

  it("a stale postmaster.pid that names a stranger's pid is no obstacle, and the stranger lives", async () => {
    const dataDir = await cleanup.dataDir()
    const first = await start(dataDir)
    const pidFile = join(dataDir, "cluster", "postmaster.pid")
    const text = await readFile(pidFile, "utf8")
    await first.stop()
    const stranger = spawnStranger()
    await writeFile(pidFile, text.replace(/^\d+/, String(stranger.pid)))
    await queryOnce((await start(dataDir)).url, "select 1")
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  })
})

describe("a start is refused", SERVER_TEST, () => {
  it("while another program has the port, before anything is made", async () => {
    const dataDir = await cleanup.dataDir()
    const other = await start(await cleanup.dataDir())
    const port = Number(new URL(other.url).port)
    const refusal = await refusalOf(startPostgres({ dataDir, port }))
    expect(refusal.code).toBe("port_taken")
    expect(refusal.message).toBe(
      `Port ${port} is taken by another program. Stop it, or set POSTGRES_PORT to a free port.`,
    )
    await expect(stat(join(dataDir, "cluster"))).rejects.toThrow("ENOENT")
    await queryOnce(other.url, "select 1")
  })

  it("while a live stack uses the folder, and its server goes on", async () => {
    const dataDir = await cleanup.dataDir()
    const port = await findFreePort()
    const stack = await startInChild({ dataDir, port })
    cleanup.add(() => killHard(stack.child))
    const refusal = await refusalOf(startPostgres({ dataDir, port: await findFreePort() }))
    expect(refusal.code).toBe("start_failed")
    expect(refusal.message).toContain(`in use by process ${stack.child.pid}`)
    expect((await refusalOf(removePostgresData(dataDir))).code).toBe("start_failed")
    await queryOnce(`postgres://spillway:spillway@127.0.0.1:${port}/spillway`, "select 1")
  })
})

it("a reset removes the database, and other files of the folder stay", SERVER_TEST, async () => {
  const dataDir = await cleanup.dataDir()
  const first = await start(dataDir)
  await makeRows(first)
  await first.stop()
  await writeFile(join(dataDir, "worker-state"), "kept")
  await removePostgresData(dataDir)
  expect(await readFile(join(dataDir, "worker-state"), "utf8")).toBe("kept")
  await expect(countRows(await start(dataDir))).rejects.toThrow('relation "sale" does not exist')
})
