/** What happens to taxes by itself when payments linked to a calculation are captured and refunded. */
import type { Change, Moment } from "./change.ts"
import type { RecordStore } from "./record-store.ts"
import { commitTax, restoreTax, reverseTax } from "./tax-decisions.ts"
import type { TaxAttemptRecord } from "./tax-records.ts"

/** More refunds than one payment ever has here. */
const ATTEMPTS_MAX = 1_000

interface Books {
  records: RecordStore
  mint: Moment["mint"]
}

/** Oldest first. */
export function attemptsOf({ records }: Pick<Books, "records">, intentId: string): TaxAttemptRecord[] {
  return records.page("tax_attempt", { limit: ATTEMPTS_MAX, intentId }).records.toReversed()
}

/** Records the tax of a payment that was just captured, and takes it back with its refunds. Call it inside a transaction. */
export function recordTax(books: Books, change: Change, nowMs: number): void {
  const { intent, capture, refund, announcements } = change
  const calculation = intent.taxCalculationId
    ? books.records.get("calculation", intent.taxCalculationId)
    : undefined
  if (calculation === undefined) return
  const moment = { nowMs, mint: books.mint }
  const put = (attempt: TaxAttemptRecord | null): void => {
    if (attempt !== null) books.records.put("tax_attempt", attempt)
  }
  if (capture !== undefined) {
    const attempt = commitTax(intent, calculation, moment)
    put(attempt)
    if (attempt.reason === null) books.records.put("calculation", { ...calculation, committedBy: intent.id })
  }
  if (refund === undefined) return
  const told = new Set(announcements.map(({ type }) => type))
  const before = attemptsOf(books, intent.id)
  if (told.has("refund.created")) put(reverseTax(refund, before, moment))
  if (told.has("refund.failed")) put(restoreTax(refund.id, before, moment))
}
