import type { Env } from "../environment.ts"
import { BODY_BYTES_MAX, boundedRequest, tooLarge } from "../http/body.ts"
import { DirectCall, URL_HOST_AT } from "../http/direct-call.ts"
import type { Refusal } from "../http/failure.ts"
import { readIdempotencyKey } from "../http/idempotency-key.ts"
import { beginSession, sessionOfToken, sessionTokenOf } from "../http/session.ts"
import { admittedBy } from "../line/line.ts"
import { readHoldBody } from "./hold-body.ts"
import { isKnownSoldOut, refusalOf, takeHold } from "./purchase.ts"
import type { HoldRequest } from "./purchase.ts"

/** `POST /api/holds`, the hottest call, answered in front of the router. */
export const HOLD_PATH = "/api/holds"

/** True for the call as everybody writes it; other spellings of its path reach it by way of the router. */
export function isHoldCall(request: Request): boolean {
  if (request.method !== "POST") return false
  const { url } = request
  return url.endsWith(HOLD_PATH) && url.indexOf("/", URL_HOST_AT) === url.length - HOLD_PATH.length
}

/** Answers the call, whatever comes. */
export function answerHoldCall(
  request: Request,
  env: Env,
  ctx: Pick<ExecutionContext, "waitUntil">,
  requestId?: string,
): Promise<Response> {
  const call = new DirectCall(request, env, ctx, requestId)
  return call.answer(HOLD_PATH, () => answer(call))
}

/** Size, key and body are looked at in this order, as the middleware does for every other call. */
async function answer(call: DirectCall): Promise<Response> {
  const { headers } = call
  const bounded = boundedRequest(call.request, BODY_BYTES_MAX)
  const sized = bounded instanceof Promise ? await bounded : bounded
  if (!sized) return call.refuse({ code: "body_too_large", members: tooLarge(BODY_BYTES_MAX) })
  const idempotencyKey = readIdempotencyKey(headers)
  if (typeof idempotencyKey !== "string") return call.refuse(idempotencyKey)
  const read = readHoldBody(headers.get("content-type"), await sized.text())
  if (!read.ok) return call.refuse(read.refusal)
  const { items, saleId = null, pass = null } = read.body
  const asked = { idempotencyKey, items, saleId, pass }
  const cookies = headers.get("cookie")
  return isKnownSoldOut(asked, cookies) ? call.refuse(soldOutOf(items)) : hold(call, asked, cookies)
}

async function hold(call: DirectCall, asked: HoldRequest, cookies: string | null): Promise<Response> {
  const { env } = call
  const { saleId, pass } = asked
  const bearer = sessionTokenOf(cookies)
  const admitted = saleId !== null && pass !== null ? await admittedBy(env, { saleId, pass, bearer }) : null
  const session = admitted ?? (await sessionOfToken(env, bearer)) ?? (await beginSession(call))
  const waitUntil = (work: Promise<unknown>) => call.waitUntil(work)
  const admittedTo = admitted === null ? null : saleId
  const result = await takeHold({ env, session, admittedTo, waitUntil }, asked)
  if (result.outcome === "refused") return call.refuse(refusalOf(result))
  const { holdId, items, currency, expiresAtMs } = result
  const body = JSON.stringify({ holdId, items, currency, expiresAtMs })
  return call.json(result.replayed ? 200 : 201, body)
}

function soldOutOf(items: readonly { sku: string }[]): Refusal {
  return refusalOf({ outcome: "refused", refusal: "sold_out", skus: items.map((item) => item.sku) })
}
