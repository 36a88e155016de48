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
  if (holdCall.matches(request)) return holdCall.answer(request, env, ctx)
  const joined = saleOfJoinCall(request)
  if (joined !== null) return answerJoinCall(joined, request, env, ctx)
  if (checkoutCall.matches(request)) return checkoutCall.answer(request, env, ctx)
  return answerBoardFromCopy(request) ?? app.fetch(request, env, ctx)
}
