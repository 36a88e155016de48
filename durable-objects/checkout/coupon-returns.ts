import type { CouponApi } from "../prices/coupon/contract.ts"
import type { Sql } from "../sqlite.ts"
import { couponUseOf, GIVES_COUPON_BACK } from "./books/contract.ts"
import type { OrderStatus } from "./contract.ts"
import type { Order } from "./order-row.ts"

export function givesCouponBack(from: OrderStatus, to: OrderStatus): boolean {
  return GIVES_COUPON_BACK.has(to) && !GIVES_COUPON_BACK.has(from)
}

/** Delivered at once, at most. */
const RETURNS_BATCH_MAX = 20

/** A return that is being delivered is looked at again after this long, should whoever delivers it die. */
const RETURN_LEASE_MS = 10_000

/** One that failed is tried again after this long, doubled each time. */
const RETRY_FIRST_MS = 500
const RETRY_MAX_MS = 60_000

/** About a day; then it stays as it is, with its last failure. */
const ATTEMPTS_MAX = 1_500

/**
 * Coupons to give back. The row is written with the change that ends the order, and goes when the coupon has heard of it,
 * so that no crash in between leaves one used up by nobody.
 */
export class CouponReturns {
  private readonly sql: Sql

  constructor(sql: Sql) {
    this.sql = sql
  }

  /** Due at once. */
  add(order: Pick<Order, "orderId" | "createdAtMs" | "couponCode">): void {
    if (order.couponCode === null) return
    this.sql.exec(
      `INSERT INTO coupon_returns (use_id, code, due_at_ms) VALUES (?, ?, ?) ON CONFLICT (use_id) DO NOTHING`,
      couponUseOf(order),
      order.couponCode,
      order.createdAtMs,
    )
  }

  /** When there is something to deliver, at once if that has passed; null when there is nothing. */
  nextMs(): number | null {
    const [row] = this.sql
      .exec<{ at: number | null }>(
        `SELECT min(due_at_ms) AS at FROM coupon_returns WHERE due_at_ms IS NOT NULL`,
      )
      .toArray()
    return row?.at ?? null
  }

  /** Gives back what is due. Never throws: what was not heard of is written down and comes again. */
  async deliver(
    couponOf: (code: string) => Pick<CouponApi, "giveBack">,
    now: () => number,
    random: () => number,
  ): Promise<void> {
    const due = this.sql
      .exec<{ use_id: string; code: string; attempts: number }>(
        `SELECT use_id, code, attempts FROM coupon_returns WHERE due_at_ms <= ? ORDER BY due_at_ms LIMIT ?`,
        now(),
        RETURNS_BATCH_MAX,
      )
      .toArray()
    for (const { use_id: useId } of due) this.schedule(useId, now() + RETURN_LEASE_MS)
    const deliverOne = async (useId: string, code: string, failures: number) => {
      try {
        await couponOf(code).giveBack(useId)
        this.sql.exec(`DELETE FROM coupon_returns WHERE use_id = ?`, useId)
      } catch (error) {
        const attempts = failures + 1
        const backoffMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(attempts - 1, 16))
        const dueAtMs = Math.ceil(now() + backoffMs * (0.5 + random() / 2))
        this.sql.exec(
          `UPDATE coupon_returns SET attempts = ?, last_failure = ?, due_at_ms = ? WHERE use_id = ?`,
          attempts,
          String(error),
          attempts >= ATTEMPTS_MAX ? null : dueAtMs,
          useId,
        )
      }
    }
    await Promise.all(due.map(({ use_id: useId, code, attempts }) => deliverOne(useId, code, attempts)))
  }

  private schedule(useId: string, dueAtMs: number): void {
    this.sql.exec(`UPDATE coupon_returns SET due_at_ms = ? WHERE use_id = ?`, dueAtMs, useId)
  }
}
