import type { StockObjects } from "../stock/hold-items.ts"
import { hear } from "./hear.ts"
import type { OrderRefund } from "./contract.ts"
import type { InboxBook } from "./inbox-book.ts"
import { DRIVE_LEASE_MS } from "./open-checkout.ts"
import type { OrderBook } from "./order-book.ts"
import type { Order } from "./order-row.ts"
import { nextLookMs, nextStep } from "./order-machine.ts"
import type { StepName } from "./order-machine.ts"
import type { Payments } from "./payments.ts"
import { abandon } from "./steps/abandon.ts"
import { cancelIntent } from "./steps/cancel-intent.ts"
import { capture } from "./steps/capture.ts"
import { checkPayment } from "./steps/check-payment.ts"
import { createIntent } from "./steps/create-intent.ts"
import { extendHold } from "./steps/extend-hold.ts"
import { authorizeFree, confirmFree } from "./steps/free-order.ts"
import { giveBack } from "./steps/give-back.ts"
import { refundIntent } from "./steps/refund-intent.ts"
import { settleStock } from "./steps/settle-stock.ts"
import type { StepResult } from "./steps/step.ts"

/** What the saga acts on. Everything it reaches for is handed in, so that a simulation can break each of them. */
export interface SagaParts {
  book: OrderBook
  inbox: InboxBook
  stock: StockObjects
  payments: Payments
  /** The calculation of Stripe Tax that an order's tax is from; null, or left out: none. */
  taxCalculationOf?: (orderId: string) => string | null
  /** Told of each order whose money has just been taken. Best effort: it must neither throw nor be waited for. */
  confirmed: (order: Order) => void
  /** Told of each refund that answers a request of ours, when its order knows of it. It must neither throw nor be waited for. */
  refundHeard?: (orderId: string, refundKey: string, refund: OrderRefund) => void
  /** Resolves when what is written next goes with what the lane's other orders write. */
  turn: () => Promise<void>
  now: () => number
  /** In [0, 1), for the jitter of retries. */
  random: () => number
  /** When the provider may be asked again; null, or left out: now. While it is away a payment counts as under way. */
  awayUntilMs?: () => number | null
}

/** Each does what the table of steps says it does (`order-machine.ts`), and writes down what came of it. */
const STEPS: Record<StepName, (parts: SagaParts, order: Order) => Promise<StepResult>> = {
  create_intent: createIntent,
  authorize_free: authorizeFree,
  extend_hold: extendHold,
  settle_stock: settleStock,
  capture,
  confirm_free: confirmFree,
  check_payment: checkPayment,
  give_back: giveBack,
  cancel_intent: cancelIntent,
  refund_intent: refundIntent,
  abandon,
}

/** Steps that ask the provider. They are put off while it is away, and that is no failure of theirs. */
const ASKS_PROVIDER: ReadonlySet<StepName> = new Set([
  "create_intent",
  "capture",
  "check_payment",
  "cancel_intent",
  "refund_intent",
])

/** A payment that came too late has its units again, or is let go of, so soon after provider and ledgers answer. */
export const LATE_PAYMENT_SETTLED_MS = 60_000

/** A step that failed is tried again after this long, doubled each time, so that it and what follows keep the bound above. */
const RETRY_FIRST_MS = 500
const RETRY_MAX_MS = LATE_PAYMENT_SETTLED_MS / 2

/** After this many failures in a row the order is parked: the audit shows it, and nobody retries it blindly. About a day. */
const ATTEMPTS_MAX = 3_900

/** More steps than any order can need in one go: beyond it, two steps are undoing each other. */
const STEPS_MAX = 20

/** Who drives an order, and whether somebody asked meanwhile that it be looked at once more. */
interface Driver {
  again: boolean
  done: Promise<void>
}

/**
 * Settles orders: authorize, then settle the stock, then capture. Each step is written down before it is taken and when it
 * is done, and may be done again without harm, so an order can be driven from wherever a crash left it.
 */
export class Saga {
  private readonly parts: SagaParts
  /** Orders that are being driven right now; a second driver only asks the first to look once more. */
  private readonly driving = new Map<string, Driver>()

  constructor(parts: SagaParts) {
    this.parts = parts
  }

