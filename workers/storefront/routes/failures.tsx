import type { Context } from "hono"
import { isDatabaseAway } from "../../../db/failures.ts"
import type { App } from "../../http/app.ts"
import { PROBLEMS, ProblemError } from "../../http/problem.ts"
import type { ProblemCode } from "../../http/problem.ts"
import { ENGLISH } from "../languages/choose-language.ts"
import { Message } from "../pages/message.tsx"
import { sayRefusal } from "../pages/refusals.ts"
import type { PageRefusal } from "../pages/refusals.ts"
import { answerPage, siteFor } from "./answer.ts"

export interface RefusalContext {
  saleId?: string | null
  productSlug?: string | null
}

/** A refusal as a calm page, with the status that the same refusal has in the API. */
export function answerRefusal(
  c: Context<App>,
  refusal: PageRefusal,
  context: RefusalContext = {},
): Promise<Response> {
  const [status] = PROBLEMS[codeBehind(refusal)]
  const site = siteFor(c)
  const words = sayRefusal(
    refusal,
    { saleId: context.saleId ?? null, productSlug: context.productSlug ?? null },
    (site.speech ?? ENGLISH).words,
  )
  const retryLater = status === 429 || status === 503 || status === 425
  return answerPage(c, <Message site={site} {...words} />, {
    status,
    ...(retryLater && { retryAfterSeconds: 2 }),
  })
}

function codeBehind(refusal: PageRefusal): ProblemCode {
  if (refusal === "invitation_invalid") return "ticket_invalid"
  return refusal === "registration_closed" ? "sale_over" : refusal
}

/** The pages' own error handler: what the API says in a problem document, a page says in words. */
export function answerFailure(error: Error, c: Context<App>): Promise<Response> {
  const code = codeOf(error)
  if (code === "internal") {
    const { message, stack } = error
    console.error(
      JSON.stringify({ level: "error", requestId: c.get("requestId"), path: c.req.path, message, stack }),
    )
  }
  return answerRefusal(c, code)
}

function codeOf(error: Error): ProblemCode {
  if (error instanceof ProblemError) return error.code
  // An object that is overloaded sheds: it is never asked again for the same request.
  const flags = error as Error & { overloaded?: boolean; retryable?: boolean }
  if (flags.overloaded) return "slow_down"
  return flags.retryable || isDatabaseAway(error) ? "temporarily_unavailable" : "internal"
}

/** What is read from Postgres, or null while Postgres is away; any other failure stays one. */
export async function unlessAway<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading
  } catch (error) {
    if (isDatabaseAway(error)) return null
    throw error
  }
}
