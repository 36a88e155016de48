import { MemorySql } from "../memory-sql.ts"
import { applyMigrations } from "../sqlite.ts"
import type { PoolTerms } from "../stock/contract.ts"
import type { StockObjects } from "../stock/hold-items.ts"
import { Ledger } from "../stock/ledger.ts"
import { STOCK_MIGRATIONS } from "../stock/schema.ts"
import type { Intent, NewRefund, PaymentAnswer, Payments, RefundAnswer, RefundsAnswer } from "./payments.ts"
import { chanceFrom } from "../../waiting-room/chance.ts"

/** For the simulation: ledgers and a provider that fail, and the webhooks that are on their way. */

export const SKUS = ["A", "B", "C"]
export const UNITS = 8
const HOLD_MS = 60_000

export class World {
  nowMs = 1_000_000
  readonly random: () => number
  faultRate = 0.15
  readonly ledgers = new Map<string, Ledger>()
  readonly intents = new Map<string, Intent & { orderId: string; captures: number; refundedCents: number }>()
  readonly webhooks: {
    eventId: string
    type: "authorized" | "captured" | "failed" | "cancelled" | "requires_action"
    intentId: string
    orderId: string
  }[] = []
  private readonly answers = new Map<string, string>()

  constructor(seed: number) {
    this.random = chanceFrom(seed)
    const terms: PoolTerms = {
      unitPriceCents: 1_000,
      currency: "EUR",
      perCustomerLimit: null,
      holdSeconds: HOLD_MS / 1000,
      opensAtMs: null,
      closesAtMs: null,
    }
    for (const sku of SKUS) {
      const sql = new MemorySql()
      applyMigrations(sql, STOCK_MIGRATIONS)
      const ledger = new Ledger(sql)
      ledger.setOpenTerms(terms)
      ledger.receive({ id: "first", delta: UNITS, reason: "" }, 0)
      this.ledgers.set(sku, ledger)
    }
  }

  /** Fails before the work or after it; either way the caller can't tell which. */
  async faulty<T>(work: () => T): Promise<T> {
    await Promise.resolve()
    if (this.random() < this.faultRate) throw new Error("lost on the way there")
    const result = work()
    await Promise.resolve()
    if (this.random() < this.faultRate) throw new Error("lost on the way back")
    return result
  }

  readonly stock: StockObjects = {
    getByName: (sku) => {
      const ledger = this.ledgers.get(sku)
      if (!ledger) throw new Error(`no ledger ${sku}`)
      return {
        hold: (command) => this.faulty(() => ledger.hold(command, this.nowMs)),
        undo: (holdId, customer) => this.faulty(() => ledger.undo(holdId, customer)),
        release: (holdId, customer, orderId) =>
          this.faulty(() => ledger.release(holdId, customer, this.nowMs, orderId)),
        claim: (holdId, customer, orderId) =>
          this.faulty(() => ledger.claim(holdId, customer, orderId, this.nowMs)),
        sell: (holdId, orderId) => this.faulty(() => ledger.sell(holdId, orderId, this.nowMs)),
        extend: (holdId, orderId, untilMs) =>
          this.faulty(() => ledger.extend(holdId, orderId, untilMs, this.nowMs)),
        returnUnits: (holdId, orderId) => this.faulty(() => ledger.returnUnits(holdId, orderId)),
        readHold: () => Promise.resolve(null),
      }
    },
    ledgerOf: (sku) => Promise.resolve(sku),
  }

  readonly payments: Payments = {
    createIntent: ({ orderId, amountCents, currency }) =>
      this.ask(() => {
        const known = this.answers.get(orderId)
        if (known) return this.intentOf(known)
        const intentId = `pi_${orderId}`
        this.answers.set(orderId, intentId)
        this.intents.set(intentId, {
          intentId,
          orderId,
          amountCents,
          currency,
          state: "requires_payment",
          clientSecret: `${intentId}_s`,
          declineMessage: null,
          capturedCents: 0,
          captures: 0,
          refundedCents: 0,
        })
        return this.intentOf(intentId)
      }),
    capture: (intentId) =>
      this.ask(() => {
        const intent = this.intentOf(intentId)
        if (intent.state === "captured") return { refused: "payment_intent_unexpected_state" }
        if (intent.state !== "authorized") return { refused: "payment_intent_unexpected_state" }
        intent.state = "captured"
        intent.capturedCents = intent.amountCents
        intent.captures++
        this.tell("captured", intentId)
        return intent
      }),
    cancel: (intentId) =>
      this.ask(() => {
        const intent = this.intentOf(intentId)
        if (intent.state === "captured" || intent.state === "cancelled")
          return { refused: "payment_intent_unexpected_state" }
        intent.state = "cancelled"
        this.tell("cancelled", intentId)
        return intent
      }),
    retrieve: (intentId) => this.ask(() => this.intentOf(intentId)),
    refund: (refund) => this.giveMoneyBack(refund),
    refundsOf: (intentId) => this.listRefunds(intentId),
  }

