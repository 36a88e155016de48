/** Stripe's JSON for what the emulator keeps of taxes. */
import { totalsOf } from "./tax-decisions.ts"
import type {
  CalculationLineRecord,
  CalculationRecord,
  TaxAttemptRecord,
  TaxedAmountRecord,
} from "./tax-records.ts"

const seconds = (atMs: number): number => Math.floor(atMs / 1000)

/** 8,875 parts of 100,000 are "8.875". */
const percentOf = (ratePer100k: number): string => String(ratePer100k / 1000)

/** The calculation as it is answered; its lines only where they are expanded. */
export function calculationView(record: CalculationRecord): object {
  const { total, exclusive, inclusive } = totalsOf(record)
  const { lines, shipping } = record
  const parts = shipping === null ? lines : [...lines, shipping]
  return {
    id: record.id,
    object: "tax.calculation",
    amount_total: total,
    currency: record.currency,
    customer: null,
    customer_details: {
      address: record.address,
      address_source: record.addressSource,
      ip_address: null,
      tax_ids: [],
      taxability_override: "none",
    },
    expires_at: seconds(record.expiresAtMs),
    livemode: false,
    ship_from_details: null,
    shipping_cost: shipping && {
      amount: shipping.amount,
      amount_tax: shipping.tax,
      tax_behavior: shipping.behavior,
      tax_code: shipping.taxCode,
    },
    tax_amount_exclusive: exclusive,
    tax_amount_inclusive: inclusive,
    tax_breakdown: parts.map((part) => breakdownView(part, record)),
    tax_date: seconds(record.createdAtMs),
  }
}

function breakdownView(part: TaxedAmountRecord, { address }: CalculationRecord): object {
  const isIncluded = part.behavior === "inclusive"
  return {
    amount: part.tax,
    inclusive: isIncluded,
    tax_rate_details: {
      country: address.country,
      flat_amount: null,
      percentage_decimal: percentOf(part.ratePer100k),
      rate_type: part.taxType === null ? null : "percentage",
      state: address.state,
      tax_type: part.taxType,
    },
    taxability_reason: part.reason,
    taxable_amount: part.tax === 0 ? 0 : part.amount - (isIncluded ? part.tax : 0),
  }
}

function lineView(line: CalculationLineRecord): object {
  return {
    id: line.id,
    object: "tax.calculation_line_item",
    amount: line.amount,
    amount_tax: line.tax,
    livemode: false,
    metadata: null,
    performance_location: null,
    product: null,
    quantity: line.quantity,
    reference: line.reference,
    tax_behavior: line.behavior,
    tax_breakdown: null,
    tax_code: line.taxCode,
  }
}

/** The lines of a calculation, as many as a page has. */
export function calculationLinesView({ id, lines }: CalculationRecord, limit: number): object {
  return {
    object: "list",
    url: `/v1/tax/calculations/${id}/line_items`,
    has_more: lines.length > limit,
    data: lines.slice(0, limit).map(lineView),
  }
}

export function transactionView(record: TaxAttemptRecord, calculation: CalculationRecord): object {
  const { address, addressSource } = calculation
  return {
    id: record.id,
    object: "tax.transaction",
    created: seconds(record.createdAtMs),
    currency: record.currency,
    customer: null,
    customer_details: {
      address,
      address_source: addressSource,
      ip_address: null,
      tax_ids: [],
      taxability_override: "none",
    },
    livemode: false,
    metadata: {},
    posted_at: seconds(record.createdAtMs),
    reference: record.source,
    reversal: record.reverses && { original_transaction: record.reverses },
    ship_from_details: null,
    shipping_cost: null,
    tax_date: seconds(calculation.createdAtMs),
    type: record.type,
  }
}

/** What became of the tax of one payment, attempt by attempt. */
export function associationView(
  intentId: string,
  calculationId: string,
  attempts: readonly TaxAttemptRecord[],
): object {
  return {
    id: `taxa_${intentId.slice("pi_".length)}`,
    object: "tax.association",
    calculation: calculationId,
    payment_intent: intentId,
    tax_transaction_attempts: attempts.map(({ id, source, reason }) =>
      reason === null
        ? { committed: { transaction: id }, source, status: "committed" }
        : { errored: { reason }, source, status: "errored" },
    ),
  }
}
