import type { Env } from "../environment.ts"
import { BODY_BYTES_MAX, boundedRequest, tooLarge } from "./body.ts"
import { isForeignWriter, NO_SNIFFING, REQUEST_ID_HEADER, requestIdOf } from "./conventions.ts"
import { CACHE_CONTROL } from "./cache-headers.ts"
import { refusalOfError } from "./failure.ts"
import type { Refusal } from "./failure.ts"
import { readIdempotencyKey } from "./idempotency-key.ts"
import { problemDocument } from "./problem.ts"
import type { Visit } from "./visit.ts"

/** By which a request finds who answers it. */
export type Asked = Pick<Request, "method" | "url">

/** Behind `https://` or `http://`. */
export const URL_HOST_AT = 8

const JSON_HEADERS = { "content-type": "application/json", "cache-control": CACHE_CONTROL.never }

/**
 * One of the few hot calls that are answered in front of the router: with one Response and one set of headers, and no
 * wrapper of the request. It obeys what every call obeys, by the same functions.
 */
export class DirectCall implements Visit {
  readonly request: Request
  readonly env: Env
  readonly headers: Headers
  session: string | null = null
  private readonly ctx: Pick<ExecutionContext, "waitUntil">
  private readonly requestId: string
  private readonly cookies: string[] = []

  constructor(
    request: Request,
    env: Env,
    ctx: Pick<ExecutionContext, "waitUntil">,
    requestId: string = requestIdOf(request.headers),
  ) {
    this.request = request
    this.env = env
    this.headers = request.headers
    this.ctx = ctx
    this.requestId = requestId
  }

  get url(): string {
    return this.request.url
  }

  waitUntil(work: Promise<unknown>): void {
    this.ctx.waitUntil(work)
  }

  setCookie(cookie: string): void {
    this.cookies.push(cookie)
  }

  /** The answer of `handle`; what it throws is answered as everywhere, and so is another site's page. */
  async answer(path: string, handle: () => Promise<Response>): Promise<Response> {
    if (isForeignWriter("POST", this.headers)) return this.refuse({ code: "cross_origin", members: {} })
    try {
      return await handle()
    } catch (error) {
      const thrown = error instanceof Error ? error : new Error(String(error))
      return this.refuse(refusalOfError(thrown, { requestId: this.requestId, path }))
    }
  }

  /**
   * The Idempotency-Key of a call that moves stock or money, and its body as text; or why it has none. Size, key and body
   * are looked at in this order, as the middleware does for every other call.
   */
  async readKeyed(): Promise<{ idempotencyKey: string; text: string } | { refusal: Refusal }> {
    const bounded = boundedRequest(this.request, BODY_BYTES_MAX)
    const sized = bounded instanceof Promise ? await bounded : bounded
    if (!sized) return { refusal: { code: "body_too_large", members: tooLarge(BODY_BYTES_MAX) } }
    const idempotencyKey = readIdempotencyKey(this.headers)
    if (typeof idempotencyKey !== "string") return { refusal: idempotencyKey }
    return { idempotencyKey, text: await sized.text() }
  }

  /** Answers with JSON as text. */
  json(status: number, body: string): Response {
    return this.respond(status, body, JSON_HEADERS)
  }

  refuse({ code, members }: Refusal): Response {
    const { status, headers, body } = problemDocument(code, members)
    return this.respond(status, body, headers)
  }

  private respond(status: number, body: string, own: Record<string, string>): Response {
    const headers: Record<string, string> = {
      ...own,
      ...NO_SNIFFING,
      [REQUEST_ID_HEADER]: this.requestId,
    }
    const [cookie, ...more] = this.cookies
    if (cookie !== undefined) headers["set-cookie"] = cookie
    const response = new Response(body, { status, headers })
    for (const another of more) response.headers.append("set-cookie", another)
    return response
  }
}

/** A POST that is answered in front of the router: which requests it is for, and its answer, whatever comes. */
export function directPost(path: string, handle: (call: DirectCall) => Promise<Response>) {
  return {
    path,

    /** True for the path as everybody writes it; other spellings of it come by way of the router. */
    matches({ method, url }: Asked): boolean {
      if (method !== "POST" || !url.endsWith(path)) return false
      return url.indexOf("/", URL_HOST_AT) === url.length - path.length
    },

    answer(
      request: Request,
      env: Env,
      ctx: Pick<ExecutionContext, "waitUntil">,
      requestId?: string,
    ): Promise<Response> {
      const call = new DirectCall(request, env, ctx, requestId)
      return call.answer(path, () => handle(call))
    },
  }
}
