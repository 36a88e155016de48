import { Hono } from "hono"
import type { Context } from "hono"
import type { App } from "../../http/app.ts"
import { limitBody } from "../../http/app.ts"
import { visitOf } from "../../http/visit.ts"
import { PROBLEMS } from "../../http/problem.ts"
import type { ProblemCode } from "../../http/problem.ts"
import { couponCodeOf } from "../../../durable-objects/prices/coupon/contract.ts"
import { openCheckout } from "../../purchase/open-checkout.ts"
import type { CheckoutRequest } from "../../purchase/open-checkout.ts"
import { giveBack, readHold } from "../../purchase/purchase.ts"
import type { HoldView } from "../../purchase/purchase.ts"
import { limitQuotes, quote } from "../../purchase/quote.ts"
import type { HoldQuote } from "../../purchase/quote.ts"
import { Checkout } from "../pages/checkout.tsx"
import type { CheckoutErrors, CheckoutFields, CheckoutProps } from "../pages/checkout.tsx"
import { checkCoupon, checkFields, EMPTY_FIELDS, errorsOf, readFields } from "../pages/checkout-decision.ts"
import { isCountry } from "../words/countries.ts"
import { Message } from "../pages/message.tsx"
import { answerPage, siteOf } from "./answer.ts"
import type { PageOptions } from "./answer.ts"
import { answerRefusal } from "./failures.tsx"
import { nameLines } from "./line-names.ts"
import { FORM_BYTES_MAX, readForm } from "./read-form.ts"

/** From a hold to an order: who it is for and where it goes. */
export const checkoutPages = new Hono<App>()

/** Refusals that are one field's. */
const FIELDS_OF_REFUSALS: Partial<Record<ProblemCode, keyof CheckoutErrors>> = {
  coupon_invalid: "couponCode",
  coupon_used_up: "couponCode",
  shipping_unavailable: "shippingMethod",
  invalid_request: "postalCode",
}

function adviceOf(refusal: ProblemCode): string {
  return refusal === "invalid_request"
    ? "Tax cannot be worked out for this address. Check the postal code, the country and the state."
    : PROBLEMS[refusal][2]
}

interface Form {
  fields: CheckoutFields
  errors: CheckoutErrors
  trouble: CheckoutProps["trouble"]
  productSlug: string
}

checkoutPages.get("/checkout/:holdId", async (c) => {
  const productSlug = c.req.query("product") ?? ""
  const hold = await readHold(c, c.req.param("holdId"))
  const elsewhere = await answerUnlessHeld(c, hold, productSlug)
  if (elsewhere || !hold) return elsewhere ?? answerRefusal(c, "hold_not_found")
  if (hold.orderId) return c.redirect(payAddress(hold.orderId, productSlug), 303)
  return answerForm(c, hold, { fields: EMPTY_FIELDS, errors: {}, trouble: null, productSlug }, {})
})

checkoutPages.post("/checkout/:holdId", limitBody(FORM_BYTES_MAX), async (c) => {
  const holdId = c.req.param("holdId")
  const typed = await readForm(c)
  const productSlug = typed["product"] ?? ""
  const hold = await readHold(c, holdId)
  const elsewhere = await answerUnlessHeld(c, hold, productSlug)
  if (elsewhere || !hold) return elsewhere ?? answerRefusal(c, "hold_not_found")
  const fields = readFields(typed)
  if (typed["show"] === "total") {
    const errors = checkCoupon(fields.couponCode)
    return answerForm(c, hold, { fields, errors, trouble: null, productSlug }, {})
  }
  const errors = checkFields(fields)
  if (Object.keys(errors).length > 0)
    return answerForm(c, hold, { fields, errors, trouble: null, productSlug }, { status: 422 })
  const opened = await openCheckout(visitOf(c), requestOf(holdId, fields))
  if (opened.outcome === "opened") return c.redirect(payAddress(opened.order.orderId, productSlug), 303)
  if (opened.refusal === "hold_expired" || opened.refusal === "hold_not_found") {
    return answerRefusal(c, opened.refusal, { saleId: hold.saleId, productSlug: productSlug || null })
  }
  const refusedIn = FIELDS_OF_REFUSALS[opened.refusal]
  if (refusedIn) errors[refusedIn] = adviceOf(opened.refusal)
  const trouble = refusedIn ? null : await troubleOf(c, opened.refusal, holdId, productSlug)
  const [status] = PROBLEMS[opened.refusal]
  return answerForm(
    c,
    hold,
    { fields, errors, trouble, productSlug },
    { status, ...(status === 503 && { retryAfterSeconds: 3 }) },
  )
})

checkoutPages.post("/checkout/:holdId/give-back", limitBody(FORM_BYTES_MAX), async (c) => {
  const holdId = c.req.param("holdId")
  const given = await giveBack(c, holdId)
  if (given.outcome === "refused") return answerRefusal(c, given.refusal)
  return c.redirect(`/checkout/${encodeURIComponent(holdId)}`, 303)
})

