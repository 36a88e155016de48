import type { Sql } from "../sqlite.ts"
import type { HoldRecord, HoldState, PoolId } from "./contract.ts"
import { ExpiryQueue } from "./expiry-queue.ts"
import { HolderBook } from "./holder-book.ts"
import type { HoldSums } from "./pool-book.ts"

/** Which state follows which. A state without followers is terminal. */
export const HOLD_TRANSITIONS: Record<HoldState, readonly HoldState[]> = {
  held: ["sold", "released", "expired"],
  sold: [],
  released: [],
  expired: [],
}

export type NewHold = Pick<
  HoldRecord,
  "holdId" | "pool" | "customer" | "quantity" | "unitPriceCents" | "currency" | "createdAtMs" | "expiresAtMs"
>

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

/**
 * The holds' rows, and those that run in memory beside them. Running holds are never more than the units there are, so
 * memory is bounded by stock; ended ones are only looked up.
 */
export class HoldBook {
  readonly holders: HolderBook
  private readonly sql: Sql
  private readonly running = new Map<string, HoldRecord>()
  /** Running holds whose command came again: two attempts share them, so neither may undo them. */
  private readonly askedAgain = new Set<string>()
  private readonly expiry = new ExpiryQueue()
  /** Rows of holds that have ended. */
  private ended = 0

  constructor(sql: Sql) {
    this.sql = sql
    this.holders = new HolderBook(sql)
  }

  /** Reads the running holds afresh, and says what all rows come to. */
  load(): HoldSums {
    this.running.clear()
    this.askedAgain.clear()
    this.expiry.clear()
    this.holders.clear()
    const rows = this.sql.exec<HoldRow>(`SELECT * FROM holds WHERE state = 'held'`).toArray()
    for (const row of rows) this.run(recordOf(row))
    const [all] = this.sql.exec<{ rows: number }>(`SELECT count(*) AS rows FROM holds`).toArray()
    this.ended = (all?.rows ?? 0) - rows.length
    const sums = this.sql
      .exec<{ pool: string; held: number; sold: number }>(
        `SELECT pool, sum(iif(state = 'held', quantity, 0)) AS held, sum(iif(state = 'sold', quantity - returned_quantity, 0)) AS sold
         FROM holds GROUP BY pool`,
      )
      .toArray()
    return new Map(sums.map(({ pool, held, sold }) => [pool, { held, sold }]))
  }

  /** A running hold, without a look at the table. */
  findRunning(holdId: string): HoldRecord | null {
    return this.running.get(holdId) ?? null
  }

  find(holdId: string): HoldRecord | null {
    const running = this.running.get(holdId)
    if (running) return running
    const [row] = this.sql.exec<HoldRow>(`SELECT * FROM holds WHERE hold_id = ?`, holdId).toArray()
    return row ? recordOf(row) : null
  }

  /** Null when there is a hold of this id already; nothing is written then. */
  insert(hold: NewHold): HoldRecord | null {
    const { rowsWritten } = this.sql.exec(
      `INSERT INTO holds (hold_id, pool, customer, quantity, unit_price_cents, currency, state, created_at_ms, expires_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, 'held', ?, ?) ON CONFLICT DO NOTHING`,
      hold.holdId,
      hold.pool,
      hold.customer,
      hold.quantity,
      hold.unitPriceCents,
      hold.currency,
      hold.createdAtMs,
      hold.expiresAtMs,
    )
    if (rowsWritten === 0) return null
    const record: HoldRecord = { ...hold, state: "held", returnedQuantity: 0, orderId: null, endedAtMs: null }
    this.run(record)
    this.holders.add(hold.pool, hold.customer)
    return record
  }

  /**
   * Remembers which order means to pay for a running hold. Not written down: should the object restart in between,
   * another order may claim it too, and the first to sell it has it.
   */
  bindOrder(holdId: string, orderId: string): void {
    const hold = this.running.get(holdId)
    if (hold) hold.orderId = orderId
  }

  /** Ends a running hold. `orderId` is the order that it was sold to. */
  end(holdId: string, state: HoldState, orderId: string | null, nowMs: number): void {
    const hold = this.running.get(holdId)
    if (!hold || !HOLD_TRANSITIONS[hold.state].includes(state)) {
      throw new Error(`hold ${holdId} cannot become ${state}: it does not run`)
    }
    this.sql.exec(
      `UPDATE holds SET state = ?, order_id = ?, ended_at_ms = ? WHERE hold_id = ?`,
      state,
      orderId,
      nowMs,
      holdId,
    )
    this.running.delete(holdId)
    this.askedAgain.delete(holdId)
    this.ended++
  }

  markAskedAgain(holdId: string): void {
    this.askedAgain.add(holdId)
  }

  wasAskedAgain(holdId: string): boolean {
    return this.askedAgain.has(holdId)
  }

  /** As if it had never been. */
  undo(holdId: string): void {
    this.sql.exec(`DELETE FROM holds WHERE hold_id = ?`, holdId)
    this.running.delete(holdId)
  }

  get hasEnded(): boolean {
    return this.ended > 0
  }

  markReturned(holdId: string, quantity: number): void {
    this.sql.exec(`UPDATE holds SET returned_quantity = ? WHERE hold_id = ?`, quantity, holdId)
  }

  /** The next running hold whose time is up, or null. */
  takeDue(nowMs: number): HoldRecord | null {
    for (;;) {
      const holdId = this.expiry.takeDue(nowMs)
      if (holdId === null) return null
      const hold = this.running.get(holdId)
      // After an undo the same id may run again, with a later end.
      if (hold && hold.expiresAtMs <= nowMs) return hold
    }
  }

  /** Not after the next end of a running hold; it may be that of one that has ended otherwise. */
  get earliestExpiryMs(): number | null {
    return this.expiry.earliestMs
  }

  /** Units by customer that are held or sold in a pool, for its limit. */
  unitsByCustomer(pool: PoolId): Map<string, number> {
    const rows = this.sql
      .exec<{ customer: string; units: number }>(
        `SELECT customer, sum(quantity - returned_quantity) AS units FROM holds
         WHERE pool = ? AND state IN ('held', 'sold') GROUP BY customer`,
        pool,
      )
      .toArray()
    return new Map(rows.map(({ customer, units }) => [customer, units]))
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

  /**
   * The next stretch of the table, in the order of ids: which of its holds ended before `cutoffMs`, and where to go on,
   * null at the end of the table. A walk over the table needs no index, and an index would cost a row a purchase.
   */
  endedAfter(
    holdId: string,
    stretch: number,
    cutoffMs: number,
  ): { ended: HoldRecord[]; nextHoldId: string | null } {
    const rows = this.sql
      .exec<HoldRow>(`SELECT * FROM holds WHERE hold_id > ? ORDER BY hold_id LIMIT ?`, holdId, stretch)
      .toArray()
    const ended = rows.map(recordOf).filter((hold) => hold.endedAtMs !== null && hold.endedAtMs < cutoffMs)
    return { ended, nextHoldId: rows.length < stretch ? null : (rows.at(-1)?.hold_id ?? null) }
  }

  delete(holdId: string): void {
    if (this.running.has(holdId)) throw new Error(`hold ${holdId} runs and cannot be forgotten`)
    this.sql.exec(`DELETE FROM holds WHERE hold_id = ?`, holdId)
    this.ended--
  }

  private run(hold: HoldRecord): void {
    this.running.set(hold.holdId, hold)
    this.expiry.add(hold.holdId, hold.expiresAtMs)
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
