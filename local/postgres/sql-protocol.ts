import type { IncomingHttpHeaders } from "node:http"
import { z } from "zod"

/** Neon's SQL-over-HTTP, as `@neondatabase/serverless` speaks it. Decisions only: no sockets, no clock. */

/** One request may carry a photo or a large import, and not exhaust the machine. 413 above it. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024

/** The wire protocol counts parameters in 16 bits. */
const MAX_PARAMS = 65_535

/** A transaction of more statements than this belongs in one statement over arrays. */
const MAX_BATCH_QUERIES = 10_000

const Statement = z.object({
  // PostgreSQL's strings end at a NUL, so one inside the text would cut the message in two.
  query: z.string().refine((text) => !text.includes("\0"), "the query contains a NUL character"),
  params: z.array(z.unknown()).max(MAX_PARAMS).default([]),
})

const Body = z.union([Statement, z.object({ queries: z.array(Statement).max(MAX_BATCH_QUERIES) })])

export type SqlStatement = z.infer<typeof Statement>

const ISOLATION_LEVELS: Readonly<Record<string, string>> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
}

/** What the driver turns into a `NeonDbError`: `message` always, PostgreSQL's own fields where there are any. */
interface WireError {
  message: string
  code?: string
  [field: string]: string | undefined
}

export interface Refusal {
  kind: "refused"
  status: number
  error: WireError
}

export type SqlRequest =
  | { kind: "single"; arrayMode: boolean; statement: SqlStatement }
  | { kind: "batch"; arrayMode: boolean; begin: string; statements: SqlStatement[] }

export function refuse(status: number, message: string, code?: string): Refusal {
  return {
    kind: "refused",
    status,
    error: { message, severity: "ERROR", ...(code === undefined ? {} : { code }) },
  }
}

/** User, password and database of a connection string; undefined when it is not one. */
function parseTarget(
  connectionString: string,
): { user: string; password: string; database: string } | undefined {
  try {
    const url = new URL(connectionString)
    if (url.protocol !== "postgres:" && url.protocol !== "postgresql:") return undefined
    return {
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
    }
  } catch {
    return undefined
  }
}

/**
 * Decides on the headers alone, before any body is read. Host and port of the connection string do not count:
 * the driver sends those of the database, and the request is already here. Precedence: no connection string,
 * wrong credentials, parsed output asked for.
 */
export function checkHeaders(headers: IncomingHttpHeaders, databaseUrl: string): Refusal | undefined {
  const header = headers["neon-connection-string"]
  const given = typeof header === "string" ? parseTarget(header) : undefined
  if (given === undefined) {
    return refuse(
      400,
      "The header Neon-Connection-String must hold a postgres:// connection string.",
      "08001",
    )
  }
  const own = parseTarget(databaseUrl)
  if (given.user !== own?.user || given.password !== own.password) {
    return refuse(400, `password authentication failed for user "${given.user}"`, "28P01")
  }
  if (given.database !== own.database) {
    return refuse(400, `database "${given.database}" is not served here, only "${own.database}"`, "3D000")
  }
  if (headers["neon-raw-text-output"] !== "true") {
    return refuse(400, "Only raw text output is served here: send Neon-Raw-Text-Output: true.", "0A000")
  }
  return undefined
}

/** Reads a body and the headers that shape its answer. */
export function parseRequest(headers: IncomingHttpHeaders, body: string): SqlRequest | Refusal {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return refuse(400, "The body is not JSON.", "22P02")
  }
  const parsed = Body.safeParse(json)
  if (!parsed.success)
    return refuse(400, `The body is not a query: ${z.prettifyError(parsed.error)}`, "22023")
  const arrayMode = headers["neon-array-mode"] === "true"
  if (!("queries" in parsed.data)) return { kind: "single", arrayMode, statement: parsed.data }
  const begin = wordBegin(headers)
  if (typeof begin !== "string") return begin
  return { kind: "batch", arrayMode, begin, statements: parsed.data.queries }
}

function wordBegin(headers: IncomingHttpHeaders): string | Refusal {
  const words = ["BEGIN"]
  const level = headers["neon-batch-isolation-level"]
  if (level !== undefined) {
    const sql = typeof level === "string" && Object.hasOwn(ISOLATION_LEVELS, level) && ISOLATION_LEVELS[level]
    if (sql === false || sql === undefined)
      return refuse(400, `Unknown isolation level "${String(level)}".`, "22023")
    words.push(`ISOLATION LEVEL ${sql}`)
  }
  if (headers["neon-batch-read-only"] === "true") words.push("READ ONLY")
  if (headers["neon-batch-deferrable"] === "true") words.push("DEFERRABLE")
  return words.join(" ")
}

/** The fields that the driver copies into its `NeonDbError`. */
const ERROR_FIELDS = [
  ...([
    "severity",
    "code",
    "detail",
    "hint",
    "position",
    "internalPosition",
    "internalQuery",
    "where",
  ] as const),
  ...(["schema", "table", "column", "dataType", "constraint", "file", "line", "routine"] as const),
]

/** SQLSTATEs that say the server is away or full, not that the query is wrong. */
const AWAY = /^(08...|57P0[1-3]|53300)$/

/**
 * An error of the database becomes a 400 with its SQLSTATE and fields, which is what the driver expects;
 * one of the way to it becomes a 503 that says so.
 */
export function wordFailure(error: unknown): Refusal {
  const fields: Record<string, unknown> = typeof error === "object" && error !== null ? { ...error } : {}
  const code = typeof fields.code === "string" ? fields.code : undefined
  const message = error instanceof Error ? error.message : String(error)
  if (code === undefined || typeof fields.severity !== "string") {
    return refuse(503, `Postgres cannot be reached: ${message || (code ?? "no reason given")}`, "08006")
  }
  const wire: WireError = { message }
  for (const name of ERROR_FIELDS) {
    const value = fields[name]
    if (typeof value === "string") wire[name] = value
  }
  return { kind: "refused", status: AWAY.test(code) ? 503 : 400, error: wire }
}
