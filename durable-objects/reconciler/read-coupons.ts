import { laneName } from "../checkout/contract.ts"
import type { CouponOrder } from "../checkout/books/contract.ts"
import { COUPON_PAGE_MAX, PRICE_RULES_NAME } from "../prices/contract.ts"
import type { PriceRulesApi } from "../prices/contract.ts"
import { COUPON_USE_PAGE_MAX } from "../prices/coupon/contract.ts"
import type { CouponExcess } from "../prices/coupon/contract.ts"
import { COMPARED_MS } from "./contract.ts"
import { isOver, readStandings } from "./coupon-uses.ts"
import type { CouponBindings, CouponUseRecord, ReadPart, StandingUse } from "./coupon-uses.ts"

/** Coupons whose uses one run goes through, and their uses: a shop with more is gone through in several runs. */
const CODES_PER_RUN = COUPON_PAGE_MAX
const USES_PER_RUN = 5_000

/** Uses that count for nobody, and coupons beyond their limits, that are looked at in each run until they are right. */
const SUSPECTS_MAX = 100

/** What coupons count, beside the orders that it is counted for. */
export interface CouponReading {
  uses: StandingUse[]
  /** Orders that name a coupon which does not count them. */
  uncounted: CouponOrder[]
  excess: (CouponExcess & { code: string })[]
}

interface Bindings extends CouponBindings {
  PRICES: { getByName(name: string): Pick<PriceRulesApi, "read" | "couponCodes"> }
}

/** Goes through all coupons, run after run, and through the orders of the last half hour in each. */
export class CouponReader {
  private readonly env: Bindings
  private readonly lanes: number
  /** Where the next run goes on: in this code's uses where `useId` says so, else behind it. */
  private at: { code: string; useId: string } = { code: "", useId: "" }
  private suspects: CouponUseRecord[] = []
  private suspectCodes: string[] = []

  constructor(env: Bindings, lanes: number) {
    this.env = env
    this.lanes = lanes
  }

  async read(nowMs: number, readPart: ReadPart): Promise<CouponReading> {
    const prices = this.env.PRICES.getByName(PRICE_RULES_NAME)
    const rules = await readPart("coupons", null, () => prices.read())
    if (!rules?.hasCoupons) return { uses: [], uncounted: [], excess: [] }
    const uncounted = await this.readUncounted(nowMs, readPart)
    const read = new Map(this.suspects.map((use) => [`${use.code} ${use.useId}`, use]))
    const codes = new Set(this.suspectCodes)
    await readPart("coupons", null, () => this.goOn(read, codes))
    const found = [...codes].map((code) =>
      readPart<CouponReading["excess"]>(`coupon ${code}`, [], async () =>
        (await this.env.COUPONS.getByName(code).excess()).map((beyond) => ({ ...beyond, code })),
      ),
    )
    const excess = (await Promise.all(found)).flat()
    const uses = await readStandings(this.env, this.lanes, [...read.values()], readPart)
    this.suspects = uses.filter(isOver).slice(0, SUSPECTS_MAX)
    this.suspectCodes = [...new Set(excess.map(({ code }) => code))].slice(0, SUSPECTS_MAX)
    return { uses, uncounted, excess }
  }

  /** Reads on from where the last run stopped, and begins anew at the end. */
  private async goOn(read: Map<string, CouponUseRecord>, codes: Set<string>): Promise<null> {
    const { code, useId } = this.at
    const prices = this.env.PRICES.getByName(PRICE_RULES_NAME)
    const behind = await prices.couponCodes(code)
    const listed = behind.length === 0 && useId === "" ? await prices.couponCodes("") : behind
    const turn = [...(useId === "" ? [] : [code]), ...listed].slice(0, CODES_PER_RUN)
    for (const next of turn) {
      codes.add(next)
      let after = next === code ? useId : ""
      for (;;) {
        const page = await this.env.COUPONS.getByName(next).countedUses(after)
        for (const use of page) read.set(`${next} ${use.useId}`, { code: next, ...use })
        after = page.at(-1)?.useId ?? after
        const isRead = page.length < COUPON_USE_PAGE_MAX
        this.at = { code: next, useId: isRead ? "" : after }
        if (read.size >= USES_PER_RUN) return null
        if (isRead) break
      }
    }
    if (turn.length < CODES_PER_RUN) this.at = { code: "", useId: "" }
    return null
  }

  /** Lanes first: what a coupon is told when an order ends, it is told later. */
  private async readUncounted(nowMs: number, readPart: ReadPart): Promise<CouponOrder[]> {
    const names = Array.from({ length: this.lanes }, (_, index) => laneName(index))
    const orders = names.map((lane) =>
      readPart<CouponOrder[]>(`coupons of ${lane}`, [], () =>
        this.env.CHECKOUT.getByName(lane).couponOrders(nowMs - COMPARED_MS),
      ),
    )
    const byCode = Map.groupBy((await Promise.all(orders)).flat(), ({ code }) => code)
    const missing = [...byCode].map(([code, mine]) =>
      readPart<CouponOrder[]>(`coupon ${code}`, [], async () => {
        const ids = mine.map(({ useId }) => useId)
        const counted = new Set(await this.env.COUPONS.getByName(code).stillCounted(ids))
        return mine.filter(({ useId }) => !counted.has(useId))
      }),
    )
    return (await Promise.all(missing)).flat()
  }
}
