import { fileURLToPath } from "node:url"
import { drizzle } from "drizzle-orm/node-postgres"
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator"
import { Client } from "pg"

const MIGRATIONS_FOLDER = fileURLToPath(new URL("./migrations", import.meta.url).href)

/** Two stacks or deployments that migrate at once take turns under this number. */
const MIGRATION_LOCK = 7_745_929

/** A server that does not answer in this time is reported, not waited for. */
const CONNECT_LIMIT_MS = 10_000

/**
 * Brings the database up to this version's tables, in one transaction, and says how many migrations that took.
 * Safe to call again, and from several processes at once. Throws the driver's error when Postgres is not there.
 */
export async function migrate(databaseUrl: string): Promise<{ applied: number }> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_LIMIT_MS })
  await client.connect()
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK])
    const before = await countApplied(client)
    await applyMigrations(drizzle({ client }), { migrationsFolder: MIGRATIONS_FOLDER })
    return { applied: (await countApplied(client)) - before }
  } finally {
    await client.end() // Gives the lock back as well.
  }
}

async function countApplied(client: Client): Promise<number> {
  const found = await client.query<{ known: string | null }>(
    "select to_regclass('drizzle.__drizzle_migrations') as known",
  )
  if (!found.rows[0]?.known) return 0
  const counted = await client.query<{ count: number }>(
    "select count(*)::int as count from drizzle.__drizzle_migrations",
  )
  return counted.rows[0]?.count ?? 0
}

async function main(): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL
  if (!databaseUrl) {
    console.error(
      "DATABASE_URL is missing. Set it to the address of the database, such as postgres://user:password@host/name.",
    )
    process.exitCode = 1
    return
  }
  try {
    const { applied } = await migrate(databaseUrl)
    console.log(
      applied === 0
        ? "The database is up to date."
        : `Applied ${applied} migration${applied === 1 ? "" : "s"}.`,
    )
  } catch (error) {
    console.error(
      `The migrations were not applied: ${error instanceof Error ? error.message : String(error)}`,
    )
    process.exitCode = 1
  }
}

if (import.meta.main) await main()
