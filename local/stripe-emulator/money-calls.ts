/** The calls on refunds, charges and payment methods. */
import type { Answer, Call, Desk } from "./desk.ts"
import { ok, refused, writeChange } from "./desk.ts"
import { RequestFailure, invalidRequest, resourceMissing } from "./errors.ts"
import { checkFraction } from "./money.ts"
import { mergeMetadata } from "./params.ts"
import { readPaymentMethod } from "./payment-methods.ts"
import { listOfIntentCall, retrieveCall } from "./read-calls.ts"
import { refundCharge } from "./refund-decision.ts"
import { chargeView, paymentMethodView, refundView } from "./views.ts"

const REFUND_REASONS = ["duplicate", "fraudulent", "requested_by_customer"] as const

function intentIdOf(desk: Desk, call: Call): string {
  const intentId = call.params.text("payment_intent")
  const chargeId = call.params.text("charge")
  if (intentId !== undefined) return intentId
  if (chargeId === undefined) {
    throw new RequestFailure(
      invalidRequest(
        "One of the following params should be provided for this request: payment_intent or charge.",
        { code: "parameter_missing", param: "payment_intent" },
      ),
    )
  }
  const charge = desk.records.get("charge", chargeId)
  if (charge === undefined)
    throw new RequestFailure(
      invalidRequest(`No such charge: '${chargeId}'`, { code: "resource_missing", param: "charge" }),
    )
  return charge.intentId
}

/** POST /v1/refunds: gives captured money back, at most what was captured. Amounts in minor units. */
export function createRefundCall(desk: Desk, call: Call): Answer {
  const intentId = intentIdOf(desk, call)
  const amountCents = call.params.integer("amount")
  if (amountCents !== undefined && amountCents < 1) {
    throw new RequestFailure(
      invalidRequest("Invalid positive integer", { code: "parameter_invalid_integer", param: "amount" }),
    )
  }
  const reason = call.params.choice("reason", REFUND_REASONS) ?? null
  const metadata = mergeMetadata({}, call.params.metadata())
  call.params.done()
  const intent = desk.records.get("intent", intentId)
  if (intent === undefined)
    return refused({ ...resourceMissing("payment_intent", intentId, "payment_intent") })
  const fraction = amountCents === undefined ? undefined : checkFraction(amountCents, intent.currency)
  if (fraction !== undefined) return refused(fraction)
  const charge =
    intent.latestChargeId === null ? undefined : desk.records.get("charge", intent.latestChargeId)
  const decision = refundCharge(intent, charge, { amountCents, reason, metadata }, call)
  switch (decision.kind) {
    case "applied":
      writeChange(desk, call, decision.change)
      return ok(refundView(decision.refund))
    case "nothing_captured":
      return refused(
        invalidRequest(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`, {
          code: "payment_intent_unexpected_state",
          param: "payment_intent",
        }),
      )
    case "already_refunded":
      return refused(
        invalidRequest(`Charge ${charge?.id ?? ""} has already been refunded.`, {
          code: "charge_already_refunded",
        }),
      )
    case "more_than_captured":
      return refused(
        invalidRequest(
          `Refund amount (${amountCents ?? 0}) is greater than unrefunded amount on charge (${decision.leftCents}).`,
          { code: "amount_too_large", param: "amount" },
        ),
      )
  }
}

/** GET /v1/refunds/{id} */
export const retrieveRefundCall = retrieveCall("refund", refundView)

/** GET /v1/refunds, all or those of one intent. */
export const listRefundsCall = listOfIntentCall("refund", "/v1/refunds", refundView)

/** GET /v1/charges/{id} */
export const retrieveChargeCall = retrieveCall("charge", chargeView)

/** GET /v1/charges, all or those of one intent. */
export const listChargesCall = listOfIntentCall("charge", "/v1/charges", chargeView)

/** POST /v1/payment_methods */
export function createPaymentMethodCall(desk: Desk, call: Call): Answer {
  call.params.accept("key")
  const method = readPaymentMethod(call.params, call.caller, call)
  call.params.done()
  desk.records.put("payment_method", method)
  return ok(paymentMethodView(method))
}

/** GET /v1/payment_methods/{id} */
export const retrievePaymentMethodCall = retrieveCall("payment_method", paymentMethodView, {
  word: "PaymentMethod",
  param: "payment_method",
})
