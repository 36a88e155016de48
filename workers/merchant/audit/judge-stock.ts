import type { HoldRecord, PoolCounts, PoolId } from "../../../durable-objects/stock/contract.ts"
import type { LaneCounts, LeaseCounts } from "../../../durable-objects/stock/lease/contract.ts"
import { laneName } from "../../../durable-objects/stock/lease/names.ts"
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
      if (!ledger.still) findings.pending += 1
      else if (pool.leases) findings.differences.push(...judgeLanes(ledger, pool, pool.leases))
      else findings.differences.push(...judgeHolds(ledger, pool))
    }
  }
  return findings
}

/**
 * Root and lanes together. Every unit that was received is unleased or in one lane's hands, and what is under way
 * between them is in nobody's: granted and not yet accepted, or given back and not yet taken back.
 */
function judgeLanes(ledger: StockLedger, pool: PoolCounts, leases: readonly LeaseCounts[]): Difference[] {
  const { sku, lanes } = ledger
  const subjects = { sku, pool: pool.pool }
  const differences: Difference[] = []
  const leased = leases.reduce((sum, { granted, takenBack }) => sum + granted - takenBack, 0)
  if ((pool.unleased ?? 0) + leased !== pool.received) {
    differences.push({
      promise: "P1",
      kind: "leases_do_not_add_up",
      subjects,
      says: `${sku} in pool ${pool.pool}: ${pool.unleased} unleased + ${leased} leased is not ${pool.received} received. Stop the sale and restore this ledger.`,
    })
  }
  for (const lease of leases) {
    const books = lanes.find(({ lane }) => lane === lease.lane)?.books ?? null
    differences.push(...judgeLane(sku, pool.pool, lease, books))
  }
  // The root's counts of holds are what lanes told it a moment ago; the lanes' own books are what must match.
  const sumOfBooks = (name: "held" | "sold") =>
    lanes.reduce((sum, { books }) => sum + (books?.[name] ?? 0), 0)
  differences.push(...judgeHolds(ledger, { ...pool, held: sumOfBooks("held"), sold: sumOfBooks("sold") }))
  return differences
}

function judgeLane(sku: string, pool: PoolId, lease: LeaseCounts, books: LaneCounts | null): Difference[] {
  const { lane, granted, takenBack } = lease
  const { accepted, returned } = books ?? { accepted: 0, returned: 0 }
  const differences = books ? judgeCounts(laneName(sku, lane), books) : []
  const has = books?.received ?? 0
  if (accepted - returned !== has || accepted > granted || takenBack > returned) {
    differences.push({
      promise: "P1",
      kind: "lane_differs_from_root",
      subjects: { sku, pool, lane: String(lane) },
      says: `Lane ${lane} of ${sku} in pool ${pool} has ${has} units after accepting ${accepted} of ${granted} granted and giving back ${returned}, of which ${takenBack} came home. Units were made or lost between them; stop the sale and restore the lane.`,
    })
  }
  return differences
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
