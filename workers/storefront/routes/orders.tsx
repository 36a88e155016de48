import { Hono } from "hono"
import { settingsOf } from "../../environment.ts"
import type { App } from "../../http/app.ts"
import { limitBody } from "../../http/app.ts"
import { writesLetters } from "../../messages/announce.ts"
import { cancelCheckout, readOrder } from "../../purchase/orders.ts"
import { Order } from "../pages/order.tsx"
import { isPaymentUnderWay } from "../pages/order-decision.ts"
import { Pay } from "../pages/pay.tsx"
import { answerPage, paymentOrigins, siteOf } from "./answer.ts"
import { orderAddress, payAddress } from "./checkout.tsx"
import { answerRefusal } from "./failures.tsx"
import { nameLines } from "./line-names.ts"
import { FORM_BYTES_MAX } from "./read-form.ts"

/** An order's payment, and the order itself. */
export const orderPages = new Hono<App>()

orderPages.get("/pay/:orderId", async (c) => {
  const orderId = c.req.param("orderId")
  const productSlug = c.req.query("product") ?? ""
  const access = await readOrder(c, orderId, null)
  if (!access) return answerRefusal(c, "order_not_found")
  const { order, clientSecret } = access
  const nowMs = Date.now()
  const awaitsPayment = order.status === "created" || order.status === "inventory_reserved"
  if (!awaitsPayment || !clientSecret || isPaymentUnderWay(order) || order.holdExpiresAtMs <= nowMs) {
    return c.redirect(orderAddress(orderId, productSlug), 303)
  }
  const { STRIPE_JS_URL, STRIPE_API_BASE, STRIPE_PUBLISHABLE_KEY } = await settingsOf(c.env)
  const page = (
    <Pay
      site={siteOf(c)}
      order={order}
      lines={await nameLines(c, order.items, { saleId: order.saleId, productSlug })}
      nowMs={nowMs}
      stripeScript={STRIPE_JS_URL}
      publishableKey={STRIPE_PUBLISHABLE_KEY}
      clientSecret={clientSecret}
      returnUrl={orderAddress(orderId, productSlug, { paid: "1" })}
    />
  )
  return answerPage(c, page, { payment: paymentOrigins(STRIPE_JS_URL, STRIPE_API_BASE) })
})

orderPages.post("/pay/:orderId/cancel", limitBody(FORM_BYTES_MAX), async (c) => {
  const orderId = c.req.param("orderId")
  const cancelled = await cancelCheckout(c, orderId)
  if (cancelled.outcome === "refused" && cancelled.refusal === "not_found")
    return answerRefusal(c, "order_not_found")
  // Already paid, the order's page says the better news.
  return c.redirect(orderAddress(orderId, ""), 303)
})

orderPages.get("/orders/:orderId", async (c) => {
  const orderId = c.req.param("orderId")
  const token = c.req.query("token") ?? null
  const productSlug = c.req.query("product") ?? ""
  const access = await readOrder(c, orderId, token)
  if (!access) return answerRefusal(c, "order_not_found")
  const { order } = access
  const redirectStatus = c.req.query("redirect_status")
  if (redirectStatus === "failed" && order.status === "inventory_reserved")
    return c.redirect(payAddress(orderId, productSlug), 303)
  const page = (
    <Order
      site={siteOf(c)}
      order={order}
      lines={await nameLines(c, order.items, { saleId: order.saleId, productSlug })}
      nowMs={Date.now()}
      cameFromPayment={c.req.query("paid") === "1"}
      payAddress={payAddress(orderId, productSlug)}
      token={token}
      writes={writesLetters(c.env)}
    />
  )
  return answerPage(c, page)
})
