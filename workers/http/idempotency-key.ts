import { z } from "@hono/zod-openapi"
import type { Refusal } from "./failure.ts"

const IDEMPOTENCY_KEY_HEADER = "Idempotency-Key"

/** Printable ASCII without spaces, as long as Stripe's may be. */
const KEY = /^[\x21-\x7e]{1,255}$/

/** For the description of a route; `readIdempotencyKey` is what refuses. */
export const idempotencyKeyHeader = z.object({
  "idempotency-key": z.string().optional().openapi({
    description:
      "Required. 1 to 255 visible characters, new for each purchase; the same key with the same body replays the answer.",
  }),
})

/** The key of a call that moves stock or money, or why what was sent can't be used as one. */
export function readIdempotencyKey(headers: Headers): string | Refusal {
  const key = headers.get(IDEMPOTENCY_KEY_HEADER)
  if (key !== null && KEY.test(key)) return key
  const message =
    key === null ? "The header is missing." : "1 to 255 visible ASCII characters, without spaces."
  const errors = [{ field: IDEMPOTENCY_KEY_HEADER, message }]
  return { code: "idempotency_key_required", members: { errors } }
}
