import { createRoute, z } from "@hono/zod-openapi"
import { sql } from "drizzle-orm"
import { openDatabase } from "../../db/client.ts"
import { laneName } from "../../durable-objects/checkout/contract.ts"
import { StripePayments } from "../../durable-objects/checkout/stripe.ts"
import { settingsOf } from "../environment.ts"
import type { Env } from "../environment.ts"
import { createRoutes } from "../http/app.ts"
import { json } from "../http/documented.ts"

/** A part that has not answered by then counts as down. */
const CHECK_TIMEOUT_MS = 3_000

const partState = z.object({
  state: z.enum(["up", "down"]),
  neededToSell: z.boolean(),
  detail: z.string().optional(),
})
const readiness = z
  .object({ ready: z.boolean(), parts: z.record(z.string(), partState) })
  .openapi("Readiness")
type PartState = z.infer<typeof partState>

const healthRoute = createRoute({
  method: "get",
  path: "/healthz",
  summary: "The Worker is up",
  responses: { 200: json(z.object({ status: z.literal("up") }), "Up") },
})

const readyRoute = createRoute({
  method: "get",
  path: "/readyz",
  summary: "Every part, and whether it answers",
  responses: {
    200: json(readiness, "It can sell"),
    503: json(readiness, "A part that it cannot sell without is down"),
  },
})

export const operationsRoutes = createRoutes()

operationsRoutes.openapi(healthRoute, (c) => c.json({ status: "up" as const }, 200))

operationsRoutes.openapi(readyRoute, async (c) => {
  const [configuration, objects, payments, postgres] = await Promise.all([
    check(true, async () => void (await settingsOf(c.env))),
    check(true, async () => void (await c.env.CHECKOUT.getByName(laneName(0)).counts(null))),
    check(true, () => askPayments(c.env)),
    check(false, async () => void (await openDatabase(c.env).execute(sql`SELECT 1`))),
  ])
  const parts = { configuration, objects, payments, postgres }
  const ready = Object.values(parts).every((part) => part.state === "up" || !part.neededToSell)
  return ready ? c.json({ ready, parts }, 200) : c.json({ ready, parts }, 503, { "retry-after": "5" })
})

/** An intent that cannot exist: that the provider says so is the sign that it is there and knows our key. */
async function askPayments(env: Env): Promise<void> {
  const answer = await new StripePayments(env).retrieve("pi_readiness_check")
  if (
    answer.outcome === "unavailable" ||
    (answer.outcome === "refused" && answer.code !== "resource_missing")
  )
    throw new Error(answer.message)
}

async function check(neededToSell: boolean, ask: () => Promise<void>): Promise<PartState> {
  try {
    await Promise.race([
      ask(),
      scheduler
        .wait(CHECK_TIMEOUT_MS)
        .then(() => Promise.reject(new Error(`no answer in ${CHECK_TIMEOUT_MS} ms`))),
    ])
    return { state: "up", neededToSell }
  } catch (error) {
    return { state: "down", neededToSell, detail: error instanceof Error ? error.message : String(error) }
  }
}
