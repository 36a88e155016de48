import { Hono } from "hono"
import type { Context } from "hono"
import type { App } from "../../../http/app.ts"
import { answerPage, siteOf } from "../../../storefront/routes/answer.ts"
import { answerTrouble } from "../answer-trouble.tsx"
import { callApi } from "../call-api.ts"
import type { ApiAnswer } from "../call-api.ts"
import type { Coupon } from "./coupon-form.ts"
import { consoleCoupons, readCoupon } from "./coupon-routes.tsx"
import type { CouponList } from "./coupon-section.tsx"
import { readShipping, readTaxes, staffFor } from "./frame.ts"
import { PricesPage } from "./prices-page.tsx"
import { consoleShipping } from "./shipping-routes.tsx"
import { consoleTaxes } from "./tax-routes.tsx"

/** The console's pages of prices. They show what the merchant's API answers, and press its buttons. */
export const consolePrices = new Hono<App>()
consolePrices.route("/", consoleShipping)
consolePrices.route("/", consoleTaxes)
consolePrices.route("/", consoleCoupons)

consolePrices.get("/merchant/prices", async (c) => {
  const role = await staffFor(c, "prices.read")
  if (role instanceof Response) return role
  const asked = (name: string) => c.req.query(name)?.trim() ?? ""
  const [shipping, taxes, coupons] = await Promise.all([
    readShipping(c),
    readTaxes(c),
    readCoupons(c, asked("code"), asked("after")),
  ])
  if (!shipping.ok) return answerTrouble(c, shipping)
  if (!taxes.ok) return answerTrouble(c, taxes)
  if (!coupons.ok) return answerTrouble(c, coupons)
  const from = /^\d{1,4}$/.test(asked("ratesFrom")) ? Number(asked("ratesFrom")) : 0
  const page = (
    <PricesPage
      site={siteOf(c)}
      role={role}
      shipping={shipping.body}
      taxes={taxes.body}
      coupons={coupons.body}
      ratesFrom={Math.min(from, Math.max(0, taxes.body.rates.length - 1))}
      done={asked("done")}
      nowMs={Date.now()}
    />
  )
  return answerPage(c, page)
})

async function readCoupons(c: Context<App>, find: string, after: string): Promise<ApiAnswer<CouponList>> {
  if (find !== "") {
    const found = await readCoupon(c, find)
    if (!found.ok && found.status !== 404) return found
    const coupons = found.ok ? [found.body] : []
    return { ok: true, body: { coupons, find, nextAfter: null, goesOn: false } }
  }
  const query = new URLSearchParams({ after }).toString()
  const list = await callApi<{ coupons: Coupon[]; nextAfter: string | null }>(c, "GET", `/coupons?${query}`)
  return list.ok ? { ok: true, body: { ...list.body, find, goesOn: after !== "" } } : list
}
