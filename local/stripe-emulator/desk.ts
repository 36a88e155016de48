/** What every call works with: the records, the outgoing webhooks, and where ids and faults come from. */
import type { Caller } from "./api-key.ts"
import type { DeliveryStore } from "./delivery-store.ts"
import type { Failure } from "./errors.ts"
import type { Faults } from "./faults.ts"
import type { Announcement, Change, Moment } from "./change.ts"
import type { ParamReader } from "./params.ts"
import type { EventRecord, IntentRecord, MintId } from "./records.ts"
import type { RecordStore } from "./record-store.ts"
import { recordTax } from "./tax-recording.ts"
import { chargeView, disputeView, intentView, refundView, shopperIntentView } from "./views.ts"
import type { ViewContext } from "./views.ts"
import { listensTo } from "./webhook-decisions.ts"
import type { WebhookSender } from "./webhook-sender.ts"

export interface Desk {
  records: RecordStore
  deliveries: DeliveryStore
  sender: WebhookSender
  faults: Faults
  mint: MintId
  baseUrl: string
}

/** One authenticated call, read and about to be done. */
export interface Call extends Moment {
  caller: Caller
  params: ParamReader
  /** The ids in the path, in their order. */
  ids: string[]
  requestId: string | null
  idempotencyKey: string | null
}

export interface Answer {
  status: number
  body: object
}

export function ok(body: object): Answer {
  return { status: 200, body }
}

export function refused(failure: Failure): Answer {
  return { status: failure.status, body: { error: failure.error } }
}

export function viewContext(desk: Desk): ViewContext {
  return { baseUrl: desk.baseUrl, paymentMethod: (id) => desk.records.get("payment_method", id) }
}

/** The intent as this caller may see it. */
export function intentFor(desk: Desk, caller: Caller, intent: IntentRecord): object {
  return caller === "merchant"
    ? intentView(intent, viewContext(desk))
    : shopperIntentView(intent, viewContext(desk))
}

function announcedObject(desk: Desk, change: Change, subject: Announcement["subject"]): object {
  if (subject === "intent") return intentView(change.intent, viewContext(desk))
  if (subject === "charge" && change.charge !== undefined) return chargeView(change.charge)
  if (subject === "refund" && change.refund !== undefined) return refundView(change.refund)
  if (subject === "dispute" && change.dispute !== undefined) return disputeView(change.dispute)
  throw new Error(`A change announces its ${subject} and has none.`)
}

/** What faults know an intent by: the key it was made with is its maker's choice, the same in every run. */
export function stableNameOf(intent: IntentRecord): string {
  return intent.madeWithKey ?? intent.id
}

function sendToEndpoints(desk: Desk, event: EventRecord, intent: IntentRecord): void {
  for (const endpoint of desk.sender.endpoints()) {
    if (!listensTo(endpoint, event.type)) continue
    const subject = () => `${event.type} ${stableNameOf(intent)} ${endpoint.url}`
    for (const planned of desk.faults.drawForDelivery(subject)) desk.deliveries.plan(event, endpoint, planned)
  }
}

/** Writes a decision's change, its events and their deliveries. Call it inside a transaction. */
export function writeChange(
  desk: Desk,
  call: Pick<Call, "nowMs" | "requestId" | "idempotencyKey">,
  change: Change,
): void {
  desk.records.put("intent", change.intent)
  if (change.paymentMethod !== undefined) desk.records.put("payment_method", change.paymentMethod)
  if (change.charge !== undefined) desk.records.put("charge", change.charge)
  if (change.capture !== undefined) desk.records.put("capture", change.capture)
  if (change.refund !== undefined) desk.records.put("refund", change.refund)
  if (change.dispute !== undefined) desk.records.put("dispute", change.dispute)
  recordTax(desk, change, call.nowMs)
  for (const { type, subject } of change.announcements) {
    const event: EventRecord = {
      id: desk.mint("evt"),
      type,
      intentId: change.intent.id,
      object: announcedObject(desk, change, subject),
      requestId: call.requestId,
      idempotencyKey: call.idempotencyKey,
      createdAtMs: call.nowMs,
    }
    desk.records.put("event", event)
    sendToEndpoints(desk, event, change.intent)
  }
}
