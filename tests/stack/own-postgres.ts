import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import { startPostgres } from "../../local/postgres/embedded-postgres.ts"
import { startStack } from "../../local/stack/stack.ts"
import { freePorts } from "../../local/postgres/test-harness.ts"

/** A stack whose Postgres is ours to stop and to spoil. */
export interface StackWithOwnPostgres {
  addresses: { url: string; stripeUrl: string }
  stopPostgres(): Promise<void>
  /** Resolves once it takes connections again. */
  startPostgres(): Promise<void>
  query<Row>(text: string): Promise<Row[]>
  stop(): Promise<void>
}

export async function startWithOwnPostgres(): Promise<StackWithOwnPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), "spillway-pipeline-"))
  const [port = 0, postgresPort = 0, sqlProxyPort = 0, stripeEmulatorPort = 0] = await freePorts(4)
  const start = () => startPostgres({ dataDir: join(dataDir, "own-postgres"), port: postgresPort })
  let postgres = await start()
  const settings = { port, postgresPort: 1, sqlProxyPort, stripeEmulatorPort, dataDir, demo: false }
  const stack = await startStack(
    { ...settings, databaseUrl: postgres.url, stripe: null, turnstile: null },
    { step: () => undefined, line: () => undefined },
  )
  return {
    addresses: { url: stack.url, stripeUrl: stack.stripeUrl ?? "" },
    stopPostgres: () => postgres.stop(),
    async startPostgres() {
      postgres = await start()
    },
    async query<Row>(text: string) {
      const client = new pg.Client({ connectionString: postgres.url })
      await client.connect()
      try {
        return (await client.query(text)).rows as Row[]
      } finally {
        await client.end()
      }
    },
    async stop() {
      await stack.stop()
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
