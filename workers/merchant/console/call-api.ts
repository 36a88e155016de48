import type { Context } from "hono"
import { answerErrors, createRoutes } from "../../http/app.ts"
import type { App } from "../../http/app.ts"
import type { FieldError } from "../../http/problem.ts"
import { merchantApiRoutes } from "../api/routes.ts"

/** The console does what the API does, through the API: same permissions, same checks, same answers. */
const api = createRoutes()
api.route("/", merchantApiRoutes)
answerErrors(api)

export interface ApiRefusal {
  ok: false
  status: number
  code: string
  detail: string
  /** What is wrong with which field, where that is why it was refused. */
  errors: readonly FieldError[]
}

interface ProblemBody {
  title: string
  code: string
  detail: string
  errors: FieldError[]
}

export type ApiAnswer<Body> = { ok: true; body: Body } | ApiRefusal

/** A call as this browser's signed-in staff. Only the cookie travels along. */
export async function callApi<Body>(
  c: Context<App>,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: object,
): Promise<ApiAnswer<Body>> {
  const headers = {
    cookie: c.req.header("cookie") ?? "",
    ...(body !== undefined && { "content-type": "application/json" }),
  }
  const request = new Request(new URL(`/merchant/api${path}`, c.req.url), {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const response = await api.fetch(request, c.env, c.executionCtx)
  if (response.ok) return { ok: true, body: await response.json<Body>() }
  const problem = await response.json<Partial<ProblemBody>>().catch(() => null)
  return {
    ok: false,
    status: response.status,
    code: problem?.code ?? "",
    errors: problem?.errors ?? [],
    detail: problem?.detail ?? problem?.title ?? `The call answered ${response.status}.`,
  }
}
