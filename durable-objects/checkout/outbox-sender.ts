import type { OrderVersion } from "./contract.ts"
import type { OrderMessage } from "./order-message.ts"
import { viewOf } from "./order-row.ts"
import type { OutboxBook } from "./outbox-book.ts"
import { allowanceOf, packMessages, resendAfterMs } from "./outbox.ts"

/** How long changes gather before they are sent, so that a message carries many. */
const OUTBOX_GATHER_MS = 100

/** How long the outbox rests after the queue refused it. */
const OUTBOX_RETRY_MS = 2_000

export interface OutboxParts {
  outbox: OutboxBook
  /** All or nothing, as the object's storage has it. */
  transaction(closure: () => void): void
  /** Resolves once the queue has taken all of them. */
  send(messages: OrderMessage[]): Promise<void>
  /** The lane's name, which acknowledgements come back to. */
  lane(): string
  now: () => number
}

/**
 * Sends a lane's outbox. All that must outlive the object stands in its table; what is kept here is forgotten with it,
 * which costs one message more and loses none.
 */
export class OutboxSender {
  private readonly parts: OutboxParts
  /** When an acknowledgement last came to this instance. */
  private heardAtMs: number | null = null
  private restUntilMs = 0

  constructor(parts: OutboxParts) {
    this.parts = parts
  }

  /** When to call `send` next; null while Postgres has every order. */
  nextMs(): number | null {
    const sendAtMs = this.parts.outbox.nextMs()
    return sendAtMs === null ? null : Math.max(sendAtMs + OUTBOX_GATHER_MS, this.restUntilMs)
  }

  /** Never rejects: what the queue did not take stays in the outbox, and is tried again. */
  async send(): Promise<void> {
    const { outbox, now } = this.parts
    const nowMs = now()
    if (nowMs < this.restUntilMs) return
    const { orders, againAtMs } = allowanceOf({
      nowMs,
      heardAtMs: this.heardAtMs,
      isOverdue: outbox.hasOverdue(nowMs),
      underWay: outbox.underWay(nowMs),
    })
    this.restUntilMs = Math.max(againAtMs, nowMs + OUTBOX_GATHER_MS)
    const due = outbox.due(nowMs, orders)
    if (due.length === 0) return
    try {
      const lane = this.parts.lane()
      await this.parts.send(packMessages(due.map(({ order }) => ({ lane, order: viewOf(order) }))))
      this.parts.transaction(() => {
        for (const { order, sends } of due) outbox.markSent(order, nowMs + resendAfterMs(sends))
      })
    } catch (error) {
      this.restUntilMs = now() + OUTBOX_RETRY_MS
      console.error(JSON.stringify({ level: "error", station: "checkout outbox", message: String(error) }))
    }
  }

  /** Postgres has these orders at these versions, or has them as dead letters: the way is open. */
  acknowledge(versions: readonly OrderVersion[]): void {
    this.parts.transaction(() => {
      for (const version of versions) this.parts.outbox.acknowledge(version)
    })
    this.heardAtMs = this.parts.now()
    this.restUntilMs = Math.min(this.restUntilMs, this.heardAtMs + OUTBOX_GATHER_MS)
  }
}
