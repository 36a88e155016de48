import { HTTPException } from "hono/http-exception"
import { isDatabaseAway } from "../../db/failures.ts"
import { ProblemError } from "./problem.ts"
import type { FieldError, ProblemCode, ProblemMembers } from "./problem.ts"

/** When to ask again for what only Postgres knows. */
const DATABASE_RETRY_SECONDS = 2

/** What a request is refused with. */
export interface Refusal {
  code: ProblemCode
  members: ProblemMembers
}

interface Issue {
  code?: string
  path: PropertyKey[]
  message: string
  keys?: string[]
}

/** A body or parameter that breaks its schema: each field named, an unknown one itself and not the object that has it. */
export function invalidRequestOf(issues: readonly Issue[]): Refusal {
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
  const detail = errors.map((error) => `${error.field}: ${error.message}`).join("; ")
  return { code: "invalid_request", members: { detail, errors } }
}

/** A body that is no JSON, or is said to be something else. */
export function badJsonOf(message: string): Refusal {
  return { code: "bad_json", members: { errors: [{ field: "body", message }] } }
}

/** The single place where what was thrown becomes an answer: refusals, bad JSON, and what nobody foresaw (logged). */
export function refusalOfError(error: Error, request: { requestId: string; path: string }): Refusal {
  if (error instanceof ProblemError) return { code: error.code, members: error.members }
  // 400: not JSON. 415: said to be something else than JSON.
  if (error instanceof HTTPException && (error.status === 400 || error.status === 415))
    return badJsonOf(error.message)
  if (isDatabaseAway(error))
    return { code: "temporarily_unavailable", members: { retryAfterSeconds: DATABASE_RETRY_SECONDS } }
  const overload = overloadOf(error)
  if (overload) return { code: overload, members: {} }
  console.error(JSON.stringify({ level: "error", ...request, message: error.message, stack: error.stack }))
  return { code: "internal", members: {} }
}

/** An object that is overloaded sheds: it is never asked again for the same request. */
function overloadOf(error: Error): "slow_down" | "temporarily_unavailable" | null {
  const flags = error as Error & { overloaded?: boolean; retryable?: boolean }
  if (flags.overloaded) return "slow_down"
  return flags.retryable ? "temporarily_unavailable" : null
}
