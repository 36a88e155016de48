import { openDatabase } from "../../../db/client.ts"
import { readArchivedHolds } from "../../../db/stock-holds.ts"
import { readSaleOrders } from "../../../db/sale-orders.ts"
import type { RecordedOrder } from "../../../db/sale-orders.ts"
import type { OnTheWay } from "../../../durable-objects/checkout/books/contract.ts"
import { laneName, laneOf, ORDER_PAGE_MAX } from "../../../durable-objects/checkout/contract.ts"
import type { OrderView, ParkedOrder } from "../../../durable-objects/checkout/contract.ts"
import { listRefundTimes, listSaleIntents } from "../../../durable-objects/checkout/stripe-books.ts"
import { firstOpensAtMs, PASS_PAGE_MAX } from "../../../durable-objects/room/contract.ts"
import type { PassRecord, SaleFacts, SaleItem } from "../../../durable-objects/room/contract.ts"
import { HOLD_PAGE_MAX, OPEN_POOL } from "../../../durable-objects/stock/contract.ts"
import type { HoldRecord, NumberedHold, PoolId } from "../../../durable-objects/stock/contract.ts"
import { laneName as stockLaneName } from "../../../durable-objects/stock/lease/names.ts"
import { settingsOf } from "../../environment.ts"
import type { Env } from "../../environment.ts"
import type { Ledgers, StockLedger } from "./ledgers.ts"
import { stockOf } from "../../purchase/stock-objects.ts"
import { readCoupons } from "./read-coupons.ts"
import { readPages } from "./read-pages.ts"

/** Readings of one ledger, at most, to find it unchanged from the first of its pages to the last. */
const STILL_TRIES_MAX = 3

/** Orders that went on while the books were read, and are read again to be sure; the others are taken to have. */
const READ_AGAIN_MAX = 200

/** Intents can be older than the bell: a checkout begins with a hold, and clocks differ. */
const INTENTS_BEFORE_MS = 3_600_000

/** Reads every book of a sale; null when there is no such sale. Throws while Postgres or the provider is away. */
export async function gatherLedgers(env: Env, saleId: string): Promise<Ledgers | null> {
  const room = env.ROOM.getByName(saleId)
  const before = await room.read()
  if (!before) return null
  const sinceMs = Math.min(before.facts.waitingOpensAtMs, firstOpensAtMs(before.facts)) - INTENTS_BEFORE_MS
  // Payments before orders before Postgres: what is later on the way is read later, so that less seems to be missing.
  const settings = await settingsOf(env)
  const [intents, refundTimes] = await Promise.all([
    listSaleIntents(settings, saleId, sinceMs),
    listRefundTimes(settings, sinceMs),
  ])
  const payments = intents.map((intent) => ({
    ...intent,
    refundedAtMs: refundTimes.get(intent.intentId) ?? null,
  }))
  const [stock, { lanes, parked }, passes] = await Promise.all([
    readStock(env, before.facts),
    readLanes(env, saleId),
    readPasses(env, saleId),
  ])
  const coupons = await readCoupons(env, settings.CHECKOUT_LANES, lanes)
  const onTheWay = await readOnTheWay(env, settings.CHECKOUT_LANES)
  const postgres = await readSaleOrders(openDatabase(env), saleId)
  const movedOn = await findMovedOn(env, settings.CHECKOUT_LANES, lanes, postgres)
  const after = (await room.read()) ?? before
  const line = {
    passes,
    servedBefore: before.board.served,
    servedAfter: after.board.served,
    frontier: after.board.frontier,
    readFromMs: before.board.nowMs,
  }
  const books = { stock, payments, lanes, coupons, onTheWay, postgres, movedOn, parked, room: line }
  return { saleId, nowMs: Date.now(), ...books }
}

function readStock(env: Env, facts: SaleFacts): Promise<StockLedger[]> {
  return Promise.all(facts.items.map((item) => readLedger(env, facts.saleId, item)))
}

/** Counts and holds come in several calls; they belong together when no ledger's version moved around them. */
async function readLedger(env: Env, saleId: string, item: SaleItem): Promise<StockLedger> {
  const { sku, perCustomerLimit } = item
  let before = await readBooks(env, saleId, sku)
  for (let tries = 1; ; tries++) {
    const ledgers = [sku, ...before.lanes.map(({ lane }) => stockLaneName(sku, lane))]
    const holds = [
      ...(await readHolds(env, sku, saleId, ledgers)),
      ...(await readHolds(env, sku, OPEN_POOL, [sku])),
    ]
    const after = await readBooks(env, saleId, sku)
    const still = versionsOf(after) === versionsOf(before)
    if (still || tries === STILL_TRIES_MAX) return { sku, perCustomerLimit, ...after, holds, still }
    before = after
  }
}

