import { setTimeout as delay } from "node:timers/promises"
import { Client, Pool, type PoolClient, type QueryArrayConfig, type QueryArrayResult } from "pg"
import type { SqlRequest, SqlStatement } from "./sql-protocol.ts"

/** Leaves most of the local server's 60 connections to other tools; more would not run faster on a laptop. */
const POOL_MAX = 20

/** Waiting for a connection, or for a turn, beyond this is answered as "cannot be reached". */
const CONNECT_LIMIT_MS = 5_000

/** A statement that runs longer is cancelled by the server (SQLSTATE 57014): HTTP clients have long gone. */
const STATEMENT_LIMIT_MS = 60_000

/** A connection that says nothing for this long is dead; above the statement limit, so the server goes first. */
const READ_LIMIT_MS = 65_000

/** A browser's worth of requests queues behind the pool; more than this is refused at once. */
const MAX_WAITING = 10_000

/** How long `end` waits for running queries before it closes their connections. */
const END_LIMIT_MS = 3_000

/** Commands that can change the session itself, which the next request must not see. */
const SESSION_COMMANDS = new Set(["SET", "LISTEN", "PREPARE", "DECLARE", "LOAD", "CREATE"])

type Row = (string | null)[]

interface WireField {
  name: string
  tableID: number
  columnID: number
  dataTypeID: number
  dataTypeSize: number
  dataTypeModifier: number
  format: string
}

/** One statement's result, as the driver reads it. Values are PostgreSQL's own text. */
interface WireResult {
  command: string | null
  rowCount: number | null
  fields: WireField[]
  rows: Row[] | Record<string, string | null>[]
  rowAsArray: boolean
}

export interface SqlRunner {
  /** Rejects with pg's error: with `severity` and SQLSTATE from the server, without on a broken way to it. */
  run(request: SqlRequest): Promise<WireResult | { results: WireResult[] }>
  /** Ends all connections; what runs is let finish for a few seconds, then cut off. */
  end(): Promise<void>
}

/**
 * Runs requests on pooled connections, each request on a session that looks fresh. What only DISCARD ALL could
 * undo inside a plain SELECT (set_config, advisory locks of the session) is not undone, as behind any pooler.
 */
export function createSqlRunner(databaseUrl: string, log: (line: string) => void): SqlRunner {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: POOL_MAX,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    query_timeout: READ_LIMIT_MS,
    application_name: "sql-over-http",
    keepAlive: true,
  })
  // A connection that breaks rejects the query that uses it; these listeners keep it from being thrown as well.
  pool.on("error", (error) => log(`An idle Postgres connection broke: ${error.message}`))
  const clients = new Set<Client>()
  pool.on("connect", (client) => {
    if (client instanceof Client) clients.add(client)
    client.on("error", () => undefined)
  })
  pool.on("remove", (client) => {
    if (client instanceof Client) clients.delete(client)
  })
  return {
    async run(request) {
      if (pool.waitingCount >= MAX_WAITING) throw new Error("too many requests wait for a connection")
      const client = await pool.connect()
      try {
        const answer =
          request.kind === "single" ? await runSingle(client, request) : await runBatch(client, request)
        await tidySession(client, Array.isArray(answer) ? answer : [answer])
        client.release(!isIdle(client))
        return Array.isArray(answer) ? { results: answer } : answer
      } catch (error) {
        // A connection in a transaction or in doubt is closed, which rolls back.
        client.release(!isIdle(client) || !isServerError(error))
        throw error
      }
    },
    end: () => endPool(pool, clients),
  }
}

async function endPool(pool: Pool, clients: ReadonlySet<Client>): Promise<void> {
  const timer = new AbortController()
  const limit = delay(END_LIMIT_MS, undefined, { signal: timer.signal }).catch(() => undefined)
  const ended = pool.end()
  await Promise.race([ended, limit])
  timer.abort()
  // Ending a client in the middle of a query closes its socket, and the query rejects.
  await Promise.all([...clients].map((client) => client.end()))
  await ended
}

function isIdle(client: PoolClient): boolean {
  return client.getTransactionStatus() === "I"
}

function isServerError(error: unknown): boolean {
  return error instanceof Error && "severity" in error && !/FATAL|PANIC/.test(String(error.severity))
}

async function runSingle(
  client: PoolClient,
  request: Extract<SqlRequest, { kind: "single" }>,
): Promise<WireResult> {
  return toWire(await query(client, request.statement), request.arrayMode)
}

async function runBatch(
  client: PoolClient,
  request: Extract<SqlRequest, { kind: "batch" }>,
): Promise<WireResult[]> {
  await client.query(request.begin)
  try {
    const results: WireResult[] = []
    for (const statement of request.statements) {
      results.push(toWire(await query(client, statement), request.arrayMode))
    }
    await client.query("COMMIT")
    return results
  } catch (error) {
    // On a connection that is gone or silent there is nothing to say: closing it rolls back.
    if (isServerError(error)) await client.query("ROLLBACK").catch(() => undefined)
    throw error
  }
}

async function tidySession(client: PoolClient, results: WireResult[]): Promise<void> {
  const isTouched = results.some(({ command }) => command !== null && SESSION_COMMANDS.has(command))
  if (isTouched && isIdle(client)) await client.query("DISCARD ALL")
}

/** pg's type parsers, all replaced: the driver wants the text and parses it by `dataTypeID` itself. */
const RAW_TEXT = { getTypeParser: () => (value: string) => value }

function query(client: PoolClient, statement: SqlStatement): Promise<QueryArrayResult<Row>> {
  // The extended protocol, also without parameters: like Neon it refuses several statements in one query.
  const config: QueryArrayConfig & { queryMode: "extended" } = {
    text: statement.query,
    values: statement.params,
    rowMode: "array",
    types: RAW_TEXT,
    queryMode: "extended",
  }
  return client.query<Row>(config)
}

function toWire(result: QueryArrayResult<Row>, arrayMode: boolean): WireResult {
  const { command, rowCount, fields } = result
  const names = fields.map(({ name }) => name)
  const rows = arrayMode ? result.rows : result.rows.map((row) => toObject(names, row))
  return { command, rowCount, fields, rows, rowAsArray: arrayMode }
}

function toObject(names: string[], row: Row): Record<string, string | null> {
  return Object.fromEntries(names.map((name, index) => [name, row[index] ?? null]))
}
