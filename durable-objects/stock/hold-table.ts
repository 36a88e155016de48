import type { Sql } from "../sqlite.ts"
import type { HoldState, NumberedHold, PoolId } from "./contract.ts"
import { OfferBook } from "./offer-book.ts"

/** The table has a state as its place in this list, which is therefore append-only. */
const STATES: readonly HoldState[] = ["held", "sold", "released", "expired"]
const HELD = codeOf("held")
const SOLD = codeOf("sold")

interface HoldRow extends Record<string, string | number | null> {
  sequence: number
  hold_id: string
  customer: string
  quantity: number
  offer: number
  created_at_ms: number
  expires_at_ms: number
  state: number
  ended_at_ms: number | null
  order_id: string | null
  returned_quantity: number
  extended: number
}

/** What a stretch of the table comes to, for one offer and state. */
export interface StretchSum {
  pool: PoolId
  state: HoldState
  units: number
  holdIds: string[]
  /** The holds' sequence numbers, in the order of `holdIds`. */
  sequences: number[]
}

interface StretchRow extends Record<string, string | number> {
  offer: number
  state: number
  units: number
  hold_ids: string
  sequences: string
}

/** Rows that are read in one stretch. Their ids, or customers, are one value, which the platform bounds by 2 MB. */
const STRETCH_ROWS = 2_000

/**
 * The holds' rows, and nothing but them. They stand in the order in which holds were taken, so that a commit writes a
 * few pages at the end of the table, however many ended holds are before them: with hashes as keys, each hold would
 * dirty a page of its own.
 */
export class HoldTable {
  readonly offers: OfferBook
  private readonly sql: Sql

  constructor(sql: Sql) {
    this.sql = sql
    this.offers = new OfferBook(sql)
  }

  insert(hold: NumberedHold): void {
    this.sql.exec(
      `INSERT INTO holds (sequence, hold_id, customer, quantity, offer, created_at_ms, expires_at_ms, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ${HELD})`,
      hold.sequence,
      hold.holdId,
      hold.customer,
      hold.quantity,
      this.offers.idOf(hold),
      hold.createdAtMs,
      hold.expiresAtMs,
    )
  }

  end(sequence: number, state: HoldState, orderId: string | null, nowMs: number): void {
    this.sql.exec(
      `UPDATE holds SET state = ?, order_id = ?, ended_at_ms = ? WHERE sequence = ?`,
      codeOf(state),
      orderId,
      nowMs,
      sequence,
    )
  }

  extend(sequence: number, expiresAtMs: number): void {
    this.sql.exec(
      `UPDATE holds SET expires_at_ms = ?, extended = 1 WHERE sequence = ?`,
      expiresAtMs,
      sequence,
    )
  }

  markGivenUp(sequence: number, orderId: string): void {
    this.sql.exec(`UPDATE holds SET order_id = ? WHERE sequence = ?`, orderId, sequence)
  }

  markReturned(sequence: number, quantity: number): void {
    this.sql.exec(`UPDATE holds SET returned_quantity = ? WHERE sequence = ?`, quantity, sequence)
  }

  delete(sequence: number): void {
    this.sql.exec(`DELETE FROM holds WHERE sequence = ?`, sequence)
  }

  at(sequence: number): NumberedHold | null {
    const [hold] = this.select(`SELECT * FROM holds WHERE sequence = ?`, sequence)
    return hold ?? null
  }

  after(sequence: number, limit: number): NumberedHold[] {
    return this.select(`SELECT * FROM holds WHERE sequence > ? ORDER BY sequence LIMIT ?`, sequence, limit)
  }

  ofPoolAfter(pool: PoolId, sequence: number, limit: number): NumberedHold[] {
    return this.select(
      `SELECT * FROM holds WHERE offer IN (SELECT offer FROM offers WHERE pool = ?) AND sequence > ?
       ORDER BY sequence LIMIT ?`,
      pool,
      sequence,
      limit,
    )
  }

  /** Those that run, in a part of the table. */
  runningBetween(first: number, last: number): NumberedHold[] {
    return this.select(`SELECT * FROM holds WHERE sequence BETWEEN ? AND ? AND state = ${HELD}`, first, last)
  }

  /** Units by customer that are held or sold in a pool. */
  unitsByCustomer(pool: PoolId): Map<string, number> {
    const units = new Map<string, number>()
    for (let after = 0; ;) {
      const [stretch] = this.sql
        .exec<{ last: number | null; customers: string; units: string }>(
          `SELECT max(sequence) AS last, json_group_array(customer) AS customers,
             json_group_array(quantity - returned_quantity) AS units
           FROM (SELECT * FROM holds WHERE offer IN (SELECT offer FROM offers WHERE pool = ?)
             AND state IN (${HELD}, ${SOLD}) AND sequence > ? ORDER BY sequence LIMIT ${STRETCH_ROWS})`,
          pool,
          after,
        )
        .toArray()
      if (!stretch || stretch.last === null) return units
      const numbers = JSON.parse(stretch.units) as number[]
      for (const [index, customer] of (JSON.parse(stretch.customers) as string[]).entries())
        units.set(customer, (units.get(customer) ?? 0) + (numbers[index] ?? 0))
      after = stretch.last
    }
  }

  /** Sums of the next stretch; none at the end of the table. Lists as JSON cost a start far less than rows do. */
  sumsAfter(sequence: number): StretchSum[] {
    return this.sql
      .exec<StretchRow>(
        `SELECT offer, state, sum(quantity - returned_quantity) AS units, json_group_array(hold_id) AS hold_ids,
           json_group_array(sequence) AS sequences
         FROM (SELECT * FROM holds WHERE sequence > ? ORDER BY sequence LIMIT ${STRETCH_ROWS})
         GROUP BY offer, state`,
        sequence,
      )
      .toArray()
      .map((row) => ({
        pool: this.offers.known(row.offer).pool,
        state: stateOf(row.state),
        units: row.units,
        holdIds: JSON.parse(row.hold_ids) as string[],
        sequences: JSON.parse(row.sequences) as number[],
      }))
  }

  private select(statement: string, ...bindings: (string | number)[]): NumberedHold[] {
    return this.sql
      .exec<HoldRow>(statement, ...bindings)
      .toArray()
      .map((row) => this.holdOf(row))
  }

  private holdOf(row: HoldRow): NumberedHold {
    const { pool, unitPriceCents, currency } = this.offers.known(row.offer)
    return {
      sequence: row.sequence,
      holdId: row.hold_id,
      pool,
      customer: row.customer,
      quantity: row.quantity,
      returnedQuantity: row.returned_quantity,
      unitPriceCents,
      currency,
      state: stateOf(row.state),
      orderId: row.order_id,
      createdAtMs: row.created_at_ms,
      expiresAtMs: row.expires_at_ms,
      endedAtMs: row.ended_at_ms,
      extended: row.extended === 1,
    }
  }
}

export function codeOf(state: HoldState): number {
  return STATES.indexOf(state)
}

function stateOf(code: number): HoldState {
  const state = STATES[code]
  if (!state) throw new Error(`a hold's row has the unknown state ${code}`)
  return state
}
