/** The network side: reads requests, hands them on, writes answers. Decides nothing about money. */
import { createServer } from "node:http"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { pipeline } from "node:stream/promises"
import type { Api } from "./api.ts"
import { answerControl } from "./control.ts"
import type { ControlParts } from "./control.ts"
import { API_VERSION } from "./views.ts"

/** The longest body, in bytes: far above any call of the API, far below what would hurt. */
export const MAX_BODY_BYTES = 256 * 1024

/** Node's 5 s would close connections that a client is about to use again, which looks like a failure of Stripe. */
const KEEP_ALIVE_MS = 75_000

const OPEN_TO_ALL: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers":
    "Request-Id, Idempotency-Key, Idempotent-Replayed, Original-Request, Stripe-Should-Retry",
  "cache-control": "no-store",
}

const PREFLIGHT: Readonly<Record<string, string>> = {
  ...OPEN_TO_ALL,
  "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
  "access-control-allow-headers": "Authorization, Content-Type, Idempotency-Key, Stripe-Version",
  "access-control-max-age": "600",
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === "string" ? value : value?.[0]
}

function writeJson(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    ...OPEN_TO_ALL,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...headers,
  })
  response.end(body)
}

function writeProblem(response: ServerResponse, status: number, message: string): void {
  writeJson(response, status, JSON.stringify({ error: { type: "invalid_request_error", message } }))
}

export interface ServerParts {
  api: Api
  control: ControlParts
  /** Called after every answer: there may be webhooks to send. */
  afterAnswer: () => void
  /** Ends everything at once, as a killed process would. */
  crash: () => void
  log: (message: string) => void
}

async function answerApiCall(
  { api, crash }: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): Promise<void> {
  const answer = await api.answer({
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.search.slice(1),
    body,
    contentType: header(request, "content-type"),
    authorization: header(request, "authorization"),
    idempotencyKey: header(request, "idempotency-key"),
  })
  if (answer.kind === "crash") crash()
  if (answer.kind !== "answer") {
    response.destroy()
    return
  }
  writeJson(response, answer.status, answer.body, { "stripe-version": API_VERSION, ...answer.headers })
}

async function handle(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "OPTIONS") {
    response.writeHead(204, PREFLIGHT).end()
    return
  }
  const body = await readBody(request)
  if (body === undefined) {
    response.setHeader("connection", "close")
    writeProblem(response, 413, `A request body may have at most ${MAX_BODY_BYTES} bytes.`)
    return
  }
  const target = request.url ?? "/"
  if (!URL.canParse(target, "http://emulator"))
    return writeProblem(response, 400, "The request target is not a valid path.")
  const url = new URL(target, "http://emulator")
  if (url.pathname.startsWith("/v1/")) return answerApiCall(parts, request, response, url, body)
  const control = answerControl(parts.control, {
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    body,
    contentType: header(request, "content-type") ?? "",
  })
  if (control === undefined)
    return writeProblem(response, 404, `Unrecognized request URL (${request.method ?? ""}: ${url.pathname}).`)
  response.writeHead(control.status, { ...OPEN_TO_ALL, ...control.headers })
  if (typeof control.body === "string") response.end(control.body)
  else await pipeline(control.body, response)
}

/** A server that is not listening yet. */
export function createEmulatorServer(parts: ServerParts): Server {
  const server = createServer((request, response) => {
    handle(parts, request, response)
      .catch((error: unknown) => {
        // Who was being served when the emulator died finds its books closed.
        if (!server.listening) return
        parts.log(
          `${request.method ?? ""} ${request.url ?? ""} broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        )
        if (response.headersSent || response.destroyed) response.destroy()
        else writeProblem(response, 500, "The emulator broke; its log says why.")
      })
      .finally(parts.afterAnswer)
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  return server
}

/** Starts listening. Rejects with the system's error (`code: 'EADDRINUSE'`) when the port is taken. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, () => {
      server.off("error", reject)
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : port)
    })
  })
}
