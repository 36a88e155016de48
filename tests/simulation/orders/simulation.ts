import { Chance } from "../../../durable-objects/stock/simulation/random.ts"
import type { PaymentEvent } from "../../../durable-objects/checkout/contract.ts"
import { REFUND_ASKED_FOR_MS, RETRY_MAX_MS } from "../../../durable-objects/checkout/fulfilment/refunds.ts"
import { laneDirectory } from "../../../durable-objects/stock/ledgers.ts"
import { differencesOf, secondIntentsOf } from "./auditor.ts"
import type { Books } from "./auditor.ts"
import { COUPON, CouponStation } from "./coupons.ts"
import { LaneStation } from "./lanes.ts"
import { HOLD_MS, StockStation } from "./ledgers.ts"
import { Merchant } from "./merchant.ts"
import { withModelledTime } from "./modelled-time.ts"
import { Lost, Network } from "./network.ts"
import { PipelineStation } from "./pipeline.ts"
import { ProviderModel } from "./provider.ts"
import { OrderRecords } from "./records.ts"
import { Shopper } from "./shopper.ts"
import { TaxModel } from "./taxes.ts"

/** The sale's books differ at the end of a run; the message has the seed that replays it. */
export class PurchasesFailure extends Error {
  override name = "PurchasesFailure"
}

export type Tally = Record<string, number>

/** Shoppers of one sale. Larger sales find no other orders of things, and take longer to replay. */
export const SALE_SHOPPERS = 50

/** Of each SKU: soon gone, gone at the end, or enough for everybody. */
const UNITS = [8, 20, 60]

const START_MS = 1_700_000_000_000
const LANES = 2
/** The crowd arrives within so long. */
const RUSH_MS = 60_000
/** Longer than any sale needs to come to rest once nothing fails any more; a day's retries are no rest. */
const REST_MAX_MS = 30 * 60_000
/** Between two things that happen a station may die. */
const CRASH_SHARE = 0.004
const OUTAGE_MAX_MS = 40_000

/** Whole sales, one after the other, each with a seed of its own: `seed`, `seed + 1`, and so on. */
export async function simulateOrders(
  seed: number,
  purchases: number,
  onPurchases: (done: number) => void = () => undefined,
): Promise<Tally> {
  const tally: Tally = {}
  for (let done = 0; done < purchases; done += SALE_SHOPPERS) {
    const of = await simulateSale(seed + done / SALE_SHOPPERS)
    for (const [what, times] of Object.entries(of)) tally[what] = (tally[what] ?? 0) + times
    onPurchases(done + SALE_SHOPPERS)
  }
  return tally
}

/** Plays one sale, and throws with all differences that its books have at the end. Returns how often each thing happened. */
export async function simulateSale(seed: number): Promise<Tally> {
  const { tally, books } = await playSale(seed)
  const wrong = differencesOf(books)
  if (wrong.length > 0) throw failed(seed, wrong.join("\n"), null)
  return tally
}

/**
 * One sale under faults: calls lost before or after their work, doubled and late; Workers, lanes, ledgers and consumers that
 * die between any two of their awaits; a provider and a Postgres that are away; queues that forget; a clock that jumps. Then
 * the faults end, and everything comes to rest.
 */
export function playSale(seed: number): Promise<{ tally: Tally; books: Books }> {
  laneDirectory.forgetAll()
  const sale = new SimulatedSale(seed)
  return withModelledTime(sale.network, async () => {
    try {
      return { books: await sale.run(), tally: sale.network.tally }
    } catch (error) {
      throw failed(seed, String(error), error)
    }
  })
}

function failed(seed: number, why: string, cause: unknown): PurchasesFailure {
  const replay = `npm run sim -- --only orders --seed ${seed} --steps ${SALE_SHOPPERS}`
  return new PurchasesFailure(`seed ${seed}: ${why}\nreplay it: ${replay}`, { cause })
}

class SimulatedSale {
  readonly network: Network
  private readonly saleId: string
  private readonly stock: StockStation
  private readonly coupons: CouponStation
  private readonly lanes: LaneStation
  private readonly provider: ProviderModel
  private readonly taxes: TaxModel
  private readonly merchant: Merchant
  private readonly pipeline: PipelineStation
  private readonly records = new OrderRecords()
  private readonly shoppers: Shopper[] = []
  private readonly left: string[] = []

