import { Hono } from "hono"
import type { Context } from "hono"
import type { App } from "../../../http/app.ts"
import { limitBody } from "../../../http/app.ts"
import { answerPage, siteOf } from "../../../storefront/routes/answer.ts"
import { FORM_BYTES_MAX, readForm } from "../../../storefront/routes/read-form.ts"
import { answerTrouble } from "../answer-trouble.tsx"
import { callApi } from "../call-api.ts"
import { couponFieldOf, couponFormOf, readCouponForm } from "./coupon-form.ts"
import type { Coupon } from "./coupon-form.ts"
import { CouponPage } from "./coupon-page.tsx"
import { ConfirmEnd } from "./form-page.tsx"
import { answerForm, showDone, staffFor } from "./frame.ts"
import { usesOf } from "./words.ts"

/** Coupons: to make, change and end. */
export const consoleCoupons = new Hono<App>()

const NEW = "/merchant/prices/coupons"
const COUPON = `${NEW}/:code{[A-Z0-9][A-Z0-9_-]*}`

consoleCoupons.get(NEW, async (c) => {
  const role = await staffFor(c, "coupons.write")
  if (role instanceof Response) return role
  const page = { role, form: couponFormOf(null), code: null, trouble: null }
  return answerPage(c, <CouponPage site={siteOf(c)} {...page} />)
})

consoleCoupons.get(COUPON, async (c) => {
  const role = await staffFor(c, "coupons.write")
  if (role instanceof Response) return role
  const coupon = await readCoupon(c, c.req.param("code"))
  if (!coupon.ok) return answerTrouble(c, coupon)
  const page = { role, form: couponFormOf(coupon.body), code: coupon.body.code, trouble: null }
  return answerPage(c, <CouponPage site={siteOf(c)} {...page} />)
})

consoleCoupons.post(NEW, limitBody(FORM_BYTES_MAX), (c) => save(c, null))
consoleCoupons.post(COUPON, limitBody(FORM_BYTES_MAX), (c) => save(c, c.req.param("code")))

async function save(c: Context<App>, code: string | null): Promise<Response> {
  const role = await staffFor(c, "coupons.write")
  if (role instanceof Response) return role
  const form = readCouponForm(await readForm(c), code)
  const show = (frame: { site: ReturnType<typeof siteOf>; trouble: string | null }) => (
    <CouponPage {...frame} role={role} form={form} code={code} />
  )
  if (!form.body) return answerForm(c, null, form, () => null, show)
  const method = code === null ? "POST" : "PUT"
  const saved = await callApi<Coupon>(c, method, `/coupons/${form.body.code}`, form.body.terms)
  if (saved.ok) return showDone(c, "coupon")
  if (saved.code === "coupon_taken") form.errors["code"] = saved.detail
  return answerForm(c, saved, form, couponFieldOf, show)
}

consoleCoupons.get(`${COUPON}/end`, async (c) => {
  const role = await staffFor(c, "coupons.write")
  if (role instanceof Response) return role
  const coupon = await readCoupon(c, c.req.param("code"))
  if (!coupon.ok) return answerTrouble(c, coupon)
  const { code } = coupon.body
  const page = (
    <ConfirmEnd
      site={siteOf(c)}
      role={role}
      title={`End the coupon ${code}?`}
      words={`It counts for no new order. Orders that have it keep what it took off them, and checkout pages that show it say that it does not count. Used so far: ${usesOf(coupon.body)}. Its terms are not kept; made again, it has its uses still.`}
      action={`${NEW}/${code}/end`}
      hidden={{}}
      label="End the coupon"
      back="/merchant/prices#coupons"
    />
  )
  return answerPage(c, page)
})

consoleCoupons.post(`${COUPON}/end`, limitBody(FORM_BYTES_MAX), async (c) => {
  const role = await staffFor(c, "coupons.write")
  if (role instanceof Response) return role
  const ended = await callApi(c, "DELETE", `/coupons/${c.req.param("code")}`)
  // Pressed twice, or by two: it is ended.
  if (ended.ok || ended.code === "coupon_not_found") return showDone(c, "coupon-ended")
  return answerTrouble(c, ended)
})

export function readCoupon(c: Context<App>, code: string) {
  return callApi<Coupon>(c, "GET", `/coupons/${encodeURIComponent(code)}`)
}
