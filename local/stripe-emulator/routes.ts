/** Every call of the API that the emulator knows. */
import type { Answer, Call, Desk } from "./desk.ts"
import {
  closeDisputeCall,
  listDisputesCall,
  retrieveDisputeCall,
  updateDisputeCall,
} from "./dispute-calls.ts"
import {
  createEndpointCall,
  deleteEndpointCall,
  listEndpointsCall,
  listEventsCall,
  retrieveEndpointCall,
  retrieveEventCall,
} from "./event-calls.ts"
import type { CallName } from "./fault-settings.ts"
import {
  cancelIntentCall,
  captureIntentCall,
  confirmIntentCall,
  createIntentCall,
  listIntentsCall,
  retrieveIntentCall,
  updateIntentCall,
} from "./intent-calls.ts"
import {
  createPaymentMethodCall,
  createRefundCall,
  listChargesCall,
  listRefundsCall,
  retrieveChargeCall,
  retrievePaymentMethodCall,
  retrieveRefundCall,
} from "./money-calls.ts"

import {
  createCalculationCall,
  findAssociationCall,
  listCalculationLinesCall,
  retrieveCalculationCall,
  retrieveTransactionCall,
} from "./tax-calls.ts"

export interface Route {
  /** What faults know it by. */
  name: CallName
  method: "GET" | "POST" | "DELETE"
  /** `{id}` stands for one path segment. */
  path: string
  /** Whether a browser with the publishable key may make this call. */
  shopperMay: boolean
  run: (desk: Desk, call: Call) => Answer
}

const merchant = (name: CallName, method: Route["method"], path: string, run: Route["run"]): Route => ({
  name,
  method,
  path,
  shopperMay: false,
  run,
})
const anyone = (name: CallName, method: Route["method"], path: string, run: Route["run"]): Route => ({
  name,
  method,
  path,
  shopperMay: true,
  run,
})

const ROUTES: readonly Route[] = [
  merchant("create", "POST", "/v1/payment_intents", createIntentCall),
  merchant("list", "GET", "/v1/payment_intents", listIntentsCall),
  anyone("retrieve", "GET", "/v1/payment_intents/{id}", retrieveIntentCall),
  merchant("update", "POST", "/v1/payment_intents/{id}", updateIntentCall),
  anyone("confirm", "POST", "/v1/payment_intents/{id}/confirm", confirmIntentCall),
  merchant("capture", "POST", "/v1/payment_intents/{id}/capture", captureIntentCall),
  merchant("cancel", "POST", "/v1/payment_intents/{id}/cancel", cancelIntentCall),
  merchant("refund", "POST", "/v1/refunds", createRefundCall),
  merchant("list", "GET", "/v1/refunds", listRefundsCall),
  merchant("retrieve", "GET", "/v1/refunds/{id}", retrieveRefundCall),
  merchant("list", "GET", "/v1/charges", listChargesCall),
  merchant("retrieve", "GET", "/v1/charges/{id}", retrieveChargeCall),
  anyone("other", "POST", "/v1/payment_methods", createPaymentMethodCall),
  merchant("retrieve", "GET", "/v1/payment_methods/{id}", retrievePaymentMethodCall),
  merchant("list", "GET", "/v1/disputes", listDisputesCall),
  merchant("retrieve", "GET", "/v1/disputes/{id}", retrieveDisputeCall),
  merchant("other", "POST", "/v1/disputes/{id}", updateDisputeCall),
  merchant("other", "POST", "/v1/disputes/{id}/close", closeDisputeCall),
  merchant("tax", "POST", "/v1/tax/calculations", createCalculationCall),
  merchant("retrieve", "GET", "/v1/tax/calculations/{id}", retrieveCalculationCall),
  merchant("list", "GET", "/v1/tax/calculations/{id}/line_items", listCalculationLinesCall),
  merchant("retrieve", "GET", "/v1/tax/transactions/{id}", retrieveTransactionCall),
  merchant("retrieve", "GET", "/v1/tax/associations/find", findAssociationCall),
  merchant("list", "GET", "/v1/events", listEventsCall),
  merchant("retrieve", "GET", "/v1/events/{id}", retrieveEventCall),
  merchant("other", "POST", "/v1/webhook_endpoints", createEndpointCall),
  merchant("list", "GET", "/v1/webhook_endpoints", listEndpointsCall),
  merchant("retrieve", "GET", "/v1/webhook_endpoints/{id}", retrieveEndpointCall),
  merchant("other", "DELETE", "/v1/webhook_endpoints/{id}", deleteEndpointCall),
]

const COMPILED = ROUTES.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll("{id}", "([A-Za-z0-9_]{1,255})")}$`),
}))

/** The route of a request and the ids in its path. */
export function findRoute(method: string, path: string): { route: Route; ids: string[] } | undefined {
  for (const { route, pattern } of COMPILED) {
    const match = route.method === method ? pattern.exec(path) : null
    if (match !== null) return { route, ids: match.slice(1) }
  }
  return undefined
}
