import { directPost } from "../http/direct-call.ts"
import type { DirectCall } from "../http/direct-call.ts"
import type { Refusal } from "../http/failure.ts"
import { beginSession, sessionOfToken, sessionTokenOf } from "../http/session.ts"
import { admittedBy } from "../line/line.ts"
import { readHoldBody } from "./hold-body.ts"
import { isKnownSoldOut, refusalOf, takeHold } from "./purchase.ts"
import type { HoldRequest } from "./purchase.ts"

/** `POST /api/holds`, the hottest call, answered in front of the router. */
export const holdCall = directPost("/api/holds", answer)

async function answer(call: DirectCall): Promise<Response> {
  const { headers } = call
  const keyed = await call.readKeyed()
  if ("refusal" in keyed) return call.refuse(keyed.refusal)
  const { idempotencyKey, text } = keyed
  const read = readHoldBody(headers.get("content-type"), text)
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
