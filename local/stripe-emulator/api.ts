/**
 * The way of one API call: fate, key, idempotency, work, answer. Everything between reading and answering runs in one
 * transaction together with the stored answer, so a killed process has done either all of it or nothing.
 */
import { createHash } from "node:crypto"
import { setTimeout as pause } from "node:timers/promises"
import { identifyCaller, secretKeyRequired } from "./api-key.ts"
import type { ApiKeys } from "./api-key.ts"
import type { Answer, Call, Desk } from "./desk.ts"
import { refused, stableNameOf } from "./desk.ts"
import { RequestFailure, internalError, invalidRequest, tooManyRequests } from "./errors.ts"
import { expand } from "./expand.ts"
import type { ApiFate, FaultyCall } from "./faults.ts"
import { canonicalForm, parseForm } from "./form.ts"
import { decideKey } from "./idempotency.ts"
import type { KeyStore, KeyUse } from "./idempotency.ts"
import { ParamReader } from "./params.ts"
import { findRoute } from "./routes.ts"
import type { Route } from "./routes.ts"

/** A request as it came over the network. */
export interface ApiRequest {
  method: string
  path: string
  query: string
  body: string
  contentType: string | undefined
  authorization: string | undefined
  idempotencyKey: string | undefined
}

/** What goes back, or that the connection is to be cut, alone or with everything. */
export type ApiResponse =
  | { kind: "answer"; status: number; body: string; headers: Record<string, string> }
  | { kind: "cut" | "crash" }

export interface Api {
  answer(request: ApiRequest): Promise<ApiResponse>
}

export interface ApiParts {
  desk: Desk
  keys: ApiKeys
  keyStore: KeyStore
  now: () => number
  log: (message: string) => void
}

interface Admitted {
  request: ApiRequest
  route: Route
  ids: string[]
  caller: Call["caller"]
  requestId: string
  use: KeyUse | undefined
  fate: ApiFate
}

function respond(answer: Answer, headers: Record<string, string>): ApiResponse {
  return { kind: "answer", status: answer.status, body: JSON.stringify(answer.body), headers }
}

function tooMany(headers: Record<string, string>): ApiResponse {
  return respond(refused(tooManyRequests()), { ...headers, "stripe-rate-limited-reason": "global-rate" })
}

/** What a call is about, by a name that is the same in every run: ids are not, keys are their caller's. */
function subjectOf(desk: Desk, request: ApiRequest, ids: string[]): FaultyCall["subject"] {
  if (request.idempotencyKey !== undefined) return request.idempotencyKey
  const intent = ids[0]?.startsWith("pi_") ? desk.records.get("intent", ids[0]) : undefined
  return intent === undefined ? (ids[0] ?? request.path) : stableNameOf(intent)
}

function keyUse(request: ApiRequest, caller: Call["caller"]): KeyUse | undefined {
  if (request.method !== "POST" || request.idempotencyKey === undefined || request.idempotencyKey === "")
    return undefined
  const fingerprint = createHash("sha256").update(canonicalForm(request.body)).digest("base64url")
  return { key: `${caller}:${request.idempotencyKey}`, path: request.path, fingerprint }
}

