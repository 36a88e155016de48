import type { PoolId } from "../../durable-objects/stock/contract.ts"
import { partsOfName } from "../../durable-objects/stock/lease/names.ts"
import { Ledgers } from "../../durable-objects/stock/ledgers.ts"
import type { Env } from "../environment.ts"
import { SoldOutMemory } from "./sold-out.ts"
import type { Mark, PoolAsked } from "./sold-out.ts"

/** What this isolate knows to be sold out. Isolates share nothing, so each has its own. */
export const soldOut = new SoldOutMemory()

/** The stock objects as the Worker calls them: tried again where that helps, and what may free units forgets. */
export function stockOf(env: Pick<Env, "STOCK" | "STOCK_LANES">): Ledgers {
  return new Ledgers(env, AFTER_CHANGE)
}

const AFTER_CHANGE = { afterChange: (name: string) => soldOut.forget(partsOfName(name).sku) }

/** Remembers that a pool was refused as sold out, and reads who holds of it behind the answer's back. */
export function rememberSoldOut(
  { env, waitUntil }: { env: Env; waitUntil: (work: Promise<unknown>) => void },
  asked: PoolAsked,
  mark: Mark,
): void {
  if (soldOut.remember(asked, mark, Date.now())) waitUntil(readHolders(env, asked.ledger, asked.pool, mark))
}

/** Without an answer nothing is known, and everybody goes on asking the ledger until the memory has run out. */
async function readHolders(env: Env, ledger: string, pool: PoolId, mark: Mark): Promise<void> {
  try {
    soldOut.learnHolders(ledger, pool, mark, await stockOf(env).getByName(ledger).holders(pool))
  } catch (error) {
    console.warn(
      JSON.stringify({ level: "warn", event: "holders_not_read", ledger, pool, message: String(error) }),
    )
  }
}
