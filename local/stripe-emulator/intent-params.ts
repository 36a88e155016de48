/** What the calls on PaymentIntents may say. Reading throws `RequestFailure`; amounts are minor units. */
import { RequestFailure, invalidRequest } from "./errors.ts"
import type { Failure } from "./errors.ts"
import type { Call, Desk } from "./desk.ts"
import { checkAmount, checkCurrency } from "./money.ts"
import { mergeMetadata } from "./params.ts"
import type { ParamReader } from "./params.ts"
import { methodOfToken, readPaymentMethod } from "./payment-methods.ts"
import type { IntentRecord, PaymentMethodRecord } from "./records.ts"

const CAPTURE_METHODS = ["automatic", "automatic_async", "manual"] as const
/** Stripe's reasons for a cancellation by the merchant. */
export const CANCELLATION_REASONS = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"] as const

function insist(failure: Failure | undefined): void {
  if (failure !== undefined) throw new RequestFailure(failure)
}

/** The method named by `payment_method` or described by `payment_method_data`; new ones are not stored yet. */
export function readMethod(desk: Desk, call: Call): PaymentMethodRecord | undefined {
  const data = call.params.object("payment_method_data")
  if (data !== undefined) return readPaymentMethod(data, call.caller, call)
  const id = call.params.text("payment_method")
  if (id === undefined) return undefined
  const method = methodOfToken(id, call) ?? desk.records.get("payment_method", id)
  if (method === undefined)
    throw new RequestFailure(
      invalidRequest(`No such PaymentMethod: '${id}'`, { code: "resource_missing", param: "payment_method" }),
    )
  return method
}

function readAutomaticMethods(params: ParamReader): IntentRecord["automaticPaymentMethods"] {
  const automatic = params.object("automatic_payment_methods")
  if (automatic === undefined) return null
  const enabled = automatic.boolean("enabled")
  const allowRedirects = automatic.choice("allow_redirects", ["always", "never"]) ?? "always"
  if (enabled === undefined)
    throw new RequestFailure(
      invalidRequest("Missing required param: automatic_payment_methods[enabled].", {
        code: "parameter_missing",
        param: "automatic_payment_methods[enabled]",
      }),
    )
  return enabled ? { enabled, allowRedirects } : null
}

/** What may be said about an intent both when it is made and later. */
export function readDetails(params: ParamReader, old: IntentRecord): IntentRecord {
  const shipping = params.anything("shipping")
  params.accept(
    "payment_method_options",
    "statement_descriptor_suffix",
    "application_fee_amount",
    "transfer_data",
    "payment_details",
    "amount_details",
  )
  return {
    ...old,
    description: params.text("description") ?? old.description,
    receiptEmail: params.text("receipt_email") ?? old.receiptEmail,
    customer: params.text("customer") ?? old.customer,
    shipping: shipping ?? old.shipping,
    setupFutureUsage:
      params.choice("setup_future_usage", ["off_session", "on_session"]) ?? old.setupFutureUsage,
    statementDescriptor: params.text("statement_descriptor") ?? old.statementDescriptor,
    transferGroup: params.text("transfer_group") ?? old.transferGroup,
    captureMethod: params.choice("capture_method", CAPTURE_METHODS) ?? old.captureMethod,
    metadata: mergeMetadata(old.metadata, params.metadata()),
  }
}

function blankIntent(call: Call, amountCents: number, currency: string): IntentRecord {
  const id = call.mint("pi")
  return {
    id,
    clientSecret: `${id}_${call.mint("secret")}`,
    status: "requires_payment_method",
    amountCents,
    amountCapturableCents: 0,
    amountReceivedCents: 0,
    currency,
    // The newest API versions settle asynchronously unless told otherwise; here the result is the same.
    captureMethod: "automatic_async",
    confirmationMethod: "automatic",
    metadata: {},
    description: null,
    receiptEmail: null,
    customer: null,
    shipping: null,
    setupFutureUsage: null,
    statementDescriptor: null,
    statementDescriptorSuffix: null,
    transferGroup: null,
    paymentMethodTypes: ["card"],
    automaticPaymentMethods: null,
    paymentMethodId: null,
    latestChargeId: null,
    lastPaymentError: null,
    pendingAction: null,
    taxCalculationId: null,
    canceledAtMs: null,
    cancellationReason: null,
    madeWithKey: call.idempotencyKey,
    dueAtMs: null,
    createdAtMs: call.nowMs,
  }
}

