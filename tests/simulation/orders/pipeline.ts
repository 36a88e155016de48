import type { OrderVersion } from "../../../durable-objects/checkout/contract.ts"
import type { OrderMessage } from "../../../durable-objects/checkout/order-message.ts"
import { planWrites } from "../../../workers/order-pipeline/plan.ts"
import type { Piece } from "../../../workers/order-pipeline/pieces.ts"
import { replayLetter } from "../../../workers/order-pipeline/replay.ts"
import { settleBatch } from "../../../workers/order-pipeline/settle.ts"
import type { Recorder } from "../../../workers/order-pipeline/settle.ts"
import type { LaneStation } from "./lanes.ts"
import type { Life, Network } from "./network.ts"
import type { OrderRecords } from "./records.ts"

interface Queued {
  id: string
  queue: string
  body: unknown
  attempts: number
  /** In the hands of a consumer. */
  isOut: boolean
}

const BATCH_MAX = 10
const BATCH_WAIT_MS = 1_000
/** Deliveries of one message before it goes to the dead queue; `max_retries` of `wrangler.toml`. */
const DELIVERIES_MAX = 10
/** Acknowledged messages that come again. */
const REPEATED_SHARE = 0.05
/** A consumer that has not answered for so long has died, and its messages come again. */
const CONSUMER_TIMEOUT_MS = 60_000

/** The queues, which keep messages in memory and may forget them, and the consumer that is deployed behind them. */
export class PipelineStation {
  private readonly network: Network
  private readonly lanes: Pick<LaneStation, "call">
  private readonly records: OrderRecords
  private readonly queued = new Set<Queued>()
  private messages = 0

  constructor(network: Network, lanes: Pick<LaneStation, "call">, records: OrderRecords) {
    this.network = network
    this.lanes = lanes
    this.records = records
  }

  /** A queue, as the lane's instance with this life reaches it. */
  queueFor(life: Life, queue: string) {
    return {
      sendBatch: (messages: { body: OrderMessage }[]) =>
        this.network.call(life, `queue ${queue}`, () => {
          for (const { body } of messages) this.take(queue, structuredClone(body))
        }),
    }
  }

  get depth(): number {
    return this.queued.size
  }

  /** The local queue lives in memory: when its process ends, what it had is gone. */
  forgetAll(): void {
    this.network.count("queue messages forgotten")
    this.queued.clear()
  }

  /** What a merchant does once the reason of a dead letter is gone. */
  async replayAll(): Promise<void> {
    for (const letter of Array.from(this.records.letters.values())) {
      const replayed = await replayLetter(letter, this.recorderFor({ isAlive: true }))
      if (replayed.outcome !== "landed") throw new Error(`a dead letter did not land: ${replayed.reason}`)
      this.records.letters.delete(letter.messageId)
      this.network.count("dead letters replayed")
    }
  }

  private take(queue: string, body: unknown): void {
    const message: Queued = { id: `m${++this.messages}`, queue, body, attempts: 0, isOut: false }
    this.queued.add(message)
    this.soon(message, this.network.chance.between(0, BATCH_WAIT_MS))
  }

  private soon({ queue }: Queued, delayMs: number): void {
    this.network.after(delayMs, `delivery from ${queue}`, () => void this.deliver(queue))
  }

  /** Some of what waits, in any order, to a consumer that may die at any of its awaits. */
  private async deliver(queue: string): Promise<void> {
    const { chance } = this.network
    const ready = [...this.queued].filter((message) => message.queue === queue && !message.isOut)
    const batch: Queued[] = []
    while (ready.length > 0 && batch.length < BATCH_MAX)
      batch.push(...ready.splice(chance.between(0, ready.length - 1), 1))
    if (batch.length === 0) return
    const life: Life = { isAlive: true }
    for (const message of batch) {
      message.isOut = true
      message.attempts += 1
    }
    const messages = batch.map((message) => ({
      id: message.id,
      body: structuredClone(message.body),
      attempts: message.attempts,
      ack: () => this.acknowledged(message),
      retry: ({ delaySeconds = 0 } = {}) => this.putBack(message, delaySeconds * 1_000),
    }))
    this.network.after(CONSUMER_TIMEOUT_MS, "a consumer's time is over", () => {
      life.isAlive = false
      for (const message of batch) if (message.isOut) this.putBack(message, 0)
    })
    await settleBatch({ queue, messages }, this.recorderFor(life))
  }

  private acknowledged(message: Queued): void {
    message.isOut = false
    this.queued.delete(message)
    // Delivered again all the same: at least once is what the platform promises.
    const { faultShare, chance } = this.network
    if (faultShare > 0 && chance.hits(REPEATED_SHARE)) this.take(message.queue, message.body)
  }

  private putBack(message: Queued, delayMs: number): void {
    message.isOut = false
    if (!this.queued.has(message)) return
    if (message.attempts >= DELIVERIES_MAX && !message.queue.endsWith("-dead")) {
      this.queued.delete(message)
      this.network.count("messages to the dead queue")
      return this.take("orders-dead", message.body)
    }
    this.soon(message, delayMs)
  }

  private recorderFor(life: Life): Recorder {
    return {
      write: (bodies) =>
        this.network
          .call(life, "postgres upsert", () => this.records.upsert(planWrites(bodies).orders))
          .catch(asAway),
      park: (letter) =>
        this.network.call(life, "postgres park", () => this.records.park(letter)).catch(asAway),
      acknowledge: (pieces) => this.acknowledge(life, pieces),
    }
  }

  private async acknowledge(life: Life, pieces: readonly Piece[]): Promise<void> {
    const { lanes } = planWrites(pieces.flatMap(({ body }) => (body === null ? [] : [body])))
    const tell = ([lane, versions]: [string, OrderVersion[]]) =>
      this.lanes.call(life, lane, "acknowledge", (object) => object.acknowledge(versions))
    await Promise.allSettled([...lanes].map(tell))
  }
}

/** A statement whose answer was lost looks to its driver like a Postgres that is away. */
function asAway(error: unknown): never {
  if (error instanceof Error && error.name === "NeonDbError") throw error
  throw Object.assign(new Error(String(error)), { name: "NeonDbError" })
}
