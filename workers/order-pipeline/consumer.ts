import { openDatabase } from "../../db/client.ts"
import { parkMessage } from "../../db/dead-letters.ts"
import { upsertOrders } from "../../db/order-records.ts"
import { archiveHolds } from "../../db/stock-holds.ts"
import { upsertStockLevels } from "../../db/stock-levels.ts"
import type { Env } from "../environment.ts"
import { announceOrders } from "../messages/announce.ts"
import type { Piece } from "./pieces.ts"
import { planWrites } from "./plan.ts"
import { reasonOf, settleBatch } from "./settle.ts"
import type { Recorder } from "./settle.ts"
import { stockOf } from "../purchase/stock-objects.ts"

/**
 * From the queue to Postgres: a whole batch in one statement a table, then the objects hear that their rows are
 * there, then the messages are acknowledged. A crash between any two of these repeats harmlessly.
 */
export function consumeEvents(batch: MessageBatch<unknown>, env: Env): Promise<void> {
  return settleBatch(batch, recorderOf(env))
}

/** Postgres as the one recorder, and the objects that wait to hear from it. */
export function recorderOf(env: Env): Recorder {
  const db = openDatabase(env)
  return {
    async write(bodies) {
      const plan = planWrites(bodies)
      await upsertOrders(db, plan.orders)
      await announceOrders(env, db, plan.orders)
      await upsertStockLevels(db, plan.stockLevels)
      await archiveHolds(db, plan.stockHolds)
    },
    park: (letter) => parkMessage(db, letter),
    acknowledge: (pieces) => acknowledge(env, pieces),
  }
}

async function acknowledge(env: Env, pieces: readonly Piece[]): Promise<void> {
  const { lanes, stockLevels, stockHolds } = planWrites(
    pieces.flatMap(({ body }) => (body === null ? [] : [body])),
  )
  for (const piece of pieces) {
    if (piece.body !== null || piece.order === null) continue
    const { lane, orderId, version } = piece.order
    lanes.set(lane, [...(lanes.get(lane) ?? []), { orderId, version }])
  }
  const stock = stockOf(env)
  const told = await Promise.allSettled([
    ...[...lanes].map(([lane, versions]) => env.CHECKOUT.getByName(lane).acknowledge(versions)),
    ...stockLevels.map(({ sku, counts }) => stock.root(sku).acknowledgeLevels(counts.version)),
    ...stockHolds.map(({ sku, ledger, holds }) =>
      stock.getByName(ledger ?? sku).forgetArchived(holds.map(({ holdId }) => holdId)),
    ),
  ])
  for (const answer of told) {
    if (answer.status === "fulfilled") continue
    const message = reasonOf(answer.reason)
    console.warn(JSON.stringify({ level: "warn", event: "row_not_acknowledged", message }))
  }
}
