import { openDatabase } from "../../../db/client.ts"
import { isDatabaseAway } from "../../../db/failures.ts"
import { findOrdersBehind } from "../../../db/order-versions.ts"
import { findLiveSaleIds } from "../../../db/sales.ts"
import { laneName } from "../../../durable-objects/checkout/contract.ts"
import {
  COMPARED_MS,
  RECONCILE_INTERVAL_MS,
  RECONCILER,
} from "../../../durable-objects/reconciler/contract.ts"
import type { PostgresReading, Reconciliation } from "../../../durable-objects/reconciler/contract.ts"
import { settingsOf } from "../../environment.ts"
import type { Env } from "../../environment.ts"

/** Compares all books now. Postgres is read here, for objects ask no database; it may be away. */
export async function reconcile(env: Env, reason: "clock" | "asked"): Promise<Reconciliation> {
  return env.RECONCILER.getByName(RECONCILER).run(reason, await readPostgres(env))
}

/** Twice in the cron's minute: what Postgres has lost is seen within half of one, and is drift half a minute later. */
export async function reconcileForAMinute(env: Env): Promise<void> {
  const first = await Promise.allSettled([reconcile(env, "clock")])
  await new Promise((resolve) => setTimeout(resolve, RECONCILE_INTERVAL_MS))
  await reconcile(env, "clock")
  for (const one of first) if (one.status === "rejected") throw one.reason
}

export function lastReconciliation(env: Env): Promise<Reconciliation | null> {
  return env.RECONCILER.getByName(RECONCILER).last()
}

async function readPostgres(env: Env): Promise<PostgresReading> {
  const { CHECKOUT_LANES } = await settingsOf(env)
  const sinceMs = Date.now() - COMPARED_MS
  // Lanes before Postgres: what they say was reported must be there by then.
  const reported = await Promise.all(
    Array.from({ length: CHECKOUT_LANES }, (_, lane) =>
      env.CHECKOUT.getByName(laneName(lane)).reported(sinceMs),
    ),
  )
  try {
    const db = openDatabase(env)
    const [saleIds, behind] = [await findLiveSaleIds(db), await findOrdersBehind(db, reported.flat())]
    return { answers: true, saleIds, behind }
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    return { answers: false, saleIds: [], behind: [] }
  }
}
