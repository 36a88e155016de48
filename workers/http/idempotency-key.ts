import { z } from "@hono/zod-openapi"
import type { MiddlewareHandler } from "hono"
import type { App } from "./app.ts"
import { problem } from "./problem.ts"

const HEADER = "Idempotency-Key"

/** Printable ASCII without spaces, as long as Stripe's may be. */
const KEY = /^[\x21-\x7e]{1,255}$/

/** For the description of a route; `requireIdempotencyKey` is what refuses. */
export const idempotencyKeyHeader = z.object({
  "idempotency-key": z.string().optional().openapi({
    description:
      "Required. 1 to 255 visible characters, new for each purchase; the same key with the same body replays the answer.",
  }),
})

/** Refuses a call that moves stock or money without a usable key, before its body is looked at. */
export const requireIdempotencyKey: MiddlewareHandler<App> = async (c, next) => {
  const key = c.req.header(HEADER)
  if (key !== undefined && KEY.test(key)) return next()
  return problem(c, "idempotency_key_required", {
    errors: [
      {
        field: HEADER,
        message:
          key === undefined ? "The header is missing." : "1 to 255 visible ASCII characters, without spaces.",
      },
    ],
  })
}
