/** What Stripe has not: health, the ledger, faults, the clock, the bank's page, and the script for browsers. */
import { Readable } from "node:stream"
import { authenticationDonePage, authenticationPage, finishAtBank } from "./authentication.ts"
import { MAX_ADVANCE_MS } from "./clock.ts"
import type { Clock } from "./clock.ts"
import type { Desk } from "./desk.ts"
import { settleDue } from "./due.ts"
import { noFaults, readFaults } from "./fault-settings.ts"
import { openSnapshot } from "./database.ts"
import { writeLedger } from "./ledger.ts"
import type { LedgerFilter } from "./ledger.ts"

export interface ControlRequest {
  method: string
  path: string
  query: URLSearchParams
  body: string
  contentType: string
}

export interface ControlResponse {
  status: number
  headers: Record<string, string>
  body: string | Readable
}

export interface ControlParts {
  desk: Desk
  databasePath: string
  script: string
  clock: Clock
}

function json(status: number, body: unknown): ControlResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(body),
  }
}

function html(status: number, body: string): ControlResponse {
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body }
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    // The only failure of JSON.parse is text that is not JSON, and the caller answers that.
    return { ok: false }
  }
}

function setFaults(desk: Desk, body: string): ControlResponse {
  const parsed = parseJson(body)
  if (!parsed.ok) return json(400, { error: { field: "body", message: "body must be JSON" } })
  const reading = readFaults(parsed.value)
  if (reading.kind === "invalid")
    return json(400, { error: { field: reading.field, message: `${reading.field} ${reading.message}` } })
  desk.faults.replace(reading.settings)
  return json(200, desk.faults.read())
}

function faults(desk: Desk, request: ControlRequest): ControlResponse {
  if (request.method === "POST") return setFaults(desk, request.body)
  if (request.method === "DELETE") desk.faults.replace(noFaults())
  else if (request.method !== "GET") return json(405, { error: { message: "Use GET, POST or DELETE." } })
  return json(200, desk.faults.read())
}

/** GET reads the clock; POST `{"advanceMs": 1000}` moves it forward and does what has come due by then. */
function moveClock({ desk, clock }: ControlParts, request: ControlRequest): ControlResponse {
  if (request.method === "GET") return json(200, { nowMs: clock.now() })
  if (request.method !== "POST") return json(405, { error: { message: "Use GET or POST." } })
  const parsed = parseJson(request.body)
  const value = parsed.ok && typeof parsed.value === "object" && parsed.value !== null ? parsed.value : {}
  const byMs = "advanceMs" in value ? value.advanceMs : undefined
  if (typeof byMs !== "number" || !(byMs >= 0 && byMs <= MAX_ADVANCE_MS)) {
    const message = `advanceMs must be milliseconds from 0 to ${MAX_ADVANCE_MS}`
    return json(400, { error: { field: "advanceMs", message } })
  }
  clock.advance(byMs)
  settleDue(desk, clock.now())
  return json(200, { nowMs: clock.now() })
}

function ledger({ databasePath }: ControlParts, query: URLSearchParams): ControlResponse {
  const filter: LedgerFilter = {}
  for (const [name, value] of query) {
    const key = /^metadata\[(.+)\]$/.exec(name)?.[1]
    if (key === undefined)
      return json(400, {
        error: { field: name, message: `${name} is unknown; filter with metadata[key]=value` },
      })
    filter[key] = value
  }
  const snapshot = openSnapshot(databasePath)
  const body = Readable.from(writeLedger(snapshot, filter), { objectMode: true })
  body.on("close", () => snapshot.close())
  return { status: 200, headers: { "content-type": "application/json; charset=utf-8" }, body }
}

function outcomeIn(request: ControlRequest): unknown {
  if (!request.contentType.startsWith("application/json"))
    return new URLSearchParams(request.body).get("outcome")
  const parsed = parseJson(request.body)
  if (!parsed.ok || typeof parsed.value !== "object" || parsed.value === null || !("outcome" in parsed.value))
    return undefined
  return parsed.value.outcome
}

function authenticate(
  { desk, clock }: ControlParts,
  request: ControlRequest,
  intentId: string,
): ControlResponse {
  const { answer, returnTo } = finishAtBank(desk, intentId, outcomeIn(request), clock.now())
  if (request.contentType.startsWith("application/json")) return json(answer.status, answer.body)
  if (answer.status !== 200)
    return html(answer.status, authenticationPage(desk.records.get("intent", intentId)))
  if (returnTo === null) return html(200, authenticationDonePage())
  return { status: 303, headers: { location: returnTo }, body: "" }
}

/** The answer, or `undefined` for a path that is not one of these. */
export function answerControl(parts: ControlParts, request: ControlRequest): ControlResponse | undefined {
  const { method, path } = request
  if (path === "/healthz" && method === "GET") return json(200, { status: "ok" })
  if (path === "/_ledger" && method === "GET") return ledger(parts, request.query)
  if (path === "/_faults") return faults(parts.desk, request)
  if (path === "/_clock") return moveClock(parts, request)
  if ((path === "/v3/" || path === "/v3") && method === "GET") {
    return { status: 200, headers: { "content-type": "text/javascript; charset=utf-8" }, body: parts.script }
  }
  const [, page, intentId] = /^\/(3ds|_3ds)\/(pi_[A-Za-z0-9]{1,64})$/.exec(path) ?? []
  if (page === "3ds" && method === "GET" && intentId !== undefined) {
    const intent = parts.desk.records.get("intent", intentId)
    return html(intent === undefined ? 404 : 200, authenticationPage(intent))
  }
  if (page === "_3ds" && method === "POST" && intentId !== undefined)
    return authenticate(parts, request, intentId)
  return undefined
}
