import { laneName, laneOf } from "../checkout/contract.ts"
import type { CheckoutApi, OrderBrief } from "../checkout/contract.ts"
import type { LaneBooksApi } from "../checkout/books/contract.ts"
import type { PriceRulesApi } from "../prices/contract.ts"
import type { RoomApi } from "../room/contract.ts"
import { within } from "../within.ts"
import type { PostgresReading } from "./contract.ts"
import type { CouponBindings, ReadPart } from "./coupon-uses.ts"
import type { ClaimedHold, Reading } from "./find-drift.ts"
import type { CouponReader } from "./read-coupons.ts"
import type { HoldReader } from "./read-holds.ts"
import type { ProviderBindings, ProviderReader } from "./read-provider.ts"

/** What the reconciler needs of its environment to read. */
export interface ReadBindings extends CouponBindings, ProviderBindings {
  CHECKOUT: DurableObjectNamespace<CheckoutApi & LaneBooksApi & Rpc.DurableObjectBranded>
  ROOM: DurableObjectNamespace<RoomApi & Rpc.DurableObjectBranded>
  PRICES: DurableObjectNamespace<PriceRulesApi & Rpc.DurableObjectBranded>
  CHECKOUT_LANES: string
}

/** One part that has not answered by then is left out of this run, and named. */
const ANSWER_MS = 8_000

/** An order that was due for so long was not taken up: its lane's alarm was lost, or the lane is away. */
const OVERDUE_MS = 30_000

/** Each goes on where its last run stopped. */
export interface Readers {
  provider: ProviderReader
  holds: HoldReader
  coupons: CouponReader
}

/** What one run has read, and what it could not. */
export interface Books {
  reading: Reading
  unread: string[]
}

export async function readBooks(
  env: ReadBindings,
  readers: Readers,
  known: { saleIds: readonly string[]; postgres: PostgresReading | null; reason: Reading["reason"] },
): Promise<Books> {
  const nowMs = Date.now()
  const unread: string[] = []
  /** A part that does not answer keeps no other from being compared. */
  const orElse: ReadPart = async (what, otherwise, read) => {
    try {
      return await within(ANSWER_MS, read())
    } catch (error) {
      unread.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      return otherwise
    }
  }
  const [{ intents, refunds }, holds] = await Promise.all([
    readers.provider.read(nowMs, unread, orElse),
    readHolds(env, readers.holds, known.saleIds, unread, orElse),
  ])
  const [lanes, coupons] = await Promise.all([
    readLanes(env, nowMs, orElse),
    readers.coupons.read(nowMs, orElse),
  ])
  const { orders, unknowable } = await readOrders(
    env,
    new Set([...intents, ...refunds, ...holds].map(({ orderId }) => orderId)),
    orElse,
  )
  const { postgres, reason } = known
  return {
    reading: { nowMs, reason, intents, refunds, holds, orders, unknowable, lanes, coupons, postgres },
    unread,
  }
}

async function readHolds(
  env: ReadBindings,
  holdReader: HoldReader,
  saleIds: readonly string[],
  unread: string[],
  orElse: ReadPart,
): Promise<ClaimedHold[]> {
  const suspects = orElse("suspected holds", [], () => holdReader.readSuspects())
  const ofSales = saleIds.map((saleId) =>
    orElse(`holds of sale ${saleId}`, [], async () => {
      const read = await env.ROOM.getByName(saleId).read()
      const skus = (read?.facts.items ?? []).map(({ sku }) => sku)
      const bySku = await Promise.all(skus.map((sku) => holdReader.read(sku, saleId)))
      if (bySku.some(({ isAll }) => !isAll)) unread.push(`holds of sale ${saleId}: not read to their end`)
      return bySku.flatMap(({ holds }) => holds)
    }),
  )
  return (await Promise.all([suspects, ...ofSales])).flat()
}

async function readLanes(env: ReadBindings, nowMs: number, orElse: ReadPart): Promise<Reading["lanes"]> {
  const names = Array.from({ length: Number(env.CHECKOUT_LANES) }, (_, index) => laneName(index))
  const read = names.map((lane) =>
    orElse(`checkout ${lane}`, null, async () => ({
      lane,
      review: await env.CHECKOUT.getByName(lane).review(nowMs - OVERDUE_MS),
    })),
  )
  return (await Promise.all(read)).filter((review) => review !== null)
}

async function readOrders(
  env: ReadBindings,
  orderIds: ReadonlySet<string>,
  orElse: ReadPart,
): Promise<Pick<Reading, "orders" | "unknowable">> {
  const byLane = Map.groupBy(orderIds, (orderId) => laneOf(orderId, Number(env.CHECKOUT_LANES)))
  const unknowable = new Set<string>()
  const orders = new Map<string, OrderBrief>()
  const asked = [...byLane].map(async ([lane, ids]) => {
    const known = await orElse(`orders of ${lane}`, null, () => env.CHECKOUT.getByName(lane).knows(ids))
    if (known === null) for (const orderId of ids) unknowable.add(orderId)
    else for (const order of known) orders.set(order.orderId, order)
  })
  await Promise.all(asked)
  return { orders, unknowable }
}
