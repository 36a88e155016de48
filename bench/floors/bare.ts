import { heldAnswer } from "./answer.ts"

/** Floor: a Worker that answers a small JSON document and does nothing else. */
export default {
  fetch: () => Response.json(heldAnswer(Date.now()), { status: 201 }),
} satisfies ExportedHandler
