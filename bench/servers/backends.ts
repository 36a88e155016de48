import { join } from "node:path"
import { migrate } from "../../db/migrate.ts"
import { startPostgres } from "../../local/postgres/embedded-postgres.ts"
import { startSqlOverHttp } from "../../local/postgres/sql-over-http.ts"
import { findFreePort } from "../../local/postgres/test-harness.ts"

/**
 * Postgres and SQL over HTTP before it, as a process of its own: `backends.ts <folder>`. Prints `ready` with both addresses
 * as JSON when they answer; ends on SIGTERM.
 */
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error("backends.ts takes the folder that the database lives in")
const postgres = await startPostgres({ dataDir: join(folder, "postgres"), port: await findFreePort() })
await migrate(postgres.url)
const http = await startSqlOverHttp({ port: 0, databaseUrl: postgres.url })
console.log(`ready ${JSON.stringify({ databaseUrl: postgres.url, sqlUrl: http.url })}`)

process.once("SIGTERM", () => {
  http
    .stop()
    .then(() => postgres.stop())
    .then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
})
