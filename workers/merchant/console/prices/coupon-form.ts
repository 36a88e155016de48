import type { z } from "@hono/zod-openapi"
import { couponCodeOf } from "../../../../durable-objects/prices/coupon/contract.ts"
import type { couponAnswer, couponBody } from "../../api/price-schemas.ts"
import { amountOf, FormReader, momentText, readCurrency } from "./form-reader.ts"
import type { ReadForm, TypedForm } from "./form-reader.ts"

export type Coupon = z.infer<typeof couponAnswer>
type CouponBody = z.infer<typeof couponBody>

export type CouponForm = ReadForm<{ code: string; terms: CouponBody }>

const USES_MAX = 1_000_000_000
const CODE_ADVICE = "1 to 40 letters, digits, dashes or underscores; the first is a letter or a digit."

/** The form for a coupon that is there, or an empty one. */
export function couponFormOf(coupon: Coupon | null): TypedForm {
  const currency = coupon?.currency ?? ""
  const count = (uses: number | null | undefined) => (uses === null || uses === undefined ? "" : String(uses))
  const isAmount = coupon !== null && coupon.amountOffCents !== null
  return {
    values: {
      code: coupon?.code ?? "",
      kind: isAmount ? "amount" : "percent",
      off: isAmount ? amountOf(coupon.amountOffCents, currency) : count(coupon?.percentOff),
      currency,
      minimum: amountOf(coupon?.minimumCents ?? null, currency),
      startsAt: momentText(coupon?.startsAtMs ?? null),
      endsAt: momentText(coupon?.endsAtMs ?? null),
      usesMax: count(coupon?.usesMax),
      usesPerCustomerMax: count(coupon?.usesPerCustomerMax),
    },
    errors: {},
  }
}

/** `known`: the code of the coupon that is changed; null: of a new one, which the form names. */
export function readCouponForm(fields: Record<string, string>, known: string | null): CouponForm {
  const form = new FormReader(fields)
  const code = known ?? couponCodeOf(form.text("code"))
  if (code === null) form.complain("code", CODE_ADVICE)
  const isAmount = form.text("kind") === "amount"
  // Of a currency without an amount nothing follows.
  const inMoney = isAmount || (fields["minimum"]?.trim() ?? "") !== ""
  const currency = readCurrency(form, inMoney)
  const percentOff = isAmount ? null : form.percent("off")
  const amountOffCents = isAmount ? form.money("off", currency) : null
  const off = percentOff ?? amountOffCents
  if (off === null)
    form.complain("off", isAmount ? "How much it takes off." : "How many percent it takes off.")
  if (off === 0) form.complain("off", "More than nothing.")
  const minimumCents = form.money("minimum", currency)
  if (minimumCents === 0) form.complain("minimum", "Leave it empty where there is none.")
  const startsAtMs = form.moment("startsAt")
  const endsAtMs = form.moment("endsAt")
  if (startsAtMs !== null && endsAtMs !== null && endsAtMs <= startsAtMs)
    form.complain("endsAt", "It ends after it starts.")
  const terms = {
    percentOff,
    amountOffCents,
    currency: inMoney ? currency : null,
    minimumCents,
    startsAtMs,
    endsAtMs,
    usesMax: form.whole("usesMax", 1, USES_MAX),
    usesPerCustomerMax: form.whole("usesPerCustomerMax", 1, USES_MAX),
  }
  return form.done({ code: code ?? "", terms })
}

const FIELDS: Record<string, string> = {
  code: "code",
  percentOff: "off",
  amountOffCents: "off",
  currency: "currency",
  minimumCents: "minimum",
  startsAtMs: "startsAt",
  endsAtMs: "endsAt",
  usesMax: "usesMax",
  usesPerCustomerMax: "usesPerCustomerMax",
}

export function couponFieldOf(apiField: string): string | null {
  return FIELDS[apiField] ?? null
}

export type CouponState = "runs" | "not_begun" | "over" | "used_up"

export function couponStateOf(coupon: Coupon, nowMs: number): CouponState {
  if (coupon.endsAtMs !== null && nowMs >= coupon.endsAtMs) return "over"
  if (coupon.usesMax !== null && coupon.uses >= coupon.usesMax) return "used_up"
  return coupon.startsAtMs !== null && nowMs < coupon.startsAtMs ? "not_begun" : "runs"
}
