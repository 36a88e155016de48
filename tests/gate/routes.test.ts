import { describe, expect, test } from "vitest"
import { app } from "../../workers/app.ts"
import { ask, onModelClock, openLine, past, stageOf, ticketOn } from "./stage.ts"
import type { Asked } from "./stage.ts"

onModelClock()

/** What anyone may read or do, with or without a session. */
const PUBLIC = [
  "GET /",
  "GET /*",
  "GET /_components",
  "GET /api/openapi.json",
  "GET /api/products",
  "GET /api/products/:slug",
  "GET /api/sales",
  "GET /api/sales/:saleId",
  "GET /api/sales/:saleId/board",
  "GET /api/sales/:saleId/draw",
  "GET /api/sales/:saleId/draw/proof",
  "GET /api/sales/:saleId/draw/tickets",
  "GET /api/sales/:saleId/challenge",
  "GET /assets/*",
  "GET /buy",
  "GET /favicon.svg",
  "GET /healthz",
  "GET /media/:key",
  "GET /merchant",
  "GET /products",
  "GET /products/:slug",
  "GET /readyz",
  "GET /robots.txt",
  "GET /sales",
  "GET /sales/:saleId",
  "GET /sales/:saleId/calendar.ics",
  "GET /sales/:saleId/draw",
  "GET /sales/:saleId/line",
  "GET /theme/:name",
  "POST /api/sales/:saleId/tickets",
  "POST /merchant/sign-out",
  "POST /sales/:saleId/join",
]

/** What everything else says to a caller with nothing in hand: a status, and a code or where the way leads. */
const REFUSALS: Record<string, [status: number, codeOrPlace: string]> = {
  "POST /api/sales/:saleId/passes": [403, "ticket_invalid"],
  "POST /api/holds": [403, "pass_required"],
  "GET /api/holds/:holdId": [404, "hold_not_found"],
  "DELETE /api/holds/:holdId": [404, "hold_not_found"],
  "POST /api/quotes": [404, "hold_not_found"],
  "POST /api/checkouts": [403, "pass_required"],
  "DELETE /api/checkouts/:orderId": [404, "order_not_found"],
  "GET /api/orders/:orderId": [404, "order_not_found"],
  "POST /webhooks/stripe": [400, "signature_invalid"],
  "GET /sales/:saleId/inside": [303, "/line"],
  "GET /sales/:saleId/invited/:token": [403, ""],
  "POST /sales/:saleId/invited/:token": [403, ""],
  "POST /sales/:saleId/enter": [303, "/line"],
  "POST /buy": [303, "/line"],
  "GET /checkout/:holdId": [404, ""],
  "POST /checkout/:holdId": [404, ""],
  "POST /checkout/:holdId/give-back": [404, ""],
  "GET /pay/:orderId": [404, ""],
  "POST /pay/:orderId/cancel": [404, ""],
  "GET /orders/:orderId": [404, ""],
  "POST /merchant/sign-in": [401, ""],
  "GET /merchant/orders": [303, "/merchant"],
  "GET /merchant/orders/:orderId": [303, "/merchant"],
  "GET /merchant/orders/:orderId/refund": [303, "/merchant"],
  "GET /merchant/orders/:orderId/cancel": [303, "/merchant"],
  "POST /merchant/orders/:orderId/:verb": [303, "/merchant"],
  "GET /merchant/orders/parked": [303, "/merchant"],
  "GET /merchant/orders/:orderId/parked": [303, "/merchant"],
  "POST /merchant/orders/:orderId/parked/try-again": [303, "/merchant"],
  "POST /merchant/orders/:orderId/parked/dealt-with": [303, "/merchant"],
  "GET /merchant/prices": [303, "/merchant"],
  "GET /merchant/prices/shipping": [303, "/merchant"],
  "POST /merchant/prices/shipping": [303, "/merchant"],
  "GET /merchant/prices/shipping/:methodId": [303, "/merchant"],
  "POST /merchant/prices/shipping/:methodId": [303, "/merchant"],
  "GET /merchant/prices/shipping/:methodId/end": [303, "/merchant"],
  "POST /merchant/prices/shipping/:methodId/end": [303, "/merchant"],
  "GET /merchant/prices/taxes": [303, "/merchant"],
  "POST /merchant/prices/taxes": [303, "/merchant"],
  "GET /merchant/prices/rates": [303, "/merchant"],
  "POST /merchant/prices/rates": [303, "/merchant"],
  "GET /merchant/prices/rates/end": [303, "/merchant"],
  "POST /merchant/prices/rates/end": [303, "/merchant"],
  "GET /merchant/prices/coupons": [303, "/merchant"],
  "POST /merchant/prices/coupons": [303, "/merchant"],
  "GET /merchant/prices/coupons/:code": [303, "/merchant"],
  "POST /merchant/prices/coupons/:code": [303, "/merchant"],
  "GET /merchant/prices/coupons/:code/end": [303, "/merchant"],
  "POST /merchant/prices/coupons/:code/end": [303, "/merchant"],
  "GET /merchant/rehearsal": [303, "/merchant"],
  "GET /merchant/sales": [303, "/merchant"],
  "GET /merchant/sales/:saleId": [303, "/merchant"],
  "GET /merchant/sales/:saleId/:control": [303, "/merchant"],
  "POST /merchant/sales/:saleId/:control": [303, "/merchant"],
  "GET /merchant/sales/:saleId/audit": [303, "/merchant"],
}

