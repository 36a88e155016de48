/** The calls on PaymentIntents: read, decide, write, answer. Each runs inside one transaction. */
import type { Answer, Call, Desk } from "./desk.ts"
import { intentFor, ok, refused, viewContext, writeChange } from "./desk.ts"
import { RequestFailure, invalidRequest, resourceMissing, unexpectedState } from "./errors.ts"
import { cancelIntent, captureIntent, confirmIntent } from "./intent-decisions.ts"
import type { Change, Decision } from "./change.ts"
import {
  CANCELLATION_REASONS,
  readConfirmation,
  readConfirmationDetails,
  readDetails,
  readMethod,
  readNewAmount,
  readNewIntent,
  readTax,
} from "./intent-params.ts"
import type { ConfirmationParams } from "./intent-params.ts"
import { nextStatus } from "./intent-states.ts"
import { answerPage, readPage } from "./lists.ts"
import { checkFraction } from "./money.ts"
import { mergeMetadata } from "./params.ts"
import type { ChargeRecord, IntentRecord, PaymentMethodRecord } from "./records.ts"
import { intentView, paymentErrorView } from "./views.ts"

/** Writes what a decision decided and says so to the caller. */
export function answerDecision(desk: Desk, call: Call, intent: IntentRecord, decision: Decision): Answer {
  switch (decision.kind) {
    case "applied":
      writeChange(desk, call, decision.change)
      return ok(intentFor(desk, call.caller, decision.change.intent))
    case "declined":
      writeChange(desk, call, decision.change)
      return {
        status: decision.error.type === "card_error" ? 402 : 400,
        body: {
          error: {
            ...paymentErrorView(decision.error, viewContext(desk)),
            payment_intent: intentFor(desk, call.caller, decision.change.intent),
          },
        },
      }
    case "wrong_state":
      return refused(unexpectedState(decision.message, intentFor(desk, call.caller, intent)))
    case "amount_too_large":
      return refused(invalidRequest(decision.message, { code: "amount_too_large", param: decision.param }))
  }
}

/** The intent of the path, or the 404. A shopper must also know its secret: without it nothing is told, not even 404. */
function findIntent(desk: Desk, call: Call): IntentRecord | Answer {
  const id = call.ids[0] ?? ""
  const secret =
    call.caller === "shopper" ? call.params.requiredText("client_secret") : call.params.text("client_secret")
  const intent = desk.records.get("intent", id)
  if (intent === undefined) return refused(resourceMissing("payment_intent", id, "intent"))
  if (secret !== undefined && secret !== intent.clientSecret) {
    return refused(
      invalidRequest(
        "The client_secret provided does not match the client_secret associated with the PaymentIntent.",
        {
          code: "payment_intent_invalid_parameter",
          param: "client_secret",
        },
      ),
    )
  }
  return intent
}

function isAnswer(found: IntentRecord | Answer): found is Answer {
  return "body" in found
}

function latestCharge(desk: Desk, intent: IntentRecord): ChargeRecord | undefined {
  return intent.latestChargeId === null ? undefined : desk.records.get("charge", intent.latestChargeId)
}

function attach(intent: IntentRecord, method: PaymentMethodRecord): IntentRecord {
  return { ...intent, status: nextStatus(intent.status, "attach"), paymentMethodId: method.id }
}

function confirmNow(
  desk: Desk,
  call: Call,
  intent: IntentRecord,
  sent: PaymentMethodRecord | undefined,
  params: ConfirmationParams,
): Answer {
  const attached =
    intent.paymentMethodId === null ? undefined : desk.records.get("payment_method", intent.paymentMethodId)
  const decision = confirmIntent(intent, { paymentMethod: sent ?? attached, ...params }, call)
  if (sent !== undefined && (decision.kind === "applied" || decision.kind === "declined"))
    decision.change.paymentMethod = sent
  return answerDecision(desk, call, intent, decision)
}

