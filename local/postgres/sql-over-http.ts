import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { setTimeout as delay } from "node:timers/promises"
import { LOCAL_HOST } from "./credentials.ts"
import {
  checkHeaders,
  MAX_BODY_BYTES,
  parseRequest,
  type Refusal,
  refuse,
  wordFailure,
} from "./sql-protocol.ts"
import { createSqlRunner, type SqlRunner } from "./sql-runner.ts"
import { portTaken } from "./start-failure.ts"

/** More than this in one answer would be copied several times over in memory. 507 above it. */
const MAX_ANSWER_CHARS = 64 * 1024 * 1024

/** Idle connections stay open for longer than clients keep theirs, so that it is the client who closes. */
const KEEP_ALIVE_MS = 75_000

/** A client that needs longer than this for one body is stuck. */
const REQUEST_LIMIT_MS = 60_000

/** How long `stop` lets running queries finish. */
const DRAIN_LIMIT_MS = 5_000

export interface SqlOverHttpOptions {
  /** 0 lets the system choose; the answer's `url` tells which. */
  port: number
  host?: string
  /** The one database that is served, such as `postgres://user:password@127.0.0.1:5432/database`. */
  databaseUrl: string
  /** Gets a line when the database goes away or comes back, never for queries. */
  log?: (line: string) => void
}

export interface RunningSqlOverHttp {
  /** For `neonConfig.fetchEndpoint`, such as `http://127.0.0.1:54330/sql`. */
  url: string
  stop(): Promise<void>
}

/**
 * Serves Neon's `POST /sql` in front of any PostgreSQL, for the unmodified `@neondatabase/serverless` driver.
 * Errors of the database are 400 with its SQLSTATE; 503 while it is away, without any step to recover; 413 for
 * a body above 64 MiB. Throws LocalPostgresError `port_taken`. Does not wait for the database.
 */
export async function startSqlOverHttp(options: SqlOverHttpOptions): Promise<RunningSqlOverHttp> {
  const { port, host = LOCAL_HOST, databaseUrl } = options
  const log = options.log ?? (() => undefined)
  const runner = createSqlRunner(databaseUrl, log)
  const availability = createAvailability(log)
  const server = createServer((request, response) => {
    answer(request, databaseUrl, runner).then(
      (result) => {
        if (result.kind === "answered") availability.note(true)
        else if (result.status === 503) availability.note(false, result.error.message)
        send(request, response, result)
      },
      (error: unknown) => {
        log(`A request was dropped: ${String(error)}`) // The client left before its body was complete.
        response.destroy()
      },
    )
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.headersTimeout = KEEP_ALIVE_MS + 1_000 // Node wants it above the keep-alive.
  server.requestTimeout = REQUEST_LIMIT_MS
  try {
    await listen(server, port, host)
  } catch (error) {
    await runner.end()
    throw error
  }
  const address = server.address()
  const boundPort = typeof address === "object" && address !== null ? address.port : port
  let stopped: Promise<void> | undefined
  return { url: `http://${host}:${boundPort}/sql`, stop: () => (stopped ??= close(server, runner)) }
}

type Answer = { kind: "answered"; body: string } | Refusal

async function answer(request: IncomingMessage, databaseUrl: string, runner: SqlRunner): Promise<Answer> {
  const path = request.url?.split("?", 1)[0]
  if (path !== "/sql") return refuse(404, "There is only POST /sql here.")
  if (request.method !== "POST") return refuse(405, "Only POST is served at /sql.")
  const refusal = checkHeaders(request.headers, databaseUrl)
  if (refusal !== undefined) return refusal
  const body = await readBody(request)
  if (body === undefined) return refuse(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`, "54000")
  const parsed = parseRequest(request.headers, body)
  if (parsed.kind === "refused") return parsed
  try {
    const body = JSON.stringify(await runner.run(parsed))
    if (body.length <= MAX_ANSWER_CHARS) return { kind: "answered", body }
    return refuse(
      507,
      `The answer is larger than ${MAX_ANSWER_CHARS} characters. Ask for fewer rows.`,
      "54000",
    )
  } catch (error) {
    return wordFailure(error)
  }
}

/** The whole body as text; undefined as soon as it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return undefined
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk)
      else {
        chunks.length = 0
        resolve(undefined)
      }
    })
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")))
    request.on("error", reject)
    request.on("close", () => reject(new Error("the client left")))
  })
}

function send(request: IncomingMessage, response: ServerResponse, result: Answer): void {
  const body = result.kind === "answered" ? result.body : JSON.stringify(result.error)
  const isCutShort = !request.complete
  response.writeHead(result.kind === "answered" ? 200 : result.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(isCutShort ? { connection: "close" } : {}),
  })
  response.end(body)
  // The rest of a refused body is read and dropped: a reset would reach the client before the answer does.
  if (isCutShort) request.resume()
}

/** Logs each change between "answers" and "away" once. */
function createAvailability(log: (line: string) => void): { note(isUp: boolean, reason?: string): void } {
  let wasUp = true
  return {
    note(isUp, reason) {
      if (isUp === wasUp) return
      wasUp = isUp
      log(isUp ? "Postgres answers again." : (reason ?? "Postgres cannot be reached."))
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? portTaken(port, "SQL_PROXY_PORT") : error)
    })
    server.listen({ port, host, exclusive: true }, resolve)
  })
}

async function close(server: Server, runner: SqlRunner): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const timer = new AbortController()
  const limit = delay(DRAIN_LIMIT_MS, undefined, { signal: timer.signal }).catch(() => undefined)
  server.closeIdleConnections()
  await Promise.race([closed, limit])
  timer.abort()
  server.closeAllConnections()
  await closed
  await runner.end()
}