/** Every route of the router, without the patterns of its parameters. A call of the merchant's API is told by its path. */
const routes = [
  ...new Set(
    app.routes
      .filter(({ method }) => method !== "ALL") // Middleware.
      .map(({ method, path }) => `${method} ${path.replaceAll(/\{[^/]*\}/g, "")}`),
  ),
]
const refusalOf = (route: string) =>
  / \/merchant\/api\//.test(route) ? ([401, "unauthorized"] as const) : REFUSALS[route]

describe("hazard 25: every route of the Worker", () => {
  test("is public by the list here, or has a refusal here, and not both", () => {
    expect(routes.filter((route) => PUBLIC.includes(route) === (refusalOf(route) !== undefined))).toEqual([])
    expect([...PUBLIC, ...Object.keys(REFUSALS)].filter((route) => !routes.includes(route))).toEqual([])
  })

  const refusing = routes.filter((route) => !PUBLIC.includes(route))

  test.each(refusing)("%s refuses a caller with nothing in hand", async (route) => {
    const stage = await stageOf()
    const { ticket } = await ticketOn(stage)
    await openLine(stage)
    const { method, path, sent } = callOf(route, stage.saleId, ticket)
    const answer = await ask(stage.env, method, path, sent)
    const [status, codeOrPlace] = refusalOf(route) ?? [0, ""]
    expect(answer.status, answer.text).toBe(status)
    if (status === 303) expect(answer.location.endsWith(codeOrPlace)).toBe(true)
    else expect(answer.code).toBe(codeOrPlace)
    expect(past).toEqual([])
  })

  test.each(refusing)("hazard 27: %s refuses in every other spelling", async (route) => {
    const stage = await stageOf()
    const { ticket } = await ticketOn(stage)
    await openLine(stage)
    const { method, path, sent } = callOf(route, stage.saleId, ticket)
    for (const spelling of spellingsOf(path)) {
      const answer = await ask(stage.env, method, spelling, sent)
      expect(answer.status, spelling).toBeGreaterThanOrEqual(300)
      expect(answer.status, spelling).toBeLessThan(500)
    }
    expect(past).toEqual([])
  })
})

/** A call of a route without session, pass or token, and with all that it asks for besides. */
function callOf(route: string, saleId: string, ticket: string) {
  const [method = "", pattern = ""] = route.split(" ")
  const values: Record<string, string> = {
    saleId,
    control: "end",
    verb: "ship",
    holdId: "MUG-1~1",
    orderId: `ord_${"A".repeat(22)}`,
    sku: "MUG-1",
    code: "SPRING",
    methodId: "parcel",
    token: "forged",
    id: crypto.randomUUID(),
  }
  const path = pattern.replaceAll(/:(\w+)/g, (_, name: string) => values[name] ?? name)
  const items = [{ sku: "MUG-1", quantity: 1 }]
  const bodies: Record<string, unknown> = {
    "/api/holds": { items, saleId },
    "/api/quotes": { holdId: "MUG-1~1" },
    "/api/checkouts": { items, saleId, email: "a@example.com" },
    [`/api/sales/${saleId}/passes`]: { ticket },
  }
  const form = { sku: "MUG-1", quantity: "1", saleId, token: "guessed" }
  const body = bodies[path]
  const content = body !== undefined ? { body } : method === "POST" ? { form } : {}
  return { method, path, sent: { ...content, headers: { "idempotency-key": "k" } } as Asked }
}

/** Ways to write a path that one router might read as it and another not. */
function spellingsOf(path: string): string[] {
  const at = path.lastIndexOf("/") + 1
  const [folder, last] = [path.slice(0, at), path.slice(at)]
  const coded = `%${last.charCodeAt(0).toString(16)}${last.slice(1)}`
  return [
    path.toUpperCase(),
    folder + last.toUpperCase(),
    `/${path}`,
    `${folder}/${last}`,
    `${path}/`,
    `${path}//`,
    `${path}.`,
    `${path}%2e`,
    `${path}%2f`,
    `${path}%00`,
    `${path}%20`,
    `${path};x=1`,
    `${path}\\`,
    `${path}%5c`,
    `${path}?pass=x`,
    `${folder}${coded}`,
    `${folder}%25${coded.slice(1)}`,
    `${folder}./${last}`,
    `${folder}%2e/${last}`,
    `${folder}x/../${last}`,
    `${folder}x/%2e%2e/${last}`,
    `${folder}x/..%2f${last}`,
    path.replaceAll("/", "\\"),
  ]
}