/** The API over a desk. */
export function createApi({ desk, keys, keyStore, now, log }: ApiParts): Api {
  const running = new Map<string, KeyUse>()

  function work({ request, route, ids, caller, requestId, use, fate }: Admitted): Answer {
    if (fate.error500) return refused(internalError())
    const text = request.method === "POST" ? request.body : request.query
    const params = new ParamReader(parseForm(text))
    const paths = params.texts("expand") ?? []
    const idempotencyKey = use === undefined ? null : (request.idempotencyKey ?? null)
    const call: Call = { caller, params, ids, requestId, idempotencyKey, nowMs: now(), mint: desk.mint }
    const answer = route.run(desk, call)
    return { status: answer.status, body: expand(desk, answer.body, paths) }
  }

  function keep(admitted: Admitted, answer: Answer): void {
    if (admitted.use === undefined) return
    keyStore.keep({
      ...admitted.use,
      requestId: admitted.requestId,
      status: answer.status,
      body: JSON.stringify(answer.body),
      createdAtMs: now(),
    })
  }

  /** The work and its stored answer, all or nothing. A request that could not be read leaves nothing behind. */
  function workOnce(admitted: Admitted): Answer {
    try {
      return desk.records.transaction(() => {
        const answer = work(admitted)
        keep(admitted, answer)
        return answer
      })
    } catch (error) {
      if (error instanceof RequestFailure) return refused(error.failure)
      log(
        `${admitted.request.method} ${admitted.request.path} broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
      const answer = refused(internalError())
      desk.records.transaction(() => keep(admitted, answer))
      return answer
    }
  }

  function finish(admitted: Admitted, headers: Record<string, string>): ApiResponse {
    const answer = workOnce(admitted)
    const { fate, request, use } = admitted
    const didWork = request.method !== "GET" && answer.status < 300
    if (didWork && fate.afterSuccess === "crash") return { kind: "crash" }
    if (didWork && fate.afterSuccess === "close") return { kind: "cut" }
    if (didWork && fate.afterSuccess === "error500") return respond(refused(internalError()), headers)
    // A stored 500 comes back for every retry with its key, so Stripe advises against one.
    if (answer.status === 500 && use !== undefined)
      return respond(answer, { ...headers, "stripe-should-retry": "false" })
    return respond(answer, headers)
  }

  async function admit(admitted: Admitted, headers: Record<string, string>): Promise<ApiResponse> {
    const { use, fate } = admitted
    if (use === undefined) {
      if (fate.slowMs > 0) await pause(fate.slowMs)
      return finish(admitted, headers)
    }
    const decision = decideKey(use, running.get(use.key), keyStore.find(use.key, now()))
    if (decision.kind === "refused") return respond(refused(decision.failure), headers)
    if (decision.kind === "replay") {
      const { kept } = decision
      const replayed = { ...headers, "idempotent-replayed": "true", "original-request": kept.requestId }
      const advice: Record<string, string> = kept.status === 500 ? { "stripe-should-retry": "false" } : {}
      return { kind: "answer", status: kept.status, body: kept.body, headers: { ...replayed, ...advice } }
    }
    running.set(use.key, use)
    try {
      if (fate.slowMs > 0) await pause(fate.slowMs)
      return finish(admitted, headers)
    } finally {
      running.delete(use.key)
    }
  }

  return {
    async answer(request) {
      if (desk.faults.read().api.down) return { kind: "cut" }
      const requestId = desk.mint("req")
      const headers: Record<string, string> = { "request-id": requestId }
      if (request.idempotencyKey !== undefined) headers["idempotency-key"] = request.idempotencyKey
      const caller = identifyCaller(request.authorization, keys)
      if (typeof caller !== "string") return respond(refused(caller), headers)
      if (desk.faults.beyondRate(now())) return tooMany(headers)
      const found = findRoute(request.method, request.path)
      if (found === undefined) {
        return respond(
          refused(
            invalidRequest(`Unrecognized request URL (${request.method}: ${request.path}).`, { status: 404 }),
          ),
          headers,
        )
      }
      if (caller === "shopper" && !found.route.shopperMay)
        return respond(refused(secretKeyRequired()), headers)
      if (
        request.body !== "" &&
        !(request.contentType ?? "").startsWith("application/x-www-form-urlencoded")
      ) {
        return respond(
          refused(
            invalidRequest(
              "Invalid request (check that your POST content type is application/x-www-form-urlencoded).",
            ),
          ),
          headers,
        )
      }
      const fate = desk.faults.drawForCall(() => ({
        name: found.route.name,
        subject: subjectOf(desk, request, found.ids),
      }))
      if (fate.error429) return tooMany(headers)
      return admit({ request, ...found, caller, requestId, use: keyUse(request, caller), fate }, headers)
    },
  }
}
