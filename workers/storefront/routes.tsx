import { Hono } from "hono"
import type { App } from "../http/app.ts"
import { Components } from "./pages/components.tsx"
import { answerPage, siteOf } from "./routes/answer.ts"
import { buyPages } from "./routes/buy.tsx"
import { catalogPages } from "./routes/catalog.tsx"
import { checkoutPages } from "./routes/checkout.tsx"
import { answerFailure, answerRefusal } from "./routes/failures.tsx"
import { drawPages } from "./routes/draw.tsx"
import { invitedPages } from "./routes/invited.tsx"
import { fileRoutes } from "./routes/files.ts"
import { linePages } from "./routes/line.tsx"
import { orderPages } from "./routes/orders.tsx"
import { salePages } from "./routes/sales.tsx"
import { themeFile } from "./routes/theme-file.ts"

/** The shop's pages, along a purchase's way. Mounted last: what no page answers to is told here in words. */
export const storefrontRoutes = new Hono<App>()

const areas = [
  catalogPages,
  salePages,
  invitedPages,
  linePages,
  drawPages,
  buyPages,
  checkoutPages,
  orderPages,
]

for (const pages of areas) {
  pages.onError(answerFailure)
  storefrontRoutes.route("/", pages)
}
storefrontRoutes.route("/", fileRoutes)
storefrontRoutes.route("/", themeFile)

storefrontRoutes.get("/_components", (c, next) => {
  if (c.env.ENVIRONMENT !== "local") return next()
  return answerPage(c, <Components site={siteOf(c)} nowMs={Date.now()} />)
})

/** A browser that goes nowhere reads a page; everybody else the problem document. */
storefrontRoutes.get("*", (c, next) => {
  const isApi = c.req.path.startsWith("/api/") || c.req.path.startsWith("/merchant/api/")
  const readsPages = (c.req.header("accept") ?? "").includes("text/html")
  return readsPages && !isApi ? answerRefusal(c, "not_found") : next()
})