  /** Does what there is to do for an order until it waits or rests. Never throws: failures are written down and retried. */
  drive(orderId: string): Promise<void> {
    const underway = this.driving.get(orderId)
    if (underway) {
      underway.again = true
      return underway.done
    }
    return this.startDriver(orderId, () => this.driveHeld(orderId)).done
  }

  /**
   * Does a piece of work on an order while nobody else drives it; inside, `driveHeld` takes the place of `drive`. So that
   * an order is not given up by one while another takes it up.
   */
  async exclusively<T>(orderId: string, work: () => Promise<T>): Promise<T> {
    for (let underway = this.driving.get(orderId); underway; underway = this.driving.get(orderId))
      await underway.done
    return new Promise<T>((resolve, reject) => {
      this.startDriver(orderId, () => work().then(resolve, reject))
    })
  }

  /** For who has the order exclusively. */
  async driveHeld(orderId: string): Promise<void> {
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      if ((await this.takeStep(orderId)) === "quiet") return
    }
    const order = this.parts.book.find(orderId)
    if (order) this.retryLater(order, `no rest after ${STEPS_MAX} steps`)
  }

  /** Acts on the webhooks that wait for an order. Those that do not fit it yet are looked at again after its next step. True when it has moved. */
  hear(orderId: string): boolean {
    return hear(this.parts, orderId)
  }

  private startDriver(orderId: string, work: () => Promise<void>): Driver {
    const driver: Driver = { again: false, done: Promise.resolve() }
    this.driving.set(orderId, driver)
    driver.done = this.workUntilQuiet(orderId, driver, work)
    return driver
  }

  private async workUntilQuiet(orderId: string, driver: Driver, work: () => Promise<void>): Promise<void> {
    try {
      await work()
      while (driver.again) {
        driver.again = false
        await this.driveHeld(orderId)
      }
    } finally {
      // At once with the last look at `again`: who asks after it must become a driver, or nobody would look.
      this.driving.delete(orderId)
    }
  }

  /** `quiet`: there is nothing more to do for now. */
  private async takeStep(orderId: string): Promise<"quiet" | "moved"> {
    const { book, now } = this.parts
    this.hear(orderId)
    const order = book.find(orderId)
    if (!order) return "quiet"
    try {
      const awayUntilMs = this.parts.awayUntilMs?.() ?? null
      const next = nextStep(order, now(), awayUntilMs !== null)
      if (next.step === "rest" || next.step === "wait") {
        book.settleDown(orderId, next.step === "wait" ? next.untilMs : null)
        return "quiet"
      }
      if (awayUntilMs !== null && ASKS_PROVIDER.has(next.step)) {
        book.schedule(orderId, this.notBeyondHold(order, awayUntilMs))
        return "quiet"
      }
      book.beginStep(orderId, next.step, now(), now() + DRIVE_LEASE_MS)
      const result = await STEPS[next.step](this.parts, order)
      if (result === "done") return "moved"
      if ("park" in result) this.park(order, result.park)
      else this.retryLater(order, result.retry)
    } catch (error) {
      this.retryLater(order, error instanceof Error ? error.message : String(error))
    }
    return "quiet"
  }

  private park({ orderId }: Order, why: string): void {
    this.parts.book.recordFailure(orderId, why, null)
    this.parts.book.park(orderId, "refund_failed", why, this.parts.now())
  }

  /** While it is unpaid, an order is looked at no later than at its hold's end, and for the extension before it. */
  private notBeyondHold(order: Order, atMs: number): number {
    if (order.status !== "inventory_reserved") return atMs
    const lookAtMs = nextLookMs(order, this.parts.now())
    return lookAtMs > this.parts.now() ? Math.min(atMs, lookAtMs) : atMs
  }

  private retryLater(order: Order, failure: string): void {
    const { book, now, random } = this.parts
    const { orderId } = order
    const attempts = order.attempts + 1
    if (attempts >= ATTEMPTS_MAX) {
      book.recordFailure(orderId, failure, null)
      book.park(orderId, "step_failing", `after ${attempts} attempts: ${failure}`, now())
      return
    }
    const backoffMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(attempts - 1, 16))
    const retryAtMs = Math.ceil(now() + backoffMs * (0.5 + random() / 2))
    book.recordFailure(orderId, failure, this.notBeyondHold(order, retryAtMs))
  }
}
