import { laneName, laneOf } from "../../../durable-objects/checkout/contract.ts"
import type { OrderView, ParkedOrder } from "../../../durable-objects/checkout/contract.ts"
import type { OrderMessage } from "../../../durable-objects/checkout/order-message.ts"
import { attemptOf } from "../../../durable-objects/checkout/books/contract.ts"
import { CheckoutLane } from "../../../durable-objects/checkout/object.ts"
import type { CheckoutBindings } from "../../../durable-objects/checkout/lane-parts.ts"
import { ORDER_QUEUES } from "../../../durable-objects/checkout/outbox.ts"
import type { Payments } from "../../../durable-objects/checkout/payments.ts"
import type { Taxes } from "../../../durable-objects/checkout/tax/taxes.ts"
import type { CountedUse } from "../../../durable-objects/prices/coupon/contract.ts"
import type { StandingUse } from "../../../durable-objects/reconciler/coupon-uses.ts"
import { MemorySql } from "../../../durable-objects/memory-sql.ts"
import { lives } from "./modelled-time.ts"
import { Lost } from "./network.ts"
import type { Life, Network } from "./network.ts"

/** What lanes reach for, each as the instance with this life reaches it. */
export interface Surroundings {
  /** The bindings of ledgers, prices and coupons. */
  objects(life: Life): object
  payments(life: Life): Payments
  taxes(life: Life): Taxes
  queue(life: Life, name: string): { sendBatch(messages: { body: OrderMessage }[]): Promise<void> }
  room(life: Life): object
}

/** Beside its bindings, the provider that this instance asks. */
interface SimulatedBindings extends CheckoutBindings {
  PAYMENTS: Payments
  TAXES: Taxes
}

/** The lane as it is deployed, but for whom it pays with. */
class SimulatedLane extends CheckoutLane {
  protected override openPayments(env: CheckoutBindings): Payments {
    return (env as SimulatedBindings).PAYMENTS
  }

  protected override openTaxes(env: CheckoutBindings): Taxes {
    return (env as SimulatedBindings).TAXES
  }
}

/** One lane: what outlives its instances, and the one that lives. */
interface Lane {
  name: string
  sql: MemorySql
  alarmAtMs: number | null
  instance: { life: Life; object: CheckoutLane } | null
  /** Those who wait for an answer of the instance that lives. */
  waiting: Set<() => void>
}

/** How long the platform leaves an alarm alone that failed. */
const ALARM_RETRY_MS = 2_000

/** The checkout lanes: the real objects, on tables and alarms that outlive them. */
export class LaneStation {
  /** What must not happen, and did. */
  readonly broken: string[] = []
  private readonly network: Network
  private readonly surroundings: Surroundings
  private readonly lanes = new Map<string, Lane>()

  constructor(network: Network, surroundings: Surroundings, count: number) {
    this.network = network
    this.surroundings = surroundings
    for (let index = 0; index < count; index++) {
      const name = laneName(index)
      this.lanes.set(name, {
        name,
        sql: new MemorySql(),
        alarmAtMs: null,
        instance: null,
        waiting: new Set(),
      })
    }
  }

  /** The lane that keeps an order. */
  nameFor(orderId: string): string {
    return laneOf(orderId, this.lanes.size)
  }

  get names(): string[] {
    return [...this.lanes.keys()]
  }

  /** Calls the lane. Whoever waits for one that dies is told so. */
  call<T>(life: Life, name: string, what: string, ask: (lane: CheckoutLane) => Promise<T>): Promise<T> {
    return this.network.call(life, `${name} ${what}`, () => this.within(this.laneNamed(name), ask))
  }

  private within<T>(lane: Lane, ask: (object: CheckoutLane) => Promise<T>): Promise<T> {
    const { object, life } = this.awake(lane)
    return new Promise<T>((resolve, reject) => {
      const die = () => reject(new Lost(`${lane.name} was reset`))
      lane.waiting.add(die)
      lives
        .run(life, () => ask(object))
        .then(resolve, reject)
        .finally(() => lane.waiting.delete(die))
    })
  }

  /** The instance dies between two of its awaits; what stands in its tables stays, and so does its alarm. */
  crash(name: string): void {
    const lane = this.laneNamed(name)
    if (!lane.instance) return
    this.network.count("lane crashes")
    lane.instance.life.isAlive = false
    lane.instance = null
    for (const die of lane.waiting) die()
    lane.waiting.clear()
  }

  /** For the audit: every order, read from the tables by a fresh instance. */
  async orders(saleId: string): Promise<OrderView[]> {
    const pages = [...this.lanes.values()].map(async (lane) => {
      const orders: OrderView[] = []
      for (;;) {
        const page = await this.awake(lane).object.orders({
          saleId,
          afterOrderId: orders.at(-1)?.orderId ?? "",
        })
        if (page.length === 0) return orders
        orders.push(...page)
      }
    })
    return (await Promise.all(pages)).flat()
  }

