import type { HoldRecord, PoolCounts } from "../../../durable-objects/stock/contract.ts"
import { OPEN_POOL } from "../../../durable-objects/stock/contract.ts"
import type { Difference, Findings, Ledgers, StockLedger } from "./ledgers.ts"

/** P5: how long after its time a hold may still be held. */
const HOLD_OVERTIME_MS = 2_000

/** P1: in every pool, at this moment, `available + held + sold = received`, none negative, and the holds say so too. */
export function judgeStock({ saleId, stock }: Ledgers): Findings {
  const findings: Findings = { checked: 0, differences: [], pending: 0 }
  for (const ledger of stock) {
    for (const pool of ledger.counts.pools) {
      findings.checked += 1
      findings.differences.push(...judgeCounts(ledger.sku, pool))
      if (pool.pool !== saleId && pool.pool !== OPEN_POOL) continue // Its holds were not read.
      if (ledger.still) findings.differences.push(...judgeHolds(ledger, pool))
      else findings.pending += 1
    }
  }
  return findings
}

function judgeCounts(sku: string, pool: PoolCounts): Difference[] {
  const { received, available, held, sold } = pool
  const subjects = { sku, pool: pool.pool }
  const differences: Difference[] = []
  if (available + held + sold !== received) {
    differences.push({
      promise: "P1",
      kind: "counts_do_not_add_up",
      subjects,
      says: `${sku} in pool ${pool.pool}: ${available} available + ${held} held + ${sold} sold is not ${received} received. Stop the sale and restore this ledger.`,
    })
  }
  const negative = Object.entries({ received, available, held, sold }).filter(([, units]) => units < 0)
  for (const [name, units] of negative) {
    differences.push({
      promise: "P1",
      kind: "count_negative",
      subjects: { ...subjects, count: name },
      says: `${sku} in pool ${pool.pool}: ${name} is ${units}. Units were promised that are not there; stop the sale.`,
    })
  }
  return differences
}

function judgeHolds({ sku, holds }: StockLedger, pool: PoolCounts): Difference[] {
  const inPool = holds.filter((hold) => hold.pool === pool.pool)
  const sums = {
    held: sumOf(inPool.filter(({ state }) => state === "held")),
    sold: sumOf(inPool.filter(({ state }) => state === "sold")),
  }
  return (["held", "sold"] as const)
    .filter((name) => sums[name] !== pool[name])
    .map((name) => ({
      promise: "P1",
      kind: "holds_do_not_match_counts",
      subjects: { sku, pool: pool.pool, count: name },
      says: `${sku} in pool ${pool.pool}: its holds make ${sums[name]} ${name}, its count says ${pool[name]}. Trust the holds, and restore the count.`,
    }))
}

/** Units of the holds, less those of sold ones that came back. */
function sumOf(holds: readonly HoldRecord[]): number {
  return holds.reduce((sum, { quantity, returnedQuantity }) => sum + quantity - returnedQuantity, 0)
}

/** P5: none is held past its time by more than two seconds, and those that ran out did so in time. */
export function judgeExpiry({ nowMs, stock }: Ledgers): Findings {
  const findings: Findings = { checked: 0, differences: [], pending: 0 }
  for (const { sku, holds } of stock) {
    for (const hold of holds) {
      findings.checked += 1
      const difference = judgeHold(sku, hold, nowMs)
      if (difference) findings.differences.push(difference)
    }
  }
  return findings
}

function judgeHold(sku: string, hold: HoldRecord, nowMs: number): Difference | null {
  const { holdId, state, expiresAtMs, endedAtMs } = hold
  const subjects = { sku, holdId }
  if (state === "held" && nowMs > expiresAtMs + HOLD_OVERTIME_MS) {
    return {
      promise: "P5",
      kind: "hold_outlived_its_time",
      subjects,
      says: `The hold ${holdId} on ${sku} ran out ${nowMs - expiresAtMs} ms ago and is still held. Look at the ledger's clock; any command to it ends the hold.`,
    }
  }
  if (state === "expired" && endedAtMs !== null && endedAtMs > expiresAtMs + HOLD_OVERTIME_MS) {
    return {
      promise: "P5",
      kind: "hold_ended_late",
      subjects,
      says: `The hold ${holdId} on ${sku} ended ${endedAtMs - expiresAtMs} ms after its time. Others could not have its units meanwhile; look for a late alarm.`,
    }
  }
  return null
}