  private readonly refunds = new Map<string, number>()

  /** The same key is the same refund; more than was taken is refused. */
  private async giveMoneyBack(refund: NewRefund): Promise<RefundAnswer> {
    const { intentId, refundKey, amountCents } = refund
    try {
      return await this.faulty((): RefundAnswer => {
        const intent = this.intentOf(intentId)
        const refundId = `re_${intentId}_${refundKey}`
        const refunded = this.refunds.get(refundId)
        if (refunded === undefined) {
          if (intent.state !== "captured" || amountCents > intent.amountCents - intent.refundedCents)
            return { outcome: "refused", code: "charge_already_refunded", message: "nothing to refund" }
          this.refunds.set(refundId, amountCents)
          intent.refundedCents += amountCents
        }
        const status = "succeeded"
        return { outcome: "ok", refund: { refundId, amountCents: refunded ?? amountCents, status } }
      })
    } catch {
      return { outcome: "unavailable", message: "no answer" }
    }
  }

  private async listRefunds(intentId: string): Promise<RefundsAnswer> {
    try {
      return await this.faulty((): RefundsAnswer => {
        const made = [...this.refunds].filter(([refundId]) => refundId.startsWith(`re_${intentId}_`))
        const settled = { status: "succeeded", atMs: 0 } as const
        const refunds = made.map(([refundId, amountCents]) => ({ refundId, amountCents, ...settled }))
        return { outcome: "ok", refunds }
      })
    } catch {
      return { outcome: "unavailable", message: "no answer" }
    }
  }

  /** Somebody at the provider's dashboard takes what was set aside, whatever the order thinks of it. */
  captureByHand(): void {
    const open = [...this.intents.values()].filter(({ state }) => state === "authorized")
    const intent = open[Math.floor(this.random() * open.length)]
    if (!intent) return
    intent.state = "captured"
    intent.capturedCents = intent.amountCents
    intent.captures++
    this.tell("captured", intent.intentId)
  }

  /** A shopper at the payment form: pays, is declined, is asked by the bank first, or leaves. */
  confirm(intentId: string): void {
    const intent = this.intentOf(intentId)
    if (intent.state !== "requires_payment") return
    const luck = this.random()
    if (luck > 0.95) this.tell("requires_action", intentId)
    else if (luck < 0.2) {
      intent.declineMessage = "Your card was declined."
      this.tell("failed", intentId)
    } else if (luck < 0.85) {
      intent.state = "authorized"
      this.tell("authorized", intentId)
    }
  }

  private tell(type: World["webhooks"][number]["type"], intentId: string): void {
    const event = {
      eventId: `evt_${this.webhooks.length}_${this.random()}`,
      type,
      intentId,
      orderId: this.intentOf(intentId).orderId,
    }
    const luck = this.random()
    if (luck < 0.2) return
    this.webhooks.push(event)
    if (luck < 0.5) this.webhooks.push(event)
    if (luck > 0.8) this.webhooks.reverse()
  }

  private intentOf(intentId: string) {
    const intent = this.intents.get(intentId)
    if (!intent) throw new Error(`no intent ${intentId}`)
    return intent
  }

  private async ask(work: () => Intent | { refused: string }): Promise<PaymentAnswer> {
    try {
      const result = await this.faulty(work)
      return "refused" in result
        ? { outcome: "refused", code: result.refused, message: result.refused }
        : { outcome: "ok", intent: { ...result } }
    } catch {
      return { outcome: "unavailable", message: "no answer" }
    }
  }
}
