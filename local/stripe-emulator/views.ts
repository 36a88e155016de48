/** Stripe's JSON for what the emulator keeps. Times leave in seconds. */
import type {
  ChargeRecord,
  DisputeRecord,
  EventRecord,
  EndpointRecord,
  IntentRecord,
  PaymentError,
  PaymentMethodRecord,
  RefundRecord,
} from "./records.ts"

/** The version whose shapes these are; the newest that the installed SDK pins. */
export const API_VERSION = "2026-10-28.endive"

/** What a view may look up besides the record itself. */
export interface ViewContext {
  /** The emulator's own address, for pages a shopper is sent to. */
  baseUrl: string
  paymentMethod: (id: string) => PaymentMethodRecord | undefined
}

function seconds(atMs: number): number {
  return Math.floor(atMs / 1000)
}

export function paymentMethodView(record: PaymentMethodRecord): object {
  return {
    id: record.id,
    object: "payment_method",
    allow_redisplay: "unspecified",
    billing_details: { address: null, email: null, name: null, phone: null, ...record.billingDetails },
    card: {
      brand: record.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "unchecked" },
      country: "US",
      display_brand: record.brand,
      exp_month: record.expMonth,
      exp_year: record.expYear,
      funding: "credit",
      generated_from: null,
      last4: record.last4,
      networks: { available: [record.brand], preferred: null },
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: seconds(record.createdAtMs),
    customer: null,
    livemode: false,
    metadata: {},
    type: "card",
  }
}

