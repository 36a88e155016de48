import { app } from "./app.ts"
import type { Env } from "./environment.ts"
import { answerBoardFromCopy } from "./line/board-call.ts"
import { answerJoinCall, saleOfJoinCall } from "./line/join-call.ts"
import { checkoutCall } from "./purchase/checkout-call.ts"
import { holdCall } from "./purchase/hold-call.ts"

/** Answers every request: the four calls of a crowd by themselves, all others by the router. */
export function answerRequest(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
): Response | Promise<Response> {
  // Read once: each look at a request crosses into the runtime.
  const { method, url } = request
  const asked = { method, url }
  if (holdCall.matches(asked)) return holdCall.answer(request, env, ctx)
  const joined = saleOfJoinCall(asked)
  if (joined !== null) return answerJoinCall(joined, request, env, ctx)
  if (checkoutCall.matches(asked)) return checkoutCall.answer(request, env, ctx)
  return answerBoardFromCopy(asked, request) ?? app.fetch(request, env, ctx)
}
