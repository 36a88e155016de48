import type { Sql } from "../../sqlite.ts"
import type { OrderVersion } from "../contract.ts"
import type { ReturnedLine } from "./contract.ts"

/**
 * How far a refund came. `asked` recorded, and the provider may or may not have heard of it · `accepted` the provider
 * has it, its units are still to go back · `settled` done · `refused` the provider said no · `parked` it was
 * tried for as long as the provider's idempotency key is good for; somebody must look.
 */
export type RefundState = "asked" | "accepted" | "settled" | "refused" | "parked"

export interface RefundRequest {
  orderId: string
  /** Counts the order's refunds from 1; what the provider's idempotency key is made of. */
  sequence: number
  idempotencyKey: string
  /** What was asked, word for word: the same key with other content is refused. */
  content: string
  amountCents: number
  /** Units that go back to the stock. */
  lines: ReturnedLine[]
  state: RefundState
  refundId: string | null
  refusal: string | null
  attempts: number
  requestedAtMs: number
}

interface RefundRow extends Record<string, string | number | null> {
  order_id: string
  sequence: number
  idempotency_key: string
  content: string
  amount_cents: number
  lines: string
  state: RefundState
  refund_id: string | null
  refusal: string | null
  attempts: number
  requested_at_ms: number
}

/** Refunds that were asked for here: the only place that writes them. */
export class RefundBook {
  private readonly sql: Sql

  constructor(sql: Sql) {
    this.sql = sql
  }

  of(orderId: OrderVersion["orderId"]): RefundRequest[] {
    return this.sql
      .exec<RefundRow>(`SELECT * FROM refund_requests WHERE order_id = ? ORDER BY sequence`, orderId)
      .toArray()
      .map(requestOf)
  }

  /** Records a refund before anybody hears of it, due at once. */
  insert(
    request: Pick<
      RefundRequest,
      "orderId" | "sequence" | "idempotencyKey" | "content" | "amountCents" | "lines"
    >,
    state: "asked" | "accepted",
    nowMs: number,
  ): void {
    this.sql.exec(
      `INSERT INTO refund_requests (order_id, sequence, idempotency_key, content, amount_cents, lines, state,
         requested_at_ms, due_at_ms)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)`,
      request.orderId,
      request.sequence,
      request.idempotencyKey,
      request.content,
      request.amountCents,
      JSON.stringify(request.lines),
      state,
      nowMs,
    )
  }

  accept({ orderId, sequence }: RefundRequest, refundId: string): void {
    this.sql.exec(
      `UPDATE refund_requests SET state = 'accepted', refund_id = ?, attempts = 0, last_failure = NULL
       WHERE order_id = ? AND sequence = ? AND state = 'asked'`,
      refundId,
      orderId,
      sequence,
    )
  }

  /** The provider has it, by its own word: also of one that nobody asks for any more. It is due at once. */
  acceptHeard({ orderId, sequence }: RefundRequest, refundId: string, nowMs: number): void {
    this.sql.exec(
      `UPDATE refund_requests
       SET state = 'accepted', refund_id = ?, refusal = NULL, attempts = 0, last_failure = NULL, due_at_ms = ?
       WHERE order_id = ? AND sequence = ? AND state IN ('asked', 'parked') AND refund_id IS NULL`,
      refundId,
      nowMs,
      orderId,
      sequence,
    )
  }

  end({ orderId, sequence }: RefundRequest, state: "settled" | "refused", refusal: string | null): void {
    this.sql.exec(
      `UPDATE refund_requests SET state = ?, refusal = ?, due_at_ms = NULL WHERE order_id = ? AND sequence = ?`,
      state,
      refusal,
      orderId,
      sequence,
    )
  }

  /** Nobody tries it again. Without the provider's id its amount stays set aside: whether the money went is not known. */
  park({ orderId, sequence }: RefundRequest, failure: string): void {
    this.sql.exec(
      `UPDATE refund_requests SET state = 'parked', refusal = ?, due_at_ms = NULL
       WHERE order_id = ? AND sequence = ? AND state IN ('asked', 'accepted')`,
      failure,
      orderId,
      sequence,
    )
  }

  recordFailure({ orderId, sequence }: RefundRequest, failure: string, dueAtMs: number): void {
    this.sql.exec(
      `UPDATE refund_requests SET attempts = attempts + 1, last_failure = ?, due_at_ms = ?
       WHERE order_id = ? AND sequence = ? AND state IN ('asked', 'accepted')`,
      failure,
      dueAtMs,
      orderId,
      sequence,
    )
  }

  /** Orders with a refund whose time has come. */
  due(nowMs: number, limit: number): string[] {
    return this.sql
      .exec<{ order_id: string }>(
        `SELECT order_id FROM refund_requests WHERE due_at_ms <= ? GROUP BY order_id ORDER BY min(due_at_ms) LIMIT ?`,
        nowMs,
        limit,
      )
      .toArray()
      .map((row) => row.order_id)
  }

  /** What is due is looked at again at this time, should whoever takes it up now die. */
  lease(orderId: string, untilMs: number): void {
    this.sql.exec(
      `UPDATE refund_requests SET due_at_ms = max(due_at_ms, ?) WHERE order_id = ? AND due_at_ms IS NOT NULL`,
      untilMs,
      orderId,
    )
  }

  nextDueMs(): number | null {
    const [row] = this.sql
      .exec<{ at: number | null }>(
        `SELECT min(due_at_ms) AS at FROM refund_requests WHERE due_at_ms IS NOT NULL`,
      )
      .toArray()
    return row?.at ?? null
  }
}

function requestOf(row: RefundRow): RefundRequest {
  return {
    orderId: row.order_id,
    sequence: row.sequence,
    idempotencyKey: row.idempotency_key,
    content: row.content,
    amountCents: row.amount_cents,
    lines: JSON.parse(row.lines) as ReturnedLine[],
    state: row.state,
    refundId: row.refund_id,
    refusal: row.refusal,
    attempts: row.attempts,
    requestedAtMs: row.requested_at_ms,
  }
}
