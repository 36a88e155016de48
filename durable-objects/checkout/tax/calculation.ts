import { chargeableCentsOf, providerUnitsOf } from "../currency.ts"
import type { CalculatedTax, TaxAddress, TaxAsk } from "./taxes.ts"

/**
 * A question about tax in Stripe's words, and Stripe's answer in ours. Pure. What comes to nothing is not asked about:
 * Stripe takes positive amounts only.
 */

interface AmountParams {
  amount: number
  tax_behavior: "inclusive" | "exclusive"
  tax_code?: string
}

interface LineParams extends AmountParams {
  quantity: number
  reference: string
}

/** As much of `POST /v1/tax/calculations` as is used. */
interface CalculationParams {
  currency: string
  line_items: LineParams[]
  shipping_cost?: AmountParams
  customer_details: {
    address: Record<string, string> & { country: string }
    address_source: TaxAddress["source"]
  }
}

/** As much of Stripe's answer as is read. Amounts are in Stripe's units. */
export interface Calculation {
  id: string | null
  currency: string
  amount_total: number
  tax_amount_exclusive: number
  tax_amount_inclusive: number
  line_items?: {
    data: { reference: string; amount: number; amount_tax: number }[]
    has_more: boolean
  } | null
  shipping_cost: { amount: number; amount_tax: number } | null
}

/** Shipping that goes with goods which cost nothing is a line of its own: Stripe wants one. */
const SHIPPING_REFERENCE = "shipping"
const SHIPPING_CODE = "txcd_92010001"

/** Whether there is anything to ask about. */
export function isTaxable({ lines, shipping }: TaxAsk): boolean {
  return [...lines, shipping].some((part) => part !== null && part.amountCents > 0)
}

/** The question for Stripe; null when an amount has a fraction that Stripe cannot count in its currency. */
export function calculationParamsOf(ask: TaxAsk): CalculationParams | null {
  const { currency, lines, shipping, address } = ask
  const parts = [...lines, shipping].filter((part) => part !== null)
  if (parts.some(({ amountCents }) => providerUnitsOf(amountCents, currency) === null)) return null
  const amountOf = ({ amountCents, taxCode }: (typeof parts)[number]): AmountParams => ({
    amount: providerUnitsOf(amountCents, currency) ?? 0,
    tax_behavior: ask.pricesIncludeTax ? "inclusive" : "exclusive",
    ...(taxCode !== null && { tax_code: taxCode }),
  })
  const goods = lines
    .filter(({ amountCents }) => amountCents > 0)
    .map((line) => ({ ...amountOf(line), quantity: line.quantity, reference: line.sku }))
  const shippingLine = shipping && {
    ...amountOf({ ...shipping, taxCode: shipping.taxCode ?? SHIPPING_CODE }),
    quantity: 1,
    reference: SHIPPING_REFERENCE,
  }
  const isAlone = goods.length === 0 && shippingLine !== null
  return {
    currency: currency.toLowerCase(),
    line_items: isAlone ? [shippingLine] : goods,
    ...(shipping && !isAlone && { shipping_cost: amountOf(shipping) }),
    customer_details: { address: addressParamsOf(address), address_source: address.source },
  }
}

function addressParamsOf({ country, line1, line2, city, postalCode, region }: TaxAddress) {
  return {
    country,
    ...(line1 && { line1 }),
    ...(line2 && { line2 }),
    ...(city && { city }),
    ...(postalCode && { postal_code: postalCode }),
    ...(region && { state: region }),
  }
}

/**
 * The tax that an answer says, or in words what does not fit the question. Each amount is rounded half up to what can be
 * charged: only where Stripe's amounts have fractions which the currency has not does that change it.
 */
export function readCalculation(ask: TaxAsk, answer: Calculation): CalculatedTax | string {
  const asked = calculationParamsOf(ask)
  if (asked === null) return "it was asked about amounts that cannot be counted"
  const unfit = differenceOf(asked, answer)
  if (unfit !== null) return unfit
  const taxes = new Map(answer.line_items?.data.map((line) => [line.reference, line.amount_tax]))
  const centsOf = (units: number) => chargeableCentsOf(units, ask.currency)
  const isAlone = asked.line_items[0]?.reference === SHIPPING_REFERENCE && ask.shipping !== null
  const onShipping = isAlone ? taxes.get(SHIPPING_REFERENCE) : answer.shipping_cost?.amount_tax
  return {
    outcome: "ok",
    calculationId: answer.id,
    lineTaxCents: ask.lines.map(({ sku, amountCents }) =>
      centsOf(amountCents > 0 ? (taxes.get(sku) ?? 0) : 0),
    ),
    shippingTaxCents: ask.shipping === null ? 0 : centsOf(onShipping ?? 0),
  }
}

/** What must be so for the order to come to what Stripe says it comes to; null when it is. */
function differenceOf(asked: CalculationParams, answer: Calculation): string | null {
  const lines = answer.line_items?.data ?? []
  if (answer.line_items?.has_more ?? true) return "it does not have all lines"
  if (answer.currency !== asked.currency) return `it is in ${answer.currency}, not in ${asked.currency}`
  for (const { reference, amount } of asked.line_items) {
    const found = lines.filter((line) => line.reference === reference)
    if (found.length !== 1 || found[0]?.amount !== amount) return `it has another line ${reference}`
  }
  if (lines.length !== asked.line_items.length) return "it has other lines"
  if ((answer.shipping_cost?.amount ?? 0) !== (asked.shipping_cost?.amount ?? 0))
    return "it has another price of shipping"
  const taxes = [...lines.map((line) => line.amount_tax), answer.shipping_cost?.amount_tax ?? 0]
  if (taxes.some((tax) => !Number.isSafeInteger(tax) || tax < 0)) return "a tax in it is no amount"
  const sum = taxes.reduce((all, tax) => all + tax, 0)
  const isIncluded = asked.line_items[0]?.tax_behavior === "inclusive"
  const expected = isIncluded ? { within: sum, onTop: 0 } : { within: 0, onTop: sum }
  if (answer.tax_amount_inclusive !== expected.within || answer.tax_amount_exclusive !== expected.onTop)
    return `its lines have ${sum} tax, and it ${answer.tax_amount_inclusive} within and ${answer.tax_amount_exclusive} on top`
  const goods = asked.line_items.reduce((all, { amount }) => all + amount, asked.shipping_cost?.amount ?? 0)
  return answer.amount_total === goods + expected.onTop
    ? null
    : `it comes to ${answer.amount_total}, not to ${goods + expected.onTop}`
}
