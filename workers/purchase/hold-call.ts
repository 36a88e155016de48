import type { Env } from "../environment.ts"
import { BODY_BYTES_MAX, boundedRequest, tooLarge } from "../http/body.ts"
import { CACHE_CONTROL } from "../http/cache-headers.ts"
import { isForeignWriter, NO_SNIFFING, REQUEST_ID_HEADER, requestIdOf } from "../http/conventions.ts"
import { refusalOfError } from "../http/failure.ts"
import type { Refusal } from "../http/failure.ts"
import { readIdempotencyKey } from "../http/idempotency-key.ts"
import { problemDocument } from "../http/problem.ts"
import { beginSession, sessionOfToken, sessionTokenOf } from "../http/session.ts"
import { admittedBy } from "../line/line.ts"
import { readHoldBody } from "./hold-body.ts"
import { isKnownSoldOut, refusalOf, takeHold } from "./purchase.ts"
import type { HoldRequest } from "./purchase.ts"

/**
 * `POST /api/holds`, the hottest call, answered in front of the router: one Response with one set of headers, and no
 * wrapper of the request. It obeys what every call obeys, by the same functions.
 */
export const HOLD_PATH = "/api/holds"

/** True for the call as everybody writes it; other spellings of its path reach it by way of the router. */
export function isHoldCall(request: Request): boolean {
  if (request.method !== "POST") return false
  const { url } = request
  return url.endsWith(HOLD_PATH) && url.indexOf("/", URL_HOST_AT) === url.length - HOLD_PATH.length
}

/** Behind `https://` or `http://`. */
const URL_HOST_AT = 8

interface HoldCall {
  request: Request
  env: Env
  ctx: Pick<ExecutionContext, "waitUntil">
  requestId: string
  /** Of a session that was begun here: it goes out with whatever the answer is. */
  setCookie: string | null
}

/** Answers the call, whatever comes. */
export async function answerHoldCall(
  request: Request,
  env: Env,
  ctx: Pick<ExecutionContext, "waitUntil">,
  requestId: string = requestIdOf(request.headers),
): Promise<Response> {
  const call: HoldCall = { request, env, ctx, requestId, setCookie: null }
  const { headers } = request
  try {
    // Origin, size, key and body are looked at in this order, as the middleware does for every other call.
    if (isForeignWriter("POST", headers)) return refuse(call, { code: "cross_origin", members: {} })
    const bounded = boundedRequest(request, BODY_BYTES_MAX)
    const sized = bounded instanceof Promise ? await bounded : bounded
    if (!sized) return refuse(call, { code: "body_too_large", members: tooLarge(BODY_BYTES_MAX) })
    const idempotencyKey = readIdempotencyKey(headers)
    if (typeof idempotencyKey !== "string") return refuse(call, idempotencyKey)
    const read = readHoldBody(headers.get("content-type"), await sized.text())
    if (!read.ok) return refuse(call, read.refusal)
    const { items, saleId = null, pass = null } = read.body
    const asked = { idempotencyKey, items, saleId, pass }
    const cookies = headers.get("cookie")
    return isKnownSoldOut(asked, cookies) ? refuse(call, soldOutOf(items)) : await hold(call, asked, cookies)
  } catch (error) {
    const thrown = error instanceof Error ? error : new Error(String(error))
    return refuse(call, refusalOfError(thrown, { requestId, path: HOLD_PATH }))
  }
}

async function hold(call: HoldCall, asked: HoldRequest, cookies: string | null): Promise<Response> {
  const { env, ctx } = call
  const { saleId, pass } = asked
  const bearer = sessionTokenOf(cookies)
  const admitted = saleId !== null && pass !== null ? await admittedBy(env, { saleId, pass, bearer }) : null
  const session = admitted ?? (await sessionOfToken(env, bearer)) ?? (await begin(call))
  const waitUntil = (work: Promise<unknown>) => ctx.waitUntil(work)
  const admittedTo = admitted === null ? null : saleId
  const result = await takeHold({ env, session, admittedTo, waitUntil }, asked)
  if (result.outcome === "refused") return refuse(call, refusalOf(result))
  const { holdId, items, currency, expiresAtMs } = result
  const answer = JSON.stringify({ holdId, items, currency, expiresAtMs })
  return respond(call, result.replayed ? 200 : 201, answer, JSON_HEADERS)
}

function soldOutOf(items: readonly { sku: string }[]): Refusal {
  return refusalOf({ outcome: "refused", refusal: "sold_out", skus: items.map((item) => item.sku) })
}

async function begin(call: HoldCall): Promise<string> {
  const { session, setCookie } = await beginSession(call.env, call.request)
  call.setCookie = setCookie
  return session
}

function refuse(call: HoldCall, { code, members }: Refusal): Response {
  const { status, headers, body } = problemDocument(code, members)
  return respond(call, status, body, headers)
}

const JSON_HEADERS = { "content-type": "application/json", "cache-control": CACHE_CONTROL.never }

function respond(
  { requestId, setCookie }: HoldCall,
  status: number,
  body: string,
  own: Record<string, string>,
): Response {
  const headers: Record<string, string> = { ...own, ...NO_SNIFFING, [REQUEST_ID_HEADER]: requestId }
  if (setCookie !== null) headers["set-cookie"] = setCookie
  return new Response(body, { status, headers })
}
