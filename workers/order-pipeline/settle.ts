import { failureOf } from "../../db/failures.ts"
import type { EventBody } from "./message.ts"
import { keyOf, readPieces } from "./pieces.ts"
import type { Piece } from "./pieces.ts"

/** How long a message rests while Postgres is away. The objects send again by themselves, too. */
const AWAY_DELAY_SECONDS = 5

/** The dead-letter queues of all environments end like this; see `wrangler.toml`. */
const DEAD_QUEUE = /-dead$/

/** What cannot be written, and why. */
export interface DeadLetter {
  messageId: string
  body: unknown
  reason: string
  attempts: number
}

/** Where rows and dead letters go to, and who hears of it. */
export interface Recorder {
  /** Writes the rows of all bodies, each kind in one statement; all or none of a kind. */
  write(bodies: readonly EventBody[]): Promise<void>
  park(letter: DeadLetter): Promise<void>
  /** Tells the objects that their rows are there. Never rejects: whoever was not told sends again. */
  acknowledge(pieces: readonly Piece[]): Promise<void>
}

/** What of the queue's batch is needed here. */
export interface Batch {
  queue: string
  messages: readonly Pick<Message<unknown>, "id" | "body" | "attempts" | "ack" | "retry">[]
}

interface Part {
  message: Batch["messages"][number]
  piece: Piece
}

/**
 * Settles a batch: what can be written is written, in as few statements as there can be; what Postgres will never take
 * is parked; a message with a piece that must be tried again is put back. A crash anywhere in between repeats harmlessly.
 */
export async function settleBatch(batch: Batch, recorder: Recorder): Promise<void> {
  const parts = batch.messages.flatMap((message) =>
    readPieces(message.body).map((piece): Part => ({ message, piece })),
  )
  const isLastStop = DEAD_QUEUE.test(batch.queue)
  const settler = new Settler(recorder, isLastStop)
  await settler.write(parts.filter(({ piece }) => piece.body !== null))
  for (const part of parts) if (part.piece.body === null) await settler.park(part, part.piece.reason)
  for (const message of batch.messages) {
    if (!settler.unsettled.has(message)) message.ack()
    // At the last stop the queue's own delay of a minute: after a hundred deliveries the message is dropped.
    else if (isLastStop) message.retry()
    else message.retry({ delaySeconds: AWAY_DELAY_SECONDS })
  }
}

class Settler {
  /** Messages with a piece that is neither written nor parked. */
  readonly unsettled = new Set<Part["message"]>()
  private readonly recorder: Recorder
  private readonly isLastStop: boolean

  constructor(recorder: Recorder, isLastStop: boolean) {
    this.recorder = recorder
    this.isLastStop = isLastStop
  }

  /** Halves what fails until the poison is alone: a poisoned order among 10,000 costs some 30 statements, not 10,000. */
  async write(parts: readonly Part[]): Promise<void> {
    if (parts.length === 0) return
    try {
      await this.recorder.write(parts.flatMap(({ piece }) => (piece.body === null ? [] : [piece.body])))
    } catch (error) {
      return this.failed(parts, error)
    }
    await this.recorder.acknowledge(parts.map(({ piece }) => piece))
  }

  private async failed(parts: readonly Part[], error: unknown): Promise<void> {
    const { kind } = failureOf(error)
    const [only] = parts
    if (kind === "away" || !only) {
      this.putBack(parts)
    } else if (parts.length > 1) {
      const half = Math.ceil(parts.length / 2)
      await this.write(parts.slice(0, half))
      await this.write(parts.slice(half))
    } else if (kind === "broken" && !this.isLastStop) {
      this.putBack(parts) // Not a constraint: perhaps another time. The queue counts how often.
    } else {
      await this.park(only, reasonOf(error))
    }
  }

  /** A piece that is parked is in Postgres, if only as a dead letter: whoever sent it need not send it again. */
  async park({ message, piece }: Part, reason: string): Promise<void> {
    const messageId = keyOf(piece) ?? message.id
    try {
      await this.recorder.park({ messageId, body: piece.sent, reason, attempts: message.attempts })
      log({ parked: messageId, reason })
    } catch (error) {
      log({ notParked: messageId, message: reasonOf(error) })
      return this.putBack([{ message, piece }])
    }
    await this.recorder.acknowledge([piece])
  }

  private putBack(parts: readonly Part[]): void {
    for (const { message } of parts) this.unsettled.add(message)
  }
}

function log(what: Record<string, string>): void {
  console.error(JSON.stringify({ level: "error", station: "order pipeline", ...what }))
}

/** Drizzle's message quotes the whole query; its cause is what Postgres said. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
