/** Webhook deliveries on their way: one row for each event and endpoint, one row for each attempt. */
import type { DatabaseSync } from "node:sqlite"
import type { EndpointRecord, EventRecord } from "./records.ts"
import type { PlannedDelivery } from "./faults.ts"

/** A delivery that waits for its time. */
export interface DueDelivery {
  seq: number
  eventId: string
  endpointId: string
  attempts: number
}

export interface AttemptResult {
  url: string
  status: number | null
  error: string | null
  atMs: number
  next: { state: "delivered" } | { state: "given_up" } | { state: "pending"; nextAtMs: number }
}

export interface DeliveryStore {
  plan(event: EventRecord, endpoint: EndpointRecord, planned: PlannedDelivery): void
  due(endpointId: string, nowMs: number, limit: number): DueDelivery[]
  nextDueAtMs(endpointId: string, afterMs: number): number | undefined
  /** Writes the attempt and what follows from it. One row each, so the caller wraps it in a transaction. */
  finish(delivery: DueDelivery, result: AttemptResult): void
  abandon(endpointId: string): void
  pendingFor(eventId: string): number
}

/** Deliveries over an open database. */
export function createDeliveryStore(database: DatabaseSync): DeliveryStore {
  const insert = database.prepare(
    "INSERT INTO deliveries (event_id, type, intent_id, endpoint_id, state, next_at_ms, attempts) VALUES (?, ?, ?, ?, ?, ?, ?)",
  )
  const due = database.prepare(
    "SELECT seq, event_id AS eventId, endpoint_id AS endpointId, attempts FROM deliveries WHERE endpoint_id = ? AND state = 'pending' AND next_at_ms <= ? ORDER BY next_at_ms, seq LIMIT ?",
  )
  const next = database.prepare(
    "SELECT MIN(next_at_ms) AS atMs FROM deliveries WHERE endpoint_id = ? AND state = 'pending' AND next_at_ms > ?",
  )
  const update = database.prepare(
    "UPDATE deliveries SET state = ?, attempts = ?, next_at_ms = ?, first_failure = COALESCE(first_failure, ?), last_failure = COALESCE(?, last_failure) WHERE seq = ?",
  )
  const attempt = database.prepare(
    "INSERT INTO delivery_attempts (delivery_seq, attempt, url, status, error, at_ms, delivered) VALUES (?, ?, ?, ?, ?, ?, ?)",
  )
  const abandon = database.prepare(
    "UPDATE deliveries SET state = 'endpoint_deleted' WHERE endpoint_id = ? AND state = 'pending'",
  )
  const pending = database.prepare(
    "SELECT COUNT(*) AS count FROM deliveries WHERE event_id = ? AND state = 'pending'",
  )
  return {
    plan(event, endpoint, planned) {
      const state = planned.dropped ? "dropped" : "pending"
      const { lastInsertRowid } = insert.run(
        event.id,
        event.type,
        event.intentId,
        endpoint.id,
        state,
        event.createdAtMs + planned.delayMs,
        planned.dropped ? 1 : 0,
      )
      if (planned.dropped)
        attempt.run(lastInsertRowid, 1, endpoint.url, null, "dropped by a fault", event.createdAtMs, 0)
    },
    due(endpointId, nowMs, limit) {
      return due.all(endpointId, nowMs, limit) as unknown as DueDelivery[]
    },
    nextDueAtMs(endpointId, afterMs) {
      return (next.get(endpointId, afterMs) as { atMs: number | null }).atMs ?? undefined
    },
    finish(delivery, result) {
      const attempts = delivery.attempts + 1
      const delivered = result.next.state === "delivered"
      const failure = delivered ? null : (result.error ?? `status ${result.status}`)
      const nextAtMs = result.next.state === "pending" ? result.next.nextAtMs : result.atMs
      update.run(result.next.state, attempts, nextAtMs, failure, failure, delivery.seq)
      attempt.run(
        delivery.seq,
        attempts,
        result.url,
        result.status,
        result.error,
        result.atMs,
        delivered ? 1 : 0,
      )
    },
    abandon(endpointId) {
      abandon.run(endpointId)
    },
    pendingFor(eventId) {
      return (pending.get(eventId) as { count: number }).count
    },
  }
}
