/** What is calculated, recorded and taken back of taxes. Pure. Amounts are Stripe's units of the currency. */
import type { Moment } from "./change.ts"
import { rateAt } from "./tax-rates.ts"
import type { TaxPlace } from "./tax-rates.ts"
import type { CalculationRecord, TaxAttemptRecord, TaxedAmountRecord } from "./tax-records.ts"

/** Stripe forgets calculations after 90 days. */
export const CALCULATION_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000

const WHOLE = 100_000

/** Half up, each line by itself. */
function taxIn(amount: number, ratePer100k: number, isIncluded: boolean): number {
  const divisor = BigInt(isIncluded ? WHOLE + ratePer100k : WHOLE)
  return Number((2n * BigInt(amount) * BigInt(ratePer100k) + divisor) / (2n * divisor))
}

type Asked = Pick<TaxedAmountRecord, "amount" | "behavior" | "taxCode">

export function taxed<T extends Asked>(asked: T, place: TaxPlace): T & TaxedAmountRecord {
  const { ratePer100k, taxType, reason } = rateAt(place, asked.taxCode)
  const tax = taxIn(asked.amount, ratePer100k, asked.behavior === "inclusive")
  return { ...asked, tax, ratePer100k, taxType, reason }
}

export interface CalculationTotals {
  total: number
  exclusive: number
  inclusive: number
}

export function totalsOf({
  lines,
  shipping,
}: Pick<CalculationRecord, "lines" | "shipping">): CalculationTotals {
  const parts: TaxedAmountRecord[] = shipping === null ? lines : [...lines, shipping]
  const sum = (of: TaxedAmountRecord[], read: (part: TaxedAmountRecord) => number) =>
    of.reduce((all, part) => all + read(part), 0)
  const onTop = parts.filter(({ behavior }) => behavior === "exclusive")
  const exclusive = sum(onTop, ({ tax }) => tax)
  return {
    exclusive,
    inclusive: sum(parts, ({ tax }) => tax) - exclusive,
    total: sum(parts, ({ amount }) => amount) + exclusive,
  }
}

/** The tax of a payment that succeeded. A calculation becomes one transaction, whoever pays for it. */
export function commitTax(
  intent: { id: string; currency: string },
  calculation: CalculationRecord,
  moment: Moment,
): TaxAttemptRecord {
  const { exclusive, inclusive, total } = totalsOf(calculation)
  const reason = refusalOf(intent, calculation, moment.nowMs)
  return {
    id: moment.mint(reason === null ? "tax" : "taxatt"),
    intentId: intent.id,
    calculationId: calculation.id,
    type: "transaction",
    source: intent.id,
    reverses: null,
    amount: total,
    tax: exclusive + inclusive,
    currency: calculation.currency,
    reason,
    createdAtMs: moment.nowMs,
  }
}

function refusalOf(
  { currency }: { currency: string },
  calculation: CalculationRecord,
  nowMs: number,
): TaxAttemptRecord["reason"] {
  if (calculation.committedBy !== null) return "another_payment_associated_with_calculation"
  if (nowMs >= calculation.expiresAtMs) return "calculation_expired"
  return calculation.currency === currency ? null : "currency_mismatch"
}

/**
 * What a refund takes back, as a flat part of the whole: the tax in all reversals together is rounded, so that the last
 * one leaves nothing. `before` are the intent's attempts so far; null when no tax was recorded.
 */
export function reverseTax(
  refund: { id: string; amountCents: number },
  before: readonly TaxAttemptRecord[],
  moment: Moment,
): TaxAttemptRecord | null {
  const original = before.find(({ type, reason }) => type === "transaction" && reason === null)
  if (original === undefined) return null
  const standing = before.filter(({ type, reason }) => type === "reversal" && reason === null)
  const reversed = standing.reduce((sum, { amount }) => sum - amount, 0) + refund.amountCents
  const reversedTax = Math.round((original.tax * reversed) / Math.max(1, original.amount))
  const taxBefore = standing.reduce((sum, { tax }) => sum - tax, 0)
  return {
    ...original,
    id: moment.mint("tax"),
    type: "reversal",
    source: refund.id,
    reverses: original.id,
    amount: -refund.amountCents,
    tax: taxBefore - reversedTax,
    createdAtMs: moment.nowMs,
  }
}

/** The refund failed, so what it took back of the tax counts again. */
export function restoreTax(
  refundId: string,
  before: readonly TaxAttemptRecord[],
  moment: Moment,
): TaxAttemptRecord | null {
  const reversal = before.find(({ type, source }) => type === "reversal" && source === refundId)
  if (reversal === undefined) return null
  const { amount, tax } = reversal
  const id = moment.mint("tax")
  return { ...reversal, id, reverses: reversal.id, amount: -amount, tax: -tax, createdAtMs: moment.nowMs }
}