  constructor(seed: number) {
    const chance = new Chance(seed)
    this.network = new Network(chance, START_MS)
    this.saleId = `sale-${seed}`
    // Of a name of their own in each sale: what is remembered of a SKU outlives the run.
    const units = chance.pick(UNITS)
    const goods = ["A", "B", "C", "GIFT"].map((name) => ({
      sku: `${name}-${seed}`,
      units,
      allotment: units - Math.floor(units / 4),
      unitPriceCents: name === "GIFT" ? 0 : chance.between(1, 100) * 50,
    }))
    this.stock = new StockStation(this.network, this.saleId, goods)
    this.provider = new ProviderModel(this.network)
    this.taxes = new TaxModel(this.network, () => this.provider.isDown)
    // Every other shop leaves its taxes to Stripe.
    this.coupons = new CouponStation(this.network, seed % 2 === 0)
    this.lanes = new LaneStation(
      this.network,
      {
        objects: (life) => ({
          ...this.stock.bindingsFor(life),
          ...this.coupons.bindingsFor(life),
          PAYMENT_GATE: {
            getByName: () => ({ report: () => this.network.call(life, "gate report", () => undefined) }),
          },
        }),
        payments: (life) => this.provider.paymentsFor(life),
        taxes: (life) => this.taxes.taxesFor(life),
        queue: (life, name) => this.pipeline.queueFor(life, name),
        room: (life) => ({
          getByName: () => ({
            leave: ({ subject }: { subject: string }) =>
              this.network.call(life, "room leave", () => void this.left.push(subject)),
          }),
        }),
      },
      LANES,
    )
    this.merchant = new Merchant(this.network, this.lanes)
    this.pipeline = new PipelineStation(this.network, this.lanes, this.records)
    this.provider.webhooks.deliver = (event) => this.deliver(event)
    this.network.beforeMove = (toMs) => this.stock.expireUntil(toMs)
  }

  async run(): Promise<Books> {
    const { network } = this
    const { chance } = network
    network.faultShare = chance.pick([0.01, 0.05, 0.15])
    for (let index = 0; index < SALE_SHOPPERS; index++) this.expect(index)
    this.planOutages()
    await this.untilQuiet(() => this.shakeSomething())
    await this.comeToRest()
    return this.readBooks()
  }

  /** A shopper who will come. Some come twice, as one customer with a limit. */
  private expect(index: number): void {
    const { chance } = this.network
    const customer = chance.hits(0.15) && index > 0 ? `c${index - 1}` : `c${index}`
    const items = Array.from({ length: chance.between(1, 3) }, () => ({
      sku: chance.pick(this.stock.skus),
      quantity: chance.between(1, 2),
    }))
    const couponCode = chance.hits(0.3) ? COUPON.code : undefined
    const { network, stock, lanes, provider, saleId } = this
    const shopper = new Shopper(
      { network, stock, lanes, provider, saleId },
      { orderId: `o${index}`, customer, items, couponCode },
    )
    this.shoppers.push(shopper)
    this.merchant.expect(shopper.wish.orderId)
    network.after(chance.between(0, RUSH_MS), "a shopper comes", () => void shopper.buy())
  }

  /** When parts of the world go away, and that they come back. */
  private planOutages(): void {
    const { network, provider, records } = this
    const { chance } = network
    const at = () => chance.between(0, 2 * RUSH_MS)
    const goAway = (what: string, start: () => void, end: () => void) => {
      network.after(at(), `${what} goes`, () => {
        start()
        network.after(chance.between(1_000, OUTAGE_MAX_MS), `${what} is back`, end)
      })
    }
    goAway(
      "the provider",
      () => (provider.isDown = true),
      () => (provider.isDown = false),
    )
    goAway(
      "Postgres",
      () => (records.isAway = true),
      () => (records.isAway = false),
    )
    if (chance.hits(0.5)) network.after(at(), "the sale ends", () => this.stock.closeSale())
    if (chance.hits(0.3)) network.after(at(), "queues forget", () => this.pipeline.forgetAll())
    if (chance.hits(0.3)) this.records.poison.add(`o${chance.between(0, SALE_SHOPPERS - 1)}`)
  }

