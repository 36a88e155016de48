import type { OpenCheckout, OpenOutcome, OrderStatus } from "../../../durable-objects/checkout/contract.ts"
import { holdItems, mergeLines } from "../../../durable-objects/stock/hold-items.ts"
import type { Item } from "../../../durable-objects/stock/hold-items.ts"
import type { LaneStation } from "./lanes.ts"
import type { StockStation } from "./ledgers.ts"
import { Lost } from "./network.ts"
import type { Life, Network } from "./network.ts"
import type { ProviderModel } from "./provider.ts"

/** The shop as shoppers see it: a Worker that may die in any request, and the provider's form. */
export interface Shop {
  network: Network
  stock: StockStation
  lanes: LaneStation
  provider: ProviderModel
  saleId: string
}

export interface Wish {
  orderId: string
  customer: string
  items: Item[]
  couponCode: string | undefined
}

/** What a shopper was told of their order, in the order of the answers' leaving, with the version each is of. */
export interface Told {
  status: OrderStatus
  version: number
}

const ATTEMPTS_MAX = 4
const LOOKS_MAX = 6
const THINKS_MAX_MS = 15_000
/** Some go away with the form open, and pay when their hold has long run out. */
const LATE_SHARE = 0.1
const LATE_MAX_MS = 150_000
/** A Worker's request that dies at one of its awaits. */
const DEATH_SHARE = 0.05
const DEATH_MAX_MS = 200

/** One purchase, from the wish to the last look at the order's page. */
export class Shopper {
  readonly told: Told[] = []
  readonly wish: Wish
  private readonly shop: Shop
  private intentId: string | null = null

  constructor(shop: Shop, wish: Wish) {
    this.shop = shop
    this.wish = wish
  }

  /** Never rejects: what a shopper can't get they go without. */
  async buy(): Promise<void> {
    const { chance } = this.network
    const held = chance.hits(0.6) ? await this.hold() : null
    if (held === "refused") return
    await this.think()
    const opened = await this.checkOut(held?.holdId ?? null)
    if (!opened) return
    this.intentId = /^(pi_.+)_secret$/.exec(opened.clientSecret)?.[1] ?? null
    const { provider } = this.shop
    if (this.intentId !== null) this.pay(provider)
    if (chance.hits(0.1)) this.later("cancels", () => this.cancel())
    for (let look = 0; look < LOOKS_MAX; look++) this.later("looks", () => this.look())
    if (chance.hits(0.1) && this.intentId !== null) {
      const { intentId } = this
      this.network.after(chance.between(0, LATE_MAX_MS), "by hand", () => provider.actByHand(intentId))
    }
  }

  private get network(): Network {
    return this.shop.network
  }

  /** "Buy" in the Worker: null when it was never answered, for a checkout can hold by itself. */
  private async hold(): Promise<{ holdId: string } | "refused" | null> {
    const { saleId, stock } = this.shop
    const { orderId, customer, items } = this.wish
    const purchase = { purchaseKey: `h_${orderId}`, items: mergeLines(items), saleId, customer }
    const held = await this.untilAnswered("hold", (life) => holdItems(stock.ledgersFor(life), purchase))
    if (!held) return null
    this.network.count(held.outcome === "held" ? "held" : `hold: ${held.refusal}`)
    return held.outcome === "held" ? { holdId: held.holdId } : "refused"
  }

  private async checkOut(holdId: string | null): Promise<Extract<OpenOutcome, { outcome: "opened" }> | null> {
    const { orderId, customer, items, couponCode } = this.wish
    const command: OpenCheckout = {
      orderId,
      orderNumber: orderId,
      requestDigest: holdId ?? "items",
      subject: customer,
      email: `${customer}@example.com`,
      shippingAddress: null,
      couponCode,
      hold: holdId === null ? { items, saleId: this.shop.saleId } : { holdId },
    }
    const { lanes } = this.shop
    const ask = (life: Life) => lanes.call(life, lanes.nameFor(orderId), "open", (lane) => lane.open(command))
    // A double click: both are under way together.
    if (this.network.chance.hits(0.1)) void ask({ isAlive: true }).catch(() => undefined)
    const opened = await this.untilAnswered("checkout", ask, mayAskAgain)
    if (!opened) return null
    this.network.count(opened.outcome === "opened" ? "opened" : `checkout: ${opened.refusal}`)
    return opened.outcome === "opened" ? opened : null
  }

