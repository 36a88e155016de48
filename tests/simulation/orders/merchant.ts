import type {
  FulfilOutcome,
  RefundOutcome,
  WithdrawOutcome,
} from "../../../durable-objects/checkout/fulfilment/contract.ts"
import type { LaneStation } from "./lanes.ts"
import type { Network } from "./network.ts"

/** Between the merchant's calls. */
const PAUSE_MAX_MS = 20_000
const ATTEMPTS_MAX = 4

type Answer = FulfilOutcome | WithdrawOutcome | RefundOutcome

/** What merchants do with orders that are paid: parcels, withdrawals, refunds of all kinds; each asked until it is answered. */
export class Merchant {
  /** Orders whose money the merchant has asked to go back, wholly or in part. */
  readonly refunded = new Set<string>()
  private readonly network: Network
  private readonly lanes: LaneStation

  constructor(network: Network, lanes: LaneStation) {
    this.network = network
    this.lanes = lanes
  }

  /** Takes an order in hand, some time after it was made. */
  expect(orderId: string): void {
    const { chance } = this.network
    for (let calls = chance.pick([0, 0, 1, 2, 3]); calls > 0; calls--)
      this.network.after(chance.between(0, 8 * PAUSE_MAX_MS), "the merchant", () => void this.act(orderId))
  }

  private async act(orderId: string): Promise<void> {
    const { chance } = this.network
    const what = chance.weighted({ ship: 3, deliver: 1, withdraw: 1, refund: 3 })
    const idempotencyKey = `m${chance.fork()}`
    const order = await this.ask(orderId, "read", (lane) => lane.read(orderId))
    if (!order) return
    const { items, totalCents } = order.order
    const inPart = chance.hits(0.5)
    const [line] = items
    const lines = inPart && line ? [{ sku: line.sku, quantity: chance.between(1, line.quantity) }] : null
    const refund = {
      orderId,
      idempotencyKey,
      amountCents: inPart ? chance.between(1, Math.max(1, totalCents)) : null,
      restock: chance.hits(0.5),
    }
    if (what === "withdraw" || what === "refund") this.refunded.add(orderId)
    const answer = await this.ask<Answer>(orderId, what, (lane) => {
      if (what === "ship") return lane.ship({ orderId, carrier: "DHL", trackingNumber: idempotencyKey })
      if (what === "deliver") return lane.deliver(orderId)
      if (what === "withdraw") return lane.withdraw(orderId)
      return lane.refund({ ...refund, lines: refund.restock ? lines : null })
    })
    if (answer)
      this.network.count(`${what}: ${answer.outcome === "refused" ? answer.refusal : answer.outcome}`)
  }

  /** The same call until it is answered; null when it never was. */
  private async ask<T>(
    orderId: string,
    what: string,
    call: (lane: Parameters<Parameters<LaneStation["call"]>[3]>[0]) => Promise<T>,
  ): Promise<T | null> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      try {
        return await this.lanes.call({ isAlive: true }, this.lanes.nameFor(orderId), what, call)
      } catch {
        await new Promise<void>((resolve) => this.network.after(PAUSE_MAX_MS, "the merchant waits", resolve))
      }
    }
    return null
  }
}
