import { openDatabase } from "../../../db/client.ts"
import { countDeadLetters } from "../../../db/dead-letters.ts"
import { laneName } from "../../../durable-objects/checkout/contract.ts"
import type { LaneCounts } from "../../../durable-objects/checkout/contract.ts"
import { PAYMENT_GATE } from "../../../durable-objects/payment-gate/contract.ts"
import type { GateView } from "../../../durable-objects/payment-gate/contract.ts"
import type { Reconciliation } from "../../../durable-objects/reconciler/contract.ts"
import type { RoomLive, SaleFacts } from "../../../durable-objects/room/contract.ts"
import type { HoldRefusal, PoolCounts, StockPressure } from "../../../durable-objects/stock/contract.ts"
import { laneName as stockLaneName } from "../../../durable-objects/stock/lease/names.ts"
import { settingsOf } from "../../environment.ts"
import type { Env } from "../../environment.ts"
import { lastReconciliation } from "../reconciliation/reconcile.ts"
import { PROBLEM_OF_HOLD } from "../../purchase/hold-problems.ts"
import { stockOf } from "../../purchase/stock-objects.ts"

/** The dashboard's numbers, all but one from the objects: they are true now, and do not need Postgres. */
export interface SaleLive extends RoomLive {
  saleId: string
  phase: SaleFacts["phase"]
  nowMs: number
  available: number
  held: number
  sold: number
  revenueCents: number
  currency: string
  payments: { confirmed: number; failed: number; successRate: number | null }
  /** The slowest lane's; null until a webhook has come. */
  webhookLagMs: number | null
  queueLag: { outboxDepth: number; oldestMs: number | null; deadLetters: number | null }
  /** How the provider's calls go, over all sales. */
  paymentGate: GateView
  /** What the last comparison of all books found; null before the first. */
  reconciliation: ReconciledLive | null
  items: SkuCounts[]
}

interface ReconciledLive {
  endedAtMs: number
  drift: number
  /** What was not mended, and the first of it in words. */
  left: number
  says: string | null
}

interface SkuCounts {
  sku: string
  received: number
  available: number
  held: number
  sold: number
  /** How hard its ledger is pressed. */
  pressure: StockPressure
}

/** The count of dead letters is the one thing that Postgres is asked for. */
const DEAD_LETTERS_WAIT_MS = 500

/** Null when there is no such sale. */
export async function readLive(env: Env, saleId: string): Promise<SaleLive | null> {
  const room = env.ROOM.getByName(saleId)
  const read = await room.read()
  if (!read) return null
  const { facts } = read
  const [live, paymentGate, reconciliation, items, lanes, deadLetters] = await Promise.all([
    room.live(),
    env.PAYMENT_GATE.getByName(PAYMENT_GATE).read(null),
    lastReconciliation(env),
    Promise.all(facts.items.map(({ sku }) => countsInSale(env, saleId, sku))),
    readLanes(env, saleId),
    deadLettersOf(env),
  ])
  return liveOf({ facts, live, paymentGate, reconciliation, items, lanes, deadLetters, nowMs: Date.now() })
}

interface LiveSources {
  facts: SaleFacts
  live: RoomLive
  paymentGate: GateView
  reconciliation: Reconciliation | null
  items: SkuCounts[]
  lanes: LaneCounts[]
  deadLetters: number | null
  nowMs: number
}

