/** What the emulator keeps of taxes. Amounts are Stripe's units of the currency, times epoch milliseconds. */
import type { AppliedRate } from "./tax-rates.ts"

/** An amount and the tax on it. `inclusive`: the tax is within it. */
export interface TaxedAmountRecord extends AppliedRate {
  amount: number
  behavior: "inclusive" | "exclusive"
  taxCode: string
  tax: number
}

export interface CalculationLineRecord extends TaxedAmountRecord {
  id: string
  reference: string
  quantity: number
}

export interface CalculationRecord {
  id: string
  currency: string
  lines: CalculationLineRecord[]
  shipping: TaxedAmountRecord | null
  address: Record<"city" | "country" | "line1" | "line2" | "postal_code" | "state", string | null>
  addressSource: "billing" | "shipping" | null
  /** The payment whose tax it became; null as long as none did. */
  committedBy: string | null
  expiresAtMs: number
  createdAtMs: number
}

/** An attempt to record the tax of a payment, or to take it back with a refund; negative amounts are taken back. */
export interface TaxAttemptRecord {
  id: string
  intentId: string
  calculationId: string
  type: "transaction" | "reversal"
  /** The payment, or the refund. */
  source: string
  /** The transaction, or the reversal, that this one takes back. */
  reverses: string | null
  /** With its tax. */
  amount: number
  tax: number
  currency: string
  /** Why nothing was recorded; null when it was. */
  reason: "another_payment_associated_with_calculation" | "calculation_expired" | "currency_mismatch" | null
  createdAtMs: number
}
