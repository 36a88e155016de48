/** The calls on events and webhook endpoints. */
import type { Answer, Call, Desk } from "./desk.ts"
import { ok, refused } from "./desk.ts"
import { RequestFailure, invalidRequest, resourceMissing } from "./errors.ts"
import { answerPage, readPage } from "./lists.ts"
import { mergeMetadata } from "./params.ts"
import { listCall, retrieveCall } from "./read-calls.ts"
import type { EndpointRecord, EventRecord } from "./records.ts"
import { endpointView, eventView } from "./views.ts"

/** The endpoint of the start options: it always exists. */
export const DEFAULT_ENDPOINT_ID = "we_default"
/** Stripe's limit for endpoints of one account. */
export const MAX_ENDPOINTS = 16

const viewOfEvent = (event: EventRecord, desk: Desk) => eventView(event, desk.deliveries.pendingFor(event.id))

/** GET /v1/events/{id} */
export const retrieveEventCall = retrieveCall("event", viewOfEvent)

/** GET /v1/events, all or those of some types. */
export function listEventsCall(desk: Desk, call: Call): Answer {
  const type = call.params.text("type")
  const types = call.params.texts("types") ?? (type === undefined ? undefined : [type])
  const page = readPage(desk, "event", call.params)
  call.params.done()
  return answerPage(desk, "event", "/v1/events", { ...page, types }, (event) => viewOfEvent(event, desk))
}

function publishEndpoints(desk: Desk): void {
  desk.sender.setEndpoints(desk.records.all("endpoint"))
}

/** POST /v1/webhook_endpoints: the only answer that shows the secret. */
export function createEndpointCall(desk: Desk, call: Call): Answer {
  const url = call.params.requiredText("url")
  const enabledEvents = call.params.texts("enabled_events")
  const description = call.params.text("description") ?? null
  const metadata = mergeMetadata({}, call.params.metadata())
  call.params.accept("api_version", "connect")
  call.params.done()
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new RequestFailure(
      invalidRequest("Invalid URL: it must start with http:// or https://", {
        code: "url_invalid",
        param: "url",
      }),
    )
  if (enabledEvents === undefined || enabledEvents.length === 0) {
    throw new RequestFailure(
      invalidRequest("Missing required param: enabled_events.", {
        code: "parameter_missing",
        param: "enabled_events",
      }),
    )
  }
  if (desk.records.all("endpoint").length >= MAX_ENDPOINTS)
    return refused(invalidRequest(`You have reached the maximum of ${MAX_ENDPOINTS} test webhook endpoints.`))
  const endpoint: EndpointRecord = {
    id: call.mint("we"),
    url,
    secret: call.mint("whsec"),
    enabledEvents,
    description,
    metadata,
    createdAtMs: call.nowMs,
  }
  desk.records.put("endpoint", endpoint)
  publishEndpoints(desk)
  return ok(endpointView(endpoint, true))
}

/** GET /v1/webhook_endpoints */
export const listEndpointsCall = listCall("endpoint", "/v1/webhook_endpoints", (endpoint) =>
  endpointView(endpoint, false),
)

/** GET /v1/webhook_endpoints/{id} */
export const retrieveEndpointCall = retrieveCall("endpoint", (endpoint) => endpointView(endpoint, false), {
  word: "webhook endpoint",
  param: "id",
})

/** DELETE /v1/webhook_endpoints/{id}: what was still to be delivered to it is not. */
export function deleteEndpointCall(desk: Desk, call: Call): Answer {
  call.params.done()
  const id = call.ids[0] ?? ""
  if (id === DEFAULT_ENDPOINT_ID)
    return refused(
      invalidRequest("This endpoint comes from the start options of the emulator and cannot be deleted."),
    )
  if (desk.records.get("endpoint", id) === undefined)
    return refused(resourceMissing("webhook endpoint", id, "id"))
  desk.records.remove("endpoint", id)
  desk.deliveries.abandon(id)
  publishEndpoints(desk)
  return ok({ id, object: "webhook_endpoint", deleted: true })
}