/** The intent linked to the tax calculation that the call names. Throws a 400 for one that does not exist. */
export function readTax(desk: Desk, { params }: Call, old: IntentRecord): IntentRecord {
  const tax = params.object("hooks")?.object("inputs")?.object("tax")
  const taxCalculationId = tax?.text("calculation")
  if (tax === undefined || taxCalculationId === undefined) return old
  if (desk.records.get("calculation", taxCalculationId) === undefined)
    throw new RequestFailure(
      invalidRequest(`No such tax calculation: '${taxCalculationId}'`, {
        code: "resource_missing",
        param: tax.name("calculation"),
      }),
    )
  return { ...old, taxCalculationId }
}

/** A new intent as described by the call. */
export function readNewIntent(call: Call): IntentRecord {
  const { params } = call
  const amount = params.integer("amount")
  if (amount === undefined)
    throw new RequestFailure(
      invalidRequest("Missing required param: amount.", { code: "parameter_missing", param: "amount" }),
    )
  const currency = params.requiredText("currency").toLowerCase()
  insist(checkCurrency(currency))
  insist(checkAmount(amount, currency))
  const types = params.texts("payment_method_types")
  const automatic = readAutomaticMethods(params)
  if (types !== undefined && automatic !== null) {
    throw new RequestFailure(
      invalidRequest(
        "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.",
        { param: "payment_method_types" },
      ),
    )
  }
  return {
    ...readDetails(params, blankIntent(call, amount, currency)),
    // Since 2023 an intent without either parameter takes the methods enabled in the dashboard; here that is cards.
    automaticPaymentMethods:
      automatic ?? (types === undefined ? { enabled: true, allowRedirects: "always" } : null),
    paymentMethodTypes: types ?? ["card"],
    confirmationMethod: params.choice("confirmation_method", ["automatic", "manual"]) ?? "automatic",
  }
}

/** An intent with another amount or currency, where the call says so. */
export function readNewAmount(params: ParamReader, old: IntentRecord): IntentRecord {
  const currency = params.text("currency")?.toLowerCase() ?? old.currency
  const amountCents = params.integer("amount") ?? old.amountCents
  insist(checkCurrency(currency))
  insist(checkAmount(amountCents, currency))
  return { ...old, amountCents, currency }
}

export interface ConfirmationParams {
  returnUrl: string | null
  useStripeSdk: boolean
  offSession: boolean
}

/** The parameters of a confirmation, wherever it is asked for. */
export function readConfirmation(call: Call): ConfirmationParams {
  const { params } = call
  const returnUrl = params.text("return_url") ?? null
  if (returnUrl !== null && !(URL.canParse(returnUrl) && /^https?:$/.test(new URL(returnUrl).protocol))) {
    throw new RequestFailure(invalidRequest("Not a valid URL", { code: "url_invalid", param: "return_url" }))
  }
  const offSession = params.text("off_session")
  const errorOnAction = params.boolean("error_on_requires_action") ?? false
  params.accept("mandate", "mandate_data", "radar_options", "expected_payment_method_type", "key")
  return {
    returnUrl,
    useStripeSdk: params.boolean("use_stripe_sdk") ?? false,
    // A browser cannot say that nobody is there.
    offSession:
      call.caller === "merchant" && (errorOnAction || (offSession !== undefined && offSession !== "false")),
  }
}

/** The intent as the confirmation describes it. The merchant's terms are the merchant's: a browser cannot change them. */
export function readConfirmationDetails(call: Call, old: IntentRecord): IntentRecord {
  const { params } = call
  const captureMethod =
    call.caller === "merchant" ? params.choice("capture_method", CAPTURE_METHODS) : undefined
  params.accept("payment_method_options", "payment_method_types")
  return {
    ...old,
    receiptEmail: params.text("receipt_email") ?? old.receiptEmail,
    shipping: params.anything("shipping") ?? old.shipping,
    setupFutureUsage:
      params.choice("setup_future_usage", ["off_session", "on_session"]) ?? old.setupFutureUsage,
    captureMethod: captureMethod ?? old.captureMethod,
  }
}
