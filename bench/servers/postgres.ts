import { createServer } from "node:net"
import { join } from "node:path"
import { openDatabase } from "../../db/client.ts"
import type { Database } from "../../db/client.ts"
import { migrate } from "../../db/migrate.ts"
import { startPostgres } from "../../local/postgres/embedded-postgres.ts"
import { startSqlOverHttp } from "../../local/postgres/sql-over-http.ts"

export interface Records {
  db: Database
  stop(): Promise<void>
}

/** The local Postgres with its tables, and Neon's driver before it, as the Worker has it. */
export async function startRecords(dataDir: string): Promise<Records> {
  const postgres = await startPostgres({ dataDir: join(dataDir, "postgres"), port: await freePort() })
  await migrate(postgres.url)
  const http = await startSqlOverHttp({ port: 0, databaseUrl: postgres.url })
  return {
    db: openDatabase({ DATABASE_URL: postgres.url, NEON_SQL_ENDPOINT: http.url }),
    async stop() {
      await http.stop()
      await postgres.stop()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== "object" || address === null) throw new Error("the system gave no port")
  return address.port
}