/** A hold that is over is told kindly and by what became of it. Null while it is held. */
async function answerUnlessHeld(
  c: Context<App>,
  hold: HoldView | null,
  productSlug: string,
): Promise<Response | null> {
  if (!hold) return answerRefusal(c, "hold_not_found")
  const runs = hold.state === "held" && hold.expiresAtMs > Date.now()
  if (runs) return null
  if (hold.orderId) return c.redirect(orderAddress(hold.orderId, productSlug), 303)
  if (hold.state === "released") return answerGivenBack(c, hold)
  return answerRefusal(c, "hold_expired", { saleId: hold.saleId, productSlug: productSlug || null })
}

function answerGivenBack(c: Context<App>, hold: HoldView): Promise<Response> {
  const actions = [{ href: "/products", label: "See all pieces" }]
  if (hold.saleId) actions.unshift({ href: `/sales/${hold.saleId}/inside`, label: "Back to the sale" })
  const words = ["It is free for the next shopper, and you were charged nothing. Thank you."]
  return answerPage(c, <Message site={siteOf(c)} title="Given back" words={words} actions={actions} />)
}

async function answerForm(
  c: Context<App>,
  hold: HoldView,
  form: Form,
  options: PageOptions,
): Promise<Response> {
  const [lines, quoted] = await Promise.all([
    nameLines(c, hold.items, { saleId: hold.saleId, productSlug: form.productSlug }),
    quoteForm(c, hold, form.fields),
  ])
  const errors = quoted ? { ...form.errors, ...errorsOf(quoted, form.fields) } : form.errors
  const page = (
    <Checkout
      site={siteOf(c)}
      hold={hold}
      lines={lines}
      nowMs={Date.now()}
      {...form}
      errors={errors}
      quote={quoted}
    />
  )
  return answerPage(c, page, options)
}

/** What it would come to with what was typed. The page does without while prices do not answer. */
async function quoteForm(c: Context<App>, hold: HoldView, fields: CheckoutFields): Promise<HoldQuote | null> {
  const { region, shippingMethod, couponCode, email } = fields
  const country = isCountry(fields.country) ? fields.country : null
  if (couponCode) await limitQuotes(c)
  const quoteWith = (method: string | null) =>
    quote(c.env, {
      items: hold.items,
      currency: hold.currency,
      country,
      region: region || null,
      shippingMethod: method,
      couponCode: couponCode || null,
      email: email || null,
    })
  try {
    const quoted = await quoteWith(country === null ? null : shippingMethod || null)
    // The way that was chosen does not go to another country that was chosen after it: the cheapest is shown.
    const goesOtherwise = quoted.shippingRefused && quoted.shippingOffers.length > 0
    return goesOtherwise ? await quoteWith(null) : quoted
  } catch (error) {
    console.warn(JSON.stringify({ level: "warn", event: "prices_away", message: String(error) }))
    return null
  }
}

/** The order as the form asks for it. */
function requestOf(holdId: string, fields: CheckoutFields): CheckoutRequest {
  const { email, name, line1, line2, city, postalCode, region, country, shippingMethod } = fields
  const shippingAddress = {
    name,
    line1,
    ...(line2 && { line2 }),
    city,
    postalCode,
    ...(region && { region }),
    country,
  }
  const asked = {
    ...(shippingMethod && { shippingMethod }),
    ...(fields.couponCode && { couponCode: couponCodeOf(fields.couponCode) ?? fields.couponCode }),
  }
  return {
    idempotencyKey: `checkout-${holdId}`,
    body: { holdId, email, shippingAddress, ...asked },
    email,
    shippingAddress,
    ...asked,
    hold: { holdId },
  }
}

async function troubleOf(
  c: Context<App>,
  code: ProblemCode,
  holdId: string,
  productSlug: string,
): Promise<CheckoutProps["trouble"]> {
  if (code === "idempotency_key_reused" || code === "hold_in_use") {
    const orderId = (await readHold(c, holdId))?.orderId ?? null
    const words =
      "Your order has these details already, as they were sent first. To change them, give the piece back and begin again."
    return {
      title: "Payment was begun before",
      words,
      payAddress: orderId && payAddress(orderId, productSlug),
    }
  }
  if (code === "payment_unavailable" || code === "request_in_flight" || code === "slow_down") {
    return {
      title: "The payment did not answer yet",
      words:
        "Your piece is still held and nothing is lost. Press the button once more; you cannot be charged twice.",
      payAddress: null,
    }
  }
  return {
    title: PROBLEMS[code][1],
    words: "Nothing was charged. Press the button once more, or give the piece back.",
    payAddress: null,
  }
}

export function payAddress(orderId: string, productSlug: string): string {
  return addressOf(`/pay/${encodeURIComponent(orderId)}`, { product: productSlug })
}

export function orderAddress(
  orderId: string,
  productSlug: string,
  more: Record<string, string> = {},
): string {
  return addressOf(`/orders/${encodeURIComponent(orderId)}`, { ...more, product: productSlug })
}

function addressOf(path: string, parameters: Record<string, string>): string {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== "")).toString()
  return query === "" ? path : `${path}?${query}`
}
