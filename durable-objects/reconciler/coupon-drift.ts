import { COMPARED_MS } from "./contract.ts"
import { isOver } from "./coupon-uses.ts"
import type { StandingUse } from "./coupon-uses.ts"
import type { Sighting } from "./find-drift.ts"
import type { CouponReading } from "./read-coupons.ts"

/** Coupons that count for nobody, orders that no coupon counts, limits that were not kept. */
export function inCoupons({ uses, uncounted, excess }: CouponReading, nowMs: number): Sighting[] {
  return [
    ...uses.filter(isOver).map((use) => countedForNobody(use, nowMs)),
    ...uncounted.map(({ orderId, code }): Sighting => {
      const says = `The order ${orderId} has its price by the coupon ${code}, which does not count it. Lower the coupon's limit by one, or let it be.`
      return { kind: "coupon_not_counted", subjects: { code, orderId }, says, mend: null }
    }),
    ...excess.map(({ code, customer, uses: found, max }): Sighting => {
      const who = customer === null ? "" : ` by ${customer}`
      const says = `The coupon ${code} is used ${found} times${who}, and ${max} are allowed. End it, and look at who has it.`
      const subjects = { code, ...(customer !== null && { customer }) }
      return { kind: "coupon_beyond_limit", subjects, says, mend: null }
    }),
  ]
}

/**
 * An attempt that its lane calls over never comes back, so its use may be given back at any time. Of one that no lane
 * knows this holds while it is young: it was forgotten when it came to nothing. An old one was an order once, and who
 * has lost it must be found out first.
 */
function countedForNobody({ code, useId, standing, countedAtMs }: StandingUse, nowMs: number): Sighting {
  const isSafe = standing === "over" || nowMs - countedAtMs < COMPARED_MS
  return {
    kind: "coupon_use_without_order",
    subjects: { code, useId },
    says: isSafe
      ? `The coupon ${code} counts ${useId}, an attempt that is over. The use is given back.`
      : `The coupon ${code} counts ${useId}, an order that no lane has. Find out what became of it.`,
    mend: isSafe ? { mend: "give_coupon_back", code, useId } : null,
  }
}
