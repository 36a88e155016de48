import { boundedRequest, tooLarge } from "../http/body.ts"
import { badJsonOf, invalidRequestOf } from "../http/failure.ts"
import { ProblemError } from "../http/problem.ts"
import { joinRequest } from "./schemas.ts"
import type { JoinRequest } from "./schemas.ts"

/** An invitation, and the answer to a challenge with the longest token that Turnstile gives. */
const JOIN_BODY_BYTES_MAX = 4_096

/**
 * What a join carries: an answer to a challenge, an invitation, or nothing. Joining needs no body, whatever the headers
 * say of one, so this is read here and not by the route's schema, which would take an empty body for broken JSON. Throws
 * a `ProblemError` for a body that is something else.
 */
export async function readJoinRequest(request: Request): Promise<JoinRequest> {
  if (request.headers.get("content-length") === "0") return {}
  const bounded = await boundedRequest(request, JOIN_BODY_BYTES_MAX)
  if (!bounded) throw new ProblemError("body_too_large", tooLarge(JOIN_BODY_BYTES_MAX))
  if (!bounded.body) return {}
  const text = await bounded.text()
  if (text === "") return {}
  const parsed = joinRequest.safeParse(readJson(text))
  if (parsed.success) return parsed.data
  const { code, members } = invalidRequestOf(parsed.error.issues)
  throw new ProblemError(code, members)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const { code, members } = badJsonOf(String(error))
    throw new ProblemError(code, members)
  }
}