/** `last_payment_error` and the body of a 402 share this. */
export function paymentErrorView(error: PaymentError, context: ViewContext): object {
  const method = error.paymentMethodId === null ? undefined : context.paymentMethod(error.paymentMethodId)
  return {
    type: error.type,
    code: error.code,
    ...(error.declineCode === null ? {} : { decline_code: error.declineCode }),
    doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll("_", "-")}`,
    message: error.message,
    ...(error.chargeId === null ? {} : { charge: error.chargeId }),
    ...(method === undefined ? {} : { payment_method: paymentMethodView(method) }),
  }
}

function nextActionView(intent: IntentRecord, context: ViewContext): object | null {
  if (intent.pendingAction === null) return null
  const url = `${context.baseUrl}/3ds/${intent.id}`
  if (intent.pendingAction.via === "redirect") {
    return { type: "redirect_to_url", redirect_to_url: { return_url: intent.pendingAction.returnUrl, url } }
  }
  return {
    type: "use_stripe_sdk",
    use_stripe_sdk: { type: "three_d_secure_redirect", stripe_js: url, source: intent.latestChargeId },
  }
}

/** The intent as the holder of a publishable key and the client secret may see it. */
export function shopperIntentView(intent: IntentRecord, context: ViewContext): object {
  return {
    id: intent.id,
    object: "payment_intent",
    amount: intent.amountCents,
    amount_details: { tip: {} },
    automatic_payment_methods:
      intent.automaticPaymentMethods === null
        ? null
        : {
            allow_redirects: intent.automaticPaymentMethods.allowRedirects,
            enabled: intent.automaticPaymentMethods.enabled,
          },
    canceled_at: intent.canceledAtMs === null ? null : seconds(intent.canceledAtMs),
    cancellation_reason: intent.cancellationReason,
    capture_method: intent.captureMethod,
    client_secret: intent.clientSecret,
    confirmation_method: intent.confirmationMethod,
    created: seconds(intent.createdAtMs),
    currency: intent.currency,
    description: intent.description,
    last_payment_error:
      intent.lastPaymentError === null ? null : paymentErrorView(intent.lastPaymentError, context),
    livemode: false,
    next_action: nextActionView(intent, context),
    payment_method: intent.paymentMethodId,
    payment_method_configuration_details: null,
    payment_method_types: intent.paymentMethodTypes,
    processing: null,
    receipt_email: intent.receiptEmail,
    setup_future_usage: intent.setupFutureUsage,
    shipping: intent.shipping,
    source: null,
    status: intent.status,
  }
}

/** The intent as the merchant sees it. */
export function intentView(intent: IntentRecord, context: ViewContext): object {
  return {
    ...shopperIntentView(intent, context),
    amount_capturable: intent.amountCapturableCents,
    amount_received: intent.amountReceivedCents,
    application: null,
    application_fee_amount: null,
    customer: intent.customer,
    ...(intent.taxCalculationId !== null && {
      hooks: { inputs: { tax: { calculation: intent.taxCalculationId } } },
    }),
    latest_charge: intent.latestChargeId,
    metadata: intent.metadata,
    on_behalf_of: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: "automatic" },
    },
    review: null,
    statement_descriptor: intent.statementDescriptor,
    statement_descriptor_suffix: intent.statementDescriptorSuffix,
    transfer_data: null,
    transfer_group: intent.transferGroup,
  }
}

export function chargeView(charge: ChargeRecord): object {
  const succeeded = charge.status === "succeeded"
  return {
    id: charge.id,
    object: "charge",
    amount: charge.amountCents,
    amount_captured: charge.amountCapturedCents,
    amount_refunded: charge.amountRefundedCents,
    balance_transaction: charge.balanceTransactionId,
    captured: charge.captured,
    created: seconds(charge.createdAtMs),
    currency: charge.currency,
    description: charge.description,
    disputed: charge.disputed,
    failure_code: charge.failure?.code ?? null,
    failure_message: charge.failure?.message ?? null,
    livemode: false,
    metadata: charge.metadata,
    outcome: {
      network_status: succeeded ? "approved_by_network" : "declined_by_network",
      reason: charge.failure?.declineCode ?? null,
      seller_message: succeeded
        ? "Payment complete."
        : "The bank did not return any further details with this decline.",
      type: succeeded ? "authorized" : "issuer_declined",
    },
    paid: succeeded,
    payment_intent: charge.intentId,
    payment_method: charge.paymentMethodId,
    payment_method_details: { type: "card", card: { brand: charge.brand, last4: charge.last4 } },
    receipt_email: charge.receiptEmail,
    refunded:
      charge.amountRefundedCents > 0 &&
      charge.amountRefundedCents >= (charge.captured ? charge.amountCapturedCents : charge.amountCents),
    status: charge.status,
  }
}

export function refundView(refund: RefundRecord): object {
  return {
    id: refund.id,
    object: "refund",
    amount: refund.amountCents,
    balance_transaction: null,
    charge: refund.chargeId,
    created: seconds(refund.createdAtMs),
    currency: refund.currency,
    metadata: refund.metadata,
    payment_intent: refund.intentId,
    reason: refund.reason,
    receipt_number: null,
    status: refund.status,
  }
}

export function disputeView(dispute: DisputeRecord): object {
  return {
    id: dispute.id,
    object: "dispute",
    amount: dispute.amountCents,
    balance_transactions: [],
    charge: dispute.chargeId,
    created: seconds(dispute.createdAtMs),
    currency: dispute.currency,
    evidence: { uncategorized_text: dispute.evidence },
    is_charge_refundable: dispute.status.startsWith("warning_"),
    livemode: false,
    metadata: dispute.metadata,
    payment_intent: dispute.intentId,
    reason: dispute.reason,
    status: dispute.status,
  }
}

/** The envelope of a webhook. `pendingWebhooks` counts the endpoints that have not taken it. */
export function eventView(event: EventRecord, pendingWebhooks: number): object {
  return {
    id: event.id,
    object: "event",
    api_version: API_VERSION,
    created: seconds(event.createdAtMs),
    data: { object: event.object },
    livemode: false,
    pending_webhooks: pendingWebhooks,
    request: { id: event.requestId, idempotency_key: event.idempotencyKey },
    type: event.type,
  }
}

/** An endpoint; its secret is shown once, to whoever creates it. */
export function endpointView(endpoint: EndpointRecord, withSecret: boolean): object {
  return {
    id: endpoint.id,
    object: "webhook_endpoint",
    api_version: null,
    application: null,
    created: seconds(endpoint.createdAtMs),
    description: endpoint.description,
    enabled_events: endpoint.enabledEvents,
    livemode: false,
    metadata: endpoint.metadata,
    ...(withSecret ? { secret: endpoint.secret } : {}),
    status: "enabled",
    url: endpoint.url,
  }
}
