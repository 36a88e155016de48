import { catalogRoutes } from "./catalog/routes.ts"
import { answerErrors, createRoutes, everyResponse, limitBody } from "./http/app.ts"
import { BODY_BYTES_MAX, WEBHOOK_BYTES_MAX } from "./http/body.ts"
import { CACHE_CONTROL } from "./http/cache-headers.ts"
import { drawRoutes } from "./line/draw-routes.ts"
import { lineRoutes } from "./line/routes.ts"
import { merchantApiRoutes } from "./merchant/api/routes.ts"
import { consoleRoutes } from "./merchant/console/routes.tsx"
import { operationsRoutes } from "./operations/routes.ts"
import { paymentRoutes } from "./payments/routes.ts"
import { quoteRoutes } from "./purchase/quote-routes.ts"
import { purchaseRoutes } from "./purchase/routes.ts"
import { storefrontRoutes } from "./storefront/routes.tsx"

/** Every route of the Worker. Some calls are answered in front of it; see `front.ts`. */
export const app = createRoutes()

app.use(everyResponse)
app.use("/api/*", limitBody(BODY_BYTES_MAX))
app.use("/webhooks/*", limitBody(WEBHOOK_BYTES_MAX))

app.route("/", catalogRoutes)
app.route("/", lineRoutes)
app.route("/", drawRoutes)
app.route("/", purchaseRoutes)
app.route("/", quoteRoutes)
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
