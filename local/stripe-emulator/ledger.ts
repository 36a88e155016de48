/** The books: everything that happened, streamed from one moment of the database. */
import type { DatabaseSync } from "node:sqlite"
import type { TaxAttemptRecord } from "./tax-records.ts"
import type { CaptureRecord, ChargeRecord, DisputeRecord, IntentRecord, RefundRecord } from "./records.ts"

/** Metadata that an intent must have to be listed. */
export type LedgerFilter = Record<string, string>

interface Condition {
  sql: string
  values: string[]
}

function matching(filter: LedgerFilter): Condition {
  const entries = Object.entries(filter)
  const path = (key: string): string => `$.metadata.${JSON.stringify(key)}`
  return {
    sql: entries.map(() => " AND json_extract(body, ?) = ?").join(""),
    values: entries.flatMap(([key, value]) => [path(key), value]),
  }
}

function bodies<T>(database: DatabaseSync, kind: string, intentId: string): T[] {
  const rows = database
    .prepare("SELECT body FROM records WHERE intent_id = ? AND kind = ? ORDER BY seq")
    .all(intentId, kind)
  return rows.map((row) => JSON.parse(String(row["body"])) as T)
}

function capturesOf(captures: CaptureRecord[]): object[] {
  return captures.map(({ id, chargeId, amountCents, atMs }) => ({ id, chargeId, amountCents, atMs }))
}

function refundsOf(refunds: RefundRecord[]): object[] {
  return refunds.map(({ id, chargeId, amountCents, status, createdAtMs, reason, metadata }) => ({
    id,
    chargeId,
    amountCents,
    status,
    atMs: createdAtMs,
    reason,
    metadata,
  }))
}

function intentEntry(database: DatabaseSync, intent: IntentRecord): object {
  const charges = bodies<ChargeRecord>(database, "charge", intent.id)
  return {
    id: intent.id,
    status: intent.status,
    amount: intent.amountCents,
    amountCapturable: intent.amountCapturableCents,
    amountReceived: intent.amountReceivedCents,
    currency: intent.currency,
    captureMethod: intent.captureMethod,
    metadata: intent.metadata,
    receiptEmail: intent.receiptEmail,
    taxCalculationId: intent.taxCalculationId,
    captures: capturesOf(bodies(database, "capture", intent.id)),
    refunds: refundsOf(bodies(database, "refund", intent.id)),
    charges: charges.map(({ id, status, amountCents, createdAtMs, failure }) => ({
      id,
      status,
      amountCents,
      atMs: createdAtMs,
      failureCode: failure?.declineCode ?? null,
    })),
    lastPaymentErrorCode: intent.lastPaymentError?.code ?? null,
    canceledAtMs: intent.canceledAtMs,
    cancellationReason: intent.cancellationReason,
    createdAtMs: intent.createdAtMs,
  }
}

function* list(name: string, items: Iterable<object>): Generator<string> {
  yield `"${name}":[`
  let first = true
  for (const item of items) {
    yield (first ? "" : ",") + JSON.stringify(item)
    first = false
  }
  yield "]"
}

function* rows(
  database: DatabaseSync,
  sql: string,
  values: string[],
  view: (row: Record<string, unknown>) => object,
): Generator<object> {
  for (const row of database.prepare(sql).iterate(...values)) yield view(row)
}

const parsed = <T>(row: Record<string, unknown>): T => JSON.parse(String(row["body"])) as T

function counts(database: DatabaseSync, { sql, values }: Condition, inMatching: string): object {
  const one = (query: string): number => Number(database.prepare(query).get(...values)?.["count"] ?? 0)
  const ofKind = (kind: string): number =>
    one(`SELECT COUNT(*) AS count FROM records WHERE kind = '${kind}' AND ${inMatching}`)
  const inState = (state: string): number =>
    one(`SELECT COUNT(*) AS count FROM deliveries WHERE state = '${state}' AND ${inMatching}`)
  const byStatus = database
    .prepare(
      `SELECT json_extract(body, '$.status') AS status, COUNT(*) AS count FROM records WHERE kind = 'intent'${sql} GROUP BY 1`,
    )
    .all(...values)
  return {
    intents: one(`SELECT COUNT(*) AS count FROM records WHERE kind = 'intent'${sql}`),
    intentsByStatus: Object.fromEntries(byStatus.map((row) => [String(row["status"]), Number(row["count"])])),
    charges: ofKind("charge"),
    captures: ofKind("capture"),
    refunds: ofKind("refund"),
    disputes: ofKind("dispute"),
    events: ofKind("event"),
    webhooksDelivered: inState("delivered"),
    webhooksPending: inState("pending"),
    webhooksDropped: inState("dropped"),
    webhooksGivenUp: inState("given_up"),
    webhookAttempts: one(
      `SELECT COUNT(*) AS count FROM delivery_attempts JOIN deliveries ON deliveries.seq = delivery_seq WHERE ${inMatching}`,
    ),
  }
}

/** The ledger as pieces of JSON text, oldest first within each list. `database` must show one moment throughout. */
export function* writeLedger(database: DatabaseSync, filter: LedgerFilter): Generator<string> {
  const condition = matching(filter)
  const inMatching =
    condition.sql === ""
      ? "1 = 1"
      : `intent_id IN (SELECT id FROM records WHERE kind = 'intent'${condition.sql})`
  const flat = (kind: string): string =>
    `SELECT body FROM records WHERE kind = '${kind}' AND ${inMatching} ORDER BY seq`
  yield "{"
  yield* list(
    "intents",
    rows(
      database,
      `SELECT body FROM records WHERE kind = 'intent'${condition.sql} ORDER BY seq`,
      condition.values,
      (row) => intentEntry(database, parsed(row)),
    ),
  )
  yield ","
  yield* list(
    "captures",
    rows(database, flat("capture"), condition.values, (row) => parsed<CaptureRecord>(row)),
  )
  yield ","
  yield* list(
    "refunds",
    rows(database, flat("refund"), condition.values, (row) => {
      const { id, intentId, chargeId, amountCents, status, createdAtMs } = parsed<RefundRecord>(row)
      return { id, intentId, chargeId, amountCents, status, atMs: createdAtMs }
    }),
  )
  yield ","
  yield* list(
    "disputes",
    rows(database, flat("dispute"), condition.values, (row) => {
      const { id, intentId, chargeId, amountCents, status, reason, createdAtMs } = parsed<DisputeRecord>(row)
      return { id, intentId, chargeId, amountCents, status, reason, atMs: createdAtMs }
    }),
  )
  yield ","
  yield* list(
    "taxTransactions",
    rows(database, flat("tax_attempt"), condition.values, (row) => {
      const { id, intentId, calculationId, type, source, amount, tax, reason } = parsed<TaxAttemptRecord>(row)
      return { id, intentId, calculationId, type, source, amount, tax, reason }
    }),
  )
  yield ","
  const attempts = `SELECT event_id AS eventId, type, intent_id AS intentId, url, attempt, status, error, at_ms AS atMs, delivered
    FROM delivery_attempts JOIN deliveries ON deliveries.seq = delivery_seq WHERE ${inMatching} ORDER BY delivery_attempts.seq`
  yield* list(
    "webhookDeliveries",
    rows(database, attempts, condition.values, (row) => ({ ...row, delivered: row["delivered"] === 1 })),
  )
  yield `,"counts":${JSON.stringify(counts(database, condition, inMatching))}}`
}
