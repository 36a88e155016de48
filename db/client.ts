import { neon, neonConfig } from "@neondatabase/serverless"
import { drizzle } from "drizzle-orm/neon-http"
import type { NeonHttpDatabase } from "drizzle-orm/neon-http"
import * as schema from "./schema.ts"

export type Database = NeonHttpDatabase<typeof schema>

export interface DatabaseAddress {
  DATABASE_URL: string
  /** SQL over HTTP in front of a Postgres that is not Neon's; empty for Neon itself. */
  NEON_SQL_ENDPOINT: string
}

/** How the driver finds Neon's own endpoint from the address of the database. */
const NEON_FETCH_ENDPOINT = neonConfig.defaults.fetchEndpoint

/**
 * Postgres through Neon's driver. Each query is one HTTP request, so there is no connection to keep or to lose.
 * Errors carry the driver's `NeonDbError` as their cause; `db/failures.ts` tells them apart.
 */
export function openDatabase(address: DatabaseAddress): Database {
  // The driver has one endpoint for all its clients. One isolate serves one environment, so it never changes there.
  neonConfig.fetchEndpoint = address.NEON_SQL_ENDPOINT || NEON_FETCH_ENDPOINT
  return drizzle({ client: neon(address.DATABASE_URL), schema, casing: "snake_case" })
}