  /** Every order's id, whatever its sale. */
  orderIds(): string[] {
    return [...this.lanes.values()].flatMap(({ sql }) =>
      sql
        .exec<{ order_id: string }>(`SELECT order_id FROM orders`)
        .toArray()
        .map((row) => row.order_id),
    )
  }

  /** Orders whose step fails, with why: for the message of a run that does not come to rest. */
  failing(): string[] {
    return [...this.lanes.values()].flatMap(({ sql }) =>
      sql
        .exec<{ order_id: string; status: string; payment: string; last_failure: string }>(
          `SELECT order_id, status, payment, last_failure FROM orders WHERE last_failure IS NOT NULL`,
        )
        .toArray()
        .map((row) => `${row.order_id} is ${row.status}, payment ${row.payment}: ${row.last_failure}`),
    )
  }

  async parked(): Promise<ParkedOrder[]> {
    const pages = [...this.lanes.values()].map((lane) => this.awake(lane).object.parked(""))
    return (await Promise.all(pages)).flat()
  }

  /** How the attempts stand that a coupon counts, for the audit. */
  async standingsOf(code: string, uses: readonly CountedUse[]): Promise<StandingUse[]> {
    const asked = uses.map(async (use) => {
      const lane = this.laneNamed(this.nameFor(attemptOf(use.useId).orderId))
      const standings = await this.awake(lane).object.attempts([{ code, useId: use.useId }])
      return standings.map((standing) => ({ code, ...use, standing }))
    })
    return (await Promise.all(asked)).flat()
  }

  async outboxDepth(): Promise<number> {
    const counts = [...this.lanes.values()].map((lane) => this.awake(lane).object.counts(null))
    return (await Promise.all(counts)).reduce((sum, { outboxDepth }) => sum + outboxDepth, 0)
  }

  private awake(lane: Lane): NonNullable<Lane["instance"]> {
    if (lane.instance) return lane.instance
    const life: Life = { isAlive: true }
    const { surroundings } = this
    const queues = ORDER_QUEUES.map((queue) => [queue, surroundings.queue(life, queue)])
    const env = {
      ...surroundings.objects(life),
      ...Object.fromEntries(queues),
      ROOM: surroundings.room(life),
      PAYMENTS: surroundings.payments(life),
      TAXES: surroundings.taxes(life),
      STRIPE_SECRET_KEY: "",
      STRIPE_API_BASE: "",
    } as unknown as SimulatedBindings
    const object = lives.run(life, () => new SimulatedLane(this.stateOf(lane, life), env))
    lane.instance = { life, object }
    return lane.instance
  }

  private stateOf(lane: Lane, life: Life): DurableObjectState {
    const storage = {
      sql: {
        exec: (...statement: Parameters<MemorySql["exec"]>) => {
          // None may go on after its death: then it is the simulation that is wrong.
          if (!life.isAlive) this.broken.push(`${lane.name} asked its tables after it had died`)
          return lane.sql.exec(...statement)
        },
      },
      transactionSync: <T>(closure: () => T) => lane.sql.transactionSync(closure),
      sync: () =>
        new Promise<void>((resolve) => {
          this.network.after(0, `turn of ${lane.name}`, () => {
            if (life.isAlive) resolve()
          })
        }),
      setAlarm: (atMs: number) => {
        if (life.isAlive) this.setAlarm(lane, atMs)
        return Promise.resolve()
      },
    }
    const fail = (error: unknown) => void this.broken.push(`${lane.name}, behind an answer: ${String(error)}`)
    const state = {
      id: { name: lane.name },
      storage,
      waitUntil: (work: Promise<unknown>) => void work.catch(fail),
      blockConcurrencyWhile: <T>(work: () => Promise<T>) => work(),
    }
    return state as unknown as DurableObjectState
  }

  private setAlarm(lane: Lane, atMs: number): void {
    lane.alarmAtMs = atMs
    this.network.after(Math.max(0, atMs - this.network.nowMs), `alarm of ${lane.name}`, () => {
      if (lane.alarmAtMs !== atMs) return // It was set anew.
      lane.alarmAtMs = null
      this.ring(lane)
    })
  }

  /** At least once: an instance that died in its alarm, or whose alarm failed, has it again. */
  private ring(lane: Lane): void {
    const again = () => {
      if (lane.alarmAtMs === null) this.setAlarm(lane, this.network.nowMs + ALARM_RETRY_MS)
    }
    this.within(lane, (object) => object.alarm()).catch((error: unknown) => {
      if (!(error instanceof Lost)) this.broken.push(`the alarm of ${lane.name}: ${String(error)}`)
      again()
    })
    if (this.network.faultShare > 0 && this.network.chance.hits(0.05)) again()
  }

  private laneNamed(name: string): Lane {
    const lane = this.lanes.get(name)
    if (!lane) throw new Error(`there is no lane ${name}`)
    return lane
  }
}
