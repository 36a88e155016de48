import { catalogRoutes } from "./catalog/routes.ts"
import type { Env } from "./environment.ts"
import { answerErrors, createRoutes, everyResponse, limitBody } from "./http/app.ts"
import { BODY_BYTES_MAX, WEBHOOK_BYTES_MAX } from "./http/body.ts"
import { CACHE_CONTROL } from "./http/cache-headers.ts"
import { drawRoutes } from "./line/draw-routes.ts"
import { lineRoutes } from "./line/routes.ts"
import { merchantApiRoutes } from "./merchant/api/routes.ts"
import { sweepHalfScheduled } from "./merchant/api/sale-saga.ts"
import { consoleRoutes } from "./merchant/console/routes.tsx"
import { operationsRoutes } from "./operations/routes.ts"
import { consumeEvents } from "./order-pipeline/consumer.ts"
import { paymentRoutes } from "./payments/routes.ts"
import { answerHoldCall, isHoldCall } from "./purchase/hold-call.ts"
import { purchaseRoutes } from "./purchase/routes.ts"
import { storefrontRoutes } from "./storefront/routes.tsx"

export { ArrivalShard } from "../durable-objects/arrivals/object.ts"
export { CheckoutLane } from "../durable-objects/checkout/object.ts"
export { RoomObject } from "../durable-objects/room/object.ts"
export { StockLane } from "../durable-objects/stock/lease/lane-object.ts"
export { StockObject } from "../durable-objects/stock/object.ts"

const app = createRoutes()

app.use(everyResponse)
app.use("/api/*", limitBody(BODY_BYTES_MAX))
app.use("/webhooks/*", limitBody(WEBHOOK_BYTES_MAX))

app.route("/", catalogRoutes)
app.route("/", lineRoutes)
app.route("/", drawRoutes)
app.route("/", purchaseRoutes)
app.route("/", paymentRoutes)
app.route("/", merchantApiRoutes)
app.route("/", operationsRoutes)

app.get("/api/openapi.json", (c) => {
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Spillway",
      version: "0.1.0",
      description:
        "Flash sales at the edge. Money is integer minor units, times are epoch milliseconds by the server's clock, errors are problem documents.",
    },
  })
  return c.json(document, 200, { "cache-control": CACHE_CONTROL.document })
})

app.route("/", consoleRoutes)
app.route("/", storefrontRoutes)
answerErrors(app)

export default {
  fetch(request, env, ctx) {
    return isHoldCall(request) ? answerHoldCall(request, env, ctx) : app.fetch(request, env, ctx)
  },
  queue: consumeEvents,
  async scheduled(_event, env) {
    await sweepHalfScheduled(env)
  },
} satisfies ExportedHandler<Env, unknown>
