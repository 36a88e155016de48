/** Every call of the API that the emulator knows. */
import type { Answer, Call, Desk } from "./desk.ts"
import {
  createEndpointCall,
  deleteEndpointCall,
  listEndpointsCall,
  listEventsCall,
  retrieveEndpointCall,
  retrieveEventCall,
} from "./event-calls.ts"
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

export interface Route {
  method: "GET" | "POST" | "DELETE"
  /** `{id}` stands for one path segment. */
  path: string
  /** Whether a browser with the publishable key may make this call. */
  shopperMay: boolean
  run: (desk: Desk, call: Call) => Answer
}

const merchant = (method: Route["method"], path: string, run: Route["run"]): Route => ({
  method,
  path,
  shopperMay: false,
  run,
})
const anyone = (method: Route["method"], path: string, run: Route["run"]): Route => ({
  method,
  path,
  shopperMay: true,
  run,
})

const ROUTES: readonly Route[] = [
  merchant("POST", "/v1/payment_intents", createIntentCall),
  merchant("GET", "/v1/payment_intents", listIntentsCall),
  anyone("GET", "/v1/payment_intents/{id}", retrieveIntentCall),
  merchant("POST", "/v1/payment_intents/{id}", updateIntentCall),
  anyone("POST", "/v1/payment_intents/{id}/confirm", confirmIntentCall),
  merchant("POST", "/v1/payment_intents/{id}/capture", captureIntentCall),
  merchant("POST", "/v1/payment_intents/{id}/cancel", cancelIntentCall),
  merchant("POST", "/v1/refunds", createRefundCall),
  merchant("GET", "/v1/refunds", listRefundsCall),
  merchant("GET", "/v1/refunds/{id}", retrieveRefundCall),
  merchant("GET", "/v1/charges", listChargesCall),
  merchant("GET", "/v1/charges/{id}", retrieveChargeCall),
  anyone("POST", "/v1/payment_methods", createPaymentMethodCall),
  merchant("GET", "/v1/payment_methods/{id}", retrievePaymentMethodCall),
  merchant("GET", "/v1/events", listEventsCall),
  merchant("GET", "/v1/events/{id}", retrieveEventCall),
  merchant("POST", "/v1/webhook_endpoints", createEndpointCall),
  merchant("GET", "/v1/webhook_endpoints", listEndpointsCall),
  merchant("GET", "/v1/webhook_endpoints/{id}", retrieveEndpointCall),
  merchant("DELETE", "/v1/webhook_endpoints/{id}", deleteEndpointCall),
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
