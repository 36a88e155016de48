import type { Env } from "../environment.ts"
import { DirectCall, URL_HOST_AT } from "../http/direct-call.ts"
import type { Asked } from "../http/direct-call.ts"
import type { Refusal } from "../http/failure.ts"
import { isSaleId } from "./board.ts"
import { readJoinRequest } from "./join-body.ts"
import { joinLine } from "./line.ts"
import type { JoinOutcome } from "./line.ts"

/**
 * `POST /api/sales/{saleId}/tickets`, which a whole crowd asks in the second before the bell, answered in front of the
 * router.
 */

const BEFORE_ID = "/api/sales/"
const AFTER_ID = "/tickets"

/** The sale that the call, written as everybody writes it, joins; other spellings reach it by way of the router. */
export function saleOfJoinCall({ method, url }: Asked): string | null {
  if (method !== "POST" || !url.endsWith(AFTER_ID)) return null
  const pathAt = url.indexOf("/", URL_HOST_AT)
  if (!url.startsWith(BEFORE_ID, pathAt)) return null
  const saleId = url.slice(pathAt + BEFORE_ID.length, -AFTER_ID.length)
  return isSaleId(saleId) ? saleId : null
}

/** Answers the call, whatever comes. */
export function answerJoinCall(
  saleId: string,
  request: Request,
  env: Env,
  ctx: Pick<ExecutionContext, "waitUntil">,
): Promise<Response> {
  const call = new DirectCall(request, env, ctx)
  return call.answer(BEFORE_ID + saleId + AFTER_ID, async () => {
    const joined = await joinLine(call, saleId, await readJoinRequest(request))
    if (joined.outcome === "refused") return call.refuse(refusalOfJoin(joined))
    const { ticket, ticketId, arrivedAtMs, replayed } = joined
    return call.json(replayed ? 200 : 201, JSON.stringify({ ticket, ticketId, arrivedAtMs }))
  })
}

const REGISTRATION_CLOSED =
  "Registration for this draw has closed: only who came before the bell is in it. See /api/sales for the next one."

const NOT_INVITED = "This is not an invitation to this sale, or it has run out. Join without it."

/** A refused join as it goes out. */
export function refusalOfJoin(joined: JoinOutcome & { outcome: "refused" }): Refusal {
  switch (joined.refusal) {
    case "challenge_required":
      return { code: "challenge_required", members: { challenge: joined.challenge } }
    case "ticket_invalid":
      return { code: "ticket_invalid", members: { detail: NOT_INVITED } }
    case "registration_closed":
      return { code: "sale_over", members: { detail: REGISTRATION_CLOSED } }
    case "sale_not_found":
    case "sale_over":
      return { code: joined.refusal, members: {} }
  }
}
