import { randomInt } from "node:crypto"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { createServer } from "node:net"
import type { Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { Client } from "pg"
import { LocalPostgresError, type PostgresOptions, removePostgresData } from "./embedded-postgres.ts"
import { findProcess } from "./process-facts.ts"

/** A real server is started, stopped and killed in these tests; a loaded machine gets a minute for it. */
export const SERVER_TEST = { timeout: 60_000 }

export const isRoot = process.getuid?.() === 0

/** Root's TMPDIR may be closed to others, and then nothing in it is "open". */
const OPEN_PARENT = isRoot ? "/var/tmp" : tmpdir()

/** Cleaning up, last thing first, whatever the tests did. Returns what to call in `afterEach` or `afterAll`. */
export class Cleanup {
  readonly #steps: (() => Promise<unknown>)[] = []

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step)
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await step()
  }

  /** A temporary folder: "open" to every user, or "closed" to all but ours (0700), as a clone in /root is. */
  async folder(mode: "open" | "closed"): Promise<string> {
    const dir = await mkdtemp(join(OPEN_PARENT, "spillway-test-"))
    await chmod(dir, mode === "open" ? 0o755 : 0o700)
    this.add(() => rm(dir, { recursive: true, force: true }))
    return dir
  }

  /** A data folder inside a temporary folder; the database is removed wherever it lies. */
  async dataDir(mode: "open" | "closed" = "open"): Promise<string> {
    const dataDir = join(await this.folder(mode), "data")
    this.add(() => removePostgresData(dataDir))
    return dataDir
  }
}

/** A port that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const [port = 0] = await freePorts(1)
  return port
}

/**
 * Below the ports that systems give to outgoing connections (from 32,768 on Linux, 49,152 elsewhere): between looking and
 * listening, one of those would be taken by whoever connects to anything.
 */
const PORT_LOWEST = 20_000
const PORT_HIGHEST = 32_000

/** Ports that are free now, all held at once so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenSomewhere))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

async function listenSomewhere(): Promise<Server> {
  for (;;) {
    const server = createServer()
    const listening = once(server, "listening")
    server.listen(randomInt(PORT_LOWEST, PORT_HIGHEST), "127.0.0.1")
    try {
      await listening
      return server
    } catch (error) {
      if ((error as { code?: string }).code !== "EADDRINUSE") throw error
    }
  }
}

/** Runs one query on a connection of its own. */
export async function queryOnce(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  client.on("error", () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

/** The refusal that a start ends with; fails when it does not refuse. */
export async function refusalOf(start: Promise<unknown>): Promise<LocalPostgresError> {
  const error = await start.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof LocalPostgresError) return error
  throw new Error(`expected a LocalPostgresError, got ${String(error)}`)
}

/** Waits until the process has ended. */
export async function untilGone(pid: number): Promise<void> {
  for (;;) {
    if ((await findProcess(pid)) === undefined) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

interface Stack {
  child: ChildProcess
  postgresPid: number
}

/** A process of its own that starts Postgres and then stays, so that a test can kill it. */
export async function startInChild(
  options: Pick<PostgresOptions, "dataDir" | "port" | "reachableRoot">,
  {
    uid,
    modulePath = join(import.meta.dirname, "embedded-postgres.ts"),
  }: { uid?: number; modulePath?: string } = {},
): Promise<Stack> {
  const script = `
    import { startPostgres } from ${JSON.stringify(modulePath)}
    try {
      const { pid } = await startPostgres(${JSON.stringify(options)})
      console.log("pid " + pid)
    } catch (error) {
      console.log("error " + error.message)
    }`
  const account = uid === undefined ? {} : { uid, gid: uid }
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    ...account,
    cwd: "/",
    stdio: ["ignore", "pipe", "inherit"],
  })
  const [line] = (await once(createInterface(child.stdout), "line")) as [string]
  if (!line.startsWith("pid ")) throw new Error(line)
  return { child, postgresPid: Number(line.slice(4)) }
}

/** Kills by pid and waits until the process has ended and its end of our pipe is closed. */
export async function killHard(child: ChildProcess): Promise<void> {
  const closed = once(child, "close")
  child.kill("SIGKILL")
  await closed
}
