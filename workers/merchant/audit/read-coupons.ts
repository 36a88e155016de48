import type { OrderView } from "../../../durable-objects/checkout/contract.ts"
import { couponUseOf, GIVES_COUPON_BACK } from "../../../durable-objects/checkout/books/contract.ts"
import type { CountedUse } from "../../../durable-objects/prices/coupon/contract.ts"
import { COUPON_USE_PAGE_MAX } from "../../../durable-objects/prices/coupon/contract.ts"
import { readStandings } from "../../../durable-objects/reconciler/coupon-uses.ts"
import type { CouponUseRecord } from "../../../durable-objects/reconciler/coupon-uses.ts"
import type { Env } from "../../environment.ts"
import type { CouponLedger } from "./ledgers.ts"
import { readPages } from "./read-pages.ts"

/**
 * Every coupon that an order of the sale names, with all that it counts. To be called after the orders were read: an order
 * that stood then was counted before it did, and its use counts until it has ended.
 */
export async function readCoupons(
  env: Env,
  lanes: number,
  orders: readonly OrderView[],
): Promise<CouponLedger[]> {
  const codes = [...new Set(orders.flatMap(({ couponCode }) => couponCode ?? []))]
  const counted = (await Promise.all(codes.map((code) => readUses(env, code)))).flat()
  const known = new Set(counted.map(({ code, useId }) => `${code} ${useId}`))
  const missing = orders.flatMap((order): CouponUseRecord[] => {
    const { couponCode: code, status } = order
    const useId = couponUseOf(order)
    const isCounted = code === null || GIVES_COUPON_BACK.has(status) || known.has(`${code} ${useId}`)
    return isCounted ? [] : [{ code, useId, countedAtMs: 0 }]
  })
  const stood = await readStandings(env, lanes, [...counted, ...missing], (_what, _otherwise, read) => read())
  const excess = await Promise.all(codes.map((code) => env.COUPONS.getByName(code).excess()))
  return codes.map((code, index) => {
    const mine = stood.filter((use) => use.code === code)
    return {
      code,
      uses: mine.filter(({ useId }) => known.has(`${code} ${useId}`)),
      // Those that ended since they were read need no use any more.
      uncounted: mine.flatMap(({ useId, standing }) =>
        standing === "living" && !known.has(`${code} ${useId}`) ? [useId] : [],
      ),
      excess: excess[index] ?? [],
    }
  })
}

async function readUses(env: Env, code: string): Promise<CouponUseRecord[]> {
  const uses = await readPages<CountedUse>(
    (last) => env.COUPONS.getByName(code).countedUses(last?.useId ?? ""),
    COUPON_USE_PAGE_MAX,
  )
  return uses.map((use) => ({ code, ...use }))
}
