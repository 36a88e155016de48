import { OpenAPIHono } from "@hono/zod-openapi"
import type { Hono, MiddlewareHandler } from "hono"
import type { Env, Role } from "../environment.ts"
import { boundedRequest, tooLarge } from "./body.ts"
import { isForeignWriter, obeyConventions, requestIdOf } from "./conventions.ts"
import { invalidRequestOf, refusalOfError } from "./failure.ts"
import { problem } from "./problem.ts"
import type { Visit } from "./visit.ts"

/** What travels with a request through the handlers. */
export interface App {
  Bindings: Env
  Variables: {
    requestId: string
    /** Set when it is first asked for; see `visitOf`. */
    visit?: Visit
    /** Set on the merchant's calls. */
    role?: Role
  }
}

/** A group of routes whose requests are validated by their Zod schemas, and described by them in the OpenAPI document. */
export function createRoutes(): OpenAPIHono<App> {
  return new OpenAPIHono<App>({
    defaultHook: (result, c) => {
      if (result.success) return undefined
      const { code, members } = invalidRequestOf(result.error.issues)
      return problem(c, code, members)
    },
  })
}

/** What every response obeys: a request id, an explicit Cache-Control, no foreign writers. */
export const everyResponse: MiddlewareHandler<App> = async (c, next) => {
  const requestId = requestIdOf(c.req.raw.headers)
  c.set("requestId", requestId)
  if (isForeignWriter(c.req.method, c.req.raw.headers)) c.res = problem(c, "cross_origin")
  else await next()
  obeyConventions(c.res.headers, requestId)
}

/** Refuses a declared or streamed body above the limit before it is parsed. */
export function limitBody(bytesMax: number): MiddlewareHandler<App> {
  return async (c, next) => {
    const bounded = await boundedRequest(c.req.raw, bytesMax)
    if (!bounded) return problem(c, "body_too_large", tooLarge(bytesMax))
    c.req.raw = bounded
    return next()
  }
}

/** The single error handler: refusals that were thrown, bad JSON, and what nobody foresaw. */
export function answerErrors(app: Hono<App> | OpenAPIHono<App>): void {
  app.onError((error, c) => {
    const { code, members } = refusalOfError(error, { requestId: c.get("requestId"), path: c.req.path })
    return problem(c, code, members)
  })
  app.notFound((c) => problem(c, "not_found"))
}
