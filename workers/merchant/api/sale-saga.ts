import type { Database } from "../../../db/client.ts"
import { openDatabase } from "../../../db/client.ts"
import { refusedBy } from "../../../db/failures.ts"
import {
  claimForUndoing,
  deleteUndone,
  findHalfScheduled,
  findLiveSaleIds,
  insertSale,
  markEnded,
  markScheduled,
  SALE_SLUG_TAKEN,
  SALES_OVERLAP,
} from "../../../db/sales.ts"
import type { SaleDraft } from "../../../db/sales.ts"
import { poolTermsOf } from "../../../durable-objects/room/contract.ts"
import type { SaleFacts } from "../../../durable-objects/room/contract.ts"
import { forget } from "../../catalog/page-cache.ts"
import type { Env } from "../../environment.ts"
import { stockOf } from "../../purchase/stock-objects.ts"

/**
 * Scheduling a sale meets three kinds of books: Postgres, each SKU's ledger, and the room. It goes forward in that
 * order, and until the last step nobody can see the sale. Whatever stops it half way is undone: at once when
 * something refused, by the cron when the Worker died.
 */

/** No scheduling takes this long: what is still half done by then has nobody who goes on with it. */
const HALF_SCHEDULED_AFTER_MS = 120_000

export type ScheduleOutcome =
  | { outcome: "scheduled"; facts: SaleFacts }
  | { outcome: "refused"; refusal: "slug_taken" | "overlap" | "undone_meanwhile" }
  | { outcome: "refused"; refusal: "insufficient_stock"; short: { sku: string; available: number }[] }

export async function scheduleSale(env: Env, db: Database, sale: SaleDraft): Promise<ScheduleOutcome> {
  try {
    await insertSale(db, sale)
  } catch (error) {
    const constraint = refusedBy(error)
    if (constraint === SALE_SLUG_TAKEN) return { outcome: "refused", refusal: "slug_taken" }
    if (constraint === SALES_OVERLAP) return { outcome: "refused", refusal: "overlap" }
    throw error
  }
  try {
    const short = await allotAll(env, sale)
    if (short.length > 0) {
      await undo(env, db, sale.saleId, skusOf(sale))
      return { outcome: "refused", refusal: "insufficient_stock", short }
    }
    const facts = await env.ROOM.getByName(sale.saleId).schedule(sale)
    if (!(await markScheduled(db, sale.saleId))) return { outcome: "refused", refusal: "undone_meanwhile" }
    forget()
    return { outcome: "scheduled", facts }
  } catch (error) {
    // Whether the last step happened is not known here. `undo` leaves alone what is scheduled, and the cron tries again.
    await undo(env, db, sale.saleId, skusOf(sale)).catch(() => undefined)
    throw error
  }
}

/** Moves each item's units into the sale's pool. All are asked, so that the merchant hears of all that are short. */
async function allotAll(env: Env, sale: SaleDraft): Promise<{ sku: string; available: number }[]> {
  const answers = await Promise.allSettled(
    sale.items.map(async (item) => {
      const { sku, allotment, lanes } = item
      const terms = poolTermsOf(sale, item)
      const id = `${sale.saleId}:${sku}`
      const allotted = await stockOf(env)
        .root(sku)
        .allot({ id, saleId: sale.saleId, units: allotment, terms, lanes })
      return allotted.outcome === "refused" ? [{ sku, available: allotted.available }] : []
    }),
  )
  // Undoing begins only when every ledger has answered, so that no late allotment comes after it.
  return answers.flatMap((answer) => {
    if (answer.status === "rejected") throw answer.reason
    return answer.value
  })
}

/** Gives all units back and forgets the sale. Can be broken off and done again; does nothing to a scheduled one. */
async function undo(env: Env, db: Database, saleId: string, skus: readonly string[]): Promise<boolean> {
  if (!(await claimForUndoing(db, saleId))) return false
  await env.ROOM.getByName(saleId).end()
  await Promise.all(skus.map((sku) => stockOf(env).root(sku).setPoolState(saleId, "closed")))
  await deleteUndone(db, saleId)
  return true
}

/** For the cron: undoes what a crash left half scheduled, and marks what ended while Postgres was not told. */
export async function sweepHalfScheduled(env: Env): Promise<{ undone: number; ended: number }> {
  const db = openDatabase(env)
  let undone = 0
  for (const { saleId, skus } of await findHalfScheduled(db, HALF_SCHEDULED_AFTER_MS)) {
    await despiteOthers(saleId, async () => {
      if (await undo(env, db, saleId, skus)) undone += 1
    })
  }
  let ended = 0
  for (const saleId of await findLiveSaleIds(db)) {
    await despiteOthers(saleId, async () => {
      const read = await env.ROOM.getByName(saleId).read()
      if (read?.facts.phase !== "ended") return
      await markEnded(db, saleId)
      ended += 1
    })
  }
  if (undone + ended > 0) forget()
  return { undone, ended }
}

/** A sale whose room or ledger does not answer waits for the next sweep, and keeps no other from its own. */
async function despiteOthers(saleId: string, sweep: () => Promise<void>): Promise<void> {
  try {
    await sweep()
  } catch (error) {
    console.error(JSON.stringify({ level: "error", station: "sale sweep", saleId, message: String(error) }))
  }
}

function skusOf(sale: SaleDraft): string[] {
  return sale.items.map(({ sku }) => sku)
}
