import { HOLD_RETENTION_MS } from "../../stock/contract.ts"
import type { HoldApi } from "../../stock/contract.ts"
import { ledgersOf } from "../../stock/hold-items.ts"
import { partsOfName } from "../../stock/lease/names.ts"
import type { OrderLine, OrderRefund } from "../contract.ts"
import type { RefundCommand, RefundOutcome } from "./contract.ts"
import { afterRefund } from "../heard-payment.ts"
import type { OrderBook } from "../order-book.ts"
import { viewOf } from "../order-row.ts"
import type { Order } from "../order-row.ts"
import type { Payments } from "../payments.ts"
import type { RefundBook, RefundRequest } from "./refund-book.ts"
import { decideRefund, standingOf } from "./refund-decision.ts"

/** What refunds act on, handed in so that a simulation can break each of them. */
export interface RefundParts {
  book: OrderBook
  requests: RefundBook
  stock: { getByName(ledger: string): Pick<HoldApi, "returnUnits"> }
  payments: Pick<Payments, "refund">
  /** Takes units into a SKU's stock whose sale the ledger has forgotten. The same id again changes nothing. */
  receive: (sku: string, units: { id: string; delta: number; reason: string }) => Promise<unknown>
  /** Runs what it is given as one transaction. */
  atomically: <T>(work: () => T) => T
  now: () => number
  /** In [0, 1), for the jitter of retries. */
  random: () => number
}

/** A refund that failed is tried again after this long, doubled each time. */
const RETRY_FIRST_MS = 500
export const RETRY_MAX_MS = 60_000

/**
 * How long the provider is asked for the same refund. Stripe keeps an idempotency key for at least 24 hours
 * (https://docs.stripe.com/api/idempotent_requests); after that the same request could be a second refund.
 */
export const REFUND_ASKED_FOR_MS = 20 * 3_600_000

const FAILED_AT_PROVIDER = "The refund failed at the payment provider."

/** Failures to bring units back, once the money went: some 20 hours. It may have been heard of long after it was asked for. */
const RETURN_ATTEMPTS_MAX = 1_600

/** A refund that is being seen to is looked at again after this long, should whoever sees to it die. */
const LEASE_MS = 20_000

/**
 * Gives money and units back. A refund is recorded, then the provider is asked, then the units go back, then it is
 * settled: each step may be done again without harm, so it goes on from wherever a crash left it.
 */
export class Refunds {
  private readonly parts: RefundParts
  /** The last piece of work of each order: one refund of an order moves at a time. */
  private readonly queues = new Map<string, Promise<void>>()

  constructor(parts: RefundParts) {
    this.parts = parts
  }

  /** Records the refund, or says why not. Concurrent ones see each other: nothing is awaited in between. */
  take(command: RefundCommand): RefundOutcome {
    const { book, requests, atomically, now } = this.parts
    return atomically(() => {
      const order = book.find(command.orderId)
      if (!order || order.status === "created") return { outcome: "refused", refusal: "not_found" }
      const decided = decideRefund(order, requests.of(order.orderId), command)
      if (decided.decision === "refuse") return { outcome: "refused", refusal: decided.refusal }
      if (decided.decision === "record") {
        const { sequence, content, amountCents, lines } = decided
        const { orderId, idempotencyKey } = command
        const request = { orderId, sequence, idempotencyKey, content, amountCents, lines }
        requests.insert(request, amountCents === 0 ? "accepted" : "asked", now())
        requests.lease(orderId, now() + LEASE_MS)
      }
      return this.outcomeOf(command, decided.decision === "replay")
    })
  }

  /** The recorded refund as it stands now. */
  outcomeOf(command: Pick<RefundCommand, "orderId" | "idempotencyKey">, replayed: boolean): RefundOutcome {
    const order = this.parts.book.find(command.orderId)
    const request = this.parts.requests
      .of(command.orderId)
      .find(({ idempotencyKey }) => idempotencyKey === command.idempotencyKey)
    if (!order || !request) return { outcome: "refused", refusal: "not_found" }
    return { outcome: "taken", replayed, order: viewOf(order), refund: standingOf(order, request) }
  }

  /**
   * The provider's own word of a refund that was asked for here: all there is of it where the answer was lost, or is an
   * error that the provider keeps under the key. True when the refund moved on and is due.
   */
  hear(orderId: string, refundKey: string, { refundId, status }: OrderRefund): boolean {
    const { book, requests, atomically, now } = this.parts
    const request = requests.of(orderId).find((each) => keyOf(each) === refundKey)
    if (!request || request.refundId !== null) return false
    if (request.state !== "asked" && request.state !== "parked") return false
    atomically(() => {
      requests.acceptHeard(request, refundId, now())
      if (status === "failed") requests.end(request, "refused", FAILED_AT_PROVIDER)
      const isUnanswered = requests.of(orderId).some(({ state }) => state === "parked")
      if (!isUnanswered) book.unpark(orderId, "refund_unanswered")
    })
    return true
  }

  /** Takes one step of every refund of an order that is not over, or more. Never throws: failures are written down. */
  drive(orderId: string): Promise<void> {
    const before = this.queues.get(orderId) ?? Promise.resolve()
    const mine = before
      .then(() => this.driveOnce(orderId))
      .finally(() => {
        if (this.queues.get(orderId) === mine) this.queues.delete(orderId)
      })
    this.queues.set(orderId, mine)
    this.parts.requests.lease(orderId, this.parts.now() + LEASE_MS)
    return mine
  }

