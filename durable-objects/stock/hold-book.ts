import type { HoldRecord, HoldState, PoolId } from "./contract.ts"
import type { Sql } from "../sqlite.ts"

/** Which state follows which. A state without followers is terminal. */
export const HOLD_TRANSITIONS: Record<HoldState, readonly HoldState[]> = {
  held: ["sold", "released", "expired"],
  sold: [],
  released: [],
  expired: [],
}

export interface NewHold {
  holdId: string
  pool: PoolId
  customer: string
  quantity: number
  unitPriceCents: number
  currency: string
  createdAtMs: number
  expiresAtMs: number
}

interface HoldRow extends Record<string, string | number | null> {
  hold_id: string
  pool: string
  customer: string
  quantity: number
  returned_quantity: number
  unit_price_cents: number
  currency: string
  state: HoldState
  order_id: string | null
  created_at_ms: number
  expires_at_ms: number
  ended_at_ms: number | null
}

/** Most holds ended in one go; the rest follow with the next command or the next alarm, which comes at once. */
const EXPIRY_BATCH_MAX = 1_000

/** The holds' rows: the only place that writes them, and that applies the transition table. */
export class HoldBook {
  private readonly sql: Sql
  /** When the next hold runs out, so that most commands need not ask. Undefined: not known, null: none runs. */
  private earliestMs: number | null | undefined

  constructor(sql: Sql) {
    this.sql = sql
  }

  find(holdId: string): HoldRecord | null {
    const [row] = this.sql.exec<HoldRow>(`SELECT * FROM holds WHERE hold_id = ?`, holdId).toArray()
    return row ? recordOf(row) : null
  }

  insert(hold: NewHold): void {
    this.sql.exec(
      `INSERT INTO holds (hold_id, pool, customer, quantity, unit_price_cents, currency, state, created_at_ms, expires_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, 'held', ?, ?)`,
      hold.holdId,
      hold.pool,
      hold.customer,
      hold.quantity,
      hold.unitPriceCents,
      hold.currency,
      hold.createdAtMs,
      hold.expiresAtMs,
    )
    if (typeof this.earliestMs === "number") this.earliestMs = Math.min(this.earliestMs, hold.expiresAtMs)
    else if (this.earliestMs === null) this.earliestMs = hold.expiresAtMs
  }

  bindOrder(holdId: string, orderId: string): void {
    this.sql.exec(`UPDATE holds SET order_id = ? WHERE hold_id = ?`, orderId, holdId)
  }

  sell(holdId: string, orderId: string, nowMs: number): void {
    this.bindOrder(holdId, orderId)
    this.end(holdId, "sold", nowMs)
  }

  end(holdId: string, state: HoldState, nowMs: number): void {
    const hold = this.find(holdId)
    if (!hold || !HOLD_TRANSITIONS[hold.state].includes(state)) {
      throw new Error(`hold ${holdId} cannot go from ${hold?.state ?? "nothing"} to ${state}`)
    }
    this.sql.exec(`UPDATE holds SET state = ?, ended_at_ms = ? WHERE hold_id = ?`, state, nowMs, holdId)
  }

  markReturned(holdId: string, quantity: number): void {
    this.sql.exec(`UPDATE holds SET returned_quantity = ? WHERE hold_id = ?`, quantity, holdId)
  }

  /** Units a customer holds or has bought in a pool. */
  unitsOf(pool: PoolId, customer: string): number {
    const [row] = this.sql
      .exec<{ units: number }>(
        `SELECT coalesce(sum(quantity - returned_quantity), 0) AS units FROM holds
         WHERE pool = ? AND customer = ? AND state IN ('held', 'sold')`,
        pool,
        customer,
      )
      .toArray()
    return row?.units ?? 0
  }

  due(nowMs: number): HoldRecord[] {
    if (this.earliestMs === null || (this.earliestMs !== undefined && nowMs < this.earliestMs)) return []
    this.earliestMs = undefined
    return this.sql
      .exec<HoldRow>(
        `SELECT * FROM holds WHERE state = 'held' AND expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?`,
        nowMs,
        EXPIRY_BATCH_MAX,
      )
      .toArray()
      .map(recordOf)
  }

  earliestExpiryMs(): number | null {
    if (this.earliestMs === undefined) {
      const [row] = this.sql
        .exec<{ at: number | null }>(`SELECT min(expires_at_ms) AS at FROM holds WHERE state = 'held'`)
        .toArray()
      this.earliestMs = row?.at ?? null
    }
    return this.earliestMs
  }

  forgetRemembered(): void {
    this.earliestMs = undefined
  }

  page(pool: PoolId, afterHoldId: string, limit: number): HoldRecord[] {
    return this.sql
      .exec<HoldRow>(
        `SELECT * FROM holds WHERE pool = ? AND hold_id > ? ORDER BY hold_id LIMIT ?`,
        pool,
        afterHoldId,
        limit,
      )
      .toArray()
      .map(recordOf)
  }
}

function recordOf(row: HoldRow): HoldRecord {
  return {
    holdId: row.hold_id,
    pool: row.pool,
    customer: row.customer,
    quantity: row.quantity,
    returnedQuantity: row.returned_quantity,
    unitPriceCents: row.unit_price_cents,
    currency: row.currency,
    state: row.state,
    orderId: row.order_id,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    endedAtMs: row.ended_at_ms,
  }
}