  /** The form, which may be sent again when the card is declined; the page says nothing while the bank thinks. */
  private pay(provider: ProviderModel): void {
    const { chance } = this.network
    if (chance.hits(0.06)) return this.network.count("left the form")
    const confirm = () => {
      if (this.intentId === null) return
      const { intentId } = this
      this.network.call({ isAlive: true }, "confirm", () => provider.confirm(intentId)).catch(() => undefined)
    }
    const delayMs = chance.hits(LATE_SHARE)
      ? chance.between(0, LATE_MAX_MS)
      : chance.between(0, THINKS_MAX_MS)
    this.network.after(delayMs, "sends the form", confirm)
    if (chance.hits(0.3))
      this.network.after(delayMs + chance.between(0, 30_000), "sends the form again", confirm)
  }

  private async cancel(): Promise<void> {
    const { lanes } = this.shop
    const { orderId, customer } = this.wish
    const life = { isAlive: true }
    const answer = await lanes.call(life, lanes.nameFor(orderId), "cancel", (lane) =>
      lane.cancel(orderId, customer),
    )
    this.network.count(`cancel: ${answer.outcome === "refused" ? answer.refusal : answer.outcome}`)
  }

  /** The order's page. The answer is noted at the moment it leaves the lane. */
  private async look(): Promise<void> {
    const { lanes } = this.shop
    const { orderId } = this.wish
    await lanes.call({ isAlive: true }, lanes.nameFor(orderId), "read", async (lane) => {
      const answer = await lane.read(orderId)
      if (answer) this.told.push({ status: answer.order.status, version: answer.order.version })
    })
  }

  private later(what: string, act: () => Promise<void>): void {
    const delayMs = this.network.chance.between(0, 100_000)
    this.network.after(delayMs, what, () => void act().catch(() => undefined))
  }

  private think(): Promise<void> {
    return new Promise((resolve) =>
      this.network.after(this.network.chance.between(0, THINKS_MAX_MS), "thinks", resolve),
    )
  }

  /** Each attempt is a request of a Worker, which may die; the same id every time. Null when all of them did. */
  private async untilAnswered<T>(
    what: string,
    ask: (life: Life) => Promise<T>,
    isWorthAgain: (answer: T) => boolean = () => false,
  ): Promise<T | null> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const answer = await this.oneRequest(ask)
      if (answer !== null && !isWorthAgain(answer)) return answer
      if (this.network.chance.hits(0.1)) break
      await this.think()
    }
    this.network.count(`${what}: never answered`)
    return null
  }

  private oneRequest<T>(ask: (life: Life) => Promise<T>): Promise<T | null> {
    const { network } = this
    const life: Life = { isAlive: true }
    return new Promise((resolve) => {
      if (network.faultShare > 0 && network.chance.hits(DEATH_SHARE))
        network.after(network.chance.between(0, DEATH_MAX_MS), "a Worker dies", () => {
          life.isAlive = false
          resolve(null)
        })
      ask(life).then(resolve, (error: unknown) => {
        // Only what was lost may go unanswered.
        if (!(error instanceof Lost)) this.shop.lanes.broken.push(`a shopper's request: ${String(error)}`)
        resolve(null)
      })
    })
  }
}

function mayAskAgain(answer: OpenOutcome): boolean {
  return (
    answer.outcome === "refused" &&
    (answer.refusal === "in_flight" || answer.refusal === "payment_unavailable")
  )
}