  private async driveOnce(orderId: string): Promise<void> {
    for (const request of this.parts.requests.of(orderId)) {
      const failure = await this.see(request).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      )
      if (failure !== null) this.retryLater(request, failure)
    }
  }

  /** Null when it is over for now; else why it must be tried again. */
  private async see(request: RefundRequest): Promise<string | null> {
    const failure = request.state === "asked" ? await this.askProvider(request) : null
    const after = this.newest(request)
    if (after.state === "accepted") await this.returnUnits(after)
    // Its webhook may have said meanwhile what the answer did not.
    return after.state === "asked" ? failure : null
  }

  private newest({ orderId, sequence }: RefundRequest): RefundRequest {
    const request = this.parts.requests.of(orderId)[sequence - 1]
    if (!request) throw new Error(`order ${orderId} has no refund ${sequence}`)
    return request
  }

  private async askProvider(request: RefundRequest): Promise<string | null> {
    const { book, requests, payments, atomically, now } = this.parts
    const { orderId, amountCents } = request
    const { intentId, currency } = this.orderOf(request)
    if (intentId === null) throw new Error(`order ${orderId} was paid without an intent`)
    const answer = await payments.refund({
      refundKey: keyOf(request),
      intentId,
      orderId,
      amountCents,
      currency,
    })
    if (answer.outcome === "unavailable") return answer.message
    atomically(() => {
      if (answer.outcome === "refused") {
        if (this.newest(request).state === "asked") requests.end(request, "refused", answer.message)
        return
      }
      const { refundId, status } = answer.refund
      const refund = { refundId, amountCents, status, atMs: now() }
      // Its webhook may have been here first, and then knows as much.
      const change = afterRefund(this.orderOf(request), refund)
      if (change) book.change(orderId, change, now())
      requests.accept(request, refundId)
      if (status === "failed") requests.end(request, "refused", FAILED_AT_PROVIDER)
    })
    return null
  }

  /**
   * A ledger is told how many units of the order's line are back in all, so that being told twice is being told once.
   * Only one refund of an order moves at a time, so that number is this refund's to say.
   */
  private async returnUnits(request: RefundRequest): Promise<void> {
    const { book, requests, atomically, now } = this.parts
    const order = this.orderOf(request)
    const items = order.items.map((line) => withReturned(line, request))
    const moved = items.filter(
      (line, index) => line.returnedQuantity !== order.items[index]?.returnedQuantity,
    )
    await Promise.all(moved.map((line) => this.returnLine(order, line, request)))
    atomically(() => {
      const { status, totalCents } = this.orderOf(request)
      const isFree = totalCents === 0 && status !== "refunded"
      if (moved.length > 0 || isFree)
        book.change(order.orderId, { items, ...(isFree && { status: "refunded" }) }, now())
      requests.end(request, "settled", null)
    })
  }

  private async returnLine(order: Order, line: OrderLine, request: RefundRequest): Promise<void> {
    const { stock, receive } = this.parts
    const { orderId, orderNumber, holdId, createdAtMs } = order
    const { sku, returnedQuantity } = line
    const outcome = await stock.getByName(ledgerOf(order, sku)).returnUnits(holdId, orderId, returnedQuantity)
    if (outcome.outcome === "returned") return
    // A refund that was asked for earlier than this met the sale, so its units may be back already.
    if (request.requestedAtMs - createdAtMs < HOLD_RETENTION_MS)
      throw new Error(`the ledger of ${sku} has no sale for order ${orderId}`)
    const delta = request.lines.find((each) => each.sku === sku)?.quantity ?? 0
    const id = `return:${orderId}:${request.sequence}`
    await receive(sku, { id, delta, reason: `Came back from order ${orderNumber}` })
  }

  private orderOf({ orderId }: RefundRequest): Order {
    const order = this.parts.book.find(orderId)
    if (!order) throw new Error(`no order ${orderId} in this lane`)
    return order
  }

  /** Whether the money went, or the units, is not known: somebody must look. */
  private park(request: RefundRequest, failure: string): void {
    const { book, requests, atomically, now } = this.parts
    atomically(() => {
      requests.park(request, failure)
      book.park(request.orderId, "refund_unanswered", failure, now())
    })
  }

  private retryLater(request: RefundRequest, failure: string): void {
    const { requests, now, random } = this.parts
    const { refundId, attempts } = this.newest(request)
    const isTriedEnough =
      refundId === null
        ? now() - request.requestedAtMs > REFUND_ASKED_FOR_MS
        : attempts >= RETURN_ATTEMPTS_MAX
    if (isTriedEnough) return this.park(request, failure)
    const backoffMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(attempts, 16))
    requests.recordFailure(request, failure, Math.ceil(now() + backoffMs * (0.5 + random() / 2)))
  }
}

/** What the provider knows the request by, and says in the metadata of its refund. */
function keyOf({ sequence }: RefundRequest): string {
  return String(sequence)
}

function withReturned(line: OrderLine, { lines }: RefundRequest): OrderLine {
  const back = lines.find(({ sku }) => sku === line.sku)?.quantity ?? 0
  return { ...line, returnedQuantity: line.returnedQuantity + back }
}

function ledgerOf({ holdId, orderId }: Order, sku: string): string {
  const ledger = ledgersOf(holdId).find((name) => partsOfName(name).sku === sku)
  if (ledger === undefined) throw new Error(`the hold of order ${orderId} has no ledger of ${sku}`)
  return ledger
}