export function liveOf(sources: LiveSources): SaleLive {
  const { facts, live, paymentGate, reconciliation, items, lanes, deadLetters, nowMs } = sources
  const total = (of: (counts: SkuCounts) => number): number => items.reduce((sum, item) => sum + of(item), 0)
  const status = (of: keyof LaneCounts["byStatus"]): number =>
    lanes.reduce((sum, lane) => sum + (lane.byStatus[of] ?? 0), 0)
  const confirmed = status("confirmed") + status("shipped") + status("delivered") + status("refunded")
  const failed = status("payment_failed")
  const waitingSinceMs = lanes.flatMap(({ outboxOldestMs }) =>
    outboxOldestMs === null ? [] : [outboxOldestMs],
  )
  return {
    ...live,
    refusals: refusalsOf(live, items),
    saleId: facts.saleId,
    phase: facts.phase,
    nowMs,
    available: total(({ available }) => available),
    held: total(({ held }) => held),
    sold: total(({ sold }) => sold),
    revenueCents: lanes.reduce((sum, lane) => sum + lane.revenueCents, 0),
    currency: facts.items[0]?.currency ?? "",
    payments: {
      confirmed,
      failed,
      successRate: confirmed + failed === 0 ? null : confirmed / (confirmed + failed),
    },
    webhookLagMs: lanes.reduce<number | null>(
      (slowest, { webhookLagMs: lag }) => (lag === null ? slowest : Math.max(slowest ?? 0, Math.round(lag))),
      null,
    ),
    queueLag: {
      outboxDepth: lanes.reduce((sum, lane) => sum + lane.outboxDepth, 0),
      oldestMs: waitingSinceMs.length === 0 ? null : Math.max(0, nowMs - Math.min(...waitingSinceMs)),
      deadLetters,
    },
    paymentGate,
    reconciliation: reconciliation && reconciledOf(reconciliation),
    items,
  }
}

function reconciledOf({ endedAtMs, drift }: Reconciliation): ReconciledLive {
  const left = drift.filter(({ mending }) => mending !== "mended")
  return { endedAtMs, drift: drift.length, left: left.length, says: left[0]?.says ?? null }
}

/** By the codes that clients see: the room's own, and those of the ledgers since their objects started. */
function refusalsOf(live: RoomLive, items: readonly SkuCounts[]): Record<string, number> {
  const refusals: Record<string, number> = { ...live.refusals }
  for (const { pressure } of items) {
    for (const [refusal, count] of Object.entries(pressure.refusals)) {
      const code = PROBLEM_OF_HOLD[refusal as HoldRefusal]
      refusals[code] = (refusals[code] ?? 0) + count
    }
  }
  return refusals
}

async function countsInSale(env: Env, saleId: string, sku: string): Promise<SkuCounts> {
  const stock = stockOf(env)
  const { pools } = await stock.root(sku).counts()
  const pool: PoolCounts | undefined = pools.find(({ pool: id }) => id === saleId)
  const names = [sku, ...(pool?.leases ?? []).map(({ lane }) => stockLaneName(sku, lane))]
  const pressures = await Promise.all(names.map((name) => stock.getByName(name).pressure(saleId)))
  return {
    sku,
    received: pool?.received ?? 0,
    available: pool?.available ?? 0,
    held: pool?.held ?? 0,
    sold: pool?.sold ?? 0,
    pressure: joinPressures(pressures),
  }
}

/** A SKU and its lanes together: what adds up is added, of the rest the worst counts. */
function joinPressures(pressures: readonly StockPressure[]): StockPressure {
  const sum = (of: (pressure: StockPressure) => number) =>
    pressures.reduce((total, pressure) => total + of(pressure), 0)
  const worst = (of: (pressure: StockPressure) => number) => Math.max(0, ...pressures.map(of))
  const refusals: StockPressure["refusals"] = {}
  for (const [refusal, count] of pressures.flatMap((pressure) => Object.entries(pressure.refusals)))
    refusals[refusal as HoldRefusal] = (refusals[refusal as HoldRefusal] ?? 0) + count
  return {
    queueDepth: sum(({ queueDepth }) => queueDepth),
    commands: sum(({ commands }) => commands),
    commits: sum(({ commits }) => commits),
    largestBatch: worst(({ largestBatch }) => largestBatch),
    commitMs: worst(({ commitMs }) => commitMs),
    refusals,
  }
}

/** Null when Postgres does not say so soon: the dashboard does not wait for it. */
function deadLettersOf(env: Env): Promise<number | null> {
  return Promise.race([
    countDeadLetters(openDatabase(env)).catch(() => null),
    scheduler.wait(DEAD_LETTERS_WAIT_MS).then(() => null),
  ])
}

async function readLanes(env: Env, saleId: string): Promise<LaneCounts[]> {
  const { CHECKOUT_LANES } = await settingsOf(env)
  return Promise.all(
    Array.from({ length: CHECKOUT_LANES }, (_, lane) =>
      env.CHECKOUT.getByName(laneName(lane)).counts(saleId),
    ),
  )
}
