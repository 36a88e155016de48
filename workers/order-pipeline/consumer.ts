import { openDatabase } from "../../db/client.ts"
import type { Database } from "../../db/client.ts"
import { failureOf, isDatabaseAway } from "../../db/failures.ts"
import { parkMessage, upsertOrders } from "../../db/order-records.ts"
import { archiveHolds } from "../../db/stock-holds.ts"
import { upsertStockLevels } from "../../db/stock-levels.ts"
import type { Env } from "../environment.ts"
import { announceOrders } from "../messages/announce.ts"
import { eventMessage } from "./message.ts"
import type { EventBody } from "./message.ts"
import { planWrites } from "./plan.ts"
import type { WritePlan } from "./plan.ts"
import { stockOf } from "../purchase/stock-objects.ts"

/** How long a message rests while Postgres is away. The objects send again by themselves, too. */
const AWAY_DELAY_SECONDS = 5

/** The dead-letter queues of all environments end like this; see `wrangler.toml`. */
const DEAD_QUEUE = /-dead$/

interface Understood {
  message: Message<unknown>
  body: EventBody
}

/**
 * From the queue to Postgres: a whole batch in one statement a table, then the objects hear that their rows are
 * there, then the messages are acknowledged. A crash between any two of these repeats harmlessly.
 */
export async function consumeEvents(batch: MessageBatch<unknown>, env: Env): Promise<void> {
  const db = openDatabase(env)
  const understood: Understood[] = []
  for (const message of batch.messages) {
    const parsed = eventMessage.safeParse(message.body)
    if (parsed.success) understood.push({ message, body: parsed.data })
    else await settleAlone(message, () => park(db, message, parsed.error.message))
  }
  if (understood.length === 0) return
  try {
    await write(
      db,
      env,
      understood.map(({ body }) => body),
    )
    for (const { message } of understood) message.ack()
  } catch (error) {
    if (isDatabaseAway(error))
      for (const { message } of understood) message.retry({ delaySeconds: AWAY_DELAY_SECONDS })
    else await writeOneByOne(db, env, understood, batch.queue)
  }
}

/** Something in the batch is poison: each piece is tried by itself, so that it takes no neighbour with it. */
async function writeOneByOne(
  db: Database,
  env: Env,
  understood: readonly Understood[],
  queue: string,
): Promise<void> {
  for (const { message, body } of understood) {
    let settled = true
    for (const piece of piecesOf(body))
      settled = (await writePiece(db, env, message, piece, queue)) && settled
    if (settled) message.ack()
    else message.retry({ delaySeconds: AWAY_DELAY_SECONDS })
  }
}

/** What of a message can fail by itself: each order, or a ledger's levels. */
function piecesOf(body: EventBody): EventBody[] {
  return body.kind === "orders"
    ? body.snapshots.map((snapshot) => ({ ...body, snapshots: [snapshot] }))
    : [body]
}

/** False when it must be tried again. What Postgres will never take, or has not taken in all deliveries, is parked. */
async function writePiece(
  db: Database,
  env: Env,
  message: Message<unknown>,
  body: EventBody,
  queue: string,
): Promise<boolean> {
  try {
    await write(db, env, [body])
    return true
  } catch (error) {
    const { kind } = failureOf(error)
    if (kind === "away" || (kind === "broken" && !DEAD_QUEUE.test(queue))) return false
    return parkPiece(db, env, message, body, reasonOf(error))
  }
}

/** A piece that is parked is in Postgres, if only as a dead letter: whoever sent it need not send it again. */
async function parkPiece(
  db: Database,
  env: Env,
  message: Message<unknown>,
  body: EventBody,
  reason: string,
): Promise<boolean> {
  try {
    await parkMessage(db, { messageId: keyOf(body), body, reason, attempts: message.attempts })
    await acknowledge(env, planWrites([body]))
    return true
  } catch (error) {
    console.error(
      JSON.stringify({
        level: "error",
        station: "order pipeline",
        piece: keyOf(body),
        message: reasonOf(error),
      }),
    )
    return false
  }
}

/** The same for the same content, so that a piece that comes again is parked once. */
function keyOf(body: EventBody): string {
  if (body.kind === "stock_holds") return `stock_holds:${body.ledger ?? body.sku}:${body.holds[0]?.holdId}`
  if (body.kind === "stock_levels") return `stock_levels:${body.sku}:${body.counts.version}`
  return body.snapshots.map(({ order }) => `order:${order.orderId}:${order.version}`).join(",")
}

async function settleAlone(message: Message<unknown>, settle: () => Promise<void>): Promise<void> {
  try {
    await settle()
    message.ack()
  } catch {
    message.retry({ delaySeconds: AWAY_DELAY_SECONDS })
  }
}

async function write(db: Database, env: Env, bodies: readonly EventBody[]): Promise<void> {
  const plan = planWrites(bodies)
  await upsertOrders(db, plan.orders)
  await announceOrders(env, db, plan.orders)
  await upsertStockLevels(db, plan.stockLevels)
  await archiveHolds(db, plan.stockHolds)
  await acknowledge(env, plan)
}

async function acknowledge(env: Env, plan: WritePlan): Promise<void> {
  const lanes = [...plan.lanes].map(([lane, versions]) => env.CHECKOUT.getByName(lane).acknowledge(versions))
  const stock = stockOf(env)
  const ledgers = plan.stockLevels.map(({ sku, counts }) => stock.root(sku).acknowledgeLevels(counts.version))
  const archives = plan.stockHolds.map(({ sku, ledger, holds }) =>
    stock.getByName(ledger ?? sku).forgetArchived(holds.map(({ holdId }) => holdId)),
  )
  await Promise.all([...lanes, ...ledgers, ...archives])
}

function park(db: Database, message: Message<unknown>, reason: string): Promise<void> {
  console.error(
    JSON.stringify({ level: "error", station: "order pipeline", messageId: message.id, parked: reason }),
  )
  return parkMessage(db, { messageId: message.id, body: message.body, reason, attempts: message.attempts })
}

/** Drizzle's message quotes the whole query; its cause is what Postgres said. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
