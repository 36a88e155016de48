import type { Sql } from "../../sqlite.ts"
import type { ParkedAs, ParkedOrder } from "../contract.ts"
import { DEALT_PARKINGS_SHOWN_MAX } from "./contract.ts"
import type { DealOutcome, DealParking, DealtParking, OrderParking } from "./contract.ts"
import type { OrderBook } from "../order-book.ts"
import { nextStep } from "../order-machine.ts"
import { viewOf } from "../order-row.ts"
import type { Order } from "../order-row.ts"

interface DealtRow extends Record<string, string | number> {
  parked_as: ParkedAs
  parked_why: string
  parked_at_ms: number
  dealt_at_ms: number
  dealt_role: string
  dealt_name: string
  note: string
}

/** The list of orders that somebody must look at, and what became of those that somebody did look at. */
export class ParkingBook {
  private readonly sql: Sql
  private readonly book: OrderBook

  constructor(sql: Sql, book: OrderBook) {
    this.sql = sql
    this.book = book
  }

  page(afterOrderId: string, limit: number, nowMs: number): ParkedOrder[] {
    return this.book.parkedPage(afterOrderId, limit).flatMap((order) => parkedOf(order, nowMs) ?? [])
  }

  /** Null when there is no such order. */
  of(orderId: string, nowMs: number): OrderParking | null {
    const order = this.book.find(orderId)
    if (!order) return null
    const { orderNumber } = order
    return { orderId, orderNumber, parked: parkedOf(order, nowMs), dealtWith: this.dealtWith(orderId) }
  }

  /** The order goes off the list and stays as it is otherwise. Saying it again of the same parking changes nothing. */
  dealWith({ orderId, parkedAtMs, by, note }: DealParking, nowMs: number): DealOutcome {
    const parking = this.of(orderId, nowMs)
    if (!parking) return { outcome: "refused", refusal: "not_found" }
    const { parked, dealtWith } = parking
    if (!parked) {
      const isReplay = dealtWith.some((dealt) => dealt.parkedAtMs === parkedAtMs)
      return isReplay
        ? { outcome: "done", replayed: true, parking }
        : { outcome: "refused", refusal: "not_parked" }
    }
    if (parked.atMs !== parkedAtMs) return { outcome: "refused", refusal: "parked_again" }
    // From here it must succeed.
    this.sql.exec(
      `INSERT INTO dealt_parkings (order_id, parked_as, parked_why, parked_at_ms, dealt_at_ms, dealt_role, dealt_name, note)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      orderId,
      parked.as,
      parked.why,
      parkedAtMs,
      nowMs,
      by.role,
      by.name,
      note,
    )
    this.book.unpark(orderId, parked.as)
    return {
      outcome: "done",
      replayed: false,
      parking: { ...parking, parked: null, dealtWith: this.dealtWith(orderId) },
    }
  }

  private dealtWith(orderId: string): DealtParking[] {
    return this.sql
      .exec<DealtRow>(
        `SELECT parked_as, parked_why, parked_at_ms, dealt_at_ms, dealt_role, dealt_name, note FROM dealt_parkings
         WHERE order_id = ? ORDER BY id DESC LIMIT ?`,
        orderId,
        DEALT_PARKINGS_SHOWN_MAX,
      )
      .toArray()
      .map((row) => ({
        as: row.parked_as,
        why: row.parked_why,
        parkedAtMs: row.parked_at_ms,
        atMs: row.dealt_at_ms,
        by: { role: row.dealt_role, name: row.dealt_name },
        note: row.note,
      }))
  }
}

/**
 * Whether a parking says what the last one said that somebody dealt with. Money that could not go back is found anew at
 * every look at its order, whatever it is looked at for; everything else parks an order because something happened.
 */
export function isDealtWith(sql: Sql, orderId: string, as: ParkedAs, why: string): boolean {
  if (as !== "refund_failed") return false
  const [last] = sql
    .exec<{ parked_as: string; parked_why: string }>(
      `SELECT parked_as, parked_why FROM dealt_parkings WHERE order_id = ? ORDER BY id DESC LIMIT 1`,
      orderId,
    )
    .toArray()
  return last?.parked_as === as && last.parked_why === why
}

function parkedOf(order: Order, nowMs: number): ParkedOrder | null {
  if (!order.parked) return null
  const { step } = nextStep(order, nowMs)
  return { order: viewOf(order), ...order.parked, canTryAgain: step !== "rest" && step !== "wait" }
}