/** POST /v1/payment_intents */
export function createIntentCall(desk: Desk, call: Call): Answer {
  const intent = readTax(desk, call, readNewIntent(call))
  const method = readMethod(desk, call)
  const confirm = call.params.boolean("confirm") ?? false
  const confirmation = readConfirmation(call)
  call.params.done()
  const change: Change = {
    intent: method === undefined ? intent : attach(intent, method),
    announcements: [{ type: "payment_intent.created", subject: "intent" }],
  }
  if (method !== undefined) change.paymentMethod = method
  writeChange(desk, call, change)
  if (!confirm) return ok(intentFor(desk, call.caller, change.intent))
  return confirmNow(desk, call, change.intent, method, confirmation)
}

/** GET /v1/payment_intents/{id} */
export function retrieveIntentCall(desk: Desk, call: Call): Answer {
  const found = findIntent(desk, call)
  call.params.accept("key")
  call.params.done()
  return isAnswer(found) ? found : ok(intentFor(desk, call.caller, found))
}

/** GET /v1/payment_intents */
export function listIntentsCall(desk: Desk, call: Call): Answer {
  const page = readPage(desk, "intent", call.params)
  call.params.done()
  return answerPage(desk, "intent", "/v1/payment_intents", page, (intent) =>
    intentView(intent, viewContext(desk)),
  )
}

/** POST /v1/payment_intents/{id}: metadata at any time, the rest only before the intent is confirmed. */
export function updateIntentCall(desk: Desk, call: Call): Answer {
  const found = findIntent(desk, call)
  if (isAnswer(found)) return found
  const described = readTax(desk, call, readDetails(call.params, found))
  const priced = readNewAmount(call.params, described)
  const method = readMethod(desk, call)
  call.params.accept("payment_method_types")
  call.params.done()
  const sameTerms =
    priced.amountCents === found.amountCents &&
    priced.currency === found.currency &&
    priced.captureMethod === found.captureMethod
  const open = found.status === "requires_payment_method" || found.status === "requires_confirmation"
  if (!open && (!sameTerms || method !== undefined)) {
    const message = `This PaymentIntent could not be updated because it has a status of ${found.status}. Amount, currency, capture_method and payment_method may be changed only while it is requires_payment_method or requires_confirmation.`
    return refused(unexpectedState(message, intentFor(desk, call.caller, found)))
  }
  const updated = method === undefined ? priced : attach(priced, method)
  writeChange(
    desk,
    call,
    method === undefined
      ? { intent: updated, announcements: [] }
      : { intent: updated, paymentMethod: method, announcements: [] },
  )
  return ok(intentFor(desk, call.caller, updated))
}

/** POST /v1/payment_intents/{id}/confirm, by the merchant or by a shopper who knows the client secret. */
export function confirmIntentCall(desk: Desk, call: Call): Answer {
  const found = findIntent(desk, call)
  if (isAnswer(found)) return found
  const method = readMethod(desk, call)
  const confirmation = readConfirmation(call)
  const described = readConfirmationDetails(call, found)
  call.params.done()
  return confirmNow(desk, call, described, method, confirmation)
}

/** POST /v1/payment_intents/{id}/capture */
export function captureIntentCall(desk: Desk, call: Call): Answer {
  const found = findIntent(desk, call)
  if (isAnswer(found)) return found
  const amount = call.params.integer("amount_to_capture")
  if (amount !== undefined && amount < 1) {
    throw new RequestFailure(
      invalidRequest("This value must be greater than or equal to 1.", {
        code: "parameter_invalid_integer",
        param: "amount_to_capture",
      }),
    )
  }
  const fraction =
    amount === undefined ? undefined : checkFraction(amount, found.currency, "amount_to_capture")
  if (fraction !== undefined) return refused(fraction)
  call.params.accept(
    "final_capture",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "application_fee_amount",
    "transfer_data",
  )
  const intent = { ...found, metadata: mergeMetadata(found.metadata, call.params.metadata()) }
  call.params.done()
  return answerDecision(desk, call, found, captureIntent(intent, latestCharge(desk, found), amount, call))
}

/** POST /v1/payment_intents/{id}/cancel */
export function cancelIntentCall(desk: Desk, call: Call): Answer {
  const found = findIntent(desk, call)
  if (isAnswer(found)) return found
  const reason = call.params.choice("cancellation_reason", CANCELLATION_REASONS) ?? null
  call.params.done()
  return answerDecision(desk, call, found, cancelIntent(found, latestCharge(desk, found), reason, call))
}
