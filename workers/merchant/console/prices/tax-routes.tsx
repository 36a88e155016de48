import { Hono } from "hono"
import type { App } from "../../../http/app.ts"
import { limitBody } from "../../../http/app.ts"
import { answerPage, siteOf } from "../../../storefront/routes/answer.ts"
import { FORM_BYTES_MAX, readForm } from "../../../storefront/routes/read-form.ts"
import { answerTrouble } from "../answer-trouble.tsx"
import { callApi } from "../call-api.ts"
import { ConfirmEnd } from "./form-page.tsx"
import { answerForm, readTaxes, showDone, staffFor, versionIn } from "./frame.ts"
import {
  indexOfRate,
  rateFieldOf,
  rateFieldsOf,
  rateFormOf,
  rateKeyOf,
  readRateForm,
  readTaxWayForm,
  taxWayFormOf,
  withRate,
} from "./tax-form.ts"
import { RatePage, TaxWayPage } from "./tax-pages.tsx"
import { rateNameOf } from "./words.ts"

/** Taxes: how the shop counts them, and rates to add, change and end. The API takes all of it at once. */
export const consoleTaxes = new Hono<App>()

const WAY = "/merchant/prices/taxes"
const RATES = "/merchant/prices/rates"
const GONE = { status: 404, detail: "There is no such rate. Somebody may have ended it." }

consoleTaxes.get(WAY, async (c) => {
  const role = await staffFor(c, "prices.write")
  if (role instanceof Response) return role
  const taxes = await readTaxes(c)
  if (!taxes.ok) return answerTrouble(c, taxes)
  const page = { role, form: taxWayFormOf(taxes.body), version: taxes.body.version, trouble: null }
  return answerPage(c, <TaxWayPage site={siteOf(c)} {...page} />)
})

consoleTaxes.post(WAY, limitBody(FORM_BYTES_MAX), async (c) => {
  const role = await staffFor(c, "prices.write")
  if (role instanceof Response) return role
  const fields = await readForm(c)
  const form = readTaxWayForm(fields)
  const taxes = await readTaxes(c)
  if (!taxes.ok) return answerTrouble(c, taxes)
  const show = (frame: { site: ReturnType<typeof siteOf>; trouble: string | null }) => (
    <TaxWayPage {...frame} role={role} form={form} version={taxes.body.version} />
  )
  if (!form.body) return answerForm(c, null, form, () => null, show)
  const body = { ...taxes.body, ...form.body, version: versionIn(fields) }
  const saved = await callApi(c, "PUT", "/prices/taxes", body)
  if (saved.ok) return showDone(c, "taxes")
  return answerForm(c, saved, form, (field) => (field in form.values ? field : null), show)
})

consoleTaxes.get(RATES, async (c) => {
  const role = await staffFor(c, "prices.write")
  if (role instanceof Response) return role
  const of = rateKeyOf(c.req.query())
  const taxes = await readTaxes(c)
  if (!taxes.ok) return answerTrouble(c, taxes)
  const { version, rates } = taxes.body
  const rate = rates[indexOfRate(rates, of)] ?? null
  if (of && !rate) return answerTrouble(c, GONE)
  const page = { role, form: rateFormOf(rate), of, version, trouble: null }
  return answerPage(c, <RatePage site={siteOf(c)} {...page} />)
})

consoleTaxes.post(RATES, limitBody(FORM_BYTES_MAX), async (c) => {
  const role = await staffFor(c, "prices.write")
  if (role instanceof Response) return role
  const fields = await readForm(c)
  const of = rateKeyOf(fields)
  const form = readRateForm(fields)
  const taxes = await readTaxes(c)
  if (!taxes.ok) return answerTrouble(c, taxes)
  const show = (frame: { site: ReturnType<typeof siteOf>; trouble: string | null }) => (
    <RatePage {...frame} role={role} form={form} of={of} version={taxes.body.version} />
  )
  if (!form.body) return answerForm(c, null, form, () => null, show)
  const { rates, index } = withRate(taxes.body.rates, form.body, of)
  const saved = await callApi(c, "PUT", "/prices/taxes", {
    ...taxes.body,
    rates,
    version: versionIn(fields),
  })
  if (saved.ok) return showDone(c, "rate")
  return answerForm(c, saved, form, (field) => rateFieldOf(field, index), show)
})

consoleTaxes.get(`${RATES}/end`, async (c) => {
  const role = await staffFor(c, "prices.write")
  if (role instanceof Response) return role
  const of = rateKeyOf(c.req.query())
  const taxes = await readTaxes(c)
  if (!taxes.ok) return answerTrouble(c, taxes)
  const { version, rates } = taxes.body
  const rate = rates[indexOfRate(rates, of)]
  if (!of || !rate) return answerTrouble(c, GONE)
  const page = (
    <ConfirmEnd
      site={siteOf(c)}
      role={role}
      title={`End the rate of ${rate.percent} %?`}
      words={`It is that of ${rateNameOf(rate)}. New orders there are taxed with the next rate that fits: the country’s, else the class “standard”, else none. Orders that are under way keep the tax they were asked.`}
      action={`${RATES}/end`}
      hidden={{ version: String(version), ...rateFieldsOf(of) }}
      label="End this rate"
      back="/merchant/prices#taxes"
    />
  )
  return answerPage(c, page)
})

consoleTaxes.post(`${RATES}/end`, limitBody(FORM_BYTES_MAX), async (c) => {
  const role = await staffFor(c, "prices.write")
  if (role instanceof Response) return role
  const fields = await readForm(c)
  const taxes = await readTaxes(c)
  if (!taxes.ok) return answerTrouble(c, taxes)
  const index = indexOfRate(taxes.body.rates, rateKeyOf(fields))
  // Pressed twice, or by two: it is ended.
  if (index === -1) return showDone(c, "rate-ended")
  const rates = taxes.body.rates.toSpliced(index, 1)
  const body = { ...taxes.body, rates, version: versionIn(fields) }
  const saved = await callApi(c, "PUT", "/prices/taxes", body)
  return saved.ok ? showDone(c, "rate-ended") : answerTrouble(c, saved)
})
