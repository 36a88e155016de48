/**
 * What a call does to a PaymentIntent. Pure: clock, ids and records arrive as arguments, refusals return, broken
 * invariants throw. Amounts are minor units, times epoch milliseconds.
 */
import { AUTHENTICATION_REQUIRED } from "./cards.ts"
import type { Decline } from "./cards.ts"
import type { Change, Decision, Moment } from "./change.ts"
import { mayTake, nextStatus, statusesBefore } from "./intent-states.ts"
import type { IntentStep } from "./intent-states.ts"
import { newCharge, takeMoney } from "./charges.ts"
import type { ChargeRecord, IntentRecord, PaymentError, PaymentMethodRecord } from "./records.ts"

function wrongState(intent: IntentRecord, verb: string, participle: string, step: IntentStep): Decision {
  return {
    kind: "wrong_state",
    message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be ${participle}: ${statusesBefore(step)}.`,
  }
}

/** How long a card's bank keeps money aside, in milliseconds (Stripe: seven days for most cards). */
export const AUTHORIZATION_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000

function declineCharge(
  intent: IntentRecord,
  method: PaymentMethodRecord,
  decline: Decline,
  moment: Moment,
): Decision {
  const charge: ChargeRecord = { ...newCharge(intent, method, moment), status: "failed", failure: decline }
  const error: PaymentError = {
    type: "card_error",
    code: decline.code,
    declineCode: decline.declineCode,
    message: decline.message,
    chargeId: charge.id,
    paymentMethodId: method.id,
  }
  const failed: IntentRecord = {
    ...intent,
    status: nextStatus(intent.status, "fail"),
    paymentMethodId: null,
    latestChargeId: charge.id,
    lastPaymentError: error,
    pendingAction: null,
  }
  return {
    kind: "declined",
    error,
    change: {
      intent: failed,
      charge,
      announcements: [{ type: "payment_intent.payment_failed", subject: "intent" }],
    },
  }
}

function approveCharge(intent: IntentRecord, method: PaymentMethodRecord, moment: Moment): Decision {
  const charge = newCharge(intent, method, moment)
  const approved: IntentRecord = {
    ...intent,
    paymentMethodId: method.id,
    latestChargeId: charge.id,
    lastPaymentError: null,
    pendingAction: null,
  }
  if (intent.captureMethod === "manual") {
    const held: IntentRecord = {
      ...approved,
      status: nextStatus(intent.status, "authorize"),
      amountCapturableCents: intent.amountCents,
      dueAtMs: moment.nowMs + AUTHORIZATION_LIFETIME_MS,
    }
    return {
      kind: "applied",
      change: {
        intent: held,
        charge,
        announcements: [{ type: "payment_intent.amount_capturable_updated", subject: "intent" }],
      },
    }
  }
  const paid: IntentRecord = {
    ...approved,
    status: nextStatus(intent.status, "settle"),
    amountReceivedCents: intent.amountCents,
  }
  return {
    kind: "applied",
    change: {
      intent: paid,
      ...takeMoney(charge, intent.amountCents, moment),
    },
  }
}

export interface Confirmation {
  /** The method to pay with: the one sent along, or the one attached before. */
  paymentMethod: PaymentMethodRecord | undefined
  returnUrl: string | null
  /** The caller can show the bank's page itself, as Stripe.js does. */
  useStripeSdk: boolean
  /** The shopper is not there to authenticate. */
  offSession: boolean
}

/** Charges the card, or asks the shopper to authenticate first. */
export function confirmIntent(intent: IntentRecord, confirmation: Confirmation, moment: Moment): Decision {
  if (!mayTake(intent.status, "settle")) return wrongState(intent, "confirm", "confirmed", "settle")
  const method = confirmation.paymentMethod
  if (method === undefined) {
    return {
      kind: "wrong_state",
      message:
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    }
  }
  if (method.outcome.kind === "declines") return declineCharge(intent, method, method.outcome.decline, moment)
  if (method.outcome.kind === "succeeds") return approveCharge(intent, method, moment)
  if (confirmation.offSession) return declineCharge(intent, method, AUTHENTICATION_REQUIRED, moment)
  const asked: IntentRecord = {
    ...intent,
    status: nextStatus(intent.status, "ask"),
    paymentMethodId: method.id,
    lastPaymentError: null,
    pendingAction: {
      via: confirmation.returnUrl !== null && !confirmation.useStripeSdk ? "redirect" : "sdk",
      returnUrl: confirmation.returnUrl,
    },
  }
  return {
    kind: "applied",
    change: { intent: asked, announcements: [{ type: "payment_intent.requires_action", subject: "intent" }] },
  }
}

/** The shopper's answer at the bank's page. */
export function finishAuthentication(
  intent: IntentRecord,
  method: PaymentMethodRecord,
  outcome: "succeed" | "fail",
  moment: Moment,
): Decision {
  if (intent.status !== "requires_action") {
    return {
      kind: "wrong_state",
      message: `This PaymentIntent has a status of ${intent.status}: there is no authentication to finish.`,
    }
  }
  if (outcome === "succeed") {
    const afterwards = method.outcome.kind === "authenticates" ? method.outcome.afterwards : "succeeds"
    return afterwards === "succeeds"
      ? approveCharge(intent, method, moment)
      : declineCharge(intent, method, afterwards, moment)
  }
  const error: PaymentError = {
    type: "invalid_request_error",
    code: "payment_intent_authentication_failure",
    declineCode: null,
    message:
      "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
    chargeId: null,
    paymentMethodId: method.id,
  }
  const failed: IntentRecord = {
    ...intent,
    status: nextStatus(intent.status, "fail"),
    paymentMethodId: null,
    lastPaymentError: error,
    pendingAction: null,
  }
  return {
    kind: "declined",
    error,
    change: { intent: failed, announcements: [{ type: "payment_intent.payment_failed", subject: "intent" }] },
  }
}

/** Takes the money that was authorized, or a part of it; the rest is released. Default: all of it. */
export function captureIntent(
  intent: IntentRecord,
  charge: ChargeRecord | undefined,
  amountCents: number | undefined,
  moment: Moment,
): Decision {
  if (!mayTake(intent.status, "capture")) {
    return {
      kind: "wrong_state",
      message: `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: ${statusesBefore("capture")}.`,
    }
  }
  const amount = amountCents ?? intent.amountCapturableCents
  if (amount > intent.amountCapturableCents) {
    return {
      kind: "amount_too_large",
      param: "amount_to_capture",
      message: `The amount to capture (${amount}) is greater than the capturable amount (${intent.amountCapturableCents}).`,
    }
  }
  if (charge === undefined) throw new Error(`${intent.id} is capturable and has no charge.`)
  const paid: IntentRecord = {
    ...intent,
    status: nextStatus(intent.status, "capture"),
    amountCapturableCents: 0,
    amountReceivedCents: amount,
    dueAtMs: null,
  }
  return {
    kind: "applied",
    change: {
      intent: paid,
      ...takeMoney(charge, amount, moment),
    },
  }
}

/**
 * Ends the intent. An authorization is released, which Stripe also tells as `charge.refunded` of a charge that was
 * never captured: a listener that takes that for money back would be wrong, so it must be met here too.
 */
export function cancelIntent(
  intent: IntentRecord,
  charge: ChargeRecord | undefined,
  reason: string | null,
  moment: Moment,
): Decision {
  if (!mayTake(intent.status, "cancel")) return wrongState(intent, "cancel", "canceled", "cancel")
  const canceled: IntentRecord = {
    ...intent,
    status: nextStatus(intent.status, "cancel"),
    amountCapturableCents: 0,
    canceledAtMs: moment.nowMs,
    cancellationReason: reason,
    pendingAction: null,
    dueAtMs: null,
  }
  const change: Change = {
    intent: canceled,
    announcements: [{ type: "payment_intent.canceled", subject: "intent" }],
  }
  if (intent.status === "requires_capture" && charge !== undefined) {
    change.charge = { ...charge, amountRefundedCents: charge.amountCents }
    change.announcements.unshift({ type: "charge.refunded", subject: "charge" })
  }
  return { kind: "applied", change }
}