/** The SKU's own counts, and the books of each lane that the sale's pool has there. */
async function readBooks(
  env: Env,
  saleId: string,
  sku: string,
): Promise<Pick<StockLedger, "counts" | "lanes">> {
  const counts = await stockOf(env).root(sku).counts()
  const leases = counts.pools.find(({ pool }) => pool === saleId)?.leases ?? []
  const lanes = leases.map(async ({ lane }) => ({
    lane,
    books: await env.STOCK_LANES.getByName(stockLaneName(sku, lane)).laneCounts(saleId),
  }))
  return { counts, lanes: await Promise.all(lanes) }
}

function versionsOf({ counts, lanes }: Pick<StockLedger, "counts" | "lanes">): string {
  return [counts.version, ...lanes.map(({ books }) => books?.version)].join(" ")
}

/** Those of the ledgers, and those that have left them. One that is just leaving is in both. */
async function readHolds(
  env: Env,
  sku: string,
  pool: PoolId,
  names: readonly string[],
): Promise<HoldRecord[]> {
  const ledgers = stockOf(env)
  const read = (name: string) =>
    readPages<NumberedHold>(
      (last) => ledgers.getByName(name).holds({ pool, afterSequence: last?.sequence ?? 0 }),
      HOLD_PAGE_MAX,
    )
  const here = (await Promise.all(names.map(read))).flat()
  const known = new Set(here.map(({ holdId }) => holdId))
  const archived = await readArchivedHolds(openDatabase(env), sku, pool)
  return [...here, ...archived.filter(({ holdId }) => !known.has(holdId))]
}

async function readLanes(env: Env, saleId: string): Promise<Pick<Ledgers, "lanes" | "parked">> {
  const { CHECKOUT_LANES } = await settingsOf(env)
  const lanes = Array.from({ length: CHECKOUT_LANES }, (_, index) => env.CHECKOUT.getByName(laneName(index)))
  const [orders, parked] = await Promise.all([
    Promise.all(
      lanes.map((lane) =>
        readPages<OrderView>(
          (last) => lane.orders({ saleId, afterOrderId: last?.orderId ?? "" }),
          ORDER_PAGE_MAX,
        ),
      ),
    ),
    Promise.all(
      lanes.map((lane) =>
        readPages<ParkedOrder>((last) => lane.parked(last?.order.orderId ?? ""), ORDER_PAGE_MAX),
      ),
    ),
  ])
  const ofSale = parked.flat().filter(({ order }) => order.saleId === saleId)
  return {
    lanes: orders.flat(),
    parked: ofSale.map(({ order, why }) => ({ orderId: order.orderId, why })),
  }
}

/** After the orders and before Postgres: what is not among it, Postgres had reported when it is read. */
async function readOnTheWay(env: Env, lanes: number): Promise<OnTheWay[]> {
  const names = Array.from({ length: lanes }, (_, index) => laneName(index))
  const read = names.map((name) =>
    readPages<OnTheWay>((last) => env.CHECKOUT.getByName(name).onTheWay(last?.orderId ?? ""), ORDER_PAGE_MAX),
  )
  return (await Promise.all(read)).flat()
}

/** Of orders that Postgres has newer than they were read in their lanes: those whose lane has come as far meanwhile. */
async function findMovedOn(
  env: Env,
  laneCount: number,
  lanes: readonly OrderView[],
  postgres: readonly RecordedOrder[],
): Promise<ReadonlySet<string>> {
  const known = new Map(lanes.map(({ orderId, version }) => [orderId, version]))
  const newer = postgres.filter(({ orderId, version }) => version > (known.get(orderId) ?? version))
  const asked = newer.slice(0, READ_AGAIN_MAX).map(async ({ orderId, version }) => {
    const now = await env.CHECKOUT.getByName(laneOf(orderId, laneCount)).read(orderId)
    return now && now.order.version >= version ? [orderId] : []
  })
  const rest = newer.slice(READ_AGAIN_MAX).map(({ orderId }) => orderId)
  return new Set([...(await Promise.all(asked)).flat(), ...rest])
}

function readPasses(env: Env, saleId: string): Promise<PassRecord[]> {
  const room = env.ROOM.getByName(saleId)
  return readPages((last) => room.passes(last?.ticketId ?? ""), PASS_PAGE_MAX)
}