  private shakeSomething(): void {
    const { chance } = this.network
    if (!chance.hits(CRASH_SHARE)) return
    const what = chance.weighted({ lane: 6, ledger: 5, coupon: 1 })
    if (what === "lane") this.lanes.crash(chance.pick(this.lanes.names))
    else if (what === "coupon") this.coupons.restart()
    else this.stock.restart(chance.pick(this.stock.skus))
  }

  /** The faults end, and all that a crash left asleep is woken, as any request of another shopper would. */
  private async comeToRest(): Promise<void> {
    this.network.faultShare = 0
    this.records.poison.clear()
    for (let round = 0; round < 3; round++) {
      for (const name of this.lanes.names) this.lanes.crash(name)
      const asked = this.lanes.outboxDepth()
      await this.untilQuiet(() => undefined)
      await asked
      await this.around(this.pipeline.replayAll())
    }
    // A hold without an order wakes nobody but its ledger.
    this.network.after(HOLD_MS, "the last holds end", () => undefined)
    await this.untilQuiet(() => undefined)
    const waiting = await this.lanes.outboxDepth()
    if (waiting > 0) throw new Error(`${waiting} orders are still on their way to Postgres`)
    if (this.lanes.broken.length > 0) throw new Error(this.lanes.broken.join("\n"))
  }

  /** Lets things happen until a piece of work is done that waits for them. */
  private async around(work: Promise<void>): Promise<void> {
    const done = work.then(() => null)
    await this.untilQuiet(() => undefined)
    await done
  }

  /** A refund that is never made is asked for until its key is too old; nothing else takes so long. */
  private get restMaxMs(): number {
    return REST_MAX_MS + (this.provider.unmade.size > 0 ? REFUND_ASKED_FOR_MS + RETRY_MAX_MS : 0)
  }

  private async untilQuiet(shake: () => void): Promise<void> {
    const startMs = this.network.nowMs
    do {
      if (!(await this.network.step(shake))) return
    } while (this.network.nowMs < startMs + this.restMaxMs)
    throw new Error(
      `the sale does not come to rest: ${[...this.lanes.failing(), ...this.network.pending()].join("; ")}`,
    )
  }

  /** The provider's webhook, by a Worker to the order's lane. */
  private async deliver(event: PaymentEvent): Promise<boolean> {
    const { orderId } = event
    try {
      const answer: unknown = await this.lanes.call(
        { isAlive: true },
        this.lanes.nameFor(orderId),
        "webhook",
        (lane) => lane.recordPaymentEvent(event),
      )
      return answer !== "too_early"
    } catch (error) {
      if (!(error instanceof Lost)) this.lanes.broken.push(`webhook ${event.type}: ${String(error)}`)
      return false
    }
  }

  private async readBooks(): Promise<Books> {
    const { network, saleId, provider, taxes, stock, coupons, records, shoppers, left } = this
    const orders = await this.lanes.orders(saleId)
    const known = new Set(orders.map(({ orderId }) => orderId))
    const strays = this.lanes.orderIds().filter((orderId) => !known.has(orderId))
    if (strays.length > 0) throw new Error(`${strays.join()} never became orders and were not forgotten`)
    network.tally["purchases"] = shoppers.length
    for (const { status } of orders) network.count(`order ${status}`)
    for (const _ of secondIntentsOf(provider)) network.count("second intents")
    for (const _ of provider.unmade) network.count("refunds never made")
    const parked = await this.lanes.parked()
    const { counted, excess } = coupons.read()
    const uses = await this.lanes.standingsOf(COUPON.code, counted)
    return {
      saleId,
      nowMs: network.nowMs,
      orders,
      provider,
      taxes,
      stock,
      coupons,
      couponLedger: { code: COUPON.code, uses, excess },
      records,
      shoppers,
      parked,
      left,
      undone: this.merchant.refunded,
    }
  }
}
