import { attemptOf } from "../../../durable-objects/checkout/books/contract.ts"
import { isOver } from "../../../durable-objects/reconciler/coupon-uses.ts"
import type { CouponLedger, Difference, DifferenceKind, Findings, Ledgers } from "./ledgers.ts"

/**
 * P2, of what is taken off: a coupon counts for each order that stands and names it, for nothing else, and no oftener
 * than it may.
 */
export function judgeCoupons({ coupons }: Ledgers): Findings {
  const findings: Findings = { checked: 0, differences: [], pending: 0 }
  for (const { code, uses, uncounted, excess } of coupons) {
    findings.checked += uses.length + uncounted.length
    findings.pending += uses.filter(({ standing }) => standing === "returning").length
    findings.differences.push(
      ...uses.filter(isOver).map(({ useId }) => countedForNobody(code, useId)),
      ...uncounted.map((useId) => notCounted(code, useId)),
      ...excess.map((beyond) => beyondLimit(code, beyond)),
    )
  }
  return findings
}

function countedForNobody(code: string, useId: string): Difference {
  const { orderId } = attemptOf(useId)
  return difference(
    "coupon_use_without_order",
    { code, orderId, useId },
    `The coupon ${code} counts ${useId}, and no order stands that has it. POST /merchant/api/reconcile gives it back where that is safe.`,
  )
}

function notCounted(code: string, useId: string): Difference {
  const { orderId } = attemptOf(useId)
  return difference(
    "coupon_not_counted",
    { code, orderId },
    `The order ${orderId} has its price by the coupon ${code}, which does not count it. Lower the coupon's limit by one, or let it be.`,
  )
}

function beyondLimit(code: string, { customer, uses, max }: CouponLedger["excess"][number]): Difference {
  const who = customer === null ? "" : ` by ${customer}`
  return difference(
    "coupon_beyond_limit",
    { code, ...(customer !== null && { customer }) },
    `The coupon ${code} is used ${uses} times${who}, and ${max} are allowed. End it, and look at who has it.`,
  )
}

function difference(kind: DifferenceKind, subjects: Record<string, string>, says: string): Difference {
  return { promise: "P2", kind, subjects, says }
}
