import { Hono } from "hono"
import type { Context } from "hono"
import type { Role } from "../../../environment.ts"
import type { App } from "../../../http/app.ts"
import { limitBody } from "../../../http/app.ts"
import { answerPage, siteOf } from "../../../storefront/routes/answer.ts"
import { FORM_BYTES_MAX, readForm } from "../../../storefront/routes/read-form.ts"
import { answerTrouble } from "../answer-trouble.tsx"
import { callApi } from "../call-api.ts"
import { ConfirmEnd } from "./form-page.tsx"
import { answerForm, readShipping, showDone, staffFor, versionIn } from "./frame.ts"
import { readShippingForm, shippingFieldOf, shippingFormOf, withMethod } from "./shipping-form.ts"
import { ShippingPage } from "./shipping-page.tsx"

/** Ways of shipping: to add, change and end. The API takes the whole list, so each change is one of the list. */
export const consoleShipping = new Hono<App>()

const NEW = "/merchant/prices/shipping"
const METHOD = `${NEW}/:methodId{[a-z0-9][a-z0-9_-]*}`
const GONE = { status: 404, detail: "There is no such way of shipping. Somebody may have ended it." }

consoleShipping.get(NEW, (c) => answerMethod(c, null))
consoleShipping.get(METHOD, (c) => answerMethod(c, c.req.param("methodId")))
consoleShipping.post(NEW, limitBody(FORM_BYTES_MAX), (c) => save(c, null))
consoleShipping.post(METHOD, limitBody(FORM_BYTES_MAX), (c) => save(c, c.req.param("methodId")))

async function answerMethod(c: Context<App>, id: string | null): Promise<Response> {
  const role = await staffFor(c, "prices.write")
  if (role instanceof Response) return role
  const list = await readShipping(c)
  if (!list.ok) return answerTrouble(c, list)
  const { version, methods } = list.body
  const method = methods.find((each) => each.id === id) ?? null
  if (id !== null && !method) return answerTrouble(c, GONE)
  const page = { role, form: shippingFormOf(method), id, version, trouble: null }
  return answerPage(c, <ShippingPage site={siteOf(c)} {...page} />)
}

async function save(c: Context<App>, id: string | null): Promise<Response> {
  const role = await staffFor(c, "prices.write")
  if (role instanceof Response) return role
  const fields = await readForm(c)
  const form = readShippingForm(fields, id)
  const list = await readShipping(c)
  if (!list.ok) return answerTrouble(c, list)
  const { version, methods } = list.body
  const show = (frame: { site: ReturnType<typeof siteOf>; trouble: string | null }) => (
    <ShippingPage {...frame} role={role} form={form} id={id} version={version} />
  )
  if (!form.body) return answerForm(c, null, form, () => null, show)
  const changed = withMethod(methods, form.body, id)
  const body = { version: versionIn(fields), methods: changed.methods }
  const saved = await callApi(c, "PUT", "/prices/shipping", body)
  if (saved.ok) return showDone(c, "shipping")
  return answerForm(c, saved, form, (field) => shippingFieldOf(field, changed.index, form.rowOfBand), show)
}

consoleShipping.get(`${METHOD}/end`, async (c) => {
  const role = await staffFor(c, "prices.write")
  if (role instanceof Response) return role
  return confirmEnd(c, role, c.req.param("methodId"))
})

async function confirmEnd(c: Context<App>, role: Role, id: string): Promise<Response> {
  const list = await readShipping(c)
  if (!list.ok) return answerTrouble(c, list)
  const { version, methods } = list.body
  const method = methods.find((each) => each.id === id)
  if (!method) return answerTrouble(c, GONE)
  const isLast = methods.length === 1
  const words = isLast
    ? "It is the last one: without any, orders go everywhere and nothing is asked for it."
    : "Where no other way goes to an address with such a parcel, new orders are refused."
  const page = (
    <ConfirmEnd
      site={siteOf(c)}
      role={role}
      title={`End “${method.title}”?`}
      words={`New orders can’t choose it any more. ${words} Orders that are under way keep it. What it asks is not kept anywhere; to have it again, it must be added anew.`}
      action={`${NEW}/${id}/end`}
      hidden={{ version: String(version) }}
      label="End this way of shipping"
      back="/merchant/prices#shipping"
    />
  )
  return answerPage(c, page)
}

consoleShipping.post(`${METHOD}/end`, limitBody(FORM_BYTES_MAX), async (c) => {
  const role = await staffFor(c, "prices.write")
  if (role instanceof Response) return role
  const version = versionIn(await readForm(c))
  const list = await readShipping(c)
  if (!list.ok) return answerTrouble(c, list)
  const methods = list.body.methods.filter(({ id }) => id !== c.req.param("methodId"))
  // Pressed twice, or by two: it is ended.
  if (methods.length === list.body.methods.length) return showDone(c, "shipping-ended")
  const saved = await callApi(c, "PUT", "/prices/shipping", { version, methods })
  return saved.ok ? showDone(c, "shipping-ended") : answerTrouble(c, saved)
})
