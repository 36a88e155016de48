import { SHIPMENTS_PER_ORDER_MAX } from "./contract.ts"
import type { FulfilOutcome, RefundCommand, RefundOutcome, WithdrawOutcome } from "./contract.ts"
import type { OrderRefund } from "../contract.ts"
import { DRIVE_LEASE_MS } from "../open-checkout.ts"
import { viewOf } from "../order-row.ts"
import { refundableCents } from "./refund-decision.ts"
import { Refunds } from "./refunds.ts"
import type { RefundParts } from "./refunds.ts"
import type { Saga } from "../saga.ts"

export interface FulfilmentParts extends RefundParts {
  saga: Pick<Saga, "drive">
}

/** The refund of an order that the merchant withdraws; the order has one of it, however often it is withdrawn. */
const WITHDRAWN_KEY = "withdrawn"

/** What a merchant does with an order once it is there. Every command may come again without harm. */
export class Fulfilment {
  private readonly parts: FulfilmentParts
  private readonly refunds: Refunds

  constructor(parts: FulfilmentParts) {
    this.parts = parts
    this.refunds = new Refunds(parts)
  }

  /** Sees to the orders whose refunds' time has come. */
  driveDue(limit: number): Promise<void>[] {
    return this.parts.requests.due(this.parts.now(), limit).map((orderId) => this.refunds.drive(orderId))
  }

  /** True when a refund of the order moved on by what was heard of it, and is due. */
  hear(orderId: string, refundKey: string, refund: OrderRefund): boolean {
    return this.refunds.hear(orderId, refundKey, refund)
  }

  nextDueMs(): number | null {
    return this.parts.requests.nextDueMs()
  }

  ship({
    orderId,
    carrier,
    trackingNumber,
  }: {
    orderId: string
    carrier: string
    trackingNumber: string
  }): FulfilOutcome {
    const { book, requests, now } = this.parts
    const order = book.find(orderId)
    if (!order || order.status === "created") return { outcome: "refused", refusal: "not_found" }
    const isKnown = order.shipments.some(
      (parcel) => parcel.carrier === carrier && parcel.trackingNumber === trackingNumber,
    )
    if (isKnown) return { outcome: "done", replayed: true, order: viewOf(order) }
    const allBack = order.totalCents > 0 && refundableCents(order, requests.of(orderId)) === 0
    if (allBack || !(order.status === "confirmed" || order.status === "shipped"))
      return { outcome: "refused", refusal: "not_allowed" }
    if (order.shipments.length >= SHIPMENTS_PER_ORDER_MAX) return { outcome: "refused", refusal: "too_many" }

    // From here it must succeed.
    const shipments = [...order.shipments, { carrier, trackingNumber, atMs: now() }]
    return {
      outcome: "done",
      replayed: false,
      order: viewOf(book.change(orderId, { status: "shipped", shipments }, now())),
    }
  }

  deliver(orderId: string): FulfilOutcome {
    const { book, now } = this.parts
    const order = book.find(orderId)
    if (!order || order.status === "created") return { outcome: "refused", refusal: "not_found" }
    if (order.status === "delivered") return { outcome: "done", replayed: true, order: viewOf(order) }
    if (order.status !== "shipped") return { outcome: "refused", refusal: "not_allowed" }
    return {
      outcome: "done",
      replayed: false,
      order: viewOf(book.change(orderId, { status: "delivered" }, now())),
    }
  }

  async refund(command: RefundCommand): Promise<RefundOutcome> {
    const taken = this.refunds.take(command)
    if (taken.outcome === "refused") return taken
    await this.refunds.drive(command.orderId)
    return this.refunds.outcomeOf(command, taken.replayed)
  }

  async withdraw(orderId: string): Promise<WithdrawOutcome> {
    const { book, saga, now } = this.parts
    const order = book.find(orderId)
    switch (order?.status) {
      case undefined:
      case "created":
        return { outcome: "refused", refusal: "not_found" }
      case "inventory_reserved":
        book.change(orderId, { status: "cancelled" }, now())
        book.schedule(orderId, now() + DRIVE_LEASE_MS)
        await saga.drive(orderId)
        return this.withdrawn(orderId, false)
      case "payment_authorized":
        return { outcome: "refused", refusal: "settling" }
      case "confirmed":
        return this.refundAll(orderId)
      case "shipped":
      case "delivered":
        return { outcome: "refused", refusal: "not_allowed" }
      case "cancelled":
      case "payment_failed":
      case "reservation_expired":
      case "refunded":
        return this.withdrawn(orderId, true)
    }
  }

  private async refundAll(orderId: string): Promise<WithdrawOutcome> {
    const everything = { amountCents: null, restock: true, lines: null }
    const refunded = await this.refund({ orderId, idempotencyKey: WITHDRAWN_KEY, ...everything })
    if (refunded.outcome === "refused") return { outcome: "refused", refusal: "not_allowed" }
    const { replayed, order, refund } = refunded
    return { outcome: "done", replayed, order, refund }
  }

  private withdrawn(orderId: string, replayed: boolean): WithdrawOutcome {
    const order = this.parts.book.find(orderId)
    if (!order) return { outcome: "refused", refusal: "not_found" }
    return { outcome: "done", replayed, order: viewOf(order), refund: null }
  }
}
