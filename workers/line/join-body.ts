import type { Context } from "hono"
import type { App } from "../http/app.ts"
import { boundedRequest, tooLarge } from "../http/body.ts"
import { badJsonOf, invalidRequestOf } from "../http/failure.ts"
import { ProblemError } from "../http/problem.ts"
import { joinRequest } from "./schemas.ts"

/** A token and its field's name; more is no invitation. */
const JOIN_BODY_BYTES_MAX = 1_024

/**
 * The invitation that a join carries, or null. Joining needs no body, whatever the headers say of one, so this is read
 * here and not by the route's schema, which would take an empty body for broken JSON. Throws a `ProblemError` for a body
 * that is something else.
 */
export async function readJoinInvitation(c: Context<App>): Promise<string | null> {
  const bounded = await boundedRequest(c.req.raw, JOIN_BODY_BYTES_MAX)
  if (!bounded) throw new ProblemError("body_too_large", tooLarge(JOIN_BODY_BYTES_MAX))
  if (!bounded.body) return null
  const text = await bounded.text()
  if (text === "") return null
  const parsed = joinRequest.safeParse(readJson(text))
  if (parsed.success) return parsed.data.invitation ?? null
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
