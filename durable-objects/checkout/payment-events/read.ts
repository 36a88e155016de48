import { z } from "zod"
import { readAuthorizationExpiry } from "./authorization-expiry.ts"
import { readDispute } from "./disputes.ts"
import type { EventReader, Heard } from "./heard.ts"
import {
  readAuthorized,
  readCancelled,
  readCaptured,
  readFailed,
  readProcessing,
  readRequiresAction,
} from "./intents.ts"
import { readChargeRefunded, readRefundEvent } from "./refunds.ts"

/** Every kind of event that is read, and by whom. A webhook endpoint at Stripe should listen to these and no others. */
const READERS = {
  "payment_intent.amount_capturable_updated": readAuthorized,
  "payment_intent.succeeded": readCaptured,
  "payment_intent.payment_failed": readFailed,
  "payment_intent.canceled": readCancelled,
  "payment_intent.requires_action": readRequiresAction,
  "payment_intent.processing": readProcessing,
  "charge.expired": readAuthorizationExpiry,
  "charge.refunded": readChargeRefunded,
  "refund.created": readRefundEvent,
  "refund.updated": readRefundEvent,
  "refund.failed": readRefundEvent,
  "charge.dispute.created": readDispute,
  "charge.dispute.updated": readDispute,
  "charge.dispute.closed": readDispute,
} as const satisfies Record<string, EventReader>

export const READ_EVENT_TYPES = Object.keys(READERS) as (keyof typeof READERS)[]

const typed = z.object({ type: z.enum(READ_EVENT_TYPES) })

/** Null for what is of no consequence here. */
export function readEvent(event: unknown): Heard | null {
  const read = typed.safeParse(event)
  return read.success ? READERS[read.data.type](event) : null
}
