import { laneOf } from "../checkout/contract.ts"
import { attemptOf } from "../checkout/books/contract.ts"
import type { AttemptStanding, LaneBooksApi } from "../checkout/books/contract.ts"
import type { CouponApi } from "../prices/coupon/contract.ts"

/** One use that a coupon says it counts. */
export interface CouponUseRecord {
  code: string
  useId: string
  countedAtMs: number
}

/** A counted use, and how the attempt stands that it was counted for. */
export interface StandingUse extends CouponUseRecord {
  standing: AttemptStanding
}

/** Whom it takes to ask about coupons. */
export interface CouponBindings {
  CHECKOUT: { getByName(lane: string): Pick<LaneBooksApi, "attempts" | "couponOrders"> }
  COUPONS: {
    getByName(code: string): Pick<CouponApi, "countedUses" | "stillCounted" | "excess" | "giveBack">
  }
}

/** Reads one part; who can go on without it says what to take instead where it does not answer. */
export type ReadPart = <T>(what: string, otherwise: T, read: () => Promise<T>) => Promise<T>

/**
 * How the attempts of counted uses stand: lanes are asked after the coupons, and the coupons once more of what should not
 * count. A lane writes down that a coupon is to be told in the transaction that ends its order, so what it calls over and
 * the coupon counts all the same is counted for nobody: nothing on its way can look like it. Uses of a part that does
 * not answer are left out.
 */
export async function readStandings(
  env: CouponBindings,
  lanes: number,
  uses: readonly CouponUseRecord[],
  readPart: ReadPart,
): Promise<StandingUse[]> {
  const byLane = Map.groupBy(uses, ({ useId }) => laneOf(attemptOf(useId).orderId, lanes))
  const asked = [...byLane].map(([lane, mine]) =>
    readPart<StandingUse[]>(`coupons of ${lane}`, [], async () => {
      const standings = await env.CHECKOUT.getByName(lane).attempts(
        mine.map(({ useId, code }) => ({ useId, code })),
      )
      return mine.flatMap((use, index) => {
        const standing = standings[index]
        return standing === undefined ? [] : [{ ...use, standing }]
      })
    }),
  )
  const stood = (await Promise.all(asked)).flat()
  const ended = stood.filter(isOver)
  const again = [...Map.groupBy(ended, ({ code }) => code)].map(([code, mine]) =>
    readPart<StandingUse[]>(`coupon ${code}`, [], async () => {
      const ids = mine.map(({ useId }) => useId)
      const counted = new Set(await env.COUPONS.getByName(code).stillCounted(ids))
      return mine.filter(({ useId }) => counted.has(useId))
    }),
  )
  const stillCounted = new Set((await Promise.all(again)).flat())
  return stood.filter((use) => !isOver(use) || stillCounted.has(use))
}

/** Counted for nobody. */
export function isOver({ standing }: Pick<StandingUse, "standing">): boolean {
  return standing === "over" || standing === "unknown"
}
