import { neon } from "@neondatabase/serverless"
import { drizzle } from "drizzle-orm/neon-http"
import type { NeonHttpDatabase } from "drizzle-orm/neon-http"
import * as schema from "./schema.ts"

export type Database = NeonHttpDatabase<typeof schema>

export interface DatabaseAddress {
  DATABASE_URL: string
  /** SQL over HTTP in front of a Postgres that is not Neon's; empty for Neon itself. */
  NEON_SQL_ENDPOINT: string
}

/**
 * Postgres through Neon's driver. Each query is one HTTP request, so there is no connection to keep or to lose.
 * Errors are the driver's `NeonDbError` with Postgres's SQLSTATE in `code`.
 */
export function openDatabase(address: DatabaseAddress): Database {
  const client = neon(address.DATABASE_URL, address.NEON_SQL_ENDPOINT ? { fetchEndpoint: address.NEON_SQL_ENDPOINT } : {})
  return drizzle({ client, schema, casing: "snake_case" })
}
