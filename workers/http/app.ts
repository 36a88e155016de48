import { OpenAPIHono } from "@hono/zod-openapi"
import type { Context, Hono, MiddlewareHandler } from "hono"
import { HTTPException } from "hono/http-exception"
import { isDatabaseAway } from "../../db/failures.ts"
import type { Env, Role } from "../environment.ts"
import { CACHE_CONTROL } from "./cache-headers.ts"
import { problem, ProblemError } from "./problem.ts"
import type { FieldError } from "./problem.ts"

/** What travels with a request through the handlers. */
export interface App {
  Bindings: Env
  Variables: {
    requestId: string
    /** Set once read or made; see `session.ts`. */
    session?: string
    /** Set on the merchant's calls. */
    role?: Role
  }
}

/** When to ask again for what only Postgres knows. */
const DATABASE_RETRY_SECONDS = 2

/** Largest webhook; Stripe's are some kilobytes. */
export const WEBHOOK_BYTES_MAX = 1024 * 1024

/** Largest body of an API call. */
export const BODY_BYTES_MAX = 64 * 1024

/** A group of routes whose requests are validated by their Zod schemas, and described by them in the OpenAPI document. */
export function createRoutes(): OpenAPIHono<App> {
  return new OpenAPIHono<App>({
    defaultHook: (result, c) => {
      if (!result.success) return invalidRequest(c, result.error.issues)
      return undefined
    },
  })
}

interface Issue {
  code?: string
  path: PropertyKey[]
  message: string
  keys?: string[]
}

/** `422` with each field named; an unknown field is named itself, not the object that has it. */
export function invalidRequest(c: Context, issues: readonly Issue[]): Response {
  const errors = issues.flatMap((issue): FieldError[] => {
    const path = issue.path.map(String)
    if (issue.code === "unrecognized_keys" && issue.keys) {
      return issue.keys.map((key) => ({
        field: [...path, key].join("."),
        message: "This field is not known here.",
      }))
    }
    return [{ field: path.join(".") || "body", message: issue.message }]
  })
  const named = errors.map((error) => `${error.field}: ${error.message}`).join("; ")
  return problem(c, "invalid_request", { detail: named, errors })
}

/** What every response obeys: a request id, an explicit Cache-Control, no foreign writers. */
export const everyResponse: MiddlewareHandler<App> = async (c, next) => {
  const requestId = c.req.header("cf-ray") ?? crypto.randomUUID()
  c.set("requestId", requestId)
  const refused = refuseForeignWriter(c)
  if (refused) c.res = refused
  else await next()
  const headers = c.res.headers
  headers.set("x-request-id", requestId)
  headers.set("x-content-type-options", "nosniff")
  headers.set("referrer-policy", "strict-origin-when-cross-origin")
  if (!headers.has("cache-control")) headers.set("cache-control", CACHE_CONTROL.never)
}

/** Browsers say where a write comes from; another site's page is refused. Webhooks are signed and come from no page. */
function refuseForeignWriter(c: Context<App>): Response | null {
  const method = c.req.method
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return null
  const origin = c.req.header("origin")
  if (origin === undefined)
    return c.req.header("sec-fetch-site") === "cross-site" ? problem(c, "cross_origin") : null
  return originHost(origin) === c.req.header("host") ? null : problem(c, "cross_origin")
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

/** Refuses a declared or streamed body above the limit before it is parsed. */
export function limitBody(bytesMax: number): MiddlewareHandler<App> {
  return async (c, next) => {
    const declared = c.req.header("content-length")
    if (declared !== undefined) {
      if (Number(declared) > bytesMax) return tooLarge(c, bytesMax)
    } else if (c.req.raw.body) {
      const body = await readAtMost(c.req.raw.body, bytesMax)
      if (!body) return tooLarge(c, bytesMax)
      c.req.raw = new Request(c.req.raw, { method: c.req.method, body })
    }
    return next()
  }
}

function tooLarge(c: Context, bytesMax: number): Response {
  const message = `The body may have ${bytesMax} bytes at most.`
  return problem(c, "body_too_large", { detail: message, errors: [{ field: "body", message }] })
}

async function readAtMost(stream: ReadableStream<Uint8Array>, bytesMax: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.byteLength
    if (length > bytesMax) return null
    chunks.push(chunk)
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}

/** The single error handler: refusals that were thrown, bad JSON, and what nobody foresaw. */
export function answerErrors(app: Hono<App> | OpenAPIHono<App>): void {
  app.onError((error, c) => {
    if (error instanceof ProblemError) return problem(c, error.code, error.members)
    // 400: not JSON. 415: said to be something else than JSON.
    if (error instanceof HTTPException && (error.status === 400 || error.status === 415)) {
      return problem(c, "bad_json", { errors: [{ field: "body", message: error.message }] })
    }
    if (isDatabaseAway(error))
      return problem(c, "temporarily_unavailable", { retryAfterSeconds: DATABASE_RETRY_SECONDS })
    const overload = overloadOf(error)
    if (overload) return problem(c, overload)
    console.error(
      JSON.stringify({
        level: "error",
        requestId: c.get("requestId"),
        path: c.req.path,
        message: error.message,
        stack: error.stack,
      }),
    )
    return problem(c, "internal")
  })
  app.notFound((c) => problem(c, "not_found"))
}

/** An object that is overloaded sheds: it is never asked again for the same request. */
function overloadOf(error: Error): "slow_down" | "temporarily_unavailable" | null {
  const flags = error as Error & { overloaded?: boolean; retryable?: boolean }
  if (flags.overloaded) return "slow_down"
  return flags.retryable ? "temporarily_unavailable" : null
}
